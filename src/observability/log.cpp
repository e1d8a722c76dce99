#include "observability/log.hpp"

#include "observability/line_text.hpp"
#include "observability/log_writer.hpp"

#include <unistd.h>

#include <limits>
#include <memory>
#include <utility>

namespace cloche::observability {
namespace {

struct running_log {
    log_writer writer;
    bool json;

    explicit running_log(bool as_json) : json(as_json) {}
};

std::unique_ptr<running_log> current;
std::atomic<std::uint64_t> lost_before{0};

constexpr int nothing_enabled = std::numeric_limits<int>::max();

// Every line of a thread is built in the same memory; a line begun while another is open gets
// memory of its own.
thread_local std::string spare;

std::string_view name_of(level severity) {
    switch (severity) {
        case level::debug:
            return "debug";
        case level::info:
            return "info";
        case level::warn:
            return "warn";
        case level::error:
            break;
    }
    return "error";
}

// Levels in a column, so that the events below each other line up.
std::string_view padded_name_of(level severity) {
    switch (severity) {
        case level::debug:
            return " debug ";
        case level::info:
            return " info  ";
        case level::warn:
            return " warn  ";
        case level::error:
            break;
    }
    return " error ";
}

bool wants_json(log_format format) {
    if (format == log_format::automatic) return ::isatty(STDERR_FILENO) == 0;
    return format == log_format::json;
}

}  // namespace

namespace detail {
std::atomic<int> log_threshold{nothing_enabled};
}

void start_log(const log_options& options) {
    current = std::make_unique<running_log>(wants_json(options.format));
    detail::log_threshold.store(static_cast<int>(options.threshold), std::memory_order_relaxed);
}

void stop_log() {
    detail::log_threshold.store(nothing_enabled, std::memory_order_relaxed);
    if (!current) return;
    lost_before += current->writer.lost();
    current.reset();
}

std::uint64_t log_lines_lost() noexcept {
    return lost_before + (current ? current->writer.lost() : 0);
}

void log_line::begin(std::string_view event) {
    text_ = std::move(spare);
    text_.clear();
    json_ = current->json;
    if (json_) {
        text_ += R"({"time":")";
        append_time(text_, std::chrono::system_clock::now());
        text_ += R"(","level":")";
        text_ += name_of(severity_);
        text_ += R"(","event":")";
        text_ += event;
        text_ += '"';
    } else {
        append_time(text_, std::chrono::system_clock::now());
        text_ += padded_name_of(severity_);
        text_ += event;
    }
}

void log_line::finish() noexcept {
    try {
        text_ += json_ ? "}\n" : "\n";
        if (current) current->writer.write(text_, severity_ >= level::warn);
    } catch (...) {
        // Out of memory while logging: the line is lost, the request is not.
    }
    if (text_.capacity() > spare.capacity()) spare = std::move(text_);
}

void log_line::add_name(std::string_view name) {
    if (json_) {
        text_ += ",\"";
        text_ += name;
        text_ += "\":";
    } else {
        text_ += ' ';
        text_ += name;
        text_ += '=';
    }
}

void log_line::add_text(std::string_view name, std::string_view text) {
    add_name(name);
    if (json_) {
        append_quoted(text_, text);
    } else {
        append_word_or_quoted(text_, text);
    }
}

void log_line::add_number(std::string_view name, std::int64_t number) {
    add_name(name);
    append_number(text_, number);
}

void log_line::add_number(std::string_view name, std::uint64_t number) {
    add_name(name);
    append_number(text_, number);
}

void log_line::add_flag(std::string_view name, bool flag) {
    add_name(name);
    text_ += flag ? "true" : "false";
}

void log_line::add_duration(std::string_view name, std::chrono::nanoseconds duration) {
    add_name(name);
    append_milliseconds(text_, duration);
}

}  // namespace cloche::observability
