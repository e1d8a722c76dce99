// DELETE or POST /api/auth/logout: local first; the API is told in the background (LO-1).
#include "gateway/answer.hpp"
#include "gateway/handlers.hpp"
#include "gateway/request_body.hpp"
#include "gateway/sign_in.hpp"

#include <boost/json/object.hpp>

#include <utility>

namespace cloche::gateway {

runtime::task<void> handle_logout(request_context& rq) {
    if (!may_be_json(rq)) {
        co_await refuse(rq, problem::unsupported_media_type);
        co_return;
    }
    result<void> ended = co_await sign_out(rq);
    if (!ended) {
        co_await refuse(rq, ended.error());
        co_return;
    }
    boost::json::object data;
    data.emplace("message", "Logout successful");
    boost::json::object body;
    body.emplace("message", "Logout successful");
    body.emplace("data", std::move(data));
    co_await answer_json(rq, 200, std::move(body));
}

}  // namespace cloche::gateway
