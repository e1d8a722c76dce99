// Takes a compact JWS apart (RFC 7515 section 7.1) and reads claims. Trusted by nobody: nothing is
// verified here. Whoever needs to believe a token uses jwt_verify. Pure.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "tokens/errc.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string_view>

namespace cloche::tokens {

/// The three parts, still encoded.
struct jwt_parts {
    std::string_view header;
    std::string_view payload;
    std::string_view signature;
};

/// Compact form only, strict base64url without padding, no part empty, 16 KiB at most (TK-5).
/// Errors: malformed.
result<jwt_parts> split_jwt(std::string_view token);

/// The JSON object in one part. Duplicate members, nesting beyond 8 and trailing bytes are
/// refused (TK-5). Errors: malformed.
result<boost::json::object> decode_part(std::string_view part);

struct decoded_jwt {
    boost::json::object header;
    boost::json::object claims;
};
/// Errors: malformed.
result<decoded_jwt> decode_unverified(std::string_view token);

/// The claim of that name as a time (NumericDate, RFC 7519 section 2; fractions count to the
/// millisecond). Nothing if it is absent, no number, or beyond the years 1970 to 9999.
std::optional<instant> time_claim(const boost::json::object& claims, std::string_view name);

/// exp - iat, if both are there and make sense: how long the token lives, whatever the issuer's
/// clock says. Whole seconds, at least one.
std::optional<seconds> life_of(const boost::json::object& claims);

}  // namespace cloche::tokens
