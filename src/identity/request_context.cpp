#include "identity/request_context.hpp"

#include "base/json.hpp"
#include "http/field_list.hpp"

namespace cloche::identity {
namespace {

/// `application/json`, with any parameters (RFC 9110 section 8.3.1).
bool is_json(std::string_view content_type) noexcept {
    const auto type = content_type.substr(0, content_type.find(';'));
    return http::equal_ignoring_case(http::trim(type), "application/json");
}

/// token68 of RFC 9110 section 11.2, without its padding characters, which no JWT has.
bool is_token_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~' || c == '+' || c == '/';
}

task<result<std::string>> read_all(http::client_stream& stream) {
    const auto limited = stream.limit_body(most_body_bytes);
    if (!limited) co_return limited.error();
    std::string body;
    for (;;) {
        auto piece = co_await stream.read_body();
        if (!piece) co_return piece.error();
        if (piece->empty()) co_return body;
        body.append(*piece);
    }
}

}  // namespace

task<outcome<boost::json::object>> read_json_body(request_context& rq) {
    if (!is_json(rq.stream.head().value(http::field_id::content_type)))
        co_return refusal(errc::wrong_media_type);
    auto body = co_await read_all(rq.stream);
    if (!body) co_return refusal(body.error());
    auto object = parse_json_object(*body);
    // It may hold a password.
    wipe(body->data(), body->size());
    if (!object) co_return refusal(errc::malformed_request);
    co_return std::move(*object);
}

outcome<access_token> bearer_token(const http::request_head& head) {
    const http::field* found = nullptr;
    for (const auto& field : head.fields) {
        if (field.id != http::field_id::authorization) continue;
        if (found) return refusal(errc::malformed_bearer);
        found = &field;
    }
    if (!found) return refusal(errc::no_access_token);
    constexpr std::string_view scheme = "Bearer";
    const auto text = found->value;
    const auto space = text.find(' ');
    if (!http::equal_ignoring_case(text.substr(0, space), scheme))
        return refusal(errc::no_access_token);
    if (space == std::string_view::npos) return refusal(errc::malformed_bearer);
    const auto token = http::trim(text.substr(space));
    for (const char c : token) {
        if (!is_token_character(c)) return refusal(errc::malformed_bearer);
    }
    if (token.empty()) return refusal(errc::malformed_bearer);
    return access_token(std::string(token));
}

}  // namespace cloche::identity
