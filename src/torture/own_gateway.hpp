// Commands that start this program's own gateway as the one under test.
#pragma once

#include "torture/plan.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace cloche::torture {

struct own_gateway {
    std::string program;           ///< the path of this binary
    std::string folder;            ///< for configuration and data of each replica
    std::string store = "sqlite";  ///< as `session.store`
    std::string mode = "server";   ///< as `session.mode`
    std::size_t replicas = 1;
};

/// A command for each replica, for gateway_plan::start.
std::vector<std::string> start_commands(const own_gateway& what);

}  // namespace cloche::torture
