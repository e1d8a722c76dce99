#include "gateway/cors.hpp"

#include "gateway/answer.hpp"
#include "gateway/unlisted_field.hpp"

#include <algorithm>

namespace cloche::gateway {
namespace {

constexpr std::string_view asked_method = "Access-Control-Request-Method";
constexpr std::string_view asked_fields = "Access-Control-Request-Headers";
// Browsers ask again after that; Chromium takes two hours at most.
constexpr std::string_view preflight_age = "600";

bool has_cors(const request_context& rq) noexcept {
    return rq.way && !rq.way->how.cors.empty();
}

}  // namespace

bool is_preflight(const http::request_head& head) noexcept {
    return head.verb == http::method::options && head.find(http::field_id::origin) != nullptr &&
           !unlisted_field(head, asked_method).empty();
}

http::method method_asked_for(const http::request_head& head) noexcept {
    return http::method_of(unlisted_field(head, asked_method));
}

void note_cors_origin(request_context& rq) noexcept {
    if (!has_cors(rq)) return;
    const std::string_view origin = rq.head().value(http::field_id::origin);
    const auto& listed = rq.way->how.cors;
    if (std::ranges::find(listed, origin) != listed.end()) rq.cors_origin = origin;
}

runtime::task<void> answer_preflight(request_context& rq) {
    if (rq.cors_origin.empty()) {
        std::string detail = "Pages of this origin may not ask here.";
        co_await refuse(rq, problem::forbidden, std::move(detail));
        co_return;
    }
    http::reply allowed;
    allowed.status = 204;
    allowed.with(
        "Access-Control-Allow-Methods", std::string(unlisted_field(rq.head(), asked_method))
    );
    const std::string_view fields = unlisted_field(rq.head(), asked_fields);
    if (!fields.empty()) allowed.with("Access-Control-Allow-Headers", std::string(fields));
    allowed.with("Access-Control-Max-Age", std::string(preflight_age));
    allowed.with("Vary", std::string(asked_method) + ", " + std::string(asked_fields));
    co_await answer(rq, std::move(allowed));
}

void add_cors_fields(
    const request_context& rq,
    const std::function<void(std::string_view name, std::string_view value)>& add
) {
    if (!has_cors(rq)) return;
    add("Vary", "Origin");
    if (rq.cors_origin.empty()) return;
    add("Access-Control-Allow-Origin", rq.cors_origin);
    add("Access-Control-Allow-Credentials", "true");
    add("Access-Control-Expose-Headers", "Cloche-Error, X-Request-Id, Retry-After");
}

}  // namespace cloche::gateway
