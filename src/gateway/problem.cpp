#include "gateway/problem.hpp"

#include "http/errc.hpp"
#include "runtime/offload.hpp"
#include "session/errc.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <array>

namespace cloche::gateway {
namespace {

// In the order of the enum.
constexpr std::array<problem_kind, 23> kinds{{
    {401, "unauthenticated", "Not signed in", "Sign in to go on."},
    {401, "session_ended", "Session ended", "This session has ended. Sign in again."},
    {403, "csrf_failed", "Request refused", "This request did not come from a page of this site."},
    {403, "forbidden", "Forbidden", "This is not allowed."},
    {404, "not_found", "Not found", "There is nothing here."},
    {405, "method_not_allowed", "Method not allowed", "This address does not take that method."},
    {400, "bad_request", "Bad request", "The request could not be read."},
    {415, "unsupported_media_type", "Unsupported media type", "Send this as application/json."},
    {413, "body_too_large", "Body too large", "The request's body is larger than allowed."},
    {421, "misdirected", "Misdirected request", "This host name is not served here."},
    {408, "request_timeout", "Request timeout", "The request took too long to arrive."},
    {414, "uri_too_long", "URI too long", "The address is longer than allowed."},
    {431,
     "headers_too_large",
     "Headers too large",
     "The request's headers are larger than allowed."},
    {417, "expectation_failed", "Expectation failed", "Only 100-continue can be expected."},
    {501,
     "not_implemented",
     "Not implemented",
     "The request asks for something this server does not do."},
    {429, "rate_limited", "Too many requests", "Wait a moment and try again."},
    {503,
     "store_unavailable",
     "Sessions unavailable",
     "Sessions cannot be read or written just now. Try again."},
    {502, "upstream_unreachable", "API unreachable", "The API cannot be reached."},
    {504, "upstream_timeout", "API timeout", "The API did not answer in time."},
    {502, "upstream_invalid", "API answer invalid", "The API's answer could not be understood."},
    {503,
     "refresh_unavailable",
     "Refresh unavailable",
     "The session could not be refreshed just now. Try again."},
    {503, "overloaded", "Overloaded", "The server is busy. Try again."},
    {500, "internal", "Internal error", "Something went wrong here."},
}};
static_assert(kinds.size() == static_cast<std::size_t>(problem::internal) + 1);

problem problem_of_http(http::errc code) noexcept {
    switch (code) {
        case http::errc::headers_too_large:
            return problem::headers_too_large;
        case http::errc::uri_too_long:
            return problem::uri_too_long;
        case http::errc::not_implemented:
            return problem::not_implemented;
        case http::errc::expectation_failed:
            return problem::expectation_failed;
        case http::errc::body_too_large:
            return problem::body_too_large;
        case http::errc::request_timeout:
            return problem::request_timeout;
        case http::errc::connect_failed:
        case http::errc::connect_timeout:
        case http::errc::tls_failed:
        case http::errc::upstream_reset:
            return problem::upstream_unreachable;
        case http::errc::upstream_timeout:
            return problem::upstream_timeout;
        case http::errc::upstream_invalid:
            return problem::upstream_invalid;
        case http::errc::closing:
            return problem::overloaded;
        case http::errc::bad_request:
        case http::errc::client_gone:
        case http::errc::https_expected:
            return problem::bad_request;
        case http::errc::bad_field:
            break;
    }
    return problem::internal;
}

}  // namespace

const problem_kind& kind_of(problem what) noexcept {
    return kinds[static_cast<std::size_t>(what)];
}

problem problem_named(std::string_view code) noexcept {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds.at(i).code == code) return static_cast<problem>(i);
    }
    return problem::internal;
}

problem problem_of(const error& failure) noexcept {
    if (failure.category() == http::http_category())
        return problem_of_http(static_cast<http::errc>(failure.value()));
    if (failure.category() == session::session_category()) return problem::store_unavailable;
    if (failure == runtime::offload_errc::overloaded) return problem::overloaded;
    return problem::internal;
}

http::reply problem_reply(problem what, std::string_view detail, std::string_view request_id) {
    const problem_kind& kind = kind_of(what);
    if (detail.empty()) detail = kind.detail;
    boost::json::object body;
    body.emplace("title", kind.title);
    body.emplace("status", kind.status);
    body.emplace("code", kind.code);
    body.emplace("detail", detail);
    body.emplace("message", detail);
    body.emplace("request_id", request_id);
    http::reply answer(kind.status, "application/problem+json", boost::json::serialize(body));
    answer.with("Cloche-Error", std::string(kind.code));
    if (kind.status == 401) answer.with("WWW-Authenticate", std::string(cookie_challenge));
    if (kind.status == 503) answer.with("Retry-After", "1");
    return answer;
}

}  // namespace cloche::gateway
