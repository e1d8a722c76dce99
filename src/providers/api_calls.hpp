// What an auth API is asked, as its description says: each call's request, and how long the call
// may take. Pure; any thread.
//
// Sends nothing and reads nothing: json_api_provider does.
#pragma once

#include "base/clock.hpp"
#include "http/client.hpp"
#include "providers/json_api_description.hpp"
#include "session/auth_provider.hpp"

#include <optional>
#include <string>
#include <utility>

namespace cloche::providers {

struct json_api_options {
    json_api_description api;
    std::string public_scheme = "http";  ///< for X-Forwarded-Proto and -Host
    std::string public_host = "localhost:3000";
    std::string via;  ///< pseudonym of this instance (PX-10)

    json_api_options() = default;
};

struct api_call {
    http::request what;
    http::fetch_options how;

    api_call(http::request request, http::fetch_options options)
        : what(std::move(request)), how(options) {}
};

/// `body`: a JSON object of the browser's. `who`: for the headers that tell the API (BF-13, FW-1).
/// Nothing where the API has no such request.
class api_calls {
public:
    explicit api_calls(json_api_options options) : options_(std::move(options)) {}

    const json_api_description& api() const noexcept { return options_.api; }

    api_call login(std::string body, const session::caller& who) const;
    api_call refresh(const session::token_set& tokens, const session::caller& who) const;
    /// Carries the refresh token as a refresh does, and the access token as bearer while it is
    /// good. Nothing as well if no token is left that the API would know.
    std::optional<api_call> revocation(
        const session::token_set& tokens, const session::caller& who, instant now
    ) const;
    std::optional<api_call> user(const access_token& token, const session::caller& who) const;
    std::optional<api_call> register_account(std::string body, const session::caller& who) const;
    std::optional<api_call> verify_account(
        const std::string& token, const std::string& email, const session::caller& who
    ) const;

private:
    http::request request_to(const api_request& where, const session::caller& who) const;
    bool attach_refresh_token(http::request& to, const session::token_set& tokens) const;

    json_api_options options_;
};

}  // namespace cloche::providers
