#include "tokens/jwt.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace cloche::tokens {
namespace {

constexpr std::size_t longest_token = 16 * 1024;
constexpr json_limits part_limits{longest_token, 8};

/// 9999-12-31T23:59:59Z
constexpr double last_second = 253'402'300'799;

bool is_part(std::string_view text) {
    return !text.empty() && base64url_decode(text).has_value();
}

}  // namespace

result<jwt_parts> split_jwt(std::string_view token) {
    if (token.size() > longest_token) CLOCHE_FAIL(errc::malformed);
    const auto first = token.find('.');
    if (first == std::string_view::npos) CLOCHE_FAIL(errc::malformed);
    const auto second = token.find('.', first + 1);
    if (second == std::string_view::npos) CLOCHE_FAIL(errc::malformed);
    const jwt_parts parts{
        token.substr(0, first),
        token.substr(first + 1, second - first - 1),
        token.substr(second + 1),
    };
    // A further dot, as in the five parts of a JWE, is no character of base64url.
    if (!is_part(parts.header) || !is_part(parts.payload) || !is_part(parts.signature)) {
        CLOCHE_FAIL(errc::malformed);
    }
    return parts;
}

result<boost::json::object> decode_part(std::string_view part) {
    const auto text = base64url_decode(part);
    if (!text) CLOCHE_FAIL(errc::malformed);
    auto object = parse_json_object(*text, part_limits);
    if (!object) CLOCHE_FAIL(errc::malformed);
    return object;
}

result<decoded_jwt> decode_unverified(std::string_view token) {
    const auto parts = split_jwt(token);
    if (!parts) return parts.error();
    auto header = decode_part(parts->header);
    if (!header) return header.error();
    auto claims = decode_part(parts->payload);
    if (!claims) return claims.error();
    return decoded_jwt{std::move(*header), std::move(*claims)};
}

std::optional<instant> time_claim(const boost::json::object& claims, std::string_view name) {
    const auto* value = claims.if_contains(name);
    if (!value || !value->is_number()) return std::nullopt;
    // A double holds each millisecond of these years exactly enough.
    const auto since_1970 = value->to_number<double>();
    if (!(since_1970 >= 0 && since_1970 <= last_second)) return std::nullopt;
    return instant(milliseconds(static_cast<milliseconds::rep>(since_1970 * 1000)));
}

std::optional<seconds> life_of(const boost::json::object& claims) {
    const auto issued = time_claim(claims, "iat");
    const auto expires = time_claim(claims, "exp");
    if (!issued || !expires) return std::nullopt;
    const auto life = std::chrono::floor<seconds>(*expires - *issued);
    if (life < seconds(1)) return std::nullopt;
    return life;
}

}  // namespace cloche::tokens
