// GET /api/auth/client.js: the browser client, as a module that a page can import.
#include "gateway/answer.hpp"
#include "gateway/handlers.hpp"
#include "pages/assets.hpp"

namespace cloche::gateway {

runtime::task<void> handle_client(request_context& rq) {
    const pages::asset& client = pages::browser_client;
    // Its path has the hash of what is in it.
    co_await answer_file(rq, client.content_type, client.content, client.path);
}

}  // namespace cloche::gateway
