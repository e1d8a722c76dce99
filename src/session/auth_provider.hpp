// The auth API as the session engine sees it. Implemented in `providers`; plain structs, no HTTP
// messages.
#pragma once

#include "runtime/task.hpp"
#include "session/record.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::session {

/// Who asks, for the headers that tell the API (BF-13).
struct caller {
    std::string address;  ///< the person's
    std::string user_agent;
    std::string request_id;
    std::string traceparent;  ///< may be empty
    std::string accept_language;

    caller() = default;
};

/// The API's own answer to a sign-in, registration or verification, without any token value.
struct api_answer {
    unsigned status = 0;
    std::string json;         ///< the body; always JSON, `{}` if the API sent none
    std::string retry_after;  ///< as sent; may be empty

    api_answer() = default;
};

/// What a sign-in brought: the API's answer and, when it accepted, the tokens.
struct login_answer {
    api_answer answer;
    bool accepted = false;
    token_set tokens;
    std::string subject;  ///< from a claim, where configured so
    std::string claims;   ///< allow-listed claims as a JSON object; empty without a JWT

    login_answer() = default;
};

enum class refresh_verdict {
    renewed,
    refused,          ///< final: the API refuses the grant
    not_sent,         ///< passing, and the API surely never got the call
    answered,         ///< passing: the API answered, but with no verdict (5xx, 429, 403)
    outcome_unknown,  ///< passing: time-out or reset after sending, or an unreadable answer
};

struct refresh_answer {
    refresh_verdict verdict = refresh_verdict::not_sent;
    token_set tokens;  ///< with `renewed`; an empty refresh token: the old one stays (RT-9)
    std::optional<seconds> retry_after;  ///< as the API asked
    std::string detail;  ///< for the log: "connect refused", "status 503"; never a body

    refresh_answer() = default;
};

class auth_provider {
public:
    virtual ~auth_provider() = default;

    /// `body` is a JSON object of the browser's. Errors: those of http::client::fetch.
    virtual runtime::task<result<login_answer>> login(std::string body, caller who) = 0;

    /// Spends `tokens.refresh`, once, on a fresh connection. Every outcome is a verdict.
    virtual runtime::task<refresh_answer> refresh(token_set tokens, caller who) = 0;

    /// Tells the API that these tokens are done with. True: it knows (or refuses to hear of them);
    /// false: tell it again later.
    virtual runtime::task<bool> revoke(token_set tokens, caller who) = 0;

    /// The user, as a JSON object. Nothing: not configured, or could not be had.
    virtual runtime::task<std::optional<std::string>> user(access_token token, caller who) = 0;

    virtual runtime::task<result<api_answer>> register_account(std::string body, caller who) = 0;
    virtual runtime::task<result<api_answer>> verify_account(
        std::string token, std::string email, caller who
    ) = 0;

    /// The subject of a session whose user is `user_json`; empty if the configuration names none.
    virtual std::string subject_of_user(std::string_view user_json) const = 0;

    /// What the person may be, in the API's words; as the token or the user object has it.
    virtual std::vector<std::string> roles_of(const access_token& token, std::string_view user_json)
        const = 0;
};

}  // namespace cloche::session
