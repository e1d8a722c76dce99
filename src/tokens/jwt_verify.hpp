// Verifies a compact JWS against a set of public keys, and checks its claims (RFC 8725).
#pragma once

#include "base/clock.hpp"
#include "tokens/errc.hpp"
#include "tokens/jwt.hpp"

#include <boost/json/object.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace cloche::tokens {

/// Public keys by id. `jku`, `jwk`, `x5u`, `x5c` in a token's header are never looked at (TK-2).
/// Does not change once it is made: any thread.
class key_set {
public:
    /// From a JWKS document (RFC 7517 section 5). Only P-256 keys for ES256 signatures are kept:
    /// keys of kinds we do not know, for other uses, or that make no sense are passed over.
    /// Errors: bad_key, if it is no JWKS.
    static result<key_set> parse(std::string_view json);
    ~key_set();
    key_set(key_set&&) noexcept;
    key_set& operator=(key_set&&) noexcept;

    /// How many keys were kept.
    std::size_t size() const noexcept;

private:
    friend result<decoded_jwt> verify_signature_only(std::string_view token, const key_set& keys);
    struct state;
    explicit key_set(std::unique_ptr<state>);
    std::unique_ptr<state> state_;
};

/// What a token must say to be good for one use. Uses keep apart by `typ` and `audience` (TK-4).
struct claims_policy {
    std::string issuer;
    std::string audience;
    std::string typ = "at+jwt";
    seconds leeway{60};  ///< for exp, nbf and iat alike; 300 s at most count (TK-3)
};

/// The token's claims, if an ES256 signature by one of the keys verifies and the policy is met:
/// `typ`, `iss` and `aud` as demanded, `exp` there and in the future, `nbf` and `iat`, if there, in
/// the past. Errors: any errc of this folder but bad_key.
result<boost::json::object> verify_jwt(
    std::string_view token, const key_set& keys, const claims_policy& policy, instant now
);

/// The sharp end: whoever has signed it, for whatever use, and however long ago.
/// Errors: malformed, bad_algorithm, unknown_key, bad_signature.
result<decoded_jwt> verify_signature_only(std::string_view token, const key_set& keys);

}  // namespace cloche::tokens
