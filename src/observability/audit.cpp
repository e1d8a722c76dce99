#include "observability/audit.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace cloche::observability {
namespace {

struct event_row {
    std::string_view name;
    level severity;
};

// In the order of the enum.
constexpr std::array<event_row, audit_events> rows{{
    {"login_succeeded", level::info},
    {"login_failed", level::warn},
    {"logged_out", level::info},
    {"session_revoked", level::info},
    {"session_suspended", level::warn},
    {"refresh_token_reused", level::warn},
    {"refresh_breaker_opened", level::error},
    {"refresh_breaker_closed", level::warn},
    {"csrf_refused", level::warn},
    {"host_refused", level::warn},
    {"throttled", level::warn},
    {"account_registered", level::info},
    {"account_verified", level::info},
    {"password_changed", level::info},
    {"password_reset_requested", level::info},
    {"password_reset", level::info},
}};

std::array<std::atomic<std::uint64_t>, audit_events> counts{};

const event_row& row_of(audit_event what) noexcept {
    return rows[static_cast<std::size_t>(what)];
}

}  // namespace

std::string_view name_of(audit_event what) noexcept {
    return row_of(what).name;
}

log_line audit(audit_event what) {
    counts[static_cast<std::size_t>(what)].fetch_add(1, std::memory_order_relaxed);
    return {row_of(what).severity, row_of(what).name};
}

void expose_audit(metrics& target) {
    struct exposed {
        counter total;
        std::function<std::uint64_t()> now;
        std::uint64_t seen = 0;
    };
    std::vector<exposed> counters;
    for (std::size_t i = 0; i < audit_events; ++i) {
        counters.push_back(
            {target.make_counter(
                 "cloche_security_events_total",
                 "Security events, by name.",
                 {{"event", std::string(rows[i].name)}}
             ),
             [i] { return counts[i].load(std::memory_order_relaxed); }}
        );
    }
    counters.push_back(
        {target.make_counter(
             "cloche_log_lines_lost_total",
             "Log lines dropped: not read fast enough, or not writable."
         ),
         log_lines_lost}
    );
    target.before_exposition([counters = std::move(counters)]() mutable {
        for (exposed& one : counters) {
            const std::uint64_t now = one.now();
            one.total.add(static_cast<double>(now - one.seen));
            one.seen = now;
        }
    });
}

}  // namespace cloche::observability
