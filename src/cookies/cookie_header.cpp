#include "cookies/cookie_header.hpp"

namespace cloche::cookies {
namespace detail {

std::string_view take_segment(std::string_view& rest) noexcept {
    const auto end = rest.find(';');
    const auto segment = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return segment;
}

std::string_view trim(std::string_view text) noexcept {
    constexpr std::string_view blank = " \t";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return text.substr(text.size());
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
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

std::vector<std::string_view> values_of(std::string_view header, std::string_view name) {
    std::vector<std::string_view> values;
    cookie_header pairs(header);
    while (const auto pair = pairs.next()) {
        if (pair->name == name) values.push_back(pair->value);
    }
    return values;
}

}  // namespace cloche::cookies
