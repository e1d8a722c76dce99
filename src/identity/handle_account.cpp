// Register, verify, resend.
#include "base/encoding.hpp"
#include "identity/handlers.hpp"
#include "identity/reply.hpp"

namespace cloche::identity {
namespace {

constexpr std::string_view registered =
    "If this address is not in use yet, a mail with a link is on its way to it.";
constexpr std::string_view verified = "Your e-mail address is verified. You can sign in now.";
constexpr std::string_view resent =
    "If there is something to confirm for this address, a mail with a link is on its way to it.";

task<http::reply> verify(request_context& rq, verification_form form) {
    auto done = co_await rq.with.accounts.verify(std::move(form), rq.from);
    if (const auto* refused = std::get_if<refusal>(&done)) co_return refusal_answer(*refused);
    co_return answer_of(200, verified);
}

}  // namespace

task<http::reply> handle_register(request_context& rq) {
    auto body = co_await read_json_body(rq);
    if (const auto* refused = std::get_if<refusal>(&body)) co_return refusal_answer(*refused);
    auto form = read_registration(std::get<boost::json::object>(body), rq.with.passwords);
    if (auto* found = std::get_if<violations>(&form)) co_return refusal_answer(refusal(*found));
    auto& good = std::get<registration_form>(form);
    auto done = co_await rq.with.accounts.register_account(std::move(good));
    if (const auto* refused = std::get_if<refusal>(&done)) co_return refusal_answer(*refused);
    // Nothing of the account: the answer is the same for known and unknown addresses (EN-3).
    co_return answer_of(201, registered, boost::json::object{{"message", registered}});
}

task<http::reply> handle_verify_link(request_context& rq) {
    auto token = form_value(rq.target.query, "token");
    const auto email = form_value(rq.target.query, "email");
    auto address = email_address::parse(email.value_or(""));
    // All alike, also where the link is no link.
    if (!token || !address) co_return refusal_answer(refusal(errc::bad_verification));
    verification_form form(std::move(*address), verification_token(std::move(*token)));
    auto answer = co_await verify(rq, std::move(form));
    co_return answer;
}

task<http::reply> handle_verify(request_context& rq) {
    auto body = co_await read_json_body(rq);
    if (const auto* refused = std::get_if<refusal>(&body)) co_return refusal_answer(*refused);
    auto form = read_verification(std::get<boost::json::object>(body));
    if (auto* found = std::get_if<violations>(&form)) co_return refusal_answer(refusal(*found));
    auto& good = std::get<verification_form>(form);
    auto answer = co_await verify(rq, std::move(good));
    co_return answer;
}

task<http::reply> handle_resend(request_context& rq) {
    auto body = co_await read_json_body(rq);
    if (const auto* refused = std::get_if<refusal>(&body)) co_return refusal_answer(*refused);
    auto form = read_resend(std::get<boost::json::object>(body));
    if (auto* found = std::get_if<violations>(&form)) co_return refusal_answer(refusal(*found));
    auto& good = std::get<resend_form>(form);
    auto done = co_await rq.with.accounts.resend(std::move(good));
    if (const auto* refused = std::get_if<refusal>(&done)) co_return refusal_answer(*refused);
    co_return answer_of(202, resent);
}

}  // namespace cloche::identity
