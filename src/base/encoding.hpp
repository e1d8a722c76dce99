// base64url, hex and percent encodings. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche {

/// Without padding (RFC 4648 section 5).
std::string base64url_encode(std::string_view bytes);
/// Strict: no padding, no foreign character, no stray bits in the last one.
std::optional<std::string> base64url_decode(std::string_view text);

std::string hex_encode(std::string_view bytes);
void hex_append(std::string& to, std::string_view bytes);
/// Strict: lower case, an even number of digits.
std::optional<std::string> hex_decode(std::string_view text);

/// Everything but unreserved characters as %XX (RFC 3986 section 2.3): for a query's values.
std::string percent_encode(std::string_view text);
/// Nothing if an escape is not followed by two hex digits.
std::optional<std::string> percent_decode(std::string_view text);

/// The value of `name` in `a=1&b=2`, decoded (`+` is a space); the first of several. Nothing if it
/// is absent or badly escaped. For queries and for application/x-www-form-urlencoded bodies.
std::optional<std::string> form_value(std::string_view encoded, std::string_view name);
/// All of them in their order, less those that are badly escaped.
std::vector<std::pair<std::string, std::string>> form_fields(std::string_view encoded);

}  // namespace cloche
