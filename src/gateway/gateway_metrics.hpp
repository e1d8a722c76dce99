// The counters of requests, got once and kept. docs/operations.md names each. What happens to
// sessions is counted by app/session_metrics.
#pragma once

#include "observability/metrics.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

namespace cloche::gateway {

/// What kind of request it was: the `route` label. Few values, none of them taken from a request.
enum class route_class { auth, page, proxy, frontend, application, refused };
inline constexpr std::size_t route_class_count = 6;
std::string_view name_of(route_class route) noexcept;
inline constexpr std::size_t upstream_outcome_count = 6;

/// Answers that are meant to stay open.
enum class live_kind { websocket, events };
inline constexpr std::size_t live_kind_count = 2;

class gateway_metrics {
public:
    explicit gateway_metrics(observability::metrics& registry);

    /// One answered request: counted by route and status class, its duration by route.
    void answered(route_class route, unsigned status, std::chrono::nanoseconds took);
    void csrf_refused() { csrf_refused_.add(); }
    void signed_in(bool accepted) { (accepted ? sign_ins_accepted_ : sign_ins_refused_).add(); }
    void signed_out() { sign_outs_.add(); }
    void upstream(std::string_view outcome
    );  ///< "answered", "unreachable", "timeout", "invalid", "client_gone"
    void replayed() { replays_.add(); }
    void live_opened(live_kind kind) { live_[static_cast<std::size_t>(kind)].add(1); }
    void live_closed(live_kind kind) { live_[static_cast<std::size_t>(kind)].add(-1); }
    /// One was ended because its session was over.
    void live_ended() { live_ended_.add(); }

private:
    using by_status = std::array<observability::counter, 6>;  ///< 1xx to 5xx; 0: none
    std::array<by_status, route_class_count> requests_;
    std::array<observability::histogram, route_class_count> durations_;
    observability::counter csrf_refused_;
    observability::counter sign_ins_accepted_;
    observability::counter sign_ins_refused_;
    observability::counter sign_outs_;
    observability::counter replays_;
    std::array<observability::counter, upstream_outcome_count> upstream_;
    std::array<observability::gauge, live_kind_count> live_;
    observability::counter live_ended_;
};

}  // namespace cloche::gateway
