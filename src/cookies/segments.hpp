// The parts of a Cookie or Set-Cookie field between its semicolons. For this folder's own files.
#pragma once

#include "cookies/cookie_header.hpp"

#include <string_view>

namespace cloche::cookies::detail {

/// The text before the next `;`, which is taken off `rest` together with it.
std::string_view take_segment(std::string_view& rest) noexcept;

/// Without SP and HTAB at its ends.
std::string_view trim(std::string_view text) noexcept;

/// Without those behind it.
std::string_view trim_end(std::string_view text) noexcept;

/// `pair` is trimmed.
cookie split_pair(std::string_view pair) noexcept;

}  // namespace cloche::cookies::detail
