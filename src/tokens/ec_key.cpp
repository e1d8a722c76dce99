#include "tokens/ec_key.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "crypto/digest.hpp"

#include <cjose/util.h>

#include <boost/json/serialize.hpp>

#include <cstring>

namespace cloche::tokens::detail {
namespace {

/// Of a coordinate and of a private key alike (RFC 7518 sections 6.2.1.2 and 6.2.2.1).
constexpr std::size_t number_size = 32;

/// The number in the member of that name. Errors: bad_key.
result<std::string> number(const boost::json::object& jwk, std::string_view name) {
    const auto text = text_member(jwk, name);
    if (!text) CLOCHE_FAIL(errc::bad_key);
    auto bytes = base64url_decode(*text);
    if (!bytes || bytes->size() != number_size) CLOCHE_FAIL(errc::bad_key);
    return std::move(*bytes);
}

unsigned char* octets(std::string& bytes) {
    return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace

bool is_p256(const boost::json::object& jwk) {
    return text_member(jwk, "kty") == "EC" && text_member(jwk, "crv") == "P-256";
}

result<jwk_ptr> import_public(const boost::json::object& jwk) {
    if (!is_p256(jwk)) CLOCHE_FAIL(errc::bad_key);
    auto x = number(jwk, "x");
    if (!x) return x.error();
    auto y = number(jwk, "y");
    if (!y) return y.error();
    cjose_jwk_ec_keyspec spec{};
    spec.crv = CJOSE_JWK_EC_P_256;
    spec.x = octets(*x);
    spec.xlen = x->size();
    spec.y = octets(*y);
    spec.ylen = y->size();
    jwk_ptr key(cjose_jwk_create_EC_spec(&spec, nullptr));
    if (!key) CLOCHE_FAIL(errc::bad_key);
    return key;
}

result<jwk_ptr> import_private(const boost::json::object& jwk) {
    if (!is_p256(jwk)) CLOCHE_FAIL(errc::bad_key);
    auto d = number(jwk, "d");
    if (!d) return d.error();
    cjose_jwk_ec_keyspec spec{};
    spec.crv = CJOSE_JWK_EC_P_256;
    spec.d = octets(*d);
    spec.dlen = d->size();
    jwk_ptr key(cjose_jwk_create_EC_spec(&spec, nullptr));
    wipe(*d);
    if (!key) CLOCHE_FAIL(errc::bad_key);

    // cjose computes the point from d. If the JWK says another one, the file was put together
    // wrongly: what it signs would not verify against the key that it names.
    const auto computed = export_jwk(key.get(), false);
    if (!computed) return computed.error();
    for (const auto* name : {"x", "y"}) {
        if (text_member(*computed, name) != text_member(jwk, name)) CLOCHE_FAIL(errc::bad_key);
    }
    return key;
}

result<boost::json::object> export_jwk(const cjose_jwk_t* key, bool with_private) {
    auto* text = cjose_jwk_to_json(key, with_private, nullptr);
    if (text == nullptr) CLOCHE_FAIL(errc::bad_key);
    const auto size = std::strlen(text);
    auto exported = parse_json_object({text, size});
    wipe(text, size);
    cjose_get_dealloc()(text);
    if (!exported) CLOCHE_FAIL(errc::bad_key);

    boost::json::object jwk;
    for (const auto* name : {"kty", "crv", "x", "y", "d"}) {
        if (auto* value = exported->if_contains(name)) jwk.emplace(name, std::move(*value));
    }
    return jwk;
}

std::string thumbprint(const boost::json::object& jwk) {
    boost::json::object required;
    for (const auto* name : {"crv", "kty", "x", "y"})
        required.emplace(name, jwk.at(name));
    const auto digest = crypto::sha256(boost::json::serialize(required));
    return base64url_encode({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace cloche::tokens::detail
