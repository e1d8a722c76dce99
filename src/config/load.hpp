// Reads a configuration file into the options of the modules. At start-up, from one thread; the
// only reader of files and environment variables in the name of configuration.
//
// Everything wrong is found at once. With problems the result is not to be used.
#pragma once

#include "config/config.hpp"
#include "config/problem.hpp"

#include <functional>
#include <optional>
#include <string>

namespace cloche::config {

/// Without a path: the defaults.
gateway_config load_gateway(const std::optional<std::string>& path, problems& found);
identity_config load_identity(const std::optional<std::string>& path, problems& found);

/// A configuration that is no file.
struct source {
    std::string name;  ///< what problems call it
    std::string text;
    std::function<std::optional<std::string>(const std::string&)>
        environment;  ///< looks a variable up
};
gateway_config read_gateway(const source& from, problems& found);
identity_config read_identity(const source& from, problems& found);

}  // namespace cloche::config
