// The gateway's own errors: one stable code each, its status, and the words for a person. Pure.
//
// The one map from failure to answer (RFC 9457). The codes are part of the contract:
// docs/http-api.md.
#pragma once

#include "base/result.hpp"
#include "http/message.hpp"

#include <string>
#include <string_view>

namespace cloche::gateway {

enum class problem {
    unauthenticated,         ///< 401 no session
    session_ended,           ///< 401 there was one
    csrf_failed,             ///< 403
    forbidden,               ///< 403
    not_found,               ///< 404
    method_not_allowed,      ///< 405
    bad_request,             ///< 400
    unsupported_media_type,  ///< 415
    body_too_large,          ///< 413
    misdirected,             ///< 421 a Host that is not ours
    request_timeout,         ///< 408
    uri_too_long,            ///< 414
    headers_too_large,       ///< 431
    expectation_failed,      ///< 417
    not_implemented,         ///< 501
    rate_limited,            ///< 429
    store_unavailable,       ///< 503
    upstream_unreachable,    ///< 502
    upstream_timeout,        ///< 504
    upstream_invalid,        ///< 502
    refresh_unavailable,     ///< 503
    overloaded,              ///< 503
    internal,                ///< 500 a broken invariant of ours
};

struct problem_kind {
    unsigned status;
    std::string_view code;
    std::string_view title;
    std::string_view detail;  ///< unless there is something better to say
};
const problem_kind& kind_of(problem what) noexcept;
/// The one of that code; `internal` if there is none.
problem problem_named(std::string_view code) noexcept;

/// The scheme of our 401s: one that browsers do not prompt for (BF-10).
inline constexpr std::string_view cookie_challenge = "Cookie realm=\"cloche\"";

/// What an errc of `http`, `session` or `runtime` means to a browser. What has no entry
/// is `internal`.
problem problem_of(const error& failure) noexcept;

/// application/problem+json with title, status, detail, code, message and request_id, and the field
/// `Cloche-Error`. `detail` empty: the kind's own.
http::reply problem_reply(problem what, std::string_view detail, std::string_view request_id);

}  // namespace cloche::gateway
