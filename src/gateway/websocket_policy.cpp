#include "gateway/websocket_policy.hpp"

#include "gateway/unlisted_field.hpp"
#include "http/field_list.hpp"

#include <algorithm>

namespace cloche::gateway {
namespace {

using http::field_id;

constexpr std::string_view spoken_version = "13";
// 16 bytes in base64 (section 4.1).
constexpr std::size_t key_size = 24;

}  // namespace

bool asks_for_websocket(const http::request_head& head) noexcept {
    if (!http::equal_ignoring_case(head.value(field_id::upgrade), "websocket")) return false;
    return std::ranges::any_of(head.fields, [](const http::field& field) {
        return field.id == field_id::connection &&
               http::any_element(field.value, ',', [](std::string_view option) {
                   return http::equal_ignoring_case(option, "upgrade");
               });
    });
}

std::string_view handshake_fault(const http::request_head& head) noexcept {
    if (head.version_major != 1 || head.version_minor != 1)
        return "A WebSocket is opened over HTTP/1.1.";
    if (head.verb != http::method::get || head.framing.kind != http::body_kind::none)
        return "A WebSocket is opened by GET, without a body.";
    if (unlisted_field(head, "Sec-WebSocket-Version") != spoken_version)
        return "Sec-WebSocket-Version is not 13.";
    if (unlisted_field(head, "Sec-WebSocket-Key").size() != key_size)
        return "Sec-WebSocket-Key is not 16 bytes in base64.";
    return {};
}

bool has_own_origin(const http::request_head& head, std::span<const std::string> origins) noexcept {
    const std::string_view origin = head.value(field_id::origin);
    return std::ranges::find(origins, origin) != origins.end();
}

}  // namespace cloche::gateway
