#include "session/schedule.hpp"

#include <algorithm>

namespace cloche::session {

std::optional<instant> work_at(const record& session, const refresh_options& options) {
    switch (session.state) {
        case session_state::suspended:
            return std::nullopt;
        case session_state::ended:
            if (!session.revocation_due) return std::nullopt;
            // With a flight in the air the API is told when it lands: of the token that it brings.
            if (session.in_flight) return session.in_flight->lease_until;
            return session.after_failure ? session.after_failure->not_before
                                         : session.ended_at.value_or(session.made);
        case session_state::live:
            break;
    }
    if (session.in_flight) return session.in_flight->lease_until;
    if (!session.after_failure || !session.after_failure->outcome_unknown_since)
        return std::nullopt;
    const instant heal_until = *session.after_failure->outcome_unknown_since + options.heal_for;
    if (session.after_failure->not_before >= heal_until) return std::nullopt;
    return session.after_failure->not_before;
}

instant expires_at(const record& session, const refresh_options& options) {
    if (session.state == session_state::live)
        return std::min(session.absolute_until, session.last_used + session.idle);
    return session.ended_at.value_or(session.made) + options.tombstone;
}

chore chore_of(const record& session, instant now, const refresh_options& options) {
    if (session.state != session_state::ended && now >= expires_at(session, options))
        return chore::end;
    const auto work = work_at(session, options);
    if (!work || now < *work) return chore::none;
    if (session.state == session_state::ended) return chore::tell;
    return sweep_wants(session, now, options) ? chore::refresh : chore::none;
}

bool is_purgeable(const record& session, instant now, const refresh_options& options) {
    const instant expired = expires_at(session, options);
    const bool done = session.state == session_state::ended && !session.revocation_due;
    return now >= (done ? expired : expired + purge_slack);
}

}  // namespace cloche::session
