// `cloche demo`: identity API and gateway in one process, with an account to sign in with. For a
// first look; loopback only.
#pragma once

#include <string>

namespace cloche::cli {

struct demo_options {
    std::string data = "./data";
    std::string listen = "127.0.0.1:3000";
    std::string operations = "127.0.0.1:3001";
    std::string identity_listen = "127.0.0.1:8000";
    std::string identity_operations = "127.0.0.1:8001";
    unsigned access_lifetime = 60;  ///< seconds: short, so that one can watch refreshes
};

/// Runs until SIGTERM or SIGINT. Gives the exit code.
int run_demo(const demo_options& options);

}  // namespace cloche::cli
