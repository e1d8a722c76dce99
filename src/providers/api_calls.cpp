#include "providers/api_calls.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "http/forwarded.hpp"

#include <boost/json/serialize.hpp>

#include <string_view>

namespace cloche::providers {
namespace {

namespace json = boost::json;
using session::caller;
using session::token_set;

/// Asked on the way of a sign-in or a page, which go on without it.
constexpr milliseconds user_timeout{3'000};
/// In the background, and repeated.
constexpr milliseconds revocation_timeout{10'000};

/// `{"a":"x","n":1}` as `a=x&n=1`; members that are no scalars are left out.
std::string as_form(const json::object& members) {
    std::string form;
    for (const auto& member : members) {
        const json::value& value = member.value();
        if (value.is_object() || value.is_array() || value.is_null()) continue;
        if (!form.empty()) form += '&';
        form += percent_encode(member.key());
        form += '=';
        form += percent_encode(
            value.is_string() ? std::string(value.get_string()) : json::serialize(value)
        );
    }
    return form;
}

/// An object with `text` at `pointer` (`/a/b`, no escapes), objects made on the way.
json::object object_with(std::string_view pointer, std::string_view text) {
    json::object made;
    pointer.remove_prefix(1);
    const auto slash = pointer.find('/');
    if (slash == pointer.npos) {
        made.emplace(pointer, text);
    } else {
        made.emplace(pointer.substr(0, slash), object_with(pointer.substr(slash), text));
    }
    return made;
}

/// `body` is a JSON object's text.
void set_body(http::request& call, std::string body, body_format format) {
    if (format == body_format::form) {
        const auto members = parse_json_object(body);
        call.with("Content-Type", "application/x-www-form-urlencoded");
        call.body = as_form(members ? *members : json::object());
    } else {
        call.with("Content-Type", "application/json");
        call.body = std::move(body);
    }
}

void set_bearer(http::request& call, std::string_view token) {
    call.with("Authorization", "Bearer " + std::string(token));
}

http::fetch_options within(milliseconds timeout) {
    http::fetch_options how;
    how.timeout = timeout;
    return how;
}

bool is_good(const token_set& tokens, instant now) {
    return !tokens.access.empty() && (!tokens.life || tokens.sent_at + *tokens.life > now);
}

}  // namespace

api_call api_calls::login(std::string body, const caller& who) const {
    http::request request = request_to(api().login.request, who);
    set_body(request, std::move(body), api().login.format);
    return {std::move(request), within(api().answer_timeout)};
}

api_call api_calls::refresh(const token_set& tokens, const caller& who) const {
    http::request request = request_to(api().refresh.request, who);
    attach_refresh_token(request, tokens);
    http::fetch_options how = within(api().refresh.timeout);
    how.fresh_connection = true;
    return {std::move(request), how};
}

std::optional<api_call> api_calls::revocation(
    const token_set& tokens, const caller& who, instant now
) const {
    if (!api().logout) return std::nullopt;
    http::request request = request_to(*api().logout, who);
    const bool has_refresh_token = attach_refresh_token(request, tokens);
    const bool has_access_token = is_good(tokens, now);
    if (!has_refresh_token && !has_access_token) return std::nullopt;
    // There is one Authorization, and the refresh token is what has to end.
    const bool is_taken = has_refresh_token && api().refresh_token.is_bearer();
    if (has_access_token && !is_taken) set_bearer(request, tokens.access.reveal());
    return api_call(std::move(request), within(revocation_timeout));
}

std::optional<api_call> api_calls::user(const access_token& token, const caller& who) const {
    if (!api().user) return std::nullopt;
    http::request request = request_to(*api().user, who);
    set_bearer(request, token.reveal());
    return api_call(std::move(request), within(user_timeout));
}

std::optional<api_call> api_calls::register_account(std::string body, const caller& who) const {
    if (!api().register_account) return std::nullopt;
    http::request request = request_to(*api().register_account, who);
    set_body(request, std::move(body), body_format::json);
    return api_call(std::move(request), within(api().answer_timeout));
}

std::optional<api_call> api_calls::verify_account(
    const std::string& token, const std::string& email, const caller& who
) const {
    if (!api().verify_account) return std::nullopt;
    http::request request = request_to(*api().verify_account, who);
    if (request.method == "GET") {
        request.target += request.target.find('?') == std::string::npos ? '?' : '&';
        request.target += "token=" + percent_encode(token) + "&email=" + percent_encode(email);
    } else {
        json::object body;
        body.emplace("token", token);
        body.emplace("email", email);
        set_body(request, json::serialize(body), body_format::json);
    }
    return api_call(std::move(request), within(api().answer_timeout));
}

/// What every request to the API carries, made anew.
http::request api_calls::request_to(const api_request& where, const caller& who) const {
    http::request call(where.method, where.path);
    call.with("Accept", "application/json");
    if (!who.accept_language.empty()) call.with("Accept-Language", who.accept_language);
    if (!who.user_agent.empty()) call.with("User-Agent", who.user_agent);
    if (!who.request_id.empty()) call.with("X-Request-Id", who.request_id);
    if (!who.traceparent.empty()) call.with("traceparent", who.traceparent);
    if (!options_.via.empty()) call.with("Via", "1.1 " + options_.via);
    if (!who.address.empty()) {
        call.with("X-Forwarded-For", who.address);
        call.with("X-Forwarded-Proto", options_.public_scheme);
        call.with("X-Forwarded-Host", options_.public_host);
        call.with(
            "Forwarded",
            http::forwarded_value(who.address, options_.public_scheme, options_.public_host)
        );
    }
    return call;
}

/// Puts it where the description wants it. False if there is none.
bool api_calls::attach_refresh_token(http::request& to, const token_set& tokens) const {
    if (tokens.refresh.empty()) return false;
    const std::string_view value = tokens.refresh.reveal();
    const refresh_token_place& place = api().refresh_token;
    if (place.in == refresh_token_place::kind::cookie) {
        to.with("Cookie", place.cookie + "=" + std::string(value));
    } else if (place.is_bearer()) {
        set_bearer(to, value);
    } else {
        set_body(to, json::serialize(object_with(place.send, value)), api().refresh.format);
    }
    return true;
}

}  // namespace cloche::providers
