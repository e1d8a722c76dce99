// What `GET /api/auth/session` says of a session, in seconds and never in instants; no
// token, ever. Pure.
#pragma once

#include "session/refresh_coordinator.hpp"

#include <boost/json/object.hpp>

namespace cloche::gateway {

/// {"expires_in":s,"idle_in":s,"refresh_in":s}; `refresh_in` is absent for a token of unknown life.
boost::json::object session_times(
    const session::record& session, instant now, const session::session_options& options
);

/// {"authenticated":true,"user":{…},"session":{…}}
boost::json::object signed_in_body(
    const session::record& session, instant now, const session::session_options& options
);
/// {"authenticated":false}
boost::json::object signed_out_body();

}  // namespace cloche::gateway
