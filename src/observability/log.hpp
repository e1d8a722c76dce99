// Structured log lines: JSON, or text on a terminal. One sink for the process, written by a thread
// of its own.
//
//     log_line(level::info, "session_refreshed").with("session", tag).with("generation", 7);
//
// The line is handed over when the object goes. There is no `with` for a secret: it does not
// compile. Texts are encoded, so that no value can forge a line (LG-2). Times are UTC. Any thread;
// a level that is off costs a branch.
#pragma once

#include "base/secret.hpp"

#include <atomic>
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

namespace detail {
/// The lowest level that is written; above all of them until start_log.
extern std::atomic<int> log_threshold;
}  // namespace detail

/// Before the first thread starts. Lines go to standard error output; before this call nothing is
/// written. Throws std::system_error if the writing thread cannot be started.
void start_log(const log_options& options);
/// Writes out what waits. After the last thread has stopped. Lines made later are dropped.
void stop_log();

inline bool log_enabled(level severity) noexcept {
    return static_cast<int>(severity) >= detail::log_threshold.load(std::memory_order_relaxed);
}

/// Lines that were thrown away: because they came faster than they were read, or could not be
/// written at all.
std::uint64_t log_lines_lost() noexcept;

class log_line {
public:
    /// `event` and the names of fields are constants of the program in snake_case: what a person
    /// greps for.
    log_line(level severity, std::string_view event)
        : on_(log_enabled(severity)), severity_(severity) {
        if (on_) begin(event);
    }
    ~log_line() {
        if (on_) finish();
    }
    log_line(const log_line&) = delete;
    log_line& operator=(const log_line&) = delete;

    /// More than 1 KiB of a text is cut off, and says so with an ellipsis.
    log_line& with(std::string_view name, std::string_view text) {
        if (on_) add_text(name, text);
        return *this;
    }
    log_line& with(std::string_view name, const char* text) {
        return with(name, std::string_view(text));
    }
    log_line& with(std::string_view name, const std::string& text) {
        return with(name, std::string_view(text));
    }
    log_line& with(std::string_view name, std::int64_t number) {
        if (on_) add_number(name, number);
        return *this;
    }
    log_line& with(std::string_view name, std::uint64_t number) {
        if (on_) add_number(name, number);
        return *this;
    }
    log_line& with(std::string_view name, int number) {
        return with(name, static_cast<std::int64_t>(number));
    }
    log_line& with(std::string_view name, unsigned number) {
        return with(name, static_cast<std::uint64_t>(number));
    }
    log_line& with(std::string_view name, bool flag) {
        if (on_) add_flag(name, flag);
        return *this;
    }
    /// Written in milliseconds with three decimals.
    log_line& with(std::string_view name, std::chrono::nanoseconds duration) {
        if (on_) add_duration(name, duration);
        return *this;
    }
    template <class Tag>
    log_line& with(std::string_view, const secret<Tag>&) = delete;

private:
    void begin(std::string_view event);
    void finish() noexcept;
    void add_name(std::string_view name);
    void add_text(std::string_view name, std::string_view text);
    void add_number(std::string_view name, std::int64_t number);
    void add_number(std::string_view name, std::uint64_t number);
    void add_flag(std::string_view name, bool flag);
    void add_duration(std::string_view name, std::chrono::nanoseconds duration);

    bool on_;
    bool json_ = false;
    level severity_;
    std::string text_;
};

}  // namespace cloche::observability
