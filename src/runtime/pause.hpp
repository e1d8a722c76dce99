// A coroutine that waits for a while.
#pragma once

#include "runtime/task.hpp"

#include <chrono>

namespace cloche::runtime {

/// Returns after `length`, or when the coroutine is cancelled.
task<void> pause(std::chrono::milliseconds length);

}  // namespace cloche::runtime
