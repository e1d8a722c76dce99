// `cloche demo`: identity API and gateway in one process, with an account to sign in with. For a
// first look; loopback only.
#pragma once

#include "cli/demo_options.hpp"

namespace cloche::cli {

/// Runs until SIGTERM or SIGINT. Gives the exit code.
int run_demo(const demo_options& asked);

}  // namespace cloche::cli
