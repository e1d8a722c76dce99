#include "cookies/cookie_header.hpp"

namespace cloche::cookies {
namespace detail {
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

}  // namespace detail

std::optional<cookie> cookie_header::next() noexcept {
    while (!rest_.empty()) {
        const auto pair = detail::trim(detail::take_segment(rest_));
        if (!pair.empty()) return detail::split_pair(pair);
    }
    return std::nullopt;
}

std::optional<cookie> cookie_header::next_named(std::string_view name) noexcept {
    for (std::size_t at = rest_.find(name); at != rest_.npos; at = rest_.find(name, at + 1)) {
        // It is a pair's name if only blanks part it from the pair before, and `=` follows.
        const std::string_view before = detail::trim_end(rest_.substr(0, at));
        const std::string_view behind = rest_.substr(at + name.size());
        if (!before.empty() && before.back() != ';') continue;
        if (behind.empty() || behind.front() != '=') continue;
        rest_ = behind.substr(1);
        const std::string_view value = detail::trim_end(detail::take_segment(rest_));
        return cookie{name, value};
    }
    rest_ = {};
    return std::nullopt;
}

std::vector<std::string_view> values_of(std::string_view header, std::string_view name) {
    std::vector<std::string_view> values;
    cookie_header pairs(header);
    while (const auto pair = pairs.next_named(name))
        values.push_back(pair->value);
    return values;
}

}  // namespace cloche::cookies
