#include "cookies/segments.hpp"

namespace cloche::cookies::detail {
namespace {

constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\t';
}

}  // namespace

std::string_view take_segment(std::string_view& rest) noexcept {
    const auto end = rest.find(';');
    const auto segment = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return segment;
}

std::string_view trim_end(std::string_view text) noexcept {
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    return trim_end(text);
}

cookie split_pair(std::string_view pair) noexcept {
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) return {pair.substr(0, 0), pair};
    return {pair.substr(0, equals), pair.substr(equals + 1)};
}

}  // namespace cloche::cookies::detail
