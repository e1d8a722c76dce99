// Makes access tokens and reads them back: at+jwt (RFC 9068), signed with ES256 (TK-4, TK-8).
//
// They say who and until when, and nothing else about the person (TK-9). Any thread.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "crypto/random.hpp"
#include "identity/errc.hpp"
#include "identity/types.hpp"
#include "tokens/jwt_sign.hpp"
#include "tokens/jwt_verify.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::identity {

/// Whom a token speaks of.
struct token_subject {
    user_id who;
    family_id family;
    std::string role;

    token_subject(user_id person, family_id session, std::string as)
        : who(std::move(person)), family(std::move(session)), role(std::move(as)) {}
};

class access_tokens {
public:
    struct options {
        std::string issuer;
        std::string audience;
        seconds lifetime{300};
    };

    /// `key` signs; `others` are published and accepted as well: keys that will sign, or have
    /// signed (TK-7). Throws std::runtime_error if one has no public form that can be read back.
    access_tokens(
        tokens::signing_key key, const std::vector<tokens::signing_key>& others, options how
    );

    struct issued {
        access_token token;
        seconds expires_in{0};

        issued(access_token made, seconds life) : token(std::move(made)), expires_in(life) {}
    };
    /// Good from `now`, at most until `end`. Errors: those of `tokens`.
    result<issued> issue(
        const token_subject& subject, instant now, instant end, crypto::random_source& random
    ) const;

    /// The subject of a token that is good at `now`, or was a second ago: its dates are whole
    /// seconds, and it must not die before its time. Errors: bad_access_token.
    result<token_subject> verify(std::string_view token, instant now) const;
    /// The family of a token that was ours once: for ending it, which an old token may ask for,
    /// too.
    std::optional<family_id> family_of(std::string_view token) const;

    /// The document at /.well-known/jwks.json: public members only (TK-7).
    const std::string& jwks() const noexcept { return jwks_; }

private:
    tokens::signing_key key_;
    options options_;
    std::string jwks_;
    tokens::key_set public_keys_;
};

}  // namespace cloche::identity
