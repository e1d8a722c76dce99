// The lenient date of a cookie's Expires (RFC 6265bis section 5.1.1): tokens in any order, tried
// for whatever is still missing. Not for other HTTP dates, which have one form only. Pure.
#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string_view>

namespace cloche::cookies {

/// Nothing if it is no date, or one that no calendar has.
std::optional<instant> parse_cookie_date(std::string_view text);

}  // namespace cloche::cookies
