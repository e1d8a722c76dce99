#include "tokens/jwt_sign.hpp"

#include "base/json.hpp"
#include "base/private_file.hpp"
#include "base/secret.hpp"
#include "tokens/ec_key.hpp"

#include <boost/json/serialize.hpp>

namespace cloche::tokens {
namespace {

/// How the key stands in a key set and in its file.
std::string to_text(boost::json::object jwk, const std::string& id) {
    jwk["kid"] = id;
    jwk["alg"] = CJOSE_HDR_ALG_ES256;
    jwk["use"] = "sig";
    return boost::json::serialize(jwk);
}

bool set(const detail::header_ptr& header, const char* name, std::string_view value) {
    const std::string terminated(value);
    return cjose_header_set(header.get(), name, terminated.c_str(), nullptr);
}

}  // namespace

struct signing_key::state {
    detail::jwk_ptr key;
    std::string id;
    std::string public_jwk;
};

signing_key::signing_key(std::unique_ptr<state> made) : state_(std::move(made)) {}
signing_key::~signing_key() = default;
signing_key::signing_key(signing_key&&) noexcept = default;
signing_key& signing_key::operator=(signing_key&&) noexcept = default;

result<signing_key> signing_key::from(std::unique_ptr<state> made) {
    const auto jwk = detail::export_jwk(made->key.get(), false);
    if (!jwk) return jwk.error();
    made->id = detail::thumbprint(*jwk);
    made->public_jwk = to_text(*jwk, made->id);
    return signing_key(std::move(made));
}

result<signing_key> signing_key::generate() {
    auto made = std::make_unique<state>();
    made->key.reset(cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, nullptr));
    if (!made->key) CLOCHE_FAIL(errc::bad_key);
    return from(std::move(made));
}

result<signing_key> signing_key::from_jwk(std::string_view json) {
    const auto jwk = parse_json_object(json);
    if (!jwk) CLOCHE_FAIL(errc::bad_key);
    auto key = detail::import_private(*jwk);
    if (!key) return key.error();
    auto made = std::make_unique<state>();
    made->key = std::move(*key);
    return from(std::move(made));
}

result<signing_key> signing_key::load_or_create(const std::string& path, std::string& why) {
    // That a key cannot be made is no fault of the file: value() throws.
    const auto make = [] { return generate().value().private_jwk() + "\n"; };
    auto text = read_or_make_private_file(path, make, why);
    if (!text) CLOCHE_FAIL(errc::bad_key);
    auto key = from_jwk(*text);
    wipe(*text);
    if (!key) why = path + ": not a private JWK of P-256 (kty EC, crv P-256, x, y, d)";
    return key;
}

const std::string& signing_key::id() const noexcept {
    return state_->id;
}

std::string signing_key::public_jwk() const {
    return state_->public_jwk;
}

std::string signing_key::private_jwk() const {
    return to_text(detail::export_jwk(state_->key.get(), true).value(), state_->id);
}

result<std::string> signing_key::sign(const boost::json::object& claims, std::string_view typ)
    const {
    const detail::header_ptr header(cjose_header_new(nullptr));
    if (!header || !set(header, CJOSE_HDR_ALG, CJOSE_HDR_ALG_ES256) || !set(header, "typ", typ) ||
        !set(header, CJOSE_HDR_KID, state_->id)) {
        CLOCHE_FAIL(errc::bad_key);
    }
    const auto payload = boost::json::serialize(claims);
    const detail::jws_ptr signed_token(cjose_jws_sign(
        state_->key.get(),
        header.get(),
        reinterpret_cast<const unsigned char*>(payload.data()),
        payload.size(),
        nullptr
    ));
    const char* compact = nullptr;
    if (!signed_token || !cjose_jws_export(signed_token.get(), &compact, nullptr)) {
        CLOCHE_FAIL(errc::bad_key);
    }
    return std::string(compact);
}

}  // namespace cloche::tokens
