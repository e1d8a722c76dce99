#include "cookies/cookie_date.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace cloche::cookies {
namespace {

namespace chrono = std::chrono;

struct clock_face {
    int hour;
    int minute;
    int second;
};

struct found_parts {
    std::optional<clock_face> time;
    std::optional<int> day;
    std::optional<int> month;
    std::optional<int> year;
};

/// %x09 / %x20-2F / %x3B-40 / %x5B-60 / %x7B-7E
bool is_delimiter(char c) noexcept {
    return c == '\t' || (c >= ' ' && c <= '/') || (c >= ';' && c <= '@') ||
           (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// Takes `least` to `most` digits off the front; nothing if there are fewer or more.
std::optional<int> take_number(std::string_view& text, std::ptrdiff_t least, std::ptrdiff_t most) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
    const auto size = end - text.begin();
    if (size < least || size > most) return std::nullopt;
    int number = 0;
    std::from_chars(text.data(), text.data() + size, number);
    text.remove_prefix(static_cast<std::size_t>(size));
    return number;
}

/// hms-time [ non-digit *OCTET ]. Hours beyond 23 and the like are of the right
/// form, and spoil the date later.
std::optional<clock_face> parse_time(std::string_view token) {
    std::array<int, 3> fields{};
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) {
            if (!token.starts_with(':')) return std::nullopt;
            token.remove_prefix(1);
        }
        const auto field = take_number(token, 1, 2);
        if (!field) return std::nullopt;
        fields[i] = *field;
    }
    return clock_face{fields[0], fields[1], fields[2]};
}

/// The first three letters count.
std::optional<int> parse_month(std::string_view token) {
    constexpr std::string_view months[] = {
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
    const auto found =
        std::find_if(std::begin(months), std::end(months), [token](std::string_view month) {
            return boost::algorithm::istarts_with(token, month);
        });
    if (found == std::end(months)) return std::nullopt;
    return static_cast<int>(found - std::begin(months)) + 1;
}

/// Steps 3 and 4: two digits are of 1970 to 2069.
std::optional<int> parse_year(std::string_view token) {
    const auto year = take_number(token, 2, 4);
    if (!year) return std::nullopt;
    if (*year >= 70 && *year <= 99) return *year + 1900;
    if (*year <= 69) return *year + 2000;
    return year;
}

/// Step 2: a token says the first thing in this list that it can say and none has said yet.
void read_token(std::string_view token, found_parts& found) {
    if (!found.time && (found.time = parse_time(token))) return;
    if (!found.day) {
        auto rest = token;
        if ((found.day = take_number(rest, 1, 2))) return;
    }
    if (!found.month && (found.month = parse_month(token))) return;
    if (!found.year) found.year = parse_year(token);
}

/// Steps 5 and 6.
std::optional<instant> to_instant(const found_parts& found) {
    if (!found.time || !found.day || !found.month || !found.year) return std::nullopt;
    const auto [hour, minute, second] = *found.time;
    if (hour > 23 || minute > 59 || second > 59 || *found.year < 1601) return std::nullopt;
    const chrono::year_month_day date{
        chrono::year(*found.year),
        chrono::month(static_cast<unsigned>(*found.month)),
        chrono::day(static_cast<unsigned>(*found.day))};
    if (!date.ok()) return std::nullopt;
    return chrono::sys_days(date) + chrono::hours(hour) + chrono::minutes(minute) + seconds(second);
}

}  // namespace

std::optional<instant> parse_cookie_date(std::string_view text) {
    found_parts found;
    auto at = text.begin();
    while (at != text.end()) {
        const auto begin = std::find_if_not(at, text.end(), is_delimiter);
        at = std::find_if(begin, text.end(), is_delimiter);
        read_token(
            text.substr(
                static_cast<std::size_t>(begin - text.begin()), static_cast<std::size_t>(at - begin)
            ),
            found
        );
    }
    return to_instant(found);
}

}  // namespace cloche::cookies
