// Whether a Redis server throws keys away when it is full, as it says from time to time: its set-up
// can be changed while gateways run. Any thread.
#pragma once

#include "base/every.hpp"
#include "db/redis_info.hpp"
#include "session/store_health.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>

namespace cloche::session {

/// With no limit of its memory it has no reason to, whatever its policy.
bool throws_keys_away(const db::redis_info& info);

class eviction_watch {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// `first`: what it said at start, when it threw nothing away.
    eviction_watch(const db::redis_info& first, std::shared_ptr<store_health> health);

    /// True once every few seconds: the caller asks the server.
    bool wants_look(time_point now) noexcept { return looks_.is_due(now); }
    /// What it says now. In the log: when it begins to throw away and when it leaves off, and how
    /// many keys are gone since the last look.
    void seen(const db::redis_info& info);

private:
    const std::shared_ptr<store_health> health_;
    every<time_point> looks_{std::chrono::seconds(5)};
    std::mutex mutex_;
    std::uint64_t thrown_ = 0;  ///< by the server since its start, as it last said
};

}  // namespace cloche::session
