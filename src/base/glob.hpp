// Path globs as the configuration uses them: `/`, `/account/*`, `/**`. Pure; any thread.
//
//   *    one or more characters of one segment; alone: any segment that is not empty
//   **   alone in its segment: any number of segments, none included
//
// Everything else stands for itself, byte for byte: no escapes, no classes, no folding of
// case, no decoding. The path must be in normal form already (`http/target`): `/a/../b`
// is not the business of a glob.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloche {

class path_glob {
public:
    /// Nothing if `pattern` does not begin with `/`, or has `**` within a segment.
    static std::optional<path_glob> compile(std::string_view pattern);

    /// Allocates nothing; at most as many steps as there are segments in the one
    /// times characters in the other.
    bool matches(std::string_view path) const noexcept;

    /// As it was written.
    const std::string& pattern() const noexcept { return pattern_; }

private:
    enum class kind : std::uint8_t { literal, stars, any_segments };
    struct segment {
        kind how;
        std::size_t begin;  ///< in pattern_, behind the slash
        std::size_t size;
    };

    path_glob() = default;
    bool fits(std::size_t at, std::string_view found) const noexcept;

    std::string pattern_;
    std::vector<segment> segments_;
};

/// True if one of them matches.
bool matches_any(const std::vector<path_glob>& globs, std::string_view path) noexcept;

}  // namespace cloche
