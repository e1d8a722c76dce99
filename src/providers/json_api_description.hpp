// An auth API that speaks JSON, described: which request does what, and where the answers keep the
// tokens. The defaults are the example's shape (docs/providers.md shows others). Filled by
// `config`; plain data.
#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cloche::providers {

/// `POST /auth/login`
struct api_request {
    std::string method;
    std::string path;

    api_request(std::string verb, std::string where)
        : method(std::move(verb)), path(std::move(where)) {}
};

/// How a body is written: `json` or `form` (application/x-www-form-urlencoded).
enum class body_format { json, form };

struct login_description {
    api_request request{"POST", "/auth/login"};
    body_format format = body_format::json;
};

struct refresh_description {
    api_request request{"GET", "/auth/refresh-token"};
    std::vector<unsigned> final_statuses{401};  ///< answers that end the session
    milliseconds timeout{6'000};                ///< of the call
    milliseconds wait{5'000};                   ///< how long a request waits for it
    std::size_t concurrency = 64;               ///< how many may be in the air at once
    body_format format = body_format::json;     ///< of a refresh token in a body
};

/// Where the refresh token is found, and how it is sent back.
struct refresh_token_place {
    enum class kind { cookie, body };
    kind in = kind::cookie;
    std::string cookie = "refreshToken";  ///< with `cookie`: its name, in Set-Cookie and in Cookie
    std::string at;                       ///< with `body`: JSON Pointer into the answer
    std::string send;  ///< with `body`: JSON Pointer into the request's body, or `bearer`

    bool is_bearer() const noexcept { return in == kind::body && send == "bearer"; }
};

/// How long the access token lives.
struct expiry_place {
    enum class kind { jwt, body, unknown };
    kind in = kind::jwt;  ///< jwt: the token's exp - iat
    std::string at;       ///< with `body`: JSON Pointer to the seconds
};

struct refresh_expiry_place {
    enum class kind { cookie, body, unknown };
    kind in = kind::cookie;  ///< cookie: Max-Age, else Expires, of the refresh token's cookie
    std::string at;          ///< with `body`: JSON Pointer to the seconds
};

/// Whose session it is.
struct subject_place {
    enum class kind { claim, user };
    kind in = kind::claim;
    std::string name = "sub";  ///< claim: its name; user: JSON Pointer into the user object
};

/// What the person may be: a text of words, or a list of texts.
struct roles_place {
    enum class kind { claim, user };
    kind in = kind::claim;
    std::string at = "/role";  ///< JSON Pointer into the access token's claims, or the user object
};

struct json_api_description {
    login_description login;
    refresh_description refresh;
    std::optional<api_request> logout = api_request("DELETE", "/auth/logout");
    std::optional<api_request> user = api_request("GET", "/auth/me");
    std::string user_at = "/data";  ///< JSON Pointer to the user object
    std::optional<api_request> register_account = api_request("POST", "/auth/register");
    std::optional<api_request> verify_account = api_request("GET", "/auth/verify");
    std::string access_token_at = "/data/accessToken";
    refresh_token_place refresh_token;
    expiry_place expires;
    refresh_expiry_place refresh_expires;
    subject_place subject;
    roles_place roles;
    milliseconds answer_timeout{60'000};  ///< sign-in, registration, verification: the whole call
};

}  // namespace cloche::providers
