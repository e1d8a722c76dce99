#include "session/ending.hpp"

#include "session/schedule.hpp"

namespace cloche::session {
namespace {

/// Whether the API has something to forget: not what it refused itself, and not what has run out
/// there.
bool is_worth_telling(const record& session, end_reason reason, instant now) {
    switch (reason) {
        case end_reason::refused:
            return false;
        case end_reason::idle:
        case end_reason::absolute:
            return can_refresh(session, now);
        default:
            return !session.tokens.access.empty() || !session.tokens.refresh.empty();
    }
}

}  // namespace

end_reason reason_in(const record& session, instant now, const refresh_options& options) {
    if (session.state == session_state::suspended) {
        const bool long_enough = chore_of(session, now, options) == chore::end;
        return long_enough ? end_reason::refused : end_reason::none;
    }
    return decide(session, now, options).reason;
}

record tombstone_of(const record& session, end_reason reason, instant now) {
    return ended(session, reason, now, is_worth_telling(session, reason, now));
}

}  // namespace cloche::session
