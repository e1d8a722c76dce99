// Durations, sizes, counts and flags as the configuration writes them. Pure.
//
//     duration = number ( "ms" / "s" / "m" / "h" / "d" )
//     size     = number ( "B" / "KiB" / "MiB" / "GiB" )
//     number   = 1*DIGIT; a `0` needs no unit
#pragma once

#include "base/clock.hpp"
#include "config/notation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cloche::config {

/// Nothing if it is none, or more than can be counted.
std::optional<milliseconds> parse_duration(std::string_view text);
std::optional<std::uint64_t> parse_size(std::string_view text);
std::optional<std::uint64_t> parse_count(std::string_view text);

/// In the largest unit that is exact: 30d, 90s, 250ms.
std::string write_duration(milliseconds duration);
std::string write_size(std::uint64_t bytes);

notation<milliseconds> duration_between(milliseconds least, milliseconds most);
notation<seconds> seconds_between(seconds least, seconds most);

enum class zero_is { refused, no_limit };
notation<std::uint64_t> size_between(
    std::uint64_t least, std::uint64_t most, zero_is zero = zero_is::refused
);

/// 100ms to 24h.
notation<milliseconds> time_limit();
/// Of a request's body; 0 is no limit.
notation<std::uint64_t> body_size();

/// Checks the bounds of a count. For count_between.
parsed<std::uint64_t> read_count(std::string_view text, std::uint64_t least, std::uint64_t most);

template <class Number>
notation<Number> count_between(Number least, Number most) {
    return {
        "number",
        [least, most](std::string_view text) -> parsed<Number> {
            const auto count = read_count(text, least, most);
            if (!count) return count.error();
            return static_cast<Number>(*count);
        },
        [](const Number& value) { return std::to_string(value); },
    };
}

notation<bool> yes_or_no();

}  // namespace cloche::config
