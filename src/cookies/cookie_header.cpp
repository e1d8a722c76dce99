#include "cookies/cookie_header.hpp"

#include "cookies/segments.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <functional>

namespace cloche::cookies {

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
        const std::string_view found = rest_.substr(at, name.size());
        rest_ = behind.substr(1);
        const std::string_view value = detail::trim_end(detail::take_segment(rest_));
        return cookie{found, value};
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

bool copy_without(
    std::string_view header, std::span<const std::string_view> names, std::string& out
) {
    constexpr std::string_view separators = " \t;";
    boost::container::small_vector<std::string_view, 4> dropped;
    for (const auto name : names) {
        cookie_header pairs(header);
        while (const auto pair = pairs.next_named(name)) {
            const auto begin = static_cast<std::size_t>(pair->name.data() - header.data());
            dropped.push_back(header.substr(begin, header.find(';', begin) - begin));
        }
    }
    std::ranges::sort(dropped, std::less<>(), [](std::string_view pair) { return pair.data(); });

    const auto size_before = out.size();
    const char* at = header.data();
    const auto keep = [&](const char* end) {
        std::string_view piece(at, static_cast<std::size_t>(end - at));
        // What follows a pair that was dropped begins with the `;` behind it.
        if (out.size() == size_before)
            piece.remove_prefix(std::min(piece.find_first_not_of(separators), piece.size()));
        out.append(piece.substr(0, piece.find_last_not_of(separators) + 1));
    };
    for (const auto pair : dropped) {
        keep(pair.data());
        at = pair.data() + pair.size();
    }
    keep(header.data() + header.size());
    return out.size() != size_before;
}

}  // namespace cloche::cookies
