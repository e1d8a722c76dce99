// P-256 keys between JWK (RFC 7517) and cjose. Only for the files of this folder.
#pragma once

#include "base/result.hpp"
#include "tokens/errc.hpp"

#include <cjose/cjose.h>

#include <boost/json/object.hpp>

#include <memory>
#include <string>

namespace cloche::tokens::detail {

template <auto Release>
struct releaser {
    template <class T>
    void operator()(T* held) const noexcept {
        Release(held);
    }
};
using jwk_ptr = std::unique_ptr<cjose_jwk_t, releaser<cjose_jwk_release>>;
using jws_ptr = std::unique_ptr<cjose_jws_t, releaser<cjose_jws_release>>;
using header_ptr = std::unique_ptr<cjose_header_t, releaser<cjose_header_release>>;

/// True for a JWK of P-256, whatever else it says.
bool is_p256(const boost::json::object& jwk);

/// Of the JWK, only kty, crv, x and y count. Errors: bad_key, also if the point is not on the
/// curve.
result<jwk_ptr> import_public(const boost::json::object& jwk);

/// The same with `d`, which must belong to the point. Errors: bad_key.
result<jwk_ptr> import_private(const boost::json::object& jwk);

/// kty, crv, x, y, and with `with_private` also d. Errors: bad_key.
result<boost::json::object> export_jwk(const cjose_jwk_t* key, bool with_private);

/// RFC 7638: SHA-256 over crv, kty, x and y in that order, in base64url. The JWK must have them.
std::string thumbprint(const boost::json::object& jwk);

}  // namespace cloche::tokens::detail
