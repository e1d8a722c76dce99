// Whether a server has replicas that writes are to wait for, and which writes waited in vain. Any
// thread.
#pragma once

#include "base/every.hpp"
#include "session/record.hpp"
#include "session/store_health.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

namespace cloche::session {

class replica_watch {
public:
    using time_point = std::chrono::steady_clock::time_point;

    explicit replica_watch(std::shared_ptr<store_health> health) noexcept;

    /// How many it has, as it said (INFO replication).
    void seen(unsigned replicas) noexcept;
    bool has_replicas() const noexcept { return has_.load(std::memory_order_relaxed); }
    /// True once every few seconds: the caller looks again.
    bool wants_look(time_point now) noexcept { return looks_.is_due(now); }
    /// Whether a replica had a change of `session` in time: what is lost if the server is, now.
    /// Says in the log when that begins to fail, for which sessions, and when it works again.
    void waited(const id_hash& session, bool acknowledged);
    /// A change that waited for nobody, as there is no replica, or none any more.
    void did_not_wait() noexcept;

private:
    void miss() noexcept;

    const std::shared_ptr<store_health> health_;
    std::atomic<bool> has_ = false;
    std::atomic<bool> failing_ = false;
    std::atomic<std::uint64_t> missed_ = 0;  ///< since it began to fail
    every<time_point> looks_{std::chrono::seconds(5)};
};

}  // namespace cloche::session
