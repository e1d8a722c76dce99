// Session records in Redis or Valkey: one primary, shared by any number of processes on any number
// of machines.
//
// Each change of a record is one round trip, and done whole or not at all. Where the server has
// replicas, the answer to a change waits until one of them has it, for half a second at most.
#pragma once

#include "crypto/random.hpp"
#include "runtime/io_threads.hpp"
#include "session/refresh_fsm.hpp"
#include "session/session_keys.hpp"
#include "session/session_store.hpp"
#include "session/store_health.hpp"

#include <memory>
#include <string>

namespace cloche::session {

/// Connects to the server at `url` (db/redis_target.hpp) and looks whether sessions are safe there.
/// Blocks, for some seconds at most. `keys` seal the tokens. `random` outlives the store, and so do
/// the `threads`, which need not run yet; calls need them to. What it finds out goes into `health`.
/// A null pointer if it cannot be used, with the reason and its remedy in `why`; never a password.
std::unique_ptr<session_store> make_redis_session_store(
    runtime::io_threads& threads,
    const std::string& url,
    session_keys keys,
    crypto::random_source& random,
    const refresh_options& options,
    std::shared_ptr<store_health> health,
    std::string& why
);

}  // namespace cloche::session
