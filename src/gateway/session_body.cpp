#include "gateway/session_body.hpp"

#include "base/json.hpp"

#include <algorithm>

namespace cloche::gateway {
namespace {

std::int64_t seconds_until(instant when, instant now) {
    return std::max<std::int64_t>(0, std::chrono::ceil<seconds>(when - now).count());
}

}  // namespace

boost::json::object session_times(
    const session::record& session, instant now, const session::session_options& options
) {
    boost::json::object times;
    times.emplace("expires_in", seconds_until(session::ends_at(session), now));
    times.emplace("idle_in", seconds_until(session::idle_until(session), now));
    if (const auto due = session::refresh_due_at(session, options.refresh)) {
        times.emplace("refresh_in", seconds_until(*due, now));
    }
    return times;
}

boost::json::object signed_in_body(
    const session::record& session, instant now, const session::session_options& options
) {
    boost::json::object body;
    body.emplace("authenticated", true);
    auto user = parse_json_object(session.user.empty() ? std::string_view("{}") : session.user);
    body.emplace("user", user ? std::move(*user) : boost::json::object());
    body.emplace("session", session_times(session, now, options));
    return body;
}

boost::json::object signed_out_body() {
    boost::json::object body;
    body.emplace("authenticated", false);
    return body;
}

}  // namespace cloche::gateway
