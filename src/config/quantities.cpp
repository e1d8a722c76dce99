#include "config/quantities.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <limits>

namespace cloche::config {
namespace {

struct unit {
    std::string_view name;
    std::uint64_t factor;
};

// Largest first, so that writing finds the shortest form.
constexpr std::array<unit, 5> duration_units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<unit, 4> size_units{
    {{"GiB", 1ULL << 30U}, {"MiB", 1ULL << 20U}, {"KiB", 1ULL << 10U}, {"B", 1}}};

constexpr std::uint64_t most_countable = std::numeric_limits<std::int64_t>::max();

template <std::size_t N>
std::optional<std::uint64_t> parse_with_unit(
    std::string_view text, const std::array<unit, N>& units
) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, failed] = std::from_chars(text.data(), end, number);
    if (failed != std::errc()) return std::nullopt;
    const std::string_view name(rest, static_cast<std::size_t>(end - rest));
    if (name.empty() && number == 0) return 0;
    for (const unit& one : units) {
        if (name != one.name) continue;
        if (number > most_countable / one.factor) return std::nullopt;
        return number * one.factor;
    }
    return std::nullopt;
}

template <std::size_t N>
std::string write_with_unit(std::uint64_t number, const std::array<unit, N>& units) {
    if (number == 0) return "0";
    for (const unit& one : units) {
        if (number % one.factor == 0) {
            return std::to_string(number / one.factor) + std::string(one.name);
        }
    }
    return std::to_string(number);
}

template <class T, class Write>
parse_error out_of_bounds(T least, T most, T value, Write write) {
    if (value < least) return {"is too little", "write at least " + write(least)};
    return {"is too much", "write at most " + write(most)};
}

}  // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
    const auto count = parse_with_unit(text, duration_units);
    if (!count) return std::nullopt;
    return milliseconds(static_cast<std::int64_t>(*count));
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    return parse_with_unit(text, size_units);
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, failed] = std::from_chars(text.data(), end, number);
    if (failed != std::errc() || rest != end) return std::nullopt;
    return number;
}

std::string write_duration(milliseconds duration) {
    const auto count = static_cast<std::uint64_t>(duration.count());
    return count == 0 ? "0s" : write_with_unit(count, duration_units);
}

std::string write_size(std::uint64_t bytes) {
    return write_with_unit(bytes, size_units);
}

notation<milliseconds> duration_between(milliseconds least, milliseconds most) {
    return {
        "duration",
        [least, most](std::string_view text) -> parsed<milliseconds> {
            const auto duration = parse_duration(text);
            if (!duration) {
                return parse_error{"is not a duration", "write it like 250ms, 30s, 5m, 12h or 30d"};
            }
            if (*duration < least || *duration > most) {
                return out_of_bounds(least, most, *duration, write_duration);
            }
            return *duration;
        },
        write_duration,
    };
}

notation<seconds> seconds_between(seconds least, seconds most) {
    return {
        "duration",
        [in_ms = duration_between(least, most)](std::string_view text) -> parsed<seconds> {
            const auto duration = in_ms.read(text);
            if (!duration) return duration.error();
            if (*duration % seconds(1) != milliseconds(0)) {
                return parse_error{
                    "is not a whole number of seconds", "write it like 30s, 5m or 12h"};
            }
            return std::chrono::duration_cast<seconds>(*duration);
        },
        [](const seconds& value) { return write_duration(value); },
    };
}

notation<std::uint64_t> size_between(std::uint64_t least, std::uint64_t most, zero_is zero) {
    return {
        "size",
        [least, most, zero](std::string_view text) -> parsed<std::uint64_t> {
            const auto size = parse_size(text);
            if (!size) return parse_error{"is not a size", "write it like 512B, 64KiB or 1MiB"};
            if (*size == 0 && zero == zero_is::no_limit) return *size;
            if (*size < least || *size > most) return out_of_bounds(least, most, *size, write_size);
            return *size;
        },
        write_size,
    };
}

parsed<std::uint64_t> read_count(std::string_view text, std::uint64_t least, std::uint64_t most) {
    const auto count = parse_count(text);
    if (!count) return parse_error{"is not a number", "write digits alone"};
    if (*count < least || *count > most) {
        return out_of_bounds(least, most, *count, [](std::uint64_t n) {
            return std::to_string(n);
        });
    }
    return *count;
}

notation<bool> yes_or_no() {
    return one_of<bool>({{"true", true}, {"false", false}});
}

notation<milliseconds> time_limit() {
    using namespace std::chrono_literals;
    return duration_between(100ms, 24h);
}

notation<std::uint64_t> body_size() {
    constexpr std::uint64_t TiB = 1024ULL * 1024 * 1024 * 1024;
    return size_between(1, TiB, zero_is::no_limit);
}

}  // namespace cloche::config
