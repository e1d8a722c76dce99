// Lists in field values: elements between commas or semicolons, with optional white space around
// them (RFC 9110 sections 5.6.1 and 5.6.3). Not for lists whose elements may hold quoted
// separators. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace cloche::http {

/// Without the OWS around it.
constexpr std::string_view trim(std::string_view text) noexcept {
    const auto is_ows = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_ows(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_ows(text.back()))
        text.remove_suffix(1);
    return text;
}

/// Gives `wanted` one trimmed element after the other, empty ones too, until it returns true;
/// whether it did.
template <class Predicate>
constexpr bool any_element(std::string_view list, char separator, Predicate wanted) {
    for (;;) {
        const std::size_t end = list.find(separator);
        if (wanted(trim(list.substr(0, end)))) return true;
        if (end == std::string_view::npos) return false;
        list.remove_prefix(end + 1);
    }
}

}  // namespace cloche::http
