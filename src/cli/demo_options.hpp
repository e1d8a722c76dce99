// The options of `cloche demo`, written as the configuration writes such values.
#pragma once

#include "base/clock.hpp"
#include "config/problem.hpp"

#include <optional>
#include <string>

namespace cloche::cli {

/// As they stand on the command line.
struct demo_options {
    std::string data = "./data";
    std::string listen = "127.0.0.1:3000";
    std::string operations = "127.0.0.1:3001";
    std::string identity_listen = "127.0.0.1:8000";
    std::string identity_operations = "127.0.0.1:8001";
    std::string access_lifetime = "60s";  ///< short, so that one can watch refreshes
};

/// As they can be used. Every listener is on this machine alone, at a port of its own that is not
/// 0.
struct demo_settings {
    std::string data;
    std::string listen;
    std::string operations;
    std::string identity_listen;
    std::string identity_operations;
    seconds access_lifetime{};
};

/// Nothing if something is wrong; `found` then has it, each with the name of its option. A port 0
/// becomes one that is free now.
std::optional<demo_settings> read_demo_options(const demo_options& asked, config::problems& found);

}  // namespace cloche::cli
