#include "identity/access_tokens.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"

#include <algorithm>
#include <stdexcept>

namespace cloche::identity {
namespace {

constexpr std::string_view token_type = "at+jwt";

std::string jwks_of(
    const tokens::signing_key& first, const std::vector<tokens::signing_key>& others
) {
    auto keys = first.public_jwk();
    for (const auto& other : others) {
        if (other.id() != first.id()) keys += "," + other.public_jwk();
    }
    return R"({"keys":[)" + keys + "]}";
}

tokens::key_set read_back(const std::string& jwks) {
    auto keys = tokens::key_set::parse(jwks);
    if (!keys) throw std::runtime_error("the signing key has no public form");
    return std::move(*keys);
}

std::int64_t numeric_date(instant when) {
    return std::chrono::floor<seconds>(when).time_since_epoch().count();
}

}  // namespace

access_tokens::access_tokens(
    tokens::signing_key key, const std::vector<tokens::signing_key>& others, options how
)
    : key_(std::move(key)),
      options_(std::move(how)),
      jwks_(jwks_of(key_, others)),
      public_keys_(read_back(jwks_)) {}

result<access_tokens::issued> access_tokens::issue(
    const token_subject& subject, instant now, instant end, crypto::random_source& random
) const {
    const auto left = std::chrono::floor<seconds>(end - now);
    const auto life = std::clamp(left, seconds(0), options_.lifetime);
    boost::json::object claims{
        {"iss", options_.issuer},
        {"sub", subject.who.text()},
        {"aud", options_.audience},
        {"iat", numeric_date(now)},
        {"exp", numeric_date(now) + life.count()},
        {"jti", base64url_encode(random.bytes(16))},
        {"sid", subject.family.text()},
        {"role", subject.role},
    };
    auto made = key_.sign(claims, token_type);
    if (!made) return made.error();
    return issued(access_token(std::move(*made)), life);
}

result<token_subject> access_tokens::verify(std::string_view token, instant now) const {
    tokens::claims_policy policy;
    policy.issuer = options_.issuer;
    policy.audience = options_.audience;
    policy.typ = token_type;
    policy.leeway = seconds(1);
    const auto claims = tokens::verify_jwt(token, public_keys_, policy, now);
    if (!claims) CLOCHE_FAIL(errc::bad_access_token);
    const auto who = text_member(*claims, "sub");
    const auto family = text_member(*claims, "sid");
    const auto role = text_member(*claims, "role");
    if (!who || !family || !role) CLOCHE_FAIL(errc::bad_access_token);
    return token_subject(
        user_id(std::string(*who)), family_id(std::string(*family)), std::string(*role)
    );
}

std::optional<family_id> access_tokens::family_of(std::string_view token) const {
    const auto decoded = tokens::verify_signature_only(token, public_keys_);
    if (!decoded || text_member(decoded->header, "typ") != token_type) return std::nullopt;
    const auto family = text_member(decoded->claims, "sid");
    if (!family) return std::nullopt;
    return family_id(std::string(*family));
}

}  // namespace cloche::identity
