#include "identity/routes.hpp"

#include <array>

namespace cloche::identity {
namespace {

using http::method;
using action = limited_action;

constexpr auto endpoints = std::to_array<endpoint>({
    {method::post, "/auth/register", handle_register, action::registration},
    {method::get, "/auth/verify", handle_verify_link, action::verification},
    {method::post, "/auth/verify", handle_verify, action::verification},
    {method::post, "/auth/resend-verification", handle_resend, action::resend},
    {method::post, "/auth/login", handle_login, action::login},
    {method::get, "/auth/refresh-token", handle_refresh, action::refresh, true},
    {method::post, "/auth/refresh-token", handle_refresh, action::refresh, true},
    {method::get, "/auth/me", handle_me, std::nullopt},
    {method::head, "/auth/me", handle_me, std::nullopt},
    {method::del, "/auth/logout", handle_logout, action::refresh, true},
    {method::get, "/.well-known/jwks.json", handle_jwks, std::nullopt},
    {method::head, "/.well-known/jwks.json", handle_jwks, std::nullopt},
});

}  // namespace

std::span<const endpoint> all_endpoints() noexcept {
    return endpoints;
}

std::string_view word_for(method verb) noexcept {
    switch (verb) {
        case method::get:
            return "GET";
        case method::head:
            return "HEAD";
        case method::post:
            return "POST";
        case method::del:
            return "DELETE";
        default:
            return "";
    }
}

route_match find_route(method verb, std::string_view path) {
    route_match match;
    for (const auto& row : endpoints) {
        if (row.path != path) continue;
        match.path_known = true;
        if (row.verb == verb) match.found = &row;
        match.allowed += word_for(row.verb);
        match.allowed += ", ";
    }
    if (match.path_known) match.allowed += "OPTIONS";
    return match;
}

}  // namespace cloche::identity
