// Takes a compact JWS apart (RFC 7515 section 7.1) and reads claims. Trusted by nobody: nothing is verified here. Pure.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "tokens/errc.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace cloche::tokens {

/// The three parts, still encoded.
struct jwt_parts {
    std::string_view header;
    std::string_view payload;
    std::string_view signature;
};

/// Compact form only, strict base64url without padding, 16 KiB at most (TK-5). Errors: malformed.
result<jwt_parts> split_jwt(std::string_view token);

struct decoded_jwt {
    boost::json::object header;
    boost::json::object claims;
};
/// Duplicate members, nesting beyond 8 and trailing bytes are refused (TK-5). Errors: malformed.
result<decoded_jwt> decode_unverified(std::string_view token);

/// exp - iat, if both are there and make sense: how long the token lives, whatever the issuer's clock says.
std::optional<seconds> life_of(const boost::json::object& claims);

}  // namespace cloche::tokens
