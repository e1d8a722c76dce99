// GET /api/auth/client.js: the browser client, as a module that a page can import.
#include "gateway/answer.hpp"
#include "gateway/handlers.hpp"
#include "gateway/static_files.hpp"
#include "pages/assets.hpp"

#include <string>
#include <utility>

namespace cloche::gateway {

runtime::task<void> handle_client(request_context& rq) {
    const pages::asset& client = pages::browser_client;
    // Its path has the hash of what is in it.
    const std::string etag = "\"" + std::string(client.path) + "\"";
    const bool unchanged = names_etag(rq.head().value(http::field_id::if_none_match), etag);
    http::reply file;
    file.status = unchanged ? 304 : 200;
    if (!unchanged) file.body = client.content;
    file.with("Content-Type", std::string(client.content_type));
    file.with("Cache-Control", "no-cache").with("ETag", etag);
    co_await answer(rq, std::move(file));
}

}  // namespace cloche::gateway
