// Session records in the memory of this process: gone with it. For development, tests, and where a
// restart may sign everybody out.
#pragma once

#include "session/refresh_fsm.hpp"
#include "session/session_store.hpp"

#include <memory>

namespace cloche::session {

/// `options`: for how long what is kept, as the sweep goes by.
std::unique_ptr<session_store> make_memory_session_store(const refresh_options& options);

}  // namespace cloche::session
