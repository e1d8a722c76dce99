// The built-in pages: what a view says, as HTML. They work with scripting off and ask nothing of
// other hosts. Pure: no request, no session, no clock; status and header fields are the caller's
// business. Any thread.
#pragma once

#include "pages/views.hpp"

#include <string>
#include <string_view>

namespace cloche::pages {

/// Of every page: `text/html; charset=utf-8`.
std::string_view content_type() noexcept;

/// The Content-Security-Policy every page is sent with: nothing but its own assets, no inline
/// script or style, no frames, forms to its own origin alone.
std::string_view content_security_policy() noexcept;

std::string sign_in_page(const sign_in_view& view);
std::string register_page(const register_view& view);
std::string verify_page(const verify_view& view);
std::string verified_page(const verified_view& view);
std::string verify_failed_page(const verify_failed_view& view);
std::string account_page(const account_view& view);
std::string message_page(const message_view& view);
std::string error_page(const error_view& view);
std::string bounce_page(const bounce_view& view);

}  // namespace cloche::pages
