#include "session/replica_watch.hpp"

#include "observability/log.hpp"

namespace cloche::session {

using observability::level;
using observability::log_line;

namespace {

constexpr std::chrono::seconds look_every{5};

}  // namespace

void replica_watch::seen(unsigned replicas) noexcept {
    has_.store(replicas > 0, std::memory_order_relaxed);
}

bool replica_watch::wants_look(time_point now) noexcept {
    const auto ticks = now.time_since_epoch().count();
    auto due = next_look_.load(std::memory_order_relaxed);
    if (ticks < due) return false;
    const auto next = (now + look_every).time_since_epoch().count();
    return next_look_.compare_exchange_strong(due, next, std::memory_order_relaxed);
}

void replica_watch::waited(bool acknowledged) {
    if (!acknowledged) {
        ++missed_;
        // It may be gone: looked for with the next write.
        next_look_.store(0, std::memory_order_relaxed);
        if (!failing_.exchange(true)) log_line(level::warn, "session_store_replica_behind");
        return;
    }
    if (failing_.load(std::memory_order_relaxed) && failing_.exchange(false))
        log_line(level::info, "session_store_replica_follows")
            .with("writes_not_acknowledged", missed_.exchange(0));
}

}  // namespace cloche::session
