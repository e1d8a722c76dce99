#include "identity/origin_policy.hpp"

#include <algorithm>

namespace cloche::identity {

bool origin_policy::allows(std::string_view origin) const noexcept {
    return std::find(allowed_.begin(), allowed_.end(), origin) != allowed_.end();
}

bool origin_policy::may_use_cookie(const http::request_head& head) const noexcept {
    const auto* site = head.find(http::field_id::sec_fetch_site);
    if (!site || site->value == "same-origin" || site->value == "none") return true;
    const auto* origin = head.find(http::field_id::origin);
    return origin && allows(origin->value);
}

void origin_policy::add_fields(std::optional<std::string_view> origin, http::reply& answer) const {
    if (!enabled()) return;
    answer.with("Vary", "Origin");
    if (!origin || !allows(*origin)) return;
    answer.with("Access-Control-Allow-Origin", std::string(*origin));
    answer.with("Access-Control-Allow-Credentials", "true");
    answer.with("Access-Control-Expose-Headers", "Retry-After, X-Request-Id");
}

http::reply origin_policy::preflight(
    std::optional<std::string_view> origin, const std::string& methods
) const {
    http::reply answer;
    answer.status = 204;
    answer.with("Allow", methods);
    if (origin && allows(*origin)) {
        answer.with("Access-Control-Allow-Methods", methods);
        answer.with("Access-Control-Allow-Headers", "Authorization, Content-Type");
        answer.with("Access-Control-Max-Age", "600");
    }
    return answer;
}

}  // namespace cloche::identity
