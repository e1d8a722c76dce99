#include "torture/played_token.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"

#include <boost/json/serialize.hpp>

#include <chrono>

namespace cloche::torture {

namespace json = boost::json;

std::string access_token(
    std::string_view user, const refresh_ticket& ticket, instant now, seconds life
) {
    const auto made = std::chrono::floor<seconds>(now).time_since_epoch();
    const json::object claims{
        {"sub", user},
        {"iat", made.count()},
        {"exp", (made + life).count()},
        {"jti", ticket.text()}};
    return base64url_encode(R"({"alg":"ES256","typ":"at+jwt"})") + '.' +
           base64url_encode(json::serialize(claims)) + '.' + std::string(86, 'A');
}

std::optional<bearer> read_bearer(std::string_view authorization, instant now) {
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization.starts_with(scheme)) return std::nullopt;
    const auto token = authorization.substr(scheme.size());
    const auto first = token.find('.');
    const auto second = token.find('.', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const auto text = base64url_decode(token.substr(first + 1, second - first - 1));
    if (!text) return std::nullopt;
    const auto claims = parse_json_object(*text);
    if (!claims) return std::nullopt;
    const auto user = text_member(*claims, "sub");
    const auto id = text_member(*claims, "jti");
    const auto* const expiry = claims->if_contains("exp");
    if (!user || !id || expiry == nullptr || !expiry->is_int64()) return std::nullopt;
    bearer out;
    out.user = *user;
    out.ticket = refresh_ticket::read(*id);
    // `iat` and `exp` are whole seconds, cut off: less leeway than a second would shorten each
    // life.
    out.expired = now >= instant(seconds(expiry->as_int64() + 1));
    return out;
}

}  // namespace cloche::torture
