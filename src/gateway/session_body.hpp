// What a browser is told of a session, in seconds and never in instants; no token, ever. Pure.
#pragma once

#include "session/refresh_coordinator.hpp"

#include <boost/json/object.hpp>

#include <string>

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

/// How a list of sessions names one: 32 hexadecimal digits, the same in every process.
std::string list_name(const session::id_hash& id);
/// {"id":"…","current":true,"made_ago":s,"used_ago":s,"expires_in":s,"address":"…","agent":"…"}
boost::json::object listed_session(const session::record& session, bool current, instant now);

}  // namespace cloche::gateway
