#include "observability/line_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace cloche::observability {
namespace {

// Bytes that stand for themselves in a JSON text: printable ASCII but `"` and `\`.
constexpr std::array<bool, 256> plain_bytes = [] {
    std::array<bool, 256> plain{};
    for (int c = 0x20; c < 0x7f; ++c)
        plain[static_cast<std::size_t>(c)] = c != '"' && c != '\\';
    return plain;
}();

// The subset of them that a word of the text form may have: no space, nothing that delimits.
constexpr std::array<bool, 256> word_bytes = [] {
    std::array<bool, 256> word = plain_bytes;
    word[' '] = false;
    word['='] = false;
    return word;
}();

struct code_point {
    char32_t value = 0;
    std::size_t size = 0;  // 0: not UTF-8
};

unsigned char byte_at(std::string_view text, std::size_t i) {
    return static_cast<unsigned char>(text[i]);
}

// RFC 3629: shortest form only, no surrogates, at most U+10FFFF.
code_point read_utf8(std::string_view text, std::size_t at) {
    const unsigned char first = byte_at(text, at);
    std::size_t size = 0;
    char32_t value = 0;
    char32_t least = 0;
    if (first >= 0xc2 && first <= 0xdf) {
        size = 2, value = first & 0x1fU, least = 0x80;
    } else if (first >= 0xe0 && first <= 0xef) {
        size = 3, value = first & 0x0fU, least = 0x800;
    } else if (first >= 0xf0 && first <= 0xf4) {
        size = 4, value = first & 0x07U, least = 0x10000;
    } else {
        return {};
    }
    if (text.size() - at < size) return {};
    for (std::size_t i = 1; i < size; ++i) {
        const unsigned char next = byte_at(text, at + i);
        if ((next & 0xc0U) != 0x80) return {};
        value = (value << 6U) | (next & 0x3fU);
    }
    if (value < least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return {};
    return {value, size};
}

// Characters that move the cursor, break the line or turn the reading direction.
bool deceives(char32_t c) {
    return (c >= 0x80 && c <= 0x9f) || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0xfeff;
}

void append_escape(std::string& line, char32_t c) {
    switch (c) {
        case '"':
            line += "\\\"";
            return;
        case '\\':
            line += "\\\\";
            return;
        case '\n':
            line += "\\n";
            return;
        case '\r':
            line += "\\r";
            return;
        case '\t':
            line += "\\t";
            return;
        default:
            fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<unsigned>(c));
    }
}

// The longest prefix that fits and does not end within a character.
std::string_view cut(std::string_view text) {
    if (text.size() <= longest_text) return text;
    std::size_t size = longest_text;
    while (size > longest_text - 3 && (byte_at(text, size) & 0xc0U) == 0x80)
        --size;
    return text.substr(0, size);
}

}  // namespace

void append_quoted(std::string& line, std::string_view text) {
    const std::string_view kept = cut(text);
    line += '"';
    for (std::size_t i = 0; i < kept.size();) {
        const std::size_t from = i;
        while (i < kept.size() && plain_bytes[byte_at(kept, i)])
            ++i;
        line.append(kept, from, i - from);
        if (i == kept.size()) break;
        if (byte_at(kept, i) < 0x80) {
            append_escape(line, byte_at(kept, i));
            ++i;
            continue;
        }
        const code_point character = read_utf8(kept, i);
        if (character.size == 0) {
            line += "\xef\xbf\xbd";  // U+FFFD
            ++i;
        } else if (deceives(character.value)) {
            append_escape(line, character.value);
            i += character.size;
        } else {
            line.append(kept, i, character.size);
            i += character.size;
        }
    }
    if (kept.size() < text.size()) line += "\xe2\x80\xa6";  // ellipsis
    line += '"';
}

void append_word_or_quoted(std::string& line, std::string_view text) {
    const bool word = !text.empty() && text.size() <= longest_text &&
                      std::all_of(text.begin(), text.end(), [](char c) {
                          return word_bytes[static_cast<unsigned char>(c)];
                      });
    if (word) {
        line += text;
    } else {
        append_quoted(line, text);
    }
}

void append_number(std::string& line, std::int64_t number) {
    const fmt::format_int digits(number);
    line.append(digits.data(), digits.size());
}

void append_number(std::string& line, std::uint64_t number) {
    const fmt::format_int digits(number);
    line.append(digits.data(), digits.size());
}

void append_milliseconds(std::string& line, std::chrono::nanoseconds duration) {
    std::int64_t micros = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
    if (micros < 0) {
        line += '-';
        micros = -micros;
    }
    append_number(line, micros / 1000);
    const auto rest = static_cast<unsigned>(micros % 1000);
    const std::array<char, 4> decimals{
        '.',
        static_cast<char>('0' + rest / 100),
        static_cast<char>('0' + rest / 10 % 10),
        static_cast<char>('0' + rest % 10)};
    line.append(decimals.data(), decimals.size());
}

void append_time(std::string& line, std::chrono::system_clock::time_point when) {
    using namespace std::chrono;
    const auto in_ms = floor<milliseconds>(when);
    const auto second = floor<seconds>(in_ms);
    // Lines come by the thousand within a second: the calendar is worked out once for all of them.
    struct {
        sys_seconds second{seconds::min()};
        std::array<char, 20> text{};
    } thread_local written;
    if (written.second != second) {
        const auto day = floor<days>(second);
        const year_month_day date(day);
        const hh_mm_ss time(second - day);
        fmt::format_to_n(
            written.text.begin(),
            written.text.size(),
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.",
            static_cast<int>(date.year()),
            static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day()),
            time.hours().count(),
            time.minutes().count(),
            time.seconds().count()
        );
        written.second = second;
    }
    line.append(written.text.data(), written.text.size());
    const auto ms = static_cast<unsigned>((in_ms - second).count());
    const std::array<char, 4> tail{
        static_cast<char>('0' + ms / 100),
        static_cast<char>('0' + ms / 10 % 10),
        static_cast<char>('0' + ms % 10),
        'Z'};
    line.append(tail.data(), tail.size());
}

}  // namespace cloche::observability
