// The answers of the identity API: their JSON, their status, their fields. Pure.
//
// The one place that turns a refusal into a status:
//
//     400  malformed_bearer, malformed_request, bad_verification; bad_request, client_gone of http
//     401  bad_credentials, bad_refresh_token, bad_access_token, no_access_token
//     403  cross_site
//     404  not_found
//     405  method_not_allowed
//     415  wrong_media_type
//     422  invalid_form
//     429  throttled
//     503  overloaded, and whatever the database could not do
//     500  all else: a fault of ours
//
// and 408, 413, 414, 417, 431 and 501 for what they are in http.
//
// Bodies are `{"error":"Unauthorized","message":"...","statusCode":401}`; with 422 the message is
// a list of `{"property":"email","message":"..."}`.
#pragma once

#include "http/message.hpp"
#include "identity/login_service.hpp"
#include "identity/refusal.hpp"
#include "identity/types.hpp"

#include <boost/json/object.hpp>

namespace cloche::identity {

/// `{"message":…,"data":{…}}`, not to be stored.
http::reply answer_of(unsigned status, std::string_view message, boost::json::object data);
http::reply answer_of(unsigned status, std::string_view message);

/// 200 with the access token in the body and the refresh token in its cookie.
http::reply tokens_answer(
    std::string_view message, const token_pair& tokens, instant now, bool secure_cookie
);
/// Members by name: nothing of a user is shown because it happens to be there (ID-15).
boost::json::object user_data(const user& who);

http::reply refusal_answer(const refusal& why);

}  // namespace cloche::identity
