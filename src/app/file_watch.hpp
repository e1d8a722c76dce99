// Sees to it that files which may change while a program runs are looked at, every two seconds:
// keys, certificates.
#pragma once

#include "runtime/io_threads.hpp"
#include "runtime/offload.hpp"

#include <functional>

namespace cloche::app {

/// Has `look` called on a thread of `files`, until the threads stop. `files` outlives them: a file
/// system may be slow.
void watch_files(
    runtime::io_threads& threads, runtime::worker_pool& files, std::function<void()> look
);

}  // namespace cloche::app
