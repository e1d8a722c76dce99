// Reads a small text file whole.
#pragma once

#include "base/result.hpp"

#include <string>

namespace cloche::config {

/// Errors: the system's; std::errc::file_too_large over 1 MiB.
result<std::string> read_file_text(const std::string& path);

}  // namespace cloche::config
