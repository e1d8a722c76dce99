// Why a session is to be ended, and what is left of it then. Pure: case 9 of docs/sessions.md.
#pragma once

#include "session/record.hpp"
#include "session/refresh_fsm.hpp"

namespace cloche::session {

/// What the record itself says of why it is to be ended now; none: it is not.
end_reason reason_in(const record& session, instant now, const refresh_options& options);

/// The record as one that has ended, with the API to be told of it where that has something to
/// forget.
record tombstone_of(const record& session, end_reason reason, instant now);

}  // namespace cloche::session
