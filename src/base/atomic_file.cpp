#include "base/atomic_file.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

namespace cloche {
namespace {

/// Of a system call that has just failed.
error last_error() noexcept {
    return {errno, boost::system::system_category()};
}

class descriptor {
public:
    explicit descriptor(int fd) noexcept : fd_(fd) {}
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const noexcept { return fd_; }
    bool is_open() const noexcept { return fd_ >= 0; }

private:
    int fd_;
};

/// A file of a name nobody else has, in the folder where it is to end up;
/// removed unless it was renamed.
class temporary_file {
public:
    explicit temporary_file(const std::string& target)
        : name_(target + ".XXXXXX"), file_(::mkostemp(name_.data(), O_CLOEXEC)) {}
    temporary_file(const temporary_file&) = delete;
    temporary_file& operator=(const temporary_file&) = delete;
    ~temporary_file() {
        if (file_.is_open() && !renamed_) ::unlink(name_.c_str());
    }

    /// Content and mode are on the disk when this succeeds.
    result<void> fill(std::string_view content, mode_t mode) {
        if (!file_.is_open()) return last_error();
        if (::fchmod(file_.get(), mode) != 0) return last_error();
        while (!content.empty()) {
            const auto written = ::write(file_.get(), content.data(), content.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return last_error();
            content.remove_prefix(static_cast<std::size_t>(written));
        }
        if (::fsync(file_.get()) != 0) return last_error();
        return {};
    }
    result<void> give_to(uid_t user, gid_t group) {
        if (!file_.is_open() || ::fchown(file_.get(), user, group) != 0) return last_error();
        return {};
    }
    result<void> rename_to(const std::string& target) {
        if (::rename(name_.c_str(), target.c_str()) != 0) return last_error();
        renamed_ = true;
        return {};
    }
    /// Unlike a rename, a link fails where something is.
    result<void> link_to(const std::string& target) {
        if (::link(name_.c_str(), target.c_str()) != 0) return last_error();
        return {};
    }

private:
    std::string name_;
    descriptor file_;
    bool renamed_ = false;
};

/// A new name is on the disk once its folder is.
result<void> sync_folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    const auto folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.is_open()) return last_error();
    if (::fsync(opened.get()) != 0) return last_error();
    return {};
}

}  // namespace

result<void> write_file(const std::string& path, std::string_view content, mode_t mode) {
    temporary_file file(path);
    if (auto filled = file.fill(content, mode); !filled) return filled;
    if (auto named = file.rename_to(path); !named) return named;
    return sync_folder_of(path);
}

result<void> replace_file(const std::string& path, std::string_view content) {
    struct stat old {};
    if (::stat(path.c_str(), &old) != 0) return last_error();
    temporary_file file(path);
    const bool is_anothers = old.st_uid != ::geteuid() || old.st_gid != ::getegid();
    // The owner first: a change of it takes bits of the mode away.
    if (is_anothers) {
        if (auto given = file.give_to(old.st_uid, old.st_gid); !given) return given;
    }
    if (auto filled = file.fill(content, old.st_mode & 07777); !filled) return filled;
    if (auto named = file.rename_to(path); !named) return named;
    return sync_folder_of(path);
}

result<void> create_file(const std::string& path, std::string_view content, mode_t mode) {
    temporary_file file(path);
    if (auto filled = file.fill(content, mode); !filled) return filled;
    if (auto named = file.link_to(path); !named) return named;
    return sync_folder_of(path);
}

}  // namespace cloche
