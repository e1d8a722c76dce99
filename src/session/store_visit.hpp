// Listing and ending sessions with nothing but their store, as a program beside the gateways does.
// No API is called: a gateway's sweep tells it of ends that it finds in the store.
#pragma once

#include "base/clock.hpp"
#include "runtime/task.hpp"
#include "session/refresh_fsm.hpp"
#include "session/session_store.hpp"

#include <string>
#include <vector>

namespace cloche::session {

/// The sessions of one person that are not over, newest first; suspended ones too (SE-7). Errors:
/// those of session_store::list_by_subject. `time` is the store's, here and below: asked once it
/// has answered, which may have set the clock.
runtime::task<result<std::vector<record_ptr>>> sessions_in_store(
    session_store& store, const clock& time, std::string subject, refresh_options options
);

/// Ends the session for every gateway. True: it was live, or suspended. Errors: those of the store.
runtime::task<result<bool>> end_in_store(session_store& store, const clock& time, id_hash id);

}  // namespace cloche::session
