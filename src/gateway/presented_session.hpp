// The session behind a request: from the cookies that the browser presented to the record, and back
// to the cookies of the answer.
#pragma once

#include "gateway/request_context.hpp"
#include "runtime/task.hpp"

#include <string>
#include <vector>

namespace cloche::gateway {

/// Reads the ids out of the Cookie fields into `rq.presented`.
void read_presented(request_context& rq);

/// The hot path: sets `rq.session` and is true if the token is good and nothing has to
/// be waited for.
bool acquire_at_once(request_context& rq);

/// Sets `rq.session` to a session with a good token, refreshed if need be. Of several ids that were
/// presented exactly one must be live, or there is no session (CK-4).
runtime::task<session::verdict> acquire_presented(request_context& rq);
/// The same without refreshing, and without counting as use.
runtime::task<session::verdict> look_up_presented(request_context& rq);
/// The same, refreshed if that is due.
runtime::task<session::verdict> refresh_presented(request_context& rq);

/// The API refused the token of `rq.session`: the session as it is now, with a newer token if one
/// is to be had. `granted` with the same generation: the 401 is the answer.
runtime::task<session::verdict> replace_refused_token(request_context& rq);

/// True: the page may be shown, and `rq.session` is who sees it; without `guarded` that may be
/// nobody. False: the request was answered, as refuse_session has it. `token_wanted`: the page asks
/// the API.
runtime::task<bool> admit(request_context& rq, bool guarded, bool token_wanted);

/// The answer to a request that needed a session and got this: 401, 503, or for someone
/// who looks at a page the sign-in page or the hop that brings a withheld cookie
/// (SE-11). Never expires a cookie.
runtime::task<void> refuse_session(request_context& rq, session::verdict found);

/// Whether every cookie of a session with these tokens would be kept by browsers (CK-8). Errors:
/// cookies::errc, which are in the log.
result<void> cookies_fit(const request_context& rq, const session::token_set& tokens);
/// After a sign-in.
void set_cookies(request_context& rq, const session::session_id& id, const session::record& made);
/// After a sign-out.
void expire_cookies(request_context& rq);
/// The Set-Cookie lines of the answer, as its head is written: in `tokens` mode the copies are
/// mended where they differ from the record; an ended session gets none.
std::vector<std::string> cookie_lines(request_context& rq);

}  // namespace cloche::gateway
