#include "session/session_cookies.hpp"

#include "cookies/cookie_header.hpp"
#include "session/refresh_fsm.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace cloche::session {
namespace {

/// 32 bytes in base64url. Not decoded: what looks like an id and is none is not found under its
/// hash.
bool is_well_formed(std::string_view presented) {
    constexpr std::size_t id_size = 43;
    const auto is_digit = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    return presented.size() == id_size && std::ranges::all_of(presented, is_digit);
}

using short_list = boost::container::small_vector<std::string_view, 2>;

short_list all_values(cookie_fields fields, std::string_view name) {
    short_list values;
    for (const auto field : fields) {
        cookies::cookie_header header(field);
        while (const auto pair = header.next_named(name))
            values.push_back(pair->value);
    }
    return values;
}

/// How long a copy may stay: what is left of its token's life, or of the session's where that is
/// unknown.
seconds left_of(std::optional<instant> token_until, const record& session, instant now) {
    const instant until =
        std::min(token_until.value_or(session.absolute_until), session.absolute_until);
    return std::chrono::floor<seconds>(until - now);
}

std::optional<instant> access_until(const token_set& tokens) {
    const auto life = life_of(tokens);
    if (!life) return std::nullopt;
    return tokens.sent_at + *life;
}

/// One copy, as it should be.
struct copy {
    std::string_view name;
    std::string_view value;  ///< empty: the browser should have none
    seconds max_age{0};
};

std::array<copy, 2> copies_for(
    const record* session, instant now, const session_cookie_options& options
) {
    std::array<copy, 2> wanted{
        copy{options.access, {}, seconds(0)}, copy{options.refresh, {}, seconds(0)}};
    if (session == nullptr) return wanted;
    const token_set& tokens = session->tokens;
    wanted[0].value = tokens.access.reveal();
    wanted[0].max_age = left_of(access_until(tokens), *session, now);
    wanted[1].value = tokens.refresh.reveal();
    wanted[1].max_age = left_of(tokens.refresh_expires, *session, now);
    for (auto& each : wanted)
        if (each.max_age <= seconds(0)) each.value = {};
    return wanted;
}

}  // namespace

id_list presented_ids(cookie_fields fields, const session_cookie_options& options) {
    id_list ids;
    for (const auto value : all_values(fields, options.session)) {
        if (!is_well_formed(value)) continue;
        const id_hash id = hash_of(value);
        if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
        if (ids.size() > most_presented_ids) return {};
    }
    return ids;
}

result<void> session_cookies_fit(const token_set& tokens, const session_cookie_options& options) {
    if (options.mode == cookie_mode::server) return {};
    // The longest Max-Age there is, so that what fits now fits at every later answer.
    const seconds longest = std::chrono::hours(24 * 400);
    const auto access =
        cookies::set_cookie(options.access, tokens.access.reveal(), longest, options.scope);
    if (!access) return access.error();
    const auto refresh =
        cookies::set_cookie(options.refresh, tokens.refresh.reveal(), longest, options.scope);
    if (!refresh) return refresh.error();
    return {};
}

result<void> set_session_cookies(
    cookies::cookie_jar& jar,
    const session_id& id,
    const record& session,
    instant now,
    const session_cookie_options& options
) {
    const auto life = std::chrono::floor<seconds>(session.absolute_until - now);
    const auto set = jar.set(options.session, id.reveal(), life);
    if (!set) return set;
    return mend_session_cookies(jar, {}, &session, now, options);
}

result<void> expire_session_cookies(
    cookies::cookie_jar& jar, const session_cookie_options& options
) {
    const auto id = jar.expire(options.session);
    if (!id || options.mode == cookie_mode::server) return id;
    const auto access = jar.expire(options.access);
    if (!access) return access;
    return jar.expire(options.refresh);
}

result<void> mend_session_cookies(
    cookies::cookie_jar& jar,
    cookie_fields fields,
    const record* session,
    instant now,
    const session_cookie_options& options
) {
    if (options.mode == cookie_mode::server) return {};
    if (session != nullptr && session->state != session_state::live) return {};
    for (const auto& wanted : copies_for(session, now, options)) {
        const auto held = all_values(fields, wanted.name);
        result<void> done;
        if (wanted.value.empty()) {
            if (!held.empty()) done = jar.expire(wanted.name);
        } else if (held.size() != 1 || held.front() != wanted.value) {
            done = jar.set(wanted.name, wanted.value, wanted.max_age);
        }
        if (!done) return done;
    }
    return {};
}

}  // namespace cloche::session
