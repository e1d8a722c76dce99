// The counters of what happens to sessions, all there from the start: an alarm on a counter that
// appears with its first event misses that event. Any thread.
#pragma once

#include "observability/metrics.hpp"
#include "session/refresh_coordinator.hpp"
#include "session/session_keys.hpp"
#include "session/store_health.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace cloche::app {

class session_metrics {
public:
    explicit session_metrics(observability::metrics& registry);

    /// Counts what the coordinator tells. This object outlives it.
    session::coordinator_events events();
    /// The same of the keys.
    session::session_key_events key_events();
    void set_live(std::size_t sessions) { live_.set(static_cast<double>(sessions)); }
    /// One thread at a time.
    void show(const session::store_health& health);

private:
    using counters = std::map<std::string, observability::counter, std::less<>>;

    counters refreshes_;
    counters ends_;
    observability::gauge live_;
    observability::gauge breaker_open_;
    observability::gauge circuit_open_;
    observability::counter keys_loaded_;
    observability::counter keys_not_loaded_;
    observability::counter key_missing_;
    observability::counter not_acknowledged_;
    observability::counter thrown_away_;
    observability::gauge throws_away_;
    std::uint64_t not_acknowledged_shown_ = 0;
    std::uint64_t thrown_away_shown_ = 0;
};

}  // namespace cloche::app
