// Session records in a PostgreSQL database, for any number of replicas. Every change is committed
// before it is answered, and told to the other replicas; only `last_used` is written behind.
//
// Not through a pooler that lends its connections for a transaction (PgBouncer does): prepared
// statements and LISTEN want one of their own.
#pragma once

#include "crypto/random.hpp"
#include "runtime/io_threads.hpp"
#include "session/refresh_fsm.hpp"
#include "session/session_keys.hpp"
#include "session/session_store.hpp"

#include <memory>
#include <string>

namespace cloche::session {

/// Connects, brings the tables up to date and counts; blocks until then. `url`:
/// db/postgres_address.hpp. `keys` seal the tokens in the records. `threads` and `random` outlive
/// the store. A null pointer where it fails: `why` says what to do, in one line and without the
/// password.
std::unique_ptr<session_store> make_postgres_session_store(
    runtime::io_threads& threads,
    const std::string& url,
    session_keys keys,
    crypto::random_source& random,
    const refresh_options& options,
    std::string& why
);

}  // namespace cloche::session
