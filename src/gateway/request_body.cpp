#include "gateway/request_body.hpp"

#include "base/error_category.hpp"
#include "base/json.hpp"
#include "gateway/answer.hpp"

namespace cloche::gateway {
namespace {

using runtime::task;

const char* describe(body_errc code) noexcept {
    switch (code) {
        case body_errc::wrong_type:
            return "the body has the wrong media type";
        case body_errc::unreadable:
            return "the body is not a JSON object";
    }
    return nullptr;
}

}  // namespace

const boost::system::error_category& body_category() noexcept {
    static const enum_category<body_errc> category("cloche.gateway.body", describe);
    return category;
}

bool may_be_json(const request_context& rq) {
    const std::string type = content_type_of(rq);
    return type.empty() || type == "application/json";
}

task<result<std::string>> read_json(request_context& rq) {
    // A form or text/plain can be sent from any site without a preflight (CS-7).
    if (content_type_of(rq) != "application/json") co_return body_errc::wrong_type;
    result<std::string> body = co_await read_all(rq, rq.gateway.options.login_body);
    if (body && !parse_json_object(*body)) co_return body_errc::unreadable;
    co_return body;
}

task<result<std::string>> read_form(request_context& rq) {
    if (content_type_of(rq) != "application/x-www-form-urlencoded") co_return body_errc::wrong_type;
    co_return co_await read_all(rq, rq.gateway.options.login_body);
}

task<void> refuse_body(request_context& rq, error failure) {
    if (failure == body_errc::wrong_type) {
        co_await refuse(rq, problem::unsupported_media_type, std::string());
    } else if (failure == body_errc::unreadable) {
        co_await refuse(
            rq, problem::bad_request, std::string("Send a JSON object, each member once.")
        );
    } else {
        co_await refuse(rq, failure);
    }
}

}  // namespace cloche::gateway
