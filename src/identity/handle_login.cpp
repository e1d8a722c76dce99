// Password against tokens.
#include "identity/handlers.hpp"
#include "identity/reply.hpp"

namespace cloche::identity {

task<http::reply> handle_login(request_context& rq) {
    auto body = co_await read_json_body(rq);
    if (const auto* refused = std::get_if<refusal>(&body)) co_return refusal_answer(*refused);
    auto form = read_login(std::get<boost::json::object>(body));
    if (auto* found = std::get_if<violations>(&form)) co_return refusal_answer(refusal(*found));
    auto& good = std::get<login_form>(form);
    auto done = co_await rq.with.logins.login(std::move(good), rq.from);
    if (const auto* refused = std::get_if<refusal>(&done)) co_return refusal_answer(*refused);
    const auto& tokens = std::get<token_pair>(done);
    co_return tokens_answer("Login successful", tokens, rq.with.time.now(), rq.with.secure_cookies);
}

}  // namespace cloche::identity
