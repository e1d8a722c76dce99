// What a program beside the gateways does with the sessions in their store: lists and ends them. It
// calls no API: a gateway's sweep tells it of ends that it finds in the store.
#pragma once

#include "runtime/task.hpp"
#include "session/refresh_fsm.hpp"
#include "session/session_store.hpp"

#include <string>
#include <vector>

namespace cloche::session {

/// The sessions of one person that are not over, newest first; suspended ones too (SE-7). Errors:
/// those of session_store::list_by_subject.
runtime::task<result<std::vector<record_ptr>>> sessions_in_store(
    session_store& store, std::string subject, instant now, refresh_options options
);

/// Ends the session for every gateway. True: it was live, or suspended. Errors: those of the store.
runtime::task<result<bool>> end_in_store(session_store& store, id_hash id, instant now);

}  // namespace cloche::session
