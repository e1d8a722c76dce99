// Starts an application with a configuration that is not read from a file. For `cloche demo`.
#pragma once

#include "config/config.hpp"

#include <cloche/application.hpp>

#include <string>

namespace cloche::detail {

struct application_access {
    /// As application::start.
    static bool start(application& app, config::gateway_config with, std::string& why);
};

}  // namespace cloche::detail
