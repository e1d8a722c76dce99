#include "gateway/return_to.hpp"

#include "base/encoding.hpp"
#include "http/target.hpp"

#include <algorithm>

namespace cloche::gateway {
namespace {

constexpr std::size_t longest = 2048;

/// Browsers read `\` as `/`, and strip tabs and line ends out of an address before they look at it.
bool is_harmless(std::string_view text) noexcept {
    return std::none_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte == 0x7f || byte == '\\';
    });
}

/// A second slash makes the first segment a host.
bool is_rooted(std::string_view text) noexcept {
    return !text.empty() && text[0] == '/' && (text.size() == 1 || text[1] != '/');
}

}  // namespace

bool is_safe_return(std::string_view next, std::span<const std::string> reserved) {
    if (next.size() > longest || !http::is_target_text(next)) return false;
    const auto decoded = percent_decode(next);
    if (!decoded || !is_rooted(next) || !is_rooted(*decoded) || !is_harmless(next) ||
        !is_harmless(*decoded)) {
        return false;
    }
    // Dot segments would walk out of here into a reserved path.
    if (http::check_path(next.substr(0, next.find('?'))) != http::path_fault::none) return false;
    // An escaped `?` or `#` ends the path for whoever decodes it once more.
    const std::string folded =
        http::fold_path(std::string_view(*decoded).substr(0, decoded->find_first_of("?#")));
    return std::none_of(reserved.begin(), reserved.end(), [&folded](const std::string& prefix) {
        return http::is_below(folded, http::fold_path(prefix));
    });
}

}  // namespace cloche::gateway
