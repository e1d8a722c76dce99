// Structured log lines: JSON, or text on a terminal. One sink for the process, written by a thread of its own.
//
//     log_line(level::info, "session_refreshed").with("session", tag).with("generation", 7);
//
// The line is written when the object goes. There is no `with` for a secret: it does not compile. Texts are
// encoded, so that no value can forge a line (LG-2). Times are UTC.
#pragma once

#include "base/secret.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace cloche::observability {

enum class level { debug, info, warn, error };
enum class log_format { automatic, json, text };

struct log_options {
    level threshold = level::info;
    log_format format = log_format::automatic;  ///< automatic: text on a terminal, else JSON
};

/// Before the first thread starts. Lines go to standard error output.
void start_log(const log_options& options);
/// Writes out what is queued. After the last thread has stopped.
void stop_log();
bool log_enabled(level) noexcept;

class log_line {
public:
    /// `event` is a constant of the program in snake_case: what a person greps for.
    log_line(level severity, std::string_view event);
    ~log_line();
    log_line(const log_line&) = delete;
    log_line& operator=(const log_line&) = delete;

    log_line& with(std::string_view name, std::string_view text);
    log_line& with(std::string_view name, const char* text) { return with(name, std::string_view(text)); }
    log_line& with(std::string_view name, const std::string& text) { return with(name, std::string_view(text)); }
    log_line& with(std::string_view name, std::int64_t number);
    log_line& with(std::string_view name, std::uint64_t number) { return with(name, static_cast<std::int64_t>(number)); }
    log_line& with(std::string_view name, int number) { return with(name, static_cast<std::int64_t>(number)); }
    log_line& with(std::string_view name, unsigned number) { return with(name, static_cast<std::int64_t>(number)); }
    log_line& with(std::string_view name, bool flag);
    /// Written in milliseconds with three decimals.
    log_line& with(std::string_view name, std::chrono::nanoseconds duration);
    template <class Tag>
    log_line& with(std::string_view, const secret<Tag>&) = delete;

private:
    bool on_;
    level severity_;
    std::string text_;
};

}  // namespace cloche::observability
