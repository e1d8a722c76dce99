#include "base/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace cloche {

result<folder_lock> folder_lock::of_folder_with(const std::string& file) {
    const auto slash = file.rfind('/');
    const auto path = slash == std::string::npos ? "." : file.substr(0, slash + 1);
    const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return error(errno, boost::system::system_category());
    folder_lock lock(folder);
    while (::flock(folder, LOCK_EX) != 0)
        if (errno != EINTR) return error(errno, boost::system::system_category());
    return lock;
}

folder_lock::folder_lock(folder_lock&& other) noexcept
    : folder_(std::exchange(other.folder_, -1)) {}

folder_lock::~folder_lock() {
    if (folder_ >= 0) ::close(folder_);
}

}  // namespace cloche
