// Whether a server has replicas that writes are to wait for, and which writes waited in vain. Any
// thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace cloche::session {

class replica_watch {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// How many it has, as it said (INFO replication).
    void seen(unsigned replicas) noexcept;
    bool has_replicas() const noexcept { return has_.load(std::memory_order_relaxed); }
    /// True once every few seconds: the caller looks again.
    bool wants_look(time_point now) noexcept;
    /// Whether a replica had a write in time. Says in the log when that begins to fail, and when it
    /// works again.
    void waited(bool acknowledged);

private:
    std::atomic<bool> has_ = false;
    std::atomic<bool> failing_ = false;
    std::atomic<std::uint64_t> missed_ = 0;  ///< since it began to fail
    std::atomic<std::chrono::steady_clock::rep> next_look_ = 0;
};

}  // namespace cloche::session
