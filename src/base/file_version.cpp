#include "base/file_version.hpp"

#include <sys/stat.h>

namespace cloche {

std::optional<file_version> version_of_file(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return std::nullopt;
    file_version version;
    version.device = status.st_dev;
    version.inode = status.st_ino;
    version.size = status.st_size;
    version.modified_at = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
    return version;
}

bool is_there(const std::string& path) {
    return version_of_file(path).has_value();
}

}  // namespace cloche
