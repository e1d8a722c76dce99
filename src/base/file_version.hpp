// Which content a file has, told without reading it: a file that is replaced or written to has
// another version.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace cloche {

struct file_version {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t modified_at = 0;  ///< nanoseconds since 1970

    bool operator==(const file_version&) const = default;
};

/// Nothing where there is no such file, or it cannot be looked at. One system call.
std::optional<file_version> version_of_file(const std::string& path);
/// There is such a file, or folder, and it can be looked at.
bool is_there(const std::string& path);

}  // namespace cloche
