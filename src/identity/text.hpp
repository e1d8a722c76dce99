// Small questions about text that people typed. Pure.
#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cloche::identity {

/// Unicode code points in `text`; nothing if it is not UTF-8 (RFC 3629: no surrogates, nothing
/// overlong).
std::optional<std::size_t> code_points(std::string_view text) noexcept;

/// ASCII letters in lower case, everything else as it is.
std::string lower(std::string_view text);

/// `2026-05-12T04:37:24.000Z` (RFC 3339).
std::string timestamp(instant when);
/// `Sun, 12 May 2024 04:37:24 GMT` (RFC 9110 section 5.6.7).
std::string http_date(instant when);
/// `Sun, 12 May 2024 04:37:24 +0000` (RFC 5322 section 3.3).
std::string mail_date(instant when);

}  // namespace cloche::identity
