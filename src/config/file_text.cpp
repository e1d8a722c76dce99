#include "config/file_text.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>

namespace cloche::config {
namespace {

constexpr std::size_t most_bytes = 1024 * 1024;

struct close_file {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

error system_error(int code) {
    return {code, boost::system::system_category()};
}

}  // namespace

result<std::string> read_file_text(const std::string& path) {
    const std::unique_ptr<std::FILE, close_file> file(std::fopen(path.c_str(), "rbe"));
    if (!file) return system_error(errno);
    std::string text(most_bytes + 1, '\0');
    errno = 0;
    const std::size_t size = std::fread(text.data(), 1, text.size(), file.get());
    if (std::ferror(file.get()) != 0) return system_error(errno);
    if (size > most_bytes) return system_error(EFBIG);
    text.resize(size);
    return text;
}

}  // namespace cloche::config
