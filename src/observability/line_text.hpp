// How the parts of a log line are written. Pure; for log.cpp alone.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cloche::observability {

/// Of one text; more is cut off.
inline constexpr std::size_t longest_text = 1024;

/// `text` in double quotes as JSON has it (RFC 8259 section 7). Beyond what JSON demands,
/// everything that can change what a reader sees is escaped: C0 and C1 controls, line separators,
/// bidirectional overrides. Bytes that are not UTF-8 become U+FFFD (LG-2).
void append_quoted(std::string& line, std::string_view text);

/// For the text form: as it is if it is one word that cannot be taken for something else, otherwise
/// quoted.
void append_word_or_quoted(std::string& line, std::string_view text);

void append_number(std::string& line, std::int64_t number);
void append_number(std::string& line, std::uint64_t number);

/// Milliseconds with three decimals: 12.345
void append_milliseconds(std::string& line, std::chrono::nanoseconds duration);

/// 2026-08-01T12:00:00.123Z
void append_time(std::string& line, std::chrono::system_clock::time_point when);

}  // namespace cloche::observability
