#include "http/head_bytes.hpp"

namespace cloche::http {
namespace {

// What follows is written so that the compiler makes byte-wide vector instructions of it: no
// branch, counters of one byte, and stretches short enough for them.
constexpr std::size_t stretch = 240;

template <class Predicate>
std::uint8_t count_in(const char* bytes, std::size_t size, Predicate is_one) noexcept {
    std::uint8_t found = 0;
    for (std::size_t i = 0; i < size; ++i) {
        found = static_cast<std::uint8_t>(found + is_one(static_cast<std::uint8_t>(bytes[i])));
    }
    return found;
}

template <class Predicate>
std::size_t count_if(std::string_view text, Predicate is_one) noexcept {
    std::size_t count = 0;
    for (; text.size() >= stretch; text.remove_prefix(stretch)) {
        count += count_in(text.data(), stretch, is_one);
    }
    return count + count_in(text.data(), text.size(), is_one);
}

}  // namespace

#ifndef __clang__  // which builds it for the sanitizers, that cannot stand what it takes
// Twice as fast where the processor has the wider instructions, which is found out at start.
[[gnu::target_clones("avx2", "default")]]
#endif
std::size_t
count_controls(std::string_view text) noexcept {
    return count_if(text, [](std::uint8_t c) {
        return static_cast<std::uint8_t>((c < 0x20) | (c == 0x7f));
    });
}

bool are_clean_lines(std::string_view lines, std::size_t expected) noexcept {
    if (lines.empty() || lines.front() == '\n') return false;
    std::size_t ends = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto c = static_cast<unsigned char>(lines[i]);
        if (c == '\r') {
            if (i + 1 == lines.size() || lines[i + 1] != '\n') return false;
            ++ends;
            ++i;
        } else if ((c < 0x20 && c != '\t') || c == 0x7f) {
            return false;
        }
    }
    return ends == expected;
}

}  // namespace cloche::http
