// The checks of bytes that reading and writing heads share. For http's own files, and for whoever
// reads the name or value of a field out of a configuration. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cloche::http {

/// What a byte can be part of; flags.
enum byte_class : std::uint8_t {
    tchar = 1,       ///< of a token (RFC 9110 section 5.6.2)
    underscore = 2,  ///< `_`, which is a tchar too, but looks like `-` to CGI and its heirs (FW-4)
};

inline constexpr std::array<std::uint8_t, 256> byte_classes = [] {
    std::array<std::uint8_t, 256> table{};
    for (unsigned c = '0'; c <= '9'; ++c)
        table[c] = tchar;
    for (unsigned c = 'A'; c <= 'Z'; ++c)
        table[c] = table[c + 0x20] = tchar;
    for (const char c : std::string_view("!#$%&'*+-.^`|~"))
        table[static_cast<unsigned char>(c)] = tchar;
    table['_'] = tchar | underscore;
    return table;
}();

constexpr std::uint8_t class_of(char c) noexcept {
    return byte_classes[static_cast<unsigned char>(c)];
}

constexpr bool is_token(std::string_view text) noexcept {
    // Without a branch for each byte the compiler would make vectors of single bytes, one by one.
    for (const char c : text)
        if ((class_of(c) & tchar) == 0) return false;
    return !text.empty();
}

/// How many control bytes there are: 0x00 to 0x1F and 0x7F. Nearly free.
std::size_t count_controls(std::string_view text) noexcept;

/// True if the control bytes of `lines` are those of `expected` CRLF line ends, and HTAB: no CR or
/// LF that stands alone, no NUL (RFC 9110 section 5.5; PX-5, PX-20). Byte by byte: see `is_clean`.
bool are_clean_lines(std::string_view lines, std::size_t expected) noexcept;

/// The same for text in which `expected` LF that follow a CR have been seen already: as long as
/// there is no HTAB, the count of control bytes alone tells.
inline bool is_clean(std::string_view lines, std::size_t expected) noexcept {
    return count_controls(lines) == 2 * expected || are_clean_lines(lines, expected);
}

}  // namespace cloche::http
