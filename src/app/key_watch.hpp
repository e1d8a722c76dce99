// Sees to it that a key file that was changed is read, every two seconds.
#pragma once

#include "runtime/io_threads.hpp"
#include "runtime/offload.hpp"
#include "session/session_keys.hpp"

namespace cloche::app {

/// Runs until the threads stop. `files` outlives them: a file system may be slow.
void watch_keys(
    runtime::io_threads& threads, runtime::worker_pool& files, session::session_keys keys
);

}  // namespace cloche::app
