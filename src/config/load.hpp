// Reads a configuration file into the options of the modules. At start-up, from one thread; the
// only reader of files and environment variables in the name of configuration.
//
// Everything wrong is found at once. With problems the result is not to be used.
#pragma once

#include "config/config.hpp"
#include "config/problem.hpp"
#include "config/source.hpp"

#include <optional>
#include <string>

namespace cloche::config {

/// Without a path: the defaults.
gateway_config load_gateway(const std::optional<std::string>& path, problems& found);
identity_config load_identity(const std::optional<std::string>& path, problems& found);

/// The same of a text.
gateway_config read_gateway(const source& from, problems& found);
identity_config read_identity(const source& from, problems& found);

}  // namespace cloche::config
