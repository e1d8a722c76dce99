// Which cookies a browser holds for a session, and what an answer changes about them. Pure.
//
// The id alone is the authority (CK-4). In `tokens` mode the browser also holds copies of the two
// tokens, for apps that read cookies on their own server side: they are never trusted, set again
// where they differ from the record, and expired where there is no session. Changes are worked out
// when the head of an answer is written. Only the sign-out routes expire the id.
#pragma once

#include "cookies/cookie_jar.hpp"
#include "session/record.hpp"

#include <boost/container/small_vector.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace cloche::session {

enum class cookie_mode { server, tokens };

struct session_cookie_options {
    cookie_mode mode = cookie_mode::server;
    std::string session = "__Host-Http-session";  ///< in development `cloche_session`
    std::string access = "accessToken";           ///< in `tokens` mode
    std::string refresh = "refreshToken";
    cookies::cookie_scope scope;
};

/// The fields of one request that are named Cookie.
using cookie_fields = std::span<const std::string_view>;

/// Mostly one.
using id_list = boost::container::small_vector<id_hash, 1>;

/// More ids than this in one request are somebody's stuffing, and none of them is looked up.
inline constexpr std::size_t most_presented_ids = 8;

/// The ids that came under the session cookie's name, each once and in order; what is no id of ours
/// in form is left out. Of several no position is preferred: the request is authenticated if
/// exactly one of them is live (CK-4).
id_list presented_ids(cookie_fields fields, const session_cookie_options& options);

/// Whether the cookies of a session with these tokens would be kept by browsers: asked before a
/// sign-in changes anything (CK-8). Errors: those of cookies::set_cookie.
result<void> session_cookies_fit(const token_set& tokens, const session_cookie_options& options);

/// After a sign-in: the id, for as long as the session can last, and in `tokens` mode the copies.
/// Errors: those of cookies::set_cookie.
result<void> set_session_cookies(
    cookies::cookie_jar& jar,
    const session_id& id,
    const record& session,
    instant now,
    const session_cookie_options& options
);

/// After a sign-out, also where there was no session: everything we ever set expires.
/// Errors: those of cookies::expire_cookie.
result<void> expire_session_cookies(
    cookies::cookie_jar& jar, const session_cookie_options& options
);

/// `tokens` mode, for every other answer: the copies that differ from the record are set again, and
/// those of tokens that are over, or with no session behind them, expire. `session`: null where
/// there is none. One that is suspended or over leaves the copies as they are: its answer may be
/// late, and they may be those of whoever has signed in since. A name that the browser sent twice
/// differs. In `server` mode nothing is to be done. Errors: those of cookies::set_cookie; what came
/// before is in the jar.
result<void> mend_session_cookies(
    cookies::cookie_jar& jar,
    cookie_fields fields,
    const record* session,
    instant now,
    const session_cookie_options& options
);

}  // namespace cloche::session
