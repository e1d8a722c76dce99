// The cookie that carries the refresh token between the API and its clients. Pure.
//
//     refreshToken=…; Max-Age=…; Path=/; Expires=…; HttpOnly; SameSite=Lax
//
// The contract's own shape, with Secure besides where the issuer is https. The gateway in front
// keeps it to itself.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "http/message.hpp"

#include <optional>
#include <string>

namespace cloche::identity {

inline constexpr std::string_view refresh_cookie_name = "refreshToken";

/// Good from `now` until `end`.
std::string refresh_cookie(const refresh_token& token, instant now, instant end, bool secure);
std::string expired_refresh_cookie(bool secure);

/// The token a request carries. Nothing if there is none, or if there are several that differ:
/// which one the client meant cannot be known, and trying them one after the other would spend
/// tokens (CK-4).
std::optional<refresh_token> presented_refresh_token(const http::request_head& head);

}  // namespace cloche::identity
