#include "session/eviction_watch.hpp"

#include "observability/log.hpp"

#include <utility>

namespace cloche::session {

using observability::level;
using observability::log_line;

namespace {

constexpr const char* remedy =
    "sessions are thrown away with other keys, which signs people out: set maxmemory-policy "
    "noeviction";

}  // namespace

bool throws_keys_away(const db::redis_info& info) {
    return info.memory_limit > 0 && info.eviction != "noeviction";
}

eviction_watch::eviction_watch(const db::redis_info& first, std::shared_ptr<store_health> health)
    : health_(std::move(health)), thrown_(first.thrown_away) {}

void eviction_watch::seen(const db::redis_info& info) {
    const std::lock_guard lock(mutex_);
    // A server that was started again counts from nothing.
    const auto more = info.thrown_away < thrown_ ? info.thrown_away : info.thrown_away - thrown_;
    thrown_ = info.thrown_away;
    if (more > 0) {
        health_->thrown_away += more;
        log_line(level::error, "session_store_threw_away")
            .with("keys", more)
            .with("remedy", remedy);
    }
    const bool throws = throws_keys_away(info);
    if (health_->throws_away.exchange(throws) == throws) return;
    if (throws) {
        log_line(level::error, "session_store_throws_away")
            .with("policy", info.eviction)
            .with("remedy", remedy);
    } else {
        log_line(level::info, "session_store_keeps_all").with("policy", info.eviction);
    }
}

}  // namespace cloche::session
