// Reads the files of a front end from a folder: `frontend: { static: DIR }`. Blocking;
// for worker threads.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cloche::gateway {

/// An open file that is about to be sent.
class static_file {
public:
    static_file(int descriptor, std::uint64_t size, std::string etag, std::string_view type);
    /// The same content, packed: a file of its own beside it.
    void become(static_file packed, std::string_view coding);
    ~static_file();
    static_file(static_file&& other) noexcept;
    static_file& operator=(static_file&& other) noexcept;

    std::uint64_t size() const noexcept { return size_; }
    /// Strong, quoted: size and time of change.
    const std::string& etag() const noexcept { return etag_; }
    std::string_view content_type() const noexcept { return type_; }
    /// As Content-Encoding has it; empty: none.
    std::string_view coding() const noexcept { return coding_; }
    /// Where read() goes on.
    void go_to(std::uint64_t offset) noexcept { offset_ = offset; }
    /// The next bytes, `most` at the most; empty at the end. Errors: the system's.
    result<std::string> read(std::size_t most);

private:
    int descriptor_;
    std::uint64_t size_;
    std::string etag_;
    std::string_view type_;
    std::string_view coding_;
    std::uint64_t offset_ = 0;
};

/// Opens the file that `path` (in normal form) names below `folder`: `index.html` for a path that
/// ends in `/`, and `PATH.html` where that is all there is. Names that begin with a dot are never
/// served, `.well-known` aside, nor what a symbolic link leads to outside of the folder. Errors:
/// std::errc::no_such_file_or_directory; is_a_directory for a folder with an `index.html` whose
/// path lacks its `/`; and the system's.
///
/// Where `FILE.br` or `FILE.gz` stands beside it, is not older, and `accept_encoding` allows it,
/// that is what is opened.
result<static_file> open_static(
    const std::string& folder, std::string_view path, std::string_view accept_encoding
);

/// Whether an If-None-Match names `etag`, by weak comparison (RFC 9110 section 13.1.2).
bool names_etag(std::string_view if_none_match, std::string_view etag) noexcept;

/// By the name's ending; application/octet-stream for what is not known.
std::string_view content_type_of_name(std::string_view name) noexcept;

}  // namespace cloche::gateway
