#include "config/keys.hpp"
#include "config/names.hpp"
#include "config/quantities.hpp"

#include <chrono>

namespace cloche::config {
namespace {

using namespace std::chrono_literals;

notation<providers::body_format> body_format() {
    return one_of<providers::body_format>(
        {{"json", providers::body_format::json}, {"form", providers::body_format::form}}
    );
}

// `{ request: METHOD /path }`, or `none` where the API has no such request.
void optional_request(
    section& provider,
    std::string_view key,
    std::optional<providers::api_request>& field,
    std::string_view meaning,
    const std::function<void(section&)>& more = nullptr
) {
    providers::api_request request = *field;
    bool none = false;
    provider.word_or_group(
        key,
        {"none"},
        "a group",
        meaning,
        [&](const std::string&) { none = true; },
        [&](section& keys) {
            keys.value("request", request, api_request(), "Method and path at the API.");
            if (more) more(keys);
        }
    );
    field = none ? std::nullopt : std::optional(request);
}

void refresh_token_keys(section& provider, providers::refresh_token_place& place) {
    provider.group(
        "refresh_token",
        "Where the API's answers keep the refresh token, and how it is sent back.",
        [&](section& keys) {
            keys.value(
                "cookie",
                place.cookie,
                cookie_name(),
                "It is a cookie of that name, and goes back as one. Not together with `at`."
            );
            keys.value(
                "at",
                place.at,
                json_pointer(),
                "It is in the answer's body, here. Then `send` says how it goes back."
            );
            keys.value(
                "send",
                place.send,
                json_pointer_or_bearer(),
                "Where it is put into the body of the refresh request; `bearer`: into "
                "`Authorization`."
            );
            if (!keys.has("at")) {
                if (keys.has("send")) {
                    keys.refuse("send", "says nothing without `at`", "add `at`, or take it out");
                }
                return;
            }
            place.in = providers::refresh_token_place::kind::body;
            if (keys.has("cookie")) {
                keys.refuse("at", "contradicts `cookie`", "keep one of the two");
            }
            if (!keys.has("send")) {
                keys.refuse(
                    "at",
                    "does not say how the token goes back",
                    "add `send: /refreshToken` or `send: bearer`"
                );
            }
        }
    );
}

void expiry_keys(section& provider, providers::json_api_description& api) {
    using access = providers::expiry_place::kind;
    provider.word_or_group(
        "expires",
        {"jwt", "unknown"},
        "jwt",
        "How long the access token lives. `jwt`: its own `exp - iat`. `unknown`: it is refreshed "
        "after a 401 only.",
        [&](const std::string& word) {
            api.expires.in = word == "jwt" ? access::jwt : access::unknown;
        },
        [&](section& keys) {
            keys.value(
                "at", api.expires.at, json_pointer(), "Where the answer says it, in seconds."
            );
            if (keys.is_given()) api.expires.in = access::body;
            if (keys.is_given() && !keys.has("at")) {
                keys.refuse("", "does not say where", "add `at: /data/expiresIn`");
            }
        }
    );
    using refresh = providers::refresh_expiry_place::kind;
    provider.word_or_group(
        "refresh_expires",
        {"cookie", "unknown"},
        "cookie",
        "How long the refresh token lives. `cookie`: `Max-Age`, else `Expires`, of its cookie.",
        [&](const std::string& word) {
            api.refresh_expires.in = word == "cookie" ? refresh::cookie : refresh::unknown;
        },
        [&](section& keys) {
            keys.value(
                "at",
                api.refresh_expires.at,
                json_pointer(),
                "Where the answer says it, in seconds."
            );
            if (keys.is_given()) api.refresh_expires.in = refresh::body;
            if (keys.is_given() && !keys.has("at")) {
                keys.refuse("", "does not say where", "add `at: /data/refreshExpiresIn`");
            }
        }
    );
}

void subject_keys(section& provider, providers::subject_place& subject) {
    provider.group(
        "subject",
        "Whose session it is: sessions of one subject are listed together.",
        [&](section& keys) {
            std::string claim = subject.name;
            std::string user;
            keys.value("claim", claim, claim_name(), "A claim of the access token.");
            keys.value(
                "user",
                user,
                json_pointer(),
                "A member of the user object instead. Not together with `claim`."
            );
            if (keys.has("user")) {
                subject.in = providers::subject_place::kind::user;
                subject.name = user;
                if (keys.has("claim")) {
                    keys.refuse("user", "contradicts `claim`", "keep one of the two");
                }
            } else {
                subject.name = claim;
            }
        }
    );
}

void roles_keys(section& provider, providers::roles_place& roles) {
    provider.group(
        "roles",
        "What a person may be: a text of words, or a list of texts. For `roles` of `proxy` and "
        "`routes`.",
        [&](section& keys) {
            std::string claim = roles.at;
            std::string user;
            keys.value(
                "claim", claim, json_pointer(), "A claim of the access token; it must be a JWT."
            );
            keys.value(
                "user",
                user,
                json_pointer(),
                "A member of the user object instead. Not together with `claim`."
            );
            roles.at = keys.has("user") ? user : claim;
            if (!keys.has("user")) return;
            roles.in = providers::roles_place::kind::user;
            if (keys.has("claim"))
                keys.refuse("user", "contradicts `claim`", "keep one of the two");
        }
    );
}

}  // namespace

void provider_keys(section& provider, providers::json_api_description& api) {
    enum class kind { json_api };
    kind only = kind::json_api;
    provider.value(
        "kind", only, one_of<kind>({{"json-api", kind::json_api}}), "An API that speaks JSON."
    );
    provider.group("login", "Signing in.", [&](section& keys) {
        keys.value("request", api.login.request, api_request(), "Method and path at the API.");
        keys.value("format", api.login.format, body_format(), "How the body is written.");
    });
    provider.group("refresh", "Renewing the access token.", [&](section& keys) {
        keys.value("request", api.refresh.request, api_request(), "Method and path at the API.");
        keys.value("format", api.refresh.format, body_format(), "How a body is written.");
        keys.list(
            "final",
            api.refresh.final_statuses,
            count_between(400U, 499U),
            "Statuses that mean: this refresh token will never be good again. Any other failure "
            "is passing, and the session lives on."
        );
        keys.value(
            "timeout",
            api.refresh.timeout,
            duration_between(100ms, 60s),
            "How long the API may take. Its answer may be the only copy of a live token."
        );
        keys.value(
            "wait",
            api.refresh.wait,
            duration_between(100ms, 60s),
            "How long a request waits for it before it is answered 503."
        );
        keys.value(
            "concurrency",
            api.refresh.concurrency,
            count_between<std::size_t>(1, 10'000),
            "How many refreshes this gateway asks of the API at the same time. The others wait."
        );
    });
    optional_request(provider, "logout", api.logout, "Signing out.");
    optional_request(provider, "user", api.user, "Who is signed in.", [&](section& keys) {
        keys.value("at", api.user_at, json_pointer(), "The user object in its answer.");
    });
    optional_request(provider, "register", api.register_account, "Making an account.");
    optional_request(provider, "verify", api.verify_account, "Verifying a mail address.");
    provider.group(
        "access_token",
        "Where the API's answers keep the access token.",
        [&](section& keys) {
            keys.value("at", api.access_token_at, json_pointer(), "In the answer's body, here.");
        }
    );
    refresh_token_keys(provider, api.refresh_token);
    expiry_keys(provider, api);
    subject_keys(provider, api.subject);
    roles_keys(provider, api.roles);
}

}  // namespace cloche::config
