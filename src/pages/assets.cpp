#include "pages/assets.hpp"

namespace cloche::pages {

const asset* find_asset(std::string_view path) noexcept {
    for (const asset* candidate : {&style_sheet, &script, &icon}) {
        if (candidate->path == path) return candidate;
    }
    return nullptr;
}

std::string_view asset_cache_control() noexcept {
    return "public, max-age=31536000, immutable";
}

}  // namespace cloche::pages
