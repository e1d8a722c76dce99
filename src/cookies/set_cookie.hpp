// Builds one Set-Cookie line of ours (RFC 6265bis section 4.1). Lines of
// others: received_cookie. Pure.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "cookies/received_cookie.hpp"

#include <string>
#include <string_view>

namespace cloche::cookies {

enum class errc {
    bad_name = 1,  ///< not a token, or empty (CK-7)
    bad_value,     ///< holds something else than cookie-octets (CK-7)
    prefix,        ///< the attributes break what the name's prefix promises (CK-2)
    too_long,      ///< the whole line is over 4096 bytes (CK-8)
};
const boost::system::error_category& cookies_category() noexcept;
inline error make_error_code(errc e) {
    return {static_cast<int>(e), cookies_category()};
}

enum class same_site { strict, lax };

/// The scope every cookie of ours has: HttpOnly, Path=/, no Domain (CK-1).
struct cookie_scope {
    bool secure = true;
    same_site site = same_site::strict;
};

/// Whether a cookie of that name and scope would be kept by browsers. Errors: bad_name, prefix.
result<void> check_name(std::string_view name, const cookie_scope& scope);

/// `max_age` is cut to 400 days (CK-10), and is none below zero. Errors: bad_name,
/// bad_value, prefix, too_long.
result<std::string> set_cookie(
    std::string_view name, std::string_view value, seconds max_age, const cookie_scope& scope
);

/// The same scope with Max-Age=0 and an Expires in the past (CK-11).
/// Errors: bad_name, prefix, too_long.
result<std::string> expire_cookie(std::string_view name, const cookie_scope& scope);

}  // namespace cloche::cookies

template <>
struct boost::system::is_error_code_enum<cloche::cookies::errc> : std::true_type {};
