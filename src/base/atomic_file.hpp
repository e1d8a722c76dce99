// Writes a small file whole or not at all: whoever reads the path sees the old content or all of
// the new, also after a power cut. Not for streams or large files. Blocks on the disk: at start-up,
// or in a worker thread. Any thread.
#pragma once

#include "base/result.hpp"

#include <sys/types.h>

#include <string>
#include <string_view>

namespace cloche {

/// Puts `content` at `path`, in place of what is there, with exactly `mode` (the umask does not
/// count). Errors: those of the system calls.
result<void> write_file(const std::string& path, std::string_view content, mode_t mode);

/// The same in place of a file that is there, with its mode and owner: whoever could read it still
/// can. Errors: no_such_file_or_directory, and those of the system calls.
result<void> replace_file(const std::string& path, std::string_view content);

/// As write_file(), but never in place of anything. Of several that try at once, one succeeds.
/// Errors: boost::system::errc::file_exists, and those of the system calls.
result<void> create_file(const std::string& path, std::string_view content, mode_t mode);

}  // namespace cloche
