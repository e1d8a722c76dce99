#include "providers/token_answer.hpp"

#include "cookies/set_cookie.hpp"
#include "http/errc.hpp"
#include "tokens/jwt.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace cloche::providers {
namespace {

namespace json = boost::json;

/// What may stand behind `Bearer ` or in a Cookie: visible ASCII without what would end
/// the value there.
bool is_sendable(std::string_view token) {
    return !token.empty() && std::ranges::all_of(token, [](char c) {
        return c > 0x20 && c < 0x7f && c != ';' && c != ',' && c != '"' && c != '\\';
    });
}

const json::value* find(const json::value& body, const std::string& pointer) {
    error ignored;
    return body.find_pointer(pointer, ignored);
}

std::optional<seconds> seconds_at(const json::value& body, const std::string& pointer) {
    const json::value* found = find(body, pointer);
    if (!found) return std::nullopt;
    std::int64_t number = 0;
    if (found->is_string()) {
        const auto& text = found->get_string();
        const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    } else if (found->is_double()) {
        const double value = found->get_double();
        if (!(value > 0 && value < 1e10)) return std::nullopt;
        number = static_cast<std::int64_t>(value);
    } else {
        error failure;
        number = found->to_number<std::int64_t>(failure);
        if (failure) return std::nullopt;
    }
    // Beyond three centuries it is no lifetime but a mistake.
    if (number <= 0 || number > 10'000'000'000) return std::nullopt;
    return seconds(number);
}

/// Claims that a page may know when the API has no request for the user.
json::object allowed_claims(const json::object& claims) {
    static constexpr std::array names{
        "sub",
        "name",
        "given_name",
        "family_name",
        "preferred_username",
        "email",
        "email_verified",
        "role",
        "roles",
        "picture",
        "locale"};
    json::object allowed;
    for (const char* name : names) {
        if (const json::value* claim = claims.if_contains(name)) allowed.emplace(name, *claim);
    }
    return allowed;
}

/// How long the cookie lives: Max-Age, else Expires against the answer's own Date, so that the
/// API's clock is only ever compared with itself.
std::optional<seconds> life_of_cookie(
    const cookies::received_cookie& cookie, const http::response& answer, instant sent_at
) {
    if (cookie.max_age) return cookie.max_age;
    if (!cookie.expires) return std::nullopt;
    const auto date = cookies::parse_cookie_date(answer.value("Date"));
    return std::chrono::duration_cast<seconds>(*cookie.expires - date.value_or(sent_at));
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t";
    const std::size_t first = text.find_first_not_of(blank);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// The name in a Set-Cookie line, also of one that browsers would drop.
std::string_view name_in(std::string_view line) {
    return trimmed(line.substr(0, line.find_first_of("=;")));
}

/// Of the lines that set the cookie, the last. One that takes it away says nothing of the token:
/// APIs send such lines to clear the paths that the cookie once had.
result<void> read_cookie(
    const http::response& answer,
    const json_api_description& api,
    instant sent_at,
    session::token_set& tokens,
    std::string& why
) {
    const std::string& name = api.refresh_token.cookie;
    for (const std::string_view line : answer.values("Set-Cookie")) {
        if (name_in(line) != name) continue;
        const auto cookie = cookies::parse_set_cookie(line);
        if (cookie) {
            const auto life = life_of_cookie(*cookie, answer, sent_at);
            if (cookie->value.empty() || (life && *life <= seconds(0))) continue;
            if (is_sendable(cookie->value)) {
                tokens.refresh = refresh_token(std::string(cookie->value));
                tokens.refresh_expires.reset();
                if (life && api.refresh_expires.in == refresh_expiry_place::kind::cookie)
                    tokens.refresh_expires = sent_at + *life;
                continue;
            }
        }
        why = "the refresh token in the cookie " + name + " cannot be sent back";
        CLOCHE_FAIL(http::errc::upstream_invalid);
    }
    return {};
}

result<void> read_member(
    const json::value& body,
    const json_api_description& api,
    session::token_set& tokens,
    std::string& why
) {
    const json::value* found = find(body, api.refresh_token.at);
    if (!found || found->is_null()) return {};
    if (!found->is_string()) {
        why = "the refresh token at " + api.refresh_token.at + " is no text";
        CLOCHE_FAIL(http::errc::upstream_invalid);
    }
    const std::string_view text = found->get_string();
    if (text.empty()) return {};
    if (!is_sendable(text)) {
        why = "the refresh token at " + api.refresh_token.at + " cannot be sent back";
        CLOCHE_FAIL(http::errc::upstream_invalid);
    }
    tokens.refresh = refresh_token(std::string(text));
    return {};
}

/// None is no fault: then the session ends with the access token, or the old one stays.
result<void> read_refresh_token(
    const http::response& answer,
    const json::value& body,
    const json_api_description& api,
    instant sent_at,
    session::token_set& tokens,
    std::string& why
) {
    const bool in_body = api.refresh_token.in == refresh_token_place::kind::body;
    auto read = in_body ? read_member(body, api, tokens, why)
                        : read_cookie(answer, api, sent_at, tokens, why);
    if (!read) return read;
    if (api.refresh_expires.in == refresh_expiry_place::kind::body) {
        if (const auto life = seconds_at(body, api.refresh_expires.at))
            tokens.refresh_expires = sent_at + *life;
    }
    return {};
}

void erase_at(json::value& body, const std::string& pointer) {
    const auto cut = pointer.rfind('/');
    if (cut == std::string::npos) return;
    error ignored;
    json::value* parent = body.find_pointer(pointer.substr(0, cut), ignored);
    if (parent && parent->is_object())
        parent->get_object().erase(std::string_view(pointer).substr(cut + 1));
}

void erase_values(json::value& body, const session::token_set& tokens) {
    const auto holds_token = [&](const json::value& value) {
        if (!value.is_string()) return false;
        const std::string_view text = value.get_string();
        const auto has = [&](std::string_view token) {
            return !token.empty() && text.find(token) != text.npos;
        };
        return has(tokens.access.reveal()) || has(tokens.refresh.reveal());
    };
    if (body.is_object()) {
        auto& members = body.get_object();
        for (auto member = members.begin(); member != members.end();) {
            if (holds_token(member->value())) {
                member = members.erase(member);
            } else {
                erase_values(member->value(), tokens);
                ++member;
            }
        }
    } else if (body.is_array()) {
        auto& elements = body.get_array();
        for (auto element = elements.begin(); element != elements.end();) {
            if (holds_token(*element)) {
                element = elements.erase(element);
            } else {
                erase_values(*element, tokens);
                ++element;
            }
        }
    }
}

}  // namespace

result<token_answer> read_tokens(
    const http::response& answer,
    const json::value& body,
    const json_api_description& api,
    instant sent_at,
    std::string& why
) {
    const json::value* access = find(body, api.access_token_at);
    if (!access || !access->is_string()) {
        why = "no access token at " + api.access_token_at;
        CLOCHE_FAIL(http::errc::upstream_invalid);
    }
    const std::string_view text = access->get_string();
    if (!is_sendable(text)) {
        why = "the access token at " + api.access_token_at + " cannot be sent in a header";
        CLOCHE_FAIL(http::errc::upstream_invalid);
    }

    token_answer read;
    read.tokens.access = access_token(std::string(text));
    read.tokens.sent_at = sent_at;
    if (api.expires.in == expiry_place::kind::body)
        read.tokens.life = seconds_at(body, api.expires.at);
    if (const auto jwt = tokens::decode_unverified(text)) {
        if (api.expires.in == expiry_place::kind::jwt)
            read.tokens.life = tokens::life_of(jwt->claims);
        if (api.subject.in == subject_place::kind::claim) {
            if (const json::value* claim = jwt->claims.if_contains(api.subject.name)) {
                read.subject =
                    claim->is_string() ? std::string(claim->get_string()) : json::serialize(*claim);
            }
        }
        read.claims = json::serialize(allowed_claims(jwt->claims));
    }
    const auto refresh = read_refresh_token(answer, body, api, sent_at, read.tokens, why);
    if (!refresh) return refresh.error();
    return read;
}

void remove_tokens(
    json::value& body, const json_api_description& api, const session::token_set& tokens
) {
    erase_at(body, api.access_token_at);
    if (api.refresh_token.in == refresh_token_place::kind::body)
        erase_at(body, api.refresh_token.at);
    erase_values(body, tokens);
}

}  // namespace cloche::providers
