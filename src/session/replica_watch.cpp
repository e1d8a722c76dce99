#include "session/replica_watch.hpp"

#include "observability/log.hpp"

#include <utility>

namespace cloche::session {

using observability::level;
using observability::log_line;

replica_watch::replica_watch(std::shared_ptr<store_health> health) noexcept
    : health_(std::move(health)) {}

void replica_watch::seen(unsigned replicas) noexcept {
    has_.store(replicas > 0, std::memory_order_relaxed);
}

void replica_watch::waited(const id_hash& session, bool acknowledged) {
    if (!acknowledged) {
        miss();
        // It may be gone: looked for with the next write.
        looks_.hasten();
        if (!failing_.exchange(true)) log_line(level::warn, "session_store_replica_behind");
        log_line(level::warn, "session_change_not_acknowledged").with("session", log_tag(session));
        return;
    }
    if (failing_.load(std::memory_order_relaxed) && failing_.exchange(false))
        log_line(level::info, "session_store_replica_follows")
            .with("changes_not_acknowledged", missed_.exchange(0));
}

void replica_watch::did_not_wait() noexcept {
    if (failing_.load(std::memory_order_relaxed)) miss();
}

void replica_watch::miss() noexcept {
    ++missed_;
    ++health_->not_acknowledged;
}

}  // namespace cloche::session
