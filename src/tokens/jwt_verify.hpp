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
class key_set {
public:
    /// From a JWKS document; keys of kinds we do not know are passed over. Errors: bad_key.
    static result<key_set> parse(std::string_view json);
    ~key_set();
    key_set(key_set&&) noexcept;
    key_set& operator=(key_set&&) noexcept;

private:
    friend result<boost::json::object> verify_jwt(std::string_view, const key_set&, const struct claims_policy&, instant);
    struct state;
    explicit key_set(std::unique_ptr<state>);
    std::unique_ptr<state> state_;
};

struct claims_policy {
    std::string issuer;
    std::string audience;
    std::string typ = "at+jwt";
    seconds leeway{60};
};

/// ES256 only. Errors: any errc of this folder.
result<boost::json::object> verify_jwt(
    std::string_view token, const key_set& keys, const claims_policy& policy, instant now);

}  // namespace cloche::tokens
