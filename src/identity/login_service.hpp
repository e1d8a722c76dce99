// An address and a password against tokens.
//
// Unknown, wrong, unverified and disabled are one refusal for one hash (EN-1, EN-2). From any I/O
// thread.
#pragma once

#include "base/clock.hpp"
#include "crypto/random.hpp"
#include "identity/access_tokens.hpp"
#include "identity/account_forms.hpp"
#include "identity/identity_store.hpp"
#include "identity/login_throttle.hpp"
#include "identity/password_hasher.hpp"
#include "identity/refusal.hpp"

namespace cloche::identity {

/// What a sign-in and a refresh give.
struct token_pair {
    access_tokens::issued access;
    refresh_token refresh;
    instant refresh_end;  ///< idle or absolute, whichever comes first

    token_pair(access_tokens::issued now_good, refresh_token next, instant end)
        : access(std::move(now_good)), refresh(std::move(next)), refresh_end(end) {}
};

class login_service {
public:
    /// What it works with; all of it outlives the service.
    struct parts {
        identity_store& store;
        password_hasher& hasher;
        const access_tokens& tokens;
        login_throttle& throttle;
        const clock& time;
        crypto::random_source& random;
        refresh_policy policy;
    };
    explicit login_service(parts with) : with_(with) {}

    /// Refusals: bad_credentials, throttled, overloaded, those of `db`.
    task<outcome<token_pair>> login(login_form form, place from);

private:
    task<outcome<token_pair>> begin_family(credential found, place from, std::string better_hash);

    parts with_;
};

/// 256 random bits (RA-1).
refresh_token fresh_refresh_token(crypto::random_source& random);

}  // namespace cloche::identity
