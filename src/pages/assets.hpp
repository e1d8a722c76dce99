// The files that the built-in pages load: style sheet, logo, one small script. Their names carry a
// hash of what is in them, so that they may be cached for good. Compiled in; any thread.
#pragma once

#include <string_view>

namespace cloche::pages {

struct asset {
    std::string_view path;  ///< below the page prefix: `assets/cloche-1f2e3d4c5b6a.css`
    std::string_view content_type;
    std::string_view content;
};

/// The asset at that path below the page prefix, without its leading slash; nothing if there is
/// none.
const asset* find_asset(std::string_view path) noexcept;

/// The Cache-Control of every asset.
std::string_view asset_cache_control() noexcept;

extern const asset style_sheet;
extern const asset script;
extern const asset icon;

/// The browser client of client/, as its build left it. Not below the page prefix: applications
/// name it (`/api/auth/client.js`), so it keeps its name.
extern const asset browser_client;

}  // namespace cloche::pages
