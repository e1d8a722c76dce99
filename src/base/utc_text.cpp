#include "base/utc_text.hpp"

#include <array>
#include <charconv>
#include <cstdio>

namespace cloche {
namespace {

constexpr std::string_view pattern = "0000-00-00T00:00:00Z";

/// Digits where the pattern has them, and its other characters where they are.
bool has_the_form(std::string_view text) {
    if (text.size() != pattern.size()) return false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool is_digit = text[at] >= '0' && text[at] <= '9';
        if (pattern[at] == '0' ? !is_digit : text[at] != pattern[at]) return false;
    }
    return true;
}

unsigned number_in(std::string_view text, std::size_t at, std::size_t size) {
    unsigned number = 0;
    std::from_chars(text.data() + at, text.data() + at + size, number);
    return number;
}

}  // namespace

std::string utc_text(instant when) {
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<seconds>(when - day));
    std::array<char, 64> text{};
    const int size = std::snprintf(
        text.data(),
        text.size(),
        "%04d-%02u-%02uT%02d:%02d:%02dZ",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        static_cast<int>(time.hours().count()),
        static_cast<int>(time.minutes().count()),
        static_cast<int>(time.seconds().count())
    );
    return {text.data(), static_cast<std::size_t>(size)};
}

std::optional<instant> parse_utc_text(std::string_view text) {
    if (!has_the_form(text)) return std::nullopt;
    const std::chrono::year_month_day date(
        std::chrono::year(static_cast<int>(number_in(text, 0, 4))),
        std::chrono::month(number_in(text, 5, 2)),
        std::chrono::day(number_in(text, 8, 2))
    );
    const auto hour = number_in(text, 11, 2);
    const auto minute = number_in(text, 14, 2);
    const auto second = number_in(text, 17, 2);
    if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return instant(
        std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
        seconds(second)
    );
}

}  // namespace cloche
