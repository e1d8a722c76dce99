#include "identity/reply.hpp"

#include "crypto/errc.hpp"
#include "db/sqlite.hpp"
#include "http/errc.hpp"
#include "identity/refresh_cookie.hpp"
#include "identity/text.hpp"

#include <boost/json/serialize.hpp>

namespace cloche::identity {
namespace {

namespace json = boost::json;

constexpr const char* json_type = "application/json; charset=utf-8";

http::reply json_answer(unsigned status, const json::object& body) {
    http::reply answer(status, json_type, json::serialize(body));
    answer.with("Cache-Control", "no-store");
    return answer;
}

unsigned status_of(errc reason) {
    switch (reason) {
        case errc::malformed_bearer:
        case errc::malformed_request:
        case errc::bad_verification:
        case errc::malformed_mail_address:
            return 400;
        case errc::bad_credentials:
        case errc::bad_refresh_token:
        case errc::bad_access_token:
        case errc::no_access_token:
            return 401;
        case errc::cross_site:
            return 403;
        case errc::not_found:
            return 404;
        case errc::method_not_allowed:
            return 405;
        case errc::wrong_media_type:
            return 415;
        case errc::invalid_form:
            return 422;
        case errc::throttled:
            return 429;
        case errc::overloaded:
            return 503;
        case errc::mail_refused:
        case errc::mail_unreachable:
            return 500;
    }
    return 500;
}

unsigned status_of(http::errc reason) {
    switch (reason) {
        case http::errc::bad_request:
        case http::errc::client_gone:
            return 400;
        case http::errc::request_timeout:
            return 408;
        case http::errc::body_too_large:
            return 413;
        case http::errc::uri_too_long:
            return 414;
        case http::errc::expectation_failed:
            return 417;
        case http::errc::headers_too_large:
            return 431;
        case http::errc::not_implemented:
            return 501;
        case http::errc::closing:
            return 503;
        default:
            return 500;
    }
}

unsigned status_of(const error& reason) {
    if (reason.category() == identity_category())
        return status_of(static_cast<errc>(reason.value()));
    if (reason.category() == http::http_category())
        return status_of(static_cast<http::errc>(reason.value()));
    if (reason.category() == db::db_category()) return 503;
    return 500;
}

/// What a person reads. Nothing of how the program works gets out with the statuses of 500 and up.
std::string sentence_for(const refusal& why, unsigned status) {
    switch (status) {
        case 429:
            return "Too many requests. Please try again later.";
        case 500:
            return "Something went wrong on our side.";
        case 503:
            return "The service is busy. Please try again in a moment.";
        default:
            break;
    }
    auto sentence = why.reason.message();
    if (!sentence.empty() && sentence[0] >= 'a' && sentence[0] <= 'z')
        sentence[0] = static_cast<char>(sentence[0] - 'a' + 'A');
    return sentence + ".";
}

json::array list_of(const violations& found) {
    json::array list;
    for (const auto& one : found)
        list.push_back(json::object{{"property", one.property}, {"message", one.message}});
    return list;
}

/// RFC 6750 section 3: an error only where a token was presented. Every 401 has a challenge, of a
/// scheme that browsers do not ask a password for (BF-10). Nothing for what is no such refusal.
const char* challenge_for(const error& reason, unsigned status) {
    if (reason == errc::malformed_bearer) return R"(Bearer error="invalid_request")";
    if (reason == errc::bad_access_token) return R"(Bearer error="invalid_token")";
    return status == 401 ? "Bearer" : nullptr;
}

}  // namespace

http::reply answer_of(unsigned status, std::string_view message, json::object data) {
    return json_answer(status, json::object{{"message", message}, {"data", std::move(data)}});
}

http::reply answer_of(unsigned status, std::string_view message) {
    return json_answer(status, json::object{{"message", message}});
}

http::reply tokens_answer(
    std::string_view message, const token_pair& tokens, instant now, bool secure_cookie
) {
    json::object data{
        {"accessToken", tokens.access.token.reveal()},
        {"expiresIn", tokens.access.expires_in.count()},
    };
    auto answer = answer_of(200, message, std::move(data));
    answer.with(
        "Set-Cookie", refresh_cookie(tokens.refresh, now, tokens.refresh_end, secure_cookie)
    );
    return answer;
}

json::object user_data(const user& who) {
    return {
        {"id", who.id.text()},
        {"fullName", who.full_name},
        {"email", who.email.text()},
        {"role", who.role},
        {"createdAt", timestamp(who.created)},
    };
}

http::reply refusal_answer(const refusal& why) {
    const auto status = status_of(why.reason);
    json::value message(sentence_for(why, status));
    if (why.reason == errc::invalid_form) message = list_of(why.found);
    auto answer = json_answer(
        status,
        json::object{
            {"error", http::reason_phrase(status)},
            {"message", std::move(message)},
            {"statusCode", status},
        }
    );
    if (const auto* challenge = challenge_for(why.reason, status))
        answer.with("WWW-Authenticate", challenge);
    if (why.retry_after) {
        answer.with("Retry-After", std::to_string(why.retry_after->count()));
    } else if (status == 503) {
        answer.with("Retry-After", "1");
    }
    return answer;
}

}  // namespace cloche::identity
