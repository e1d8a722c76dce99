// What a signed-in client asks for: new tokens, who it is, and to be signed out.
#include "identity/handlers.hpp"
#include "identity/refresh_cookie.hpp"
#include "identity/reply.hpp"

namespace cloche::identity {

task<http::reply> handle_refresh(request_context& rq) {
    auto presented = presented_refresh_token(rq.stream.head());
    if (!presented) co_return refusal_answer(refusal(errc::bad_refresh_token));
    auto done = co_await rq.with.refreshes.refresh(std::move(*presented));
    // The cookie stays as it is, also with a refusal: whoever lost a race must not take the
    // winner's token away from him (RT-8).
    if (const auto* refused = std::get_if<refusal>(&done)) co_return refusal_answer(*refused);
    const auto& tokens = std::get<token_pair>(done);
    co_return tokens_answer("Token refreshed", tokens, rq.with.time.now(), rq.with.secure_cookies);
}

task<http::reply> handle_me(request_context& rq) {
    auto presented = bearer_token(rq.stream.head());
    if (const auto* refused = std::get_if<refusal>(&presented)) co_return refusal_answer(*refused);
    auto& token = std::get<access_token>(presented);
    auto found = co_await rq.with.refreshes.who_is(std::move(token));
    if (const auto* refused = std::get_if<refusal>(&found)) co_return refusal_answer(*refused);
    co_return answer_of(200, "Signed in", user_data(std::get<user>(found)));
}

task<http::reply> handle_logout(request_context& rq) {
    refresh_service::proof presented;
    presented.refresh = presented_refresh_token(rq.stream.head());
    auto bearer = bearer_token(rq.stream.head());
    if (auto* token = std::get_if<access_token>(&bearer)) presented.access = std::move(*token);
    auto done = co_await rq.with.refreshes.logout(std::move(presented));
    if (const auto* refused = std::get_if<refusal>(&done)) co_return refusal_answer(*refused);
    constexpr std::string_view message = "Logout successful";
    auto answer = answer_of(200, message, boost::json::object{{"message", message}});
    answer.with("Set-Cookie", expired_refresh_cookie(rq.with.secure_cookies));
    co_return answer;
}

}  // namespace cloche::identity
