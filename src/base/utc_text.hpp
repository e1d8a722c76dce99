// A time in UTC as people and files write it: 2026-11-24T08:10:00Z, a case of RFC 3339. Pure.
#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace cloche {

/// To the second; what is beyond it is cut off.
std::string utc_text(instant when);

/// Exactly what utc_text() writes.
std::optional<instant> parse_utc_text(std::string_view text);

}  // namespace cloche
