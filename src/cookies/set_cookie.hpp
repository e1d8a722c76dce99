// Builds and reads one Set-Cookie line (RFC 6265bis sections 4.1 and 5.6). Pure.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cloche::cookies {

enum class errc {
    bad_name = 1,     ///< not a token, or empty (CK-7)
    bad_value,        ///< holds something else than cookie-octets (CK-7)
    prefix,           ///< the attributes break what the name's prefix promises (CK-2)
    too_long,         ///< the whole line is over 4096 bytes (CK-8)
};
const boost::system::error_category& cookies_category() noexcept;
inline error make_error_code(errc e) { return {static_cast<int>(e), cookies_category()}; }

enum class same_site { strict, lax };

/// The scope every cookie of ours has: HttpOnly, Path=/, no Domain (CK-1).
struct cookie_scope {
    bool secure = true;
    same_site site = same_site::strict;
};

/// Whether a cookie of that name and scope would be kept by browsers. Errors: bad_name, prefix.
result<void> check_name(std::string_view name, const cookie_scope& scope);

/// `max_age` is cut to 400 days (CK-10). Errors: bad_name, bad_value, prefix, too_long.
result<std::string> set_cookie(std::string_view name, std::string_view value, seconds max_age, const cookie_scope& scope);
/// The same scope with Max-Age=0 and an Expires in the past (CK-11).
result<std::string> expire_cookie(std::string_view name, const cookie_scope& scope);

/// What we need of a Set-Cookie line that an upstream sent.
struct received_cookie {
    std::string_view name;
    std::string_view value;
    std::optional<seconds> max_age;
    std::optional<instant> expires;
    std::string_view attributes;  ///< everything after the first `;`
};
/// Nothing if there is no name. Unreadable attributes are passed over (section 5.6).
std::optional<received_cookie> parse_set_cookie(std::string_view line);

/// The line as it may be passed to the browser: the same without its Domain attribute (CK-14).
std::string without_domain(std::string_view line);

/// Reads a cookie date (section 5.1.1); nothing if it is none.
std::optional<instant> parse_cookie_date(std::string_view text);

}  // namespace cloche::cookies

template <>
struct boost::system::is_error_code_enum<cloche::cookies::errc> : std::true_type {};
