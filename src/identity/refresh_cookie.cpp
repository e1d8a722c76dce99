#include "identity/refresh_cookie.hpp"

#include "cookies/cookie_header.hpp"
#include "identity/text.hpp"

#include <algorithm>

namespace cloche::identity {
namespace {

std::string cookie_line(std::string_view value, seconds life, instant end, bool secure) {
    std::string line(refresh_cookie_name);
    line += '=';
    line += value;
    line += "; Max-Age=" + std::to_string(life.count());
    line += "; Path=/; Expires=" + http_date(end) + "; HttpOnly";
    if (secure) line += "; Secure";
    line += "; SameSite=Lax";
    return line;
}

}  // namespace

std::string refresh_cookie(const refresh_token& token, instant now, instant end, bool secure) {
    const auto life = std::max(std::chrono::floor<seconds>(end - now), seconds(0));
    return cookie_line(token.reveal(), life, end, secure);
}

std::string expired_refresh_cookie(bool secure) {
    return cookie_line({}, seconds(0), instant{}, secure);
}

std::optional<refresh_token> presented_refresh_token(const http::request_head& head) {
    std::optional<std::string_view> found;
    for (const auto& field : head.fields) {
        if (field.id != http::field_id::cookie) continue;
        for (const auto value : cookies::values_of(field.value, refresh_cookie_name)) {
            if (found && *found != value) return std::nullopt;
            found = value;
        }
    }
    if (!found || found->empty()) return std::nullopt;
    return refresh_token(std::string(*found));
}

}  // namespace cloche::identity
