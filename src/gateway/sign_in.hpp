// Signing in and out: what the JSON routes and the forms have in common.
#pragma once

#include "gateway/request_context.hpp"
#include "runtime/task.hpp"

#include <string>

namespace cloche::gateway {

/// Sends `body` (a JSON object) to the API's login. If it accepts, a session under a new id is
/// made, the one that the browser presented ends, and the cookies are in `rq.jar` (SE-2). The
/// answer holds no token value. Errors: those of http::client::fetch;
/// session::errc::store_unavailable; cookies::errc::too_long. After an error nobody is signed in,
/// and tokens that the API gave are revoked there.
runtime::task<result<session::api_answer>> sign_in(request_context& rq, std::string body);

/// Ends every session that the browser presented and expires its cookies (LO-1). The
/// same without one. Errors: session::errc::store_unavailable; the cookies are expired
/// all the same, and the end follows.
runtime::task<result<void>> sign_out(request_context& rq);

/// Who asks, for the API's eyes.
session::caller caller_of(const request_context& rq);

}  // namespace cloche::gateway
