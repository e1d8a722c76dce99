// ES256 keys and the tokens signed with them (RFC 7515, 7517, 7518; cjose underneath).
#pragma once

#include "base/result.hpp"
#include "tokens/errc.hpp"

#include <boost/json/object.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace cloche::tokens {

/// A private P-256 key with its id (the RFC 7638 thumbprint). Any thread.
class signing_key {
public:
    /// Errors: bad_key, if OpenSSL cannot make one.
    static result<signing_key> generate();
    /// From a JWK with its private member. A `kid` in it does not count. Errors: bad_key.
    static result<signing_key> from_jwk(std::string_view json);
    /// Reads the key from the file, or makes the file (mode 0600, whole or not at all). Errors:
    /// bad_key, reason in `why`; also if others than its owner may read the file.
    static result<signing_key> load_or_create(const std::string& path, std::string& why);

    ~signing_key();
    signing_key(signing_key&&) noexcept;
    signing_key& operator=(signing_key&&) noexcept;

    const std::string& id() const noexcept;
    std::string private_jwk() const;  ///< with the private member: for the key file only
    std::string public_jwk() const;   ///< kty, crv, x, y, kid, alg, use and nothing else (TK-7)

    /// A compact JWS over `claims`, with `typ` and `kid` in its header. Errors: bad_key.
    result<std::string> sign(const boost::json::object& claims, std::string_view typ) const;

private:
    struct state;
    explicit signing_key(std::unique_ptr<state>);
    static result<signing_key> from(std::unique_ptr<state> made);
    std::unique_ptr<state> state_;
};

}  // namespace cloche::tokens
