#include "time_words.hpp"

#include <array>

namespace cloche_demo {

std::string day_of(std::string_view timestamp) {
    static constexpr std::array<std::string_view, 12> months{
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December"};
    const auto number = [timestamp](std::size_t at) {
        unsigned read = 0;
        for (const char c : timestamp.substr(at, 2)) {
            if (c < '0' || c > '9') return 0U;
            read = read * 10 + static_cast<unsigned>(c - '0');
        }
        return read;
    };
    if (timestamp.size() < 10 || timestamp[4] != '-' || timestamp[7] != '-')
        return std::string(timestamp);
    const unsigned month = number(5);
    const unsigned day = number(8);
    if (month < 1 || month > months.size() || day < 1) return std::string(timestamp);
    return std::to_string(day) + ' ' + std::string(months.at(month - 1)) + ' ' +
           std::string(timestamp.substr(0, 4));
}

std::string words_for(std::chrono::seconds time) {
    struct unit {
        long long seconds;
        std::string_view name;
    };
    static constexpr std::array units{unit{86400, "day"}, unit{3600, "hour"}, unit{60, "minute"}};
    const long long all = time.count() > 0 ? time.count() : 0;
    unit chosen{1, "second"};
    for (const auto& larger : units) {
        if (all < 2 * larger.seconds) continue;
        chosen = larger;
        break;
    }
    const long long count = all / chosen.seconds;
    return std::to_string(count) + ' ' + std::string(chosen.name) + (count == 1 ? "" : "s");
}

std::string first_letter(std::string_view name) {
    if (name.empty()) return {};
    std::size_t end = 1;
    // Bytes that continue a character look like 10xxxxxx.
    while (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U)
        ++end;
    return std::string(name.substr(0, end));
}

}  // namespace cloche_demo
