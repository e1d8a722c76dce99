// The thread that writes log lines to standard error output, and what waits for it. For log.cpp
// alone.
//
// Lines are appended to one text under a lock; the thread takes the whole of it and writes it at
// once. So a line costs its thread one copy, and no memory is allocated once the text has grown to
// what an even load wants. A reader of the log that stalls must not stall the gateway: of what
// waits too much the older half is dropped, and counted.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace cloche::observability {

class log_writer {
public:
    /// Throws std::system_error if the thread cannot be started.
    log_writer();
    /// Writes out what waits.
    ~log_writer();
    log_writer(const log_writer&) = delete;
    log_writer& operator=(const log_writer&) = delete;

    /// `line` ends with a line feed. Any thread. An urgent one does not wait for more to be written
    /// with: a process that is killed soon after should not take it along.
    void write(std::string_view line, bool urgent) noexcept;
    /// Lines that were dropped.
    std::uint64_t lost() const noexcept { return lost_.load(std::memory_order_relaxed); }

private:
    void run();
    void write_out(std::string_view lines);
    void count_lost(std::string_view lines) noexcept;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::string waiting_;
    bool sleeping_ = false;  ///< the thread, until it is told
    bool urgent_ = false;    ///< of what waits
    bool stopping_ = false;
    bool half_written_ = false;  ///< the last line
    std::atomic<std::uint64_t> lost_ = 0;
    std::thread thread_;
};

}  // namespace cloche::observability
