// Page load or fetch? What somebody who is not signed in gets in place of a guarded page (BF-9,
// SE-11). Pure.
//
// Not for deciding whether a page is guarded, nor whether there is a session. For the gateway's
// page guard and refusals.
#pragma once

#include "http/message.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cloche::gateway {

/// True for a top-level navigation: Sec-Fetch-Mode `navigate`, and not into a frame or an object;
/// without Fetch Metadata, a GET or HEAD whose Accept prefers HTML.
bool is_navigation(const http::request_head& head) noexcept;

enum class signed_out_answer : std::uint8_t {
    unauthenticated,  ///< 401: a script asked
    sign_in,          ///< 303 to the sign-in page
    bounce,           ///< 200, no-store: a page that loads the same address again from our own site
};

/// `brought_cookie`: the request had a session cookie, if a dead one, so that nothing was withheld.
/// Under SameSite=Strict a link from another site arrives without it: a bounce makes the browser
/// send it. Without Fetch Metadata nobody can tell where the person came from: everybody is bounced
/// once, and a mark in the query says so.
signed_out_answer answer_signed_out(
    const http::request_head& head, std::string_view query, bool brought_cookie
) noexcept;

/// Where the bounce page leads: the same address, with the mark if there is no Fetch Metadata.
std::string bounce_target(const http::request_head& head, std::string_view path_and_query);

bool has_bounce_mark(std::string_view query) noexcept;
/// For everything behind the bounce: `next`, and the app, never see the mark.
std::string without_bounce_mark(std::string_view path_and_query);

}  // namespace cloche::gateway
