// `cloche keys`: the file with the keys that tokens at rest are sealed with.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace cloche::cli {

struct key_options {
    std::string file;
    std::string seals_in = "10m";         ///< of a fresh key
    std::string longest_session = "30d";  ///< `session.absolute` of the gateways
    std::optional<std::size_t> keep;      ///< so many old keys, and those still needed

    key_options() = default;
};

/// Each gives the exit code.

/// Makes the file, with one fresh key. It must not be there.
int create_keys(const std::string& file);
/// Prints the keys' ids, a line each, the newest first: what it does, and when it may go.
int list_keys(const key_options& options);
/// Adds a fresh key, which begins to seal a while later, and drops what is not needed any more if
/// `keep` says so. Of several at once each adds its own.
int rotate_keys(const key_options& options);

}  // namespace cloche::cli
