#include "app/data_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace cloche::app {
namespace {

std::string reason() {
    return std::error_code(errno, std::generic_category()).message();
}

}  // namespace

std::unique_ptr<data_folder> data_folder::open(
    const std::string& path, const std::string& lock_name, std::string& why
) {
    std::error_code failure;
    const bool made = std::filesystem::create_directories(path, failure);
    if (failure) {
        why = "cannot make the data folder " + path + ": " + failure.message() +
              "; choose another `data`, or make it writable";
        return nullptr;
    }
    // Tokens at rest and signing keys are in here.
    if (made && chmod(path.c_str(), 0700) != 0) {
        why = "cannot keep others out of the data folder " + path + ": " + reason();
        return nullptr;
    }
    const std::string name = path + "/" + lock_name;
    const int lock = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        why = "cannot write in the data folder " + path + ": " + reason() +
              "; choose another `data`, or make it writable";
        return nullptr;
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        close(lock);
        why = "the data folder " + path +
              " is in use by another process; stop that one, or choose another `data`";
        return nullptr;
    }
    return std::unique_ptr<data_folder>(new data_folder(path, lock));
}

data_folder::data_folder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

data_folder::~data_folder() {
    close(lock_);
}

}  // namespace cloche::app
