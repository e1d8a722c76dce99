#include "gateway/static_files.hpp"

#include "base/encoding.hpp"
#include "gateway/byte_range.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace cloche::gateway {
namespace {

error system_error() {
    return {errno, boost::system::system_category()};
}

error not_found() {
    return boost::system::errc::make_error_code(boost::system::errc::no_such_file_or_directory);
}

/// Closed when it goes out of scope, unless it was given away.
class descriptor {
public:
    explicit descriptor(int number) noexcept : number_(number) {}
    descriptor(descriptor&& other) noexcept : number_(other.release()) {}
    ~descriptor() {
        if (number_ >= 0) close(number_);
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    explicit operator bool() const noexcept { return number_ >= 0; }
    int get() const noexcept { return number_; }
    int release() noexcept { return std::exchange(number_, -1); }

private:
    int number_;
};

/// The kernel keeps the look-up below `folder`, symbolic links and all, so no race can lead it out.
int open_beneath(int folder, const std::string& relative) {
    open_how how{};
    how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    return static_cast<int>(syscall(SYS_openat2, folder, relative.c_str(), &how, sizeof how));
}

/// `.git`, `.env`; `.well-known` is made to be seen (RFC 8615).
bool has_hidden_segment(std::string_view path) {
    if (path.starts_with(".well-known/")) path.remove_prefix(1);
    return path.starts_with('.') || path.find("/.") != path.npos;
}

bool is_older(const struct stat& one, const struct stat& other) {
    const auto& a = one.st_mtim;
    const auto& b = other.st_mtim;
    return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

result<static_file> described(descriptor file, std::string_view name, struct stat& status) {
    if (fstat(file.get(), &status) != 0) return system_error();
    if (!S_ISREG(status.st_mode)) return not_found();
    std::array<char, 64> etag{};
    const int size = std::snprintf(
        etag.data(),
        etag.size(),
        "\"%llx-%llx%09lx\"",
        static_cast<unsigned long long>(status.st_size),
        static_cast<unsigned long long>(status.st_mtim.tv_sec),
        static_cast<unsigned long>(status.st_mtim.tv_nsec)
    );
    return static_file(
        file.release(),
        static_cast<std::uint64_t>(status.st_size),
        std::string(etag.data(), static_cast<std::size_t>(size)),
        content_type_of_name(name)
    );
}

/// Packed beforehand, by whoever built the front end: nothing is compressed here, where what is
/// secret could be guessed from the size of what came out (CA-4).
void take_packed(
    int folder,
    const std::string& name,
    const struct stat& of_file,
    std::string_view accept_encoding,
    static_file& file
) {
    static constexpr std::array<std::array<std::string_view, 2>, 2> codings{
        {{"br", ".br"}, {"gzip", ".gz"}}};
    for (const auto& [coding, ending] : codings) {
        if (!accepts_coding(accept_encoding, coding)) continue;
        descriptor found(open_beneath(folder, name + std::string(ending)));
        if (!found) continue;
        struct stat status {};
        result<static_file> packed = described(std::move(found), name, status);
        if (!packed || is_older(status, of_file)) continue;
        file.become(std::move(*packed), coding);
        return;
    }
}

}  // namespace

static_file::static_file(
    int descriptor, std::uint64_t size, std::string etag, std::string_view type
)
    : descriptor_(descriptor), size_(size), etag_(std::move(etag)), type_(type) {}

static_file::static_file(static_file&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      etag_(std::move(other.etag_)),
      type_(other.type_),
      coding_(other.coding_),
      offset_(other.offset_) {}

static_file& static_file::operator=(static_file&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    size_ = other.size_;
    etag_ = std::move(other.etag_);
    type_ = other.type_;
    coding_ = other.coding_;
    offset_ = other.offset_;
    return *this;
}

void static_file::become(static_file packed, std::string_view coding) {
    *this = std::move(packed);
    coding_ = coding;
    etag_.insert(etag_.size() - 1, "-").insert(etag_.size() - 1, coding);
}

static_file::~static_file() {
    if (descriptor_ >= 0) close(descriptor_);
}

result<std::string> static_file::read(std::size_t most) {
    std::string bytes(most, '\0');
    const ssize_t got =
        ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset_));
    if (got < 0) return system_error();
    bytes.resize(static_cast<std::size_t>(got));
    offset_ += bytes.size();
    return bytes;
}

result<static_file> open_static(
    const std::string& folder, std::string_view path, std::string_view accept_encoding
) {
    const auto decoded = percent_decode(path);
    if (!decoded || decoded->find('\0') != std::string::npos) return not_found();
    std::string relative = decoded->substr(std::min<std::size_t>(1, decoded->size()));
    if (has_hidden_segment(relative)) return not_found();
    if (relative.empty() || relative.ends_with('/')) relative += "index.html";

    const descriptor root(open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root) return system_error();
    for (const std::string& candidate : std::array{relative, relative + ".html"}) {
        descriptor file(open_beneath(root.get(), candidate));
        if (!file) {
            if (errno == ENOENT || errno == EXDEV || errno == ELOOP || errno == ENOTDIR ||
                errno == EACCES)
                continue;
            return system_error();
        }
        struct stat status {};
        result<static_file> opened = described(std::move(file), candidate, status);
        if (!opened) continue;
        take_packed(root.get(), candidate, status, accept_encoding, *opened);
        return opened;
    }
    const descriptor index(open_beneath(root.get(), relative + "/index.html"));
    if (index) return boost::system::errc::make_error_code(boost::system::errc::is_a_directory);
    return not_found();
}

bool names_etag(std::string_view if_none_match, std::string_view etag) noexcept {
    if (if_none_match == "*") return true;
    for (std::size_t at = if_none_match.find(etag); at != if_none_match.npos;
         at = if_none_match.find(etag, at + 1)) {
        // The quotes are part of it, so that it is the whole of an entry unless one is odd.
        const std::string_view behind = if_none_match.substr(at + etag.size());
        if (behind.empty() || behind.front() == ',' || behind.front() == ' ') return true;
    }
    return false;
}

std::string_view content_type_of_name(std::string_view name) noexcept {
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 22> types{{
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".map", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".txt", "text/plain; charset=utf-8"},
        {".xml", "application/xml"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},
        {".gif", "image/gif"},
        {".webp", "image/webp"},
        {".avif", "image/avif"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
        {".woff", "font/woff"},
        {".wasm", "application/wasm"},
        {".pdf", "application/pdf"},
        {".mp4", "video/mp4"},
    }};
    for (const auto& [ending, type] : types) {
        if (name.ends_with(ending)) return type;
    }
    return "application/octet-stream";
}

}  // namespace cloche::gateway
