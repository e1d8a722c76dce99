// The guard against open redirects: whether `next` may be where somebody is sent after signing in
// (RD-1, RD-2). Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace cloche::gateway {

/// True for the path of a page of this application: one leading `/`, a path in normal form, perhaps
/// a query; visible ASCII without backslashes, also after its escapes have been decoded once; 2 KiB
/// at most; and not `reserved` or below one of them in any spelling (the prefixes of the sign-in
/// pages, of the API and of the proxy).
bool is_safe_return(std::string_view next, std::span<const std::string> reserved);

}  // namespace cloche::gateway
