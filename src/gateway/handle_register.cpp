// POST /api/auth/register and /api/auth/verify: to the API, whose answer is given as it is.
#include "base/json.hpp"
#include "gateway/answer.hpp"
#include "gateway/handlers.hpp"
#include "gateway/request_body.hpp"
#include "gateway/sign_in.hpp"

#include <utility>

namespace cloche::gateway {

runtime::task<void> handle_register(request_context& rq) {
    result<std::string> body = co_await read_json(rq);
    if (!body) {
        co_await refuse_body(rq, body.error());
        co_return;
    }
    result<session::api_answer> from_api =
        co_await rq.gateway.provider.register_account(std::move(*body), caller_of(rq));
    if (!from_api) {
        co_await refuse(rq, from_api.error());
        co_return;
    }
    co_await answer_api(rq, std::move(*from_api));
}

runtime::task<void> handle_verify(request_context& rq) {
    result<std::string> body = co_await read_json(rq);
    if (!body) {
        co_await refuse_body(rq, body.error());
        co_return;
    }
    const auto members = parse_json_object(*body);
    std::string token(text_member(*members, "token").value_or(""));
    std::string email(text_member(*members, "email").value_or(""));
    result<session::api_answer> from_api = co_await rq.gateway.provider.verify_account(
        std::move(token), std::move(email), caller_of(rq)
    );
    if (!from_api) {
        co_await refuse(rq, from_api.error());
        co_return;
    }
    co_await answer_api(rq, std::move(*from_api));
}

}  // namespace cloche::gateway
