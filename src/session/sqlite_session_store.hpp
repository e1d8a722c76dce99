// Session records in one SQLite file: the default. Every change is on the disk before it is
// answered; only `last_used` is written behind.
//
// For the processes of one machine; a second process on the file sees every change at its next
// load.
#pragma once

#include "crypto/random.hpp"
#include "session/refresh_fsm.hpp"
#include "session/session_keys.hpp"
#include "session/session_store.hpp"

#include <memory>
#include <string>

namespace cloche::session {

/// Opens the file, or makes it. `keys` seal the tokens in it. `random` outlives the store. The
/// store must go before the event loops that wait for it. Errors: those of `db`.
result<std::unique_ptr<session_store>> make_sqlite_session_store(
    const std::string& path,
    session_keys keys,
    crypto::random_source& random,
    const refresh_options& options
);

}  // namespace cloche::session
