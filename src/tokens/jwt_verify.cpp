#include "tokens/jwt_verify.hpp"

#include "base/json.hpp"
#include "tokens/ec_key.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <optional>
#include <vector>

namespace cloche::tokens {
namespace {

using boost::json::object;

constexpr std::string_view allowed_algorithm = "ES256";

/// 64 bytes in base64url (RFC 7518 section 3.4). cjose would halve whatever it is given.
constexpr std::size_t signature_length = 86;

constexpr seconds longest_leeway{300};

bool is_text(const boost::json::value& value, std::string_view wanted) {
    const auto* text = value.if_string();
    return text && std::string_view(text->data(), text->size()) == wanted;
}

bool holds(const boost::json::array& list, std::string_view wanted) {
    return std::any_of(list.begin(), list.end(), [wanted](const boost::json::value& element) {
        return is_text(element, wanted);
    });
}

/// `name` is absent, or is `wanted`.
bool absent_or(const object& jwk, std::string_view name, std::string_view wanted) {
    return !jwk.contains(name) || text_member(jwk, name) == wanted;
}

/// Whether a key set offers the key for our use (RFC 7517 sections 4.2 to 4.4).
bool is_for_es256(const object& jwk) {
    if (!detail::is_p256(jwk) || !absent_or(jwk, "use", "sig")) return false;
    if (!absent_or(jwk, "alg", allowed_algorithm)) return false;
    const auto* operations = jwk.if_contains("key_ops");
    if (!operations) return true;
    const auto* list = operations->if_array();
    return list && holds(*list, "verify");
}

/// What must be right before the signature is worth a look. Errors: malformed, bad_algorithm.
result<void> check_header(const object& header) {
    if (text_member(header, "alg") != allowed_algorithm) CLOCHE_FAIL(errc::bad_algorithm);
    // We know no extension that could be critical (RFC 7515 section 4.1.11).
    if (header.contains("crit")) CLOCHE_FAIL(errc::malformed);
    // Opaque: compared, and nothing else (TK-2).
    if (header.contains("kid") && !text_member(header, "kid")) CLOCHE_FAIL(errc::malformed);
    return {};
}

/// RFC 7515 section 4.1.9: a media type, whose `application/` may be left out.
bool is_type(const object& header, std::string_view wanted) {
    auto typ = text_member(header, "typ").value_or("");
    constexpr std::string_view prefix = "application/";
    if (boost::algorithm::istarts_with(typ, prefix)) typ.remove_prefix(prefix.size());
    return boost::algorithm::iequals(typ, wanted);
}

/// RFC 7519 section 4.1.3: one text, or a list of them.
bool is_for_audience(const object& claims, std::string_view wanted) {
    const auto* audience = claims.if_contains("aud");
    if (!audience) return false;
    const auto* list = audience->if_array();
    return list ? holds(*list, wanted) : is_text(*audience, wanted);
}

/// TK-3. Errors: malformed, expired.
result<void> check_times(const object& claims, seconds allowed, instant now) {
    const auto leeway = std::clamp(allowed, seconds(0), longest_leeway);
    const auto expires = time_claim(claims, "exp");
    if (!expires) CLOCHE_FAIL(errc::malformed);
    if (now >= *expires + leeway) CLOCHE_FAIL(errc::expired);
    for (const auto* name : {"nbf", "iat"}) {
        if (!claims.contains(name)) continue;
        const auto begins = time_claim(claims, name);
        if (!begins) CLOCHE_FAIL(errc::malformed);
        if (now < *begins - leeway) CLOCHE_FAIL(errc::expired);
    }
    return {};
}

}  // namespace

struct key_set::state {
    struct entry {
        std::optional<std::string> id;
        detail::jwk_ptr key;
    };
    std::vector<entry> entries;

    /// Those that a token with that key id may be signed with. Without one
    /// only a single key is no guess.
    std::vector<const cjose_jwk_t*> candidates(std::optional<std::string_view> id) const {
        std::vector<const cjose_jwk_t*> found;
        for (const auto& each : entries) {
            if (id ? each.id == id : entries.size() == 1) found.push_back(each.key.get());
        }
        return found;
    }
};

key_set::key_set(std::unique_ptr<state> made) : state_(std::move(made)) {}
key_set::~key_set() = default;
key_set::key_set(key_set&&) noexcept = default;
key_set& key_set::operator=(key_set&&) noexcept = default;

result<key_set> key_set::parse(std::string_view json) {
    const auto document = parse_json_object(json);
    const auto* listed = document ? document->if_contains("keys") : nullptr;
    const auto* array = listed ? listed->if_array() : nullptr;
    if (!array) CLOCHE_FAIL(errc::bad_key);
    auto made = std::make_unique<state>();
    for (const auto& element : *array) {
        const auto* jwk = element.if_object();
        if (!jwk || !is_for_es256(*jwk)) continue;
        auto key = detail::import_public(*jwk);
        if (!key) continue;
        std::optional<std::string> id(text_member(*jwk, "kid"));
        made->entries.push_back({std::move(id), std::move(*key)});
    }
    return key_set(std::move(made));
}

std::size_t key_set::size() const noexcept {
    return state_->entries.size();
}

result<decoded_jwt> verify_signature_only(std::string_view token, const key_set& keys) {
    const auto parts = split_jwt(token);
    if (!parts) return parts.error();
    auto header = decode_part(parts->header);
    if (!header) return header.error();
    if (const auto checked = check_header(*header); !checked) return checked.error();
    if (parts->signature.size() != signature_length) CLOCHE_FAIL(errc::bad_signature);

    const auto candidates = keys.state_->candidates(text_member(*header, "kid"));
    if (candidates.empty()) CLOCHE_FAIL(errc::unknown_key);
    const detail::jws_ptr jws(cjose_jws_import(token.data(), token.size(), nullptr));
    if (!jws) CLOCHE_FAIL(errc::malformed);
    const auto verifies = [&jws](const cjose_jwk_t* key) {
        return cjose_jws_verify(jws.get(), key, nullptr);
    };
    if (std::none_of(candidates.begin(), candidates.end(), verifies)) {
        CLOCHE_FAIL(errc::bad_signature);
    }
    // Only now is the payload somebody's word.
    auto claims = decode_part(parts->payload);
    if (!claims) return claims.error();
    return decoded_jwt{std::move(*header), std::move(*claims)};
}

result<object> verify_jwt(
    std::string_view token, const key_set& keys, const claims_policy& policy, instant now
) {
    auto verified = verify_signature_only(token, keys);
    if (!verified) return verified.error();
    auto& [header, claims] = *verified;
    if (!is_type(header, policy.typ)) CLOCHE_FAIL(errc::wrong_type);
    if (text_member(claims, "iss") != policy.issuer) CLOCHE_FAIL(errc::wrong_issuer);
    if (!is_for_audience(claims, policy.audience)) CLOCHE_FAIL(errc::wrong_audience);
    if (const auto timely = check_times(claims, policy.leeway, now); !timely) return timely.error();
    return std::move(claims);
}

}  // namespace cloche::tokens
