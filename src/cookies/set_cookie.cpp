#include "cookies/set_cookie.hpp"

#include "base/error_category.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>

namespace cloche::cookies {
namespace {

constexpr std::size_t longest_line = 4096;
constexpr seconds longest_age{34'560'000};

const char* describe(errc code) noexcept {
    switch (code) {
        case errc::bad_name:
            return "the cookie's name is not a token";
        case errc::bad_value:
            return "the cookie's value has characters that a cookie cannot hold";
        case errc::prefix:
            return "the cookie's name has a prefix that demands Secure";
        case errc::too_long:
            return "the Set-Cookie line is longer than the 4096 bytes that browsers keep";
    }
    return nullptr;
}

bool is_alphanumeric(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// tchar (RFC 9110 section 5.6.2)
bool is_token_character(char c) noexcept {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
}

/// cookie-octet (RFC 6265bis section 4.1.1): printable ASCII but for `"`, `,`, `;` and `\`
bool is_cookie_octet(char c) noexcept {
    constexpr std::string_view not_allowed = "\",;\\";
    return c > ' ' && c < '\x7f' && not_allowed.find(c) == std::string_view::npos;
}

/// What our own scope cannot miss (HttpOnly, Path=/, no Domain) needs no look: all that is left of
/// the prefixes' promises (RFC 6265bis section 4.1.3, and `__Http-` and `__Host-Http-`) is Secure.
/// Browsers compare them without regard to case (section 5.7).
bool demands_secure(std::string_view name) {
    constexpr std::string_view prefixes[] = {"__Secure-", "__Host-", "__Http-"};
    return std::any_of(std::begin(prefixes), std::end(prefixes), [name](std::string_view prefix) {
        return boost::algorithm::istarts_with(name, prefix);
    });
}

void append_scope(std::string& line, const cookie_scope& scope) {
    line += "; Path=/";
    if (scope.secure) line += "; Secure";
    line += "; HttpOnly; SameSite=";
    line += scope.site == same_site::strict ? "Strict" : "Lax";
}

}  // namespace

const boost::system::error_category& cookies_category() noexcept {
    static const enum_category<errc> category("cloche.cookies", describe);
    return category;
}

result<void> check_name(std::string_view name, const cookie_scope& scope) {
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_character)) {
        CLOCHE_FAIL(errc::bad_name);
    }
    if (!scope.secure && demands_secure(name)) CLOCHE_FAIL(errc::prefix);
    return {};
}

result<std::string> set_cookie(
    std::string_view name, std::string_view value, seconds max_age, const cookie_scope& scope
) {
    if (const auto checked = check_name(name, scope); !checked) return checked.error();
    if (!std::all_of(value.begin(), value.end(), is_cookie_octet)) CLOCHE_FAIL(errc::bad_value);
    const auto age = std::clamp(max_age, seconds(0), longest_age);
    std::string line;
    line.reserve(name.size() + value.size() + 80);
    line.append(name).append("=").append(value);
    line.append("; Max-Age=").append(std::to_string(age.count()));
    append_scope(line, scope);
    if (line.size() > longest_line) CLOCHE_FAIL(errc::too_long);
    return line;
}

result<std::string> expire_cookie(std::string_view name, const cookie_scope& scope) {
    if (const auto checked = check_name(name, scope); !checked) return checked.error();
    std::string line(name);
    line += "=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    append_scope(line, scope);
    if (line.size() > longest_line) CLOCHE_FAIL(errc::too_long);
    return line;
}

}  // namespace cloche::cookies
