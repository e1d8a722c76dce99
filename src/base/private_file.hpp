// A small file that holds keys: read only if nobody but its owner can, made if it is not there.
// Blocks on the disk: at start-up, or in a worker thread. Any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace cloche {

/// The content of the file at `path`. If there is none, `make` is asked for it and the file written
/// with mode 0600, whole or not at all; of several processes that do so at once all get the content
/// of the one that was first. Nothing if that fails, with the reason and its remedy for the
/// operator in `why`: among others if group or others may read the file, or it is over 64 KiB.
std::optional<std::string> read_or_make_private_file(
    const std::string& path, const std::function<std::string()>& make, std::string& why
);

/// The same of a file that has to be there.
std::optional<std::string> read_private_file(const std::string& path, std::string& why);

}  // namespace cloche
