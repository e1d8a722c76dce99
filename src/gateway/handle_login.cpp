// POST /api/auth/login: the API's JSON without any token value, plus `session`.
#include "base/json.hpp"
#include "gateway/answer.hpp"
#include "gateway/handlers.hpp"
#include "gateway/request_body.hpp"
#include "gateway/session_body.hpp"
#include "gateway/sign_in.hpp"

#include <boost/json/serialize.hpp>

#include <utility>

namespace cloche::gateway {

runtime::task<void> handle_login(request_context& rq) {
    result<std::string> body = co_await read_json(rq);
    if (!body) {
        co_await refuse_body(rq, body.error());
        co_return;
    }
    result<session::api_answer> signed_in = co_await sign_in(rq, std::move(*body));
    if (!signed_in) {
        co_await refuse(rq, signed_in.error());
        co_return;
    }
    if (rq.session) {
        auto members = parse_json_object(signed_in->json);
        boost::json::object answer = members ? std::move(*members) : boost::json::object();
        answer["session"] =
            session_times(*rq.session, rq.gateway.time.now(), rq.gateway.sessions.options());
        signed_in->json = boost::json::serialize(answer);
    }
    co_await answer_api(rq, std::move(*signed_in));
}

}  // namespace cloche::gateway
