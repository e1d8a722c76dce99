// The thread that writes log lines to standard error output, and the bounded queue before it. For
// log.cpp alone.
//
// spdlog's asynchronous logger is the queue and the thread. A full queue drops its oldest line: a
// reader of the log that stalls must not stall the gateway.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace cloche::observability {

class log_writer {
public:
    /// Throws std::system_error if the thread cannot be started.
    log_writer();
    /// Writes out what is queued.
    ~log_writer();
    log_writer(const log_writer&) = delete;
    log_writer& operator=(const log_writer&) = delete;

    /// Queues `line`, which ends with a line feed. Any thread.
    void write(std::string_view line);
    std::uint64_t lost() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace cloche::observability
