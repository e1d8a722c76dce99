// What the templates of cookie_header.hpp need. Not to be included from elsewhere.
#pragma once

#include "cookies/cookie_header.hpp"

#include <string>
#include <string_view>

namespace cloche::cookies {
namespace detail {

/// The text before the next `;`, which is taken off `rest` together with it.
std::string_view take_segment(std::string_view& rest) noexcept;

/// Without SP and HTAB at its ends.
std::string_view trim(std::string_view text) noexcept;

/// Without those behind it.
std::string_view trim_end(std::string_view text) noexcept;

/// `pair` is trimmed.
cookie split_pair(std::string_view pair) noexcept;

}  // namespace detail

template <class Drop>
bool copy_without(std::string_view header, Drop drop, std::string& out) {
    const auto size_before = out.size();
    while (!header.empty()) {
        auto segment = detail::take_segment(header);
        const auto pair = detail::trim(segment);
        if (pair.empty() || drop(detail::split_pair(pair).name)) continue;
        if (out.size() == size_before) {
            // What follows a pair that was dropped begins with the space that parted them.
            segment.remove_prefix(static_cast<std::size_t>(pair.data() - segment.data()));
        } else {
            out.push_back(';');
        }
        out.append(segment);
    }
    return out.size() != size_before;
}

}  // namespace cloche::cookies
