#include "base/glob.hpp"

#include <algorithm>

namespace cloche {
namespace {

/// The segment that begins behind the slash at `slash`.
std::string_view segment_at(std::string_view path, std::size_t slash) noexcept {
    const auto end = path.find('/', slash + 1);
    return path.substr(slash + 1, end == std::string_view::npos ? end : end - slash - 1);
}

/// `pattern` has stars, each for one or more characters.
bool matches_stars(std::string_view pattern, std::string_view text) noexcept {
    std::size_t p = 0;
    std::size_t t = 0;
    // Where to go on if what follows the last star does not fit: that star takes one
    // character more. Earlier stars need not be tried again, as the last one can
    // take whatever they would have.
    auto star = std::string_view::npos;
    std::size_t taken_until = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            taken_until = ++t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++taken_until;
        } else {
            return false;
        }
    }
    return p == pattern.size();
}

}  // namespace

std::optional<path_glob> path_glob::compile(std::string_view pattern) {
    if (pattern.empty() || pattern.front() != '/') return std::nullopt;
    path_glob glob;
    glob.pattern_ = pattern;
    for (std::size_t slash = 0; slash != std::string_view::npos;
         slash = pattern.find('/', slash + 1)) {
        const auto text = segment_at(pattern, slash);
        auto how = kind::literal;
        if (text == "**") {
            how = kind::any_segments;
        } else if (text.find("**") != std::string_view::npos) {
            return std::nullopt;
        } else if (text.find('*') != std::string_view::npos) {
            how = kind::stars;
        }
        glob.segments_.push_back({how, slash + 1, text.size()});
    }
    return glob;
}

bool path_glob::fits(std::size_t at, std::string_view found) const noexcept {
    if (at >= segments_.size()) return false;
    const auto& wanted = segments_[at];
    const auto pattern = std::string_view(pattern_).substr(wanted.begin, wanted.size);
    return wanted.how == kind::stars ? matches_stars(pattern, found) : pattern == found;
}

bool path_glob::matches(std::string_view path) const noexcept {
    if (path.empty() || path.front() != '/') return false;
    constexpr auto none = std::string_view::npos;
    std::size_t at = 0;     // in segments_
    std::size_t slash = 0;  // in path; none at its end
    // As in matches_stars, with segments in place of characters: only the last `**` is ever
    // widened.
    auto wide = none;
    std::size_t widened_until = 0;
    const auto is_at = [this, &at](kind how) {
        return at < segments_.size() && segments_[at].how == how;
    };
    while (slash != none) {
        if (is_at(kind::any_segments)) {
            wide = at++;
            widened_until = slash;
        } else if (fits(at, segment_at(path, slash))) {
            ++at;
            slash = path.find('/', slash + 1);
        } else if (wide != none) {
            at = wide + 1;
            slash = widened_until = path.find('/', widened_until + 1);
        } else {
            return false;
        }
    }
    while (is_at(kind::any_segments)) {
        ++at;
    }
    return at == segments_.size();
}

bool matches_any(const std::vector<path_glob>& globs, std::string_view path) noexcept {
    return std::any_of(globs.begin(), globs.end(), [path](const path_glob& glob) {
        return glob.matches(path);
    });
}

}  // namespace cloche
