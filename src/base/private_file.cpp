#include "base/private_file.hpp"

#include "base/atomic_file.hpp"
#include "base/secret.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/system/errc.hpp>

#include <cerrno>

namespace cloche {
namespace {

constexpr std::size_t largest = 64 * 1024;

std::string reason(const std::string& path, const error& failure) {
    return path + ": " + failure.message();
}

/// Nothing and an empty `why` if there is no file of that name.
std::optional<std::string> read_open_file(int file, const std::string& path, std::string& why) {
    struct stat status {};
    if (::fstat(file, &status) != 0) {
        why = reason(path, {errno, boost::system::system_category()});
        return std::nullopt;
    }
    if (!S_ISREG(status.st_mode)) {
        why = path + ": not a regular file";
        return std::nullopt;
    }
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        why = path + ": others than its owner have access to it; it holds keys (chmod 600 " + path +
              ")";
        return std::nullopt;
    }
    // One byte more than is allowed tells a file that is too large from one that just fits.
    std::string content(largest + 1, '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        const auto count = ::read(file, content.data() + size, content.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            why = reason(path, {errno, boost::system::system_category()});
            wipe(content);
            return std::nullopt;
        }
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    if (size > largest) {
        why = path + ": larger than 64 KiB, so it is no key file";
        wipe(content);
        return std::nullopt;
    }
    content.resize(size);
    return content;
}

/// Nothing and an empty `why` if there is no file of that name.
std::optional<std::string> read_if_there(const std::string& path, std::string& why) {
    why.clear();
    // O_NONBLOCK: a named pipe is refused instead of waited for.
    const auto file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        if (errno != ENOENT) why = reason(path, {errno, boost::system::system_category()});
        return std::nullopt;
    }
    auto content = read_open_file(file, path, why);
    ::close(file);
    return content;
}

}  // namespace

std::optional<std::string> read_or_make_private_file(
    const std::string& path, const std::function<std::string()>& make, std::string& why
) {
    if (auto content = read_if_there(path, why); content || !why.empty()) return content;
    auto fresh = make();
    const auto created = create_file(path, fresh, S_IRUSR | S_IWUSR);
    if (created) return fresh;
    wipe(fresh);
    if (created.error() != boost::system::errc::file_exists) {
        why = reason(path, created.error());
        return std::nullopt;
    }
    // Another process was faster: its keys are the ones that count.
    auto content = read_if_there(path, why);
    if (!content && why.empty()) why = path + ": it was there, and is gone again";
    return content;
}

std::optional<std::string> read_private_file(const std::string& path, std::string& why) {
    auto content = read_if_there(path, why);
    if (!content && why.empty()) why = path + " is not there";
    return content;
}

}  // namespace cloche
