// Security events: log lines with a closed list of names, and a counter for each (LG-3). Any
// thread.
//
//     audit(audit_event::login_failed).with("address", address).with("request_id", id);
//
// For what an operator must be able to search for later. Ordinary happenings are log_line's.
#pragma once

#include "observability/log.hpp"
#include "observability/metrics.hpp"

#include <cstdint>
#include <string_view>

namespace cloche::observability {

enum class audit_event {
    login_succeeded,
    login_failed,
    logged_out,
    session_revoked,         ///< ended from another session, by its owner
    session_suspended,       ///< the API refused the refresh token
    refresh_token_reused,    ///< a spent refresh token came back outside its grace: the family is
                             ///< revoked
    refresh_breaker_opened,  ///< so many refusals that the deployment is at fault: they count as
                             ///< passing
    refresh_breaker_closed,
    csrf_refused,
    host_refused,  ///< a Host that is not ours
    throttled,     ///< a limit on sign-in, registration, refresh or recovery
    account_registered,
    account_verified,
    password_changed,
    password_reset_requested,
    password_reset,
};
inline constexpr std::size_t audit_events =
    static_cast<std::size_t>(audit_event::password_reset) + 1;

std::string_view name_of(audit_event) noexcept;

/// Counts the event, and begins its line: `info` for what is ordinary, `warn` for what may be an
/// attack. Add fields to it; never a token, password or cookie, and a session only as its keyed tag
/// (LG-1, LG-2).
log_line audit(audit_event what);

/// Adds `cloche_security_events_total{event=...}` to `target`, which keeps up with the process's
/// counts. Once, at start-up.
void expose_audit(metrics& target);

}  // namespace cloche::observability
