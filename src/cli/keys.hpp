// `cloche keys`: the file with the keys that tokens at rest are sealed with.
#pragma once

#include <string>

namespace cloche::cli {

/// Makes the file, with one fresh key. It must not be there. Gives the exit code.
int create_keys(const std::string& file);
/// Prints the keys' ids, a line each, the one that seals first.
int list_keys(const std::string& file);

}  // namespace cloche::cli
