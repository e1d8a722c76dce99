// What a request is aimed at: takes request targets apart and says whether a path can be misread.
// Pure.
//
// Nothing is ever normalised: a path that two servers could read differently is refused, any other
// is matched and sent on byte for byte (BF-4, PX-15). Which hosts and paths are ours is for the
// gateway's policies.
#pragma once

#include "base/result.hpp"
#include "http/errc.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cloche::http {

enum class target_form : std::uint8_t {
    origin,     ///< /path?query
    absolute,   ///< http://authority/path?query
    authority,  ///< host:port, with CONNECT
    asterisk,   ///< *, with OPTIONS
};

/// Views into the target it was made from.
struct request_target {
    target_form form = target_form::origin;
    std::string_view authority;       ///< of the absolute and the authority form
    std::string_view path;            ///< begins with `/`; empty for the authority form and for `*`
    std::string_view query;           ///< without its `?`
    bool has_query = false;           ///< `/a?` and `/a` are not the same bytes (PX-15)
    std::string_view path_and_query;  ///< as it goes on the wire to an origin server
};

/// RFC 9112 section 3.2. Errors: bad_request for anything else than these four forms: other schemes
/// than http and https, user information, a bad authority.
result<request_target> split_target(std::string_view target);

/// One or more bytes of visible ASCII, and no `#`: what a request line can carry.
bool is_target_text(std::string_view text) noexcept;

/// uri-host [ ":" port ] (RFC 9110 section 7.2): letters, digits, `-`, `.`, `_`, or an IPv6 address
/// in brackets; the port in digits, up to 65535. Narrower than the grammar, which lets sub-delims
/// and escapes into a name.
bool is_authority(std::string_view text) noexcept;

/// Whether `path` is `prefix`, or goes on behind it with a `/`.
constexpr bool is_below(std::string_view path, std::string_view prefix) noexcept {
    return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

/// Why a path is not in normal form (contract, section 7).
enum class path_fault : std::uint8_t {
    none,
    not_absolute,   ///< does not begin with `/`
    empty_segment,  ///< `//`
    dot_segment,  ///< `.` or `..`, also before path parameters (`..;x`), which some servers cut off
                  ///< first
    forbidden_byte,     ///< backslash, control, `?`, `#`, space, or outside ASCII
    bad_escape,         ///< `%` without two hex digits, or the first byte of an overlong UTF-8 form
    encoded_separator,  ///< an escaped slash or backslash
    encoded_control,    ///< NUL and the others
    encoded_unreserved,  ///< an escaped letter, digit, `-`, `.`, `_` or `~`: two spellings of one
                         ///< path
    double_encoding,     ///< an escaped `%` that makes a second escape
};
path_fault check_path(std::string_view path) noexcept;
/// For a person: a sentence's worth.
std::string_view describe(path_fault fault) noexcept;

/// The resource that a path in normal form names for the most lenient of servers: decoded, letters
/// small (also the few outside ASCII that become ASCII ones), path parameters cut off each segment,
/// dots and spaces off its end, and slashes off the end of the path. No segment is empty.
std::string fold_path(std::string_view path);

/// True if `path`, in normal form, folds to one of `folded`. Copies nothing for the usual path.
bool is_spelling_of_any(std::string_view path, std::span<const std::string> folded);

}  // namespace cloche::http
