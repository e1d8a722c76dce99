#include "gateway/session_body.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "crypto/digest.hpp"

#include <algorithm>

namespace cloche::gateway {
namespace {

std::int64_t seconds_between(instant from, instant to) {
    return std::max<std::int64_t>(0, std::chrono::ceil<seconds>(to - from).count());
}

}  // namespace

boost::json::object session_times(
    const session::record& session, instant now, const session::session_options& options
) {
    boost::json::object times;
    times.emplace("expires_in", seconds_between(now, session::ends_at(session)));
    times.emplace("idle_in", seconds_between(now, session::idle_until(session)));
    if (const auto due = session::refresh_due_at(session, options.refresh)) {
        times.emplace("refresh_in", seconds_between(now, *due));
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

std::string list_name(const session::id_hash& id) {
    // A hash of the hash: it leads neither to the cookie nor to a row of the store.
    const auto digest =
        crypto::sha256("name in a list of sessions" + std::string(session::bytes_of(id)));
    return hex_encode({reinterpret_cast<const char*>(digest.data()), 16});
}

boost::json::object listed_session(const session::record& session, bool current, instant now) {
    boost::json::object listed;
    listed.emplace("id", list_name(session.id));
    listed.emplace("current", current);
    listed.emplace("made_ago", seconds_between(session.made, now));
    listed.emplace("used_ago", seconds_between(session.last_used, now));
    listed.emplace("expires_in", seconds_between(now, session::ends_at(session)));
    listed.emplace("address", session.address);
    listed.emplace("agent", session.agent);
    return listed;
}

boost::json::object signed_out_body() {
    boost::json::object body;
    body.emplace("authenticated", false);
    return body;
}

}  // namespace cloche::gateway
