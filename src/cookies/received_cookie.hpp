// Reads a Set-Cookie line that an upstream sent, as browsers do (RFC 6265bis section 5.6). Pure.
#pragma once

#include "base/clock.hpp"
#include "cookies/cookie_date.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cloche::cookies {

/// What we need of a Set-Cookie line that an upstream sent. The views are into the line.
struct received_cookie {
    std::string_view name;
    std::string_view value;
    std::optional<seconds> max_age;  ///< counts before `expires`; zero or less: the cookie goes
    std::optional<instant> expires;  ///< by the upstream's clock
    std::string_view attributes;     ///< everything after the first `;`
};
/// Nothing if there is no name, or a control character, or more than browsers keep (4096
/// bytes of name and value). Unreadable attributes are passed over; of several of the same
/// name the last readable one counts.
std::optional<received_cookie> parse_set_cookie(std::string_view line);

/// The line as it may be passed to the browser: the same without its Domain attribute (CK-14).
std::string without_domain(std::string_view line);

}  // namespace cloche::cookies
