// Where a configuration is read from. What its texts mean: config/document.hpp.
#pragma once

#include "config/problem.hpp"

#include <functional>
#include <optional>
#include <string>

namespace cloche::config {

/// A text with its name, whether it stands in a file or not.
struct source {
    std::string name;  ///< what problems call it
    std::string text;
    std::function<std::optional<std::string>(const std::string&)>
        environment;  ///< looks a variable up
};

/// The file at `path`, with the variables of the process; without a path an empty text. At
/// start-up, from one thread.
source open_source(const std::optional<std::string>& path, problems& found);

}  // namespace cloche::config
