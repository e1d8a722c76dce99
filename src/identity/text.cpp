#include "identity/text.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace cloche::identity {
namespace {

/// Bytes of the code point that starts with `lead`; 0 for a byte that starts none.
std::size_t sequence_length(unsigned char lead) noexcept {
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return 2;
    if (lead >= 0xE0 && lead <= 0xEF) return 3;
    if (lead >= 0xF0 && lead <= 0xF4) return 4;
    return 0;
}

/// What the second byte may be: tighter than 80..BF after the leads that could begin an overlong
/// form, a surrogate, or a number beyond U+10FFFF (RFC 3629 section 4).
bool second_fits(unsigned char lead, unsigned char second) noexcept {
    switch (lead) {
        case 0xE0:
            return second >= 0xA0 && second <= 0xBF;
        case 0xED:
            return second >= 0x80 && second <= 0x9F;
        case 0xF0:
            return second >= 0x90 && second <= 0xBF;
        case 0xF4:
            return second >= 0x80 && second <= 0x8F;
        default:
            return second >= 0x80 && second <= 0xBF;
    }
}

struct calendar {
    int year;
    unsigned month;
    unsigned day;
    unsigned weekday;
    int hour;
    int minute;
    int second;
    int millisecond;
};

calendar calendar_of(instant when) {
    const auto midnight = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date(midnight);
    const std::chrono::hh_mm_ss time(when - midnight);
    return {
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        std::chrono::weekday(midnight).c_encoding(),
        static_cast<int>(time.hours().count()),
        static_cast<int>(time.minutes().count()),
        static_cast<int>(time.seconds().count()),
        static_cast<int>(time.subseconds().count()),
    };
}

constexpr std::array<const char*, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> months{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string english_date(instant when, const char* zone) {
    const auto c = calendar_of(when);
    std::array<char, 64> out{};
    const int size = std::snprintf(
        out.data(),
        out.size(),
        "%s, %02u %s %04d %02d:%02d:%02d %s",
        weekdays[c.weekday],
        c.day,
        months[c.month - 1],
        c.year,
        c.hour,
        c.minute,
        c.second,
        zone
    );
    return {out.data(), static_cast<std::size_t>(size)};
}

}  // namespace

std::optional<std::size_t> code_points(std::string_view text) noexcept {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count) {
        const auto lead = static_cast<unsigned char>(text[at]);
        const auto length = sequence_length(lead);
        if (length == 0 || text.size() - at < length) return std::nullopt;
        for (std::size_t i = 1; i < length; ++i) {
            const auto next = static_cast<unsigned char>(text[at + i]);
            const bool fits = i == 1 ? second_fits(lead, next) : next >= 0x80 && next <= 0xBF;
            if (!fits) return std::nullopt;
        }
        at += length;
    }
    return count;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string timestamp(instant when) {
    const auto c = calendar_of(when);
    std::array<char, 64> out{};
    const int size = std::snprintf(
        out.data(),
        out.size(),
        "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
        c.year,
        c.month,
        c.day,
        c.hour,
        c.minute,
        c.second,
        c.millisecond
    );
    return {out.data(), static_cast<std::size_t>(size)};
}

std::string http_date(instant when) {
    return english_date(when, "GMT");
}

std::string mail_date(instant when) {
    return english_date(when, "+0000");
}

}  // namespace cloche::identity
