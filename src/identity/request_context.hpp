// What a handler knows of the request it answers.
#pragma once

#include "base/clock.hpp"
#include "http/client_stream.hpp"
#include "http/target.hpp"
#include "identity/account_service.hpp"
#include "identity/login_service.hpp"
#include "identity/origin_policy.hpp"
#include "identity/refresh_service.hpp"
#include "identity/refusal.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace cloche::identity {

/// What all handlers work with. Outlives every request.
struct services {
    account_service& accounts;
    login_service& logins;
    refresh_service& refreshes;
    const access_tokens& tokens;
    const origin_policy& origins;
    const password_policy& passwords;
    const clock& time;
    bool secure_cookies = false;  ///< the issuer is https
};

struct request_context {
    http::client_stream& stream;
    services& with;
    http::request_target target;
    const place from;
    const std::string id;  ///< what the request goes by in logs and answers

    request_context(
        http::client_stream& exchange, services& parts, place where, std::string known_as
    )
        : stream(exchange), with(parts), from(std::move(where)), id(std::move(known_as)) {}
};

/// The largest body that is read.
inline constexpr std::uint64_t most_body_bytes = 64 * 1024;

/// The JSON object in the body, which must say that it is JSON: forms and text can be sent from any
/// site without asking first (CS-7). Refusals: wrong_media_type, malformed_request, those of
/// `http`.
task<outcome<boost::json::object>> read_json_body(request_context& rq);

/// The token in the Authorization field (TK-10: nowhere else). Refusals: no_access_token,
/// malformed_bearer.
outcome<access_token> bearer_token(const http::request_head& head);

}  // namespace cloche::identity
