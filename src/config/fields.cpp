#include "config/fields.hpp"

#include "http/head_bytes.hpp"
#include "http/message.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace cloche::config {
namespace {

using pair = std::pair<std::string, std::string>;

// Also whatever begins like those that end in `-`.
constexpr std::array<std::string_view, 19> of_requests{
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "proxy-",
    "te",
    "trailer",
    "traceparent",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-csrf",
    "x-forwarded-",
    "x-real-ip",
    "x-request-id"};
constexpr std::array<std::string_view, 18> of_responses{
    "access-control-",
    "cache-control",
    "cloche-error",
    "connection",
    "content-length",
    "cross-origin-resource-policy",
    "date",
    "keep-alive",
    "location",
    "proxy-",
    "server-timing",
    "set-cookie",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "www-authenticate",
    "x-content-type-options",
    "x-request-id"};

bool is_taken(std::string_view name, field_direction direction) {
    const auto names = direction == field_direction::request
                           ? std::span<const std::string_view>(of_requests)
                           : std::span<const std::string_view>(of_responses);
    return std::ranges::any_of(names, [name](std::string_view one) {
        const std::string_view compared = one.ends_with('-') ? name.substr(0, one.size()) : name;
        return http::equal_ignoring_case(compared, one);
    });
}

parsed<std::string> read_name(std::string_view text, field_direction direction) {
    if (!http::is_token(text))
        return parse_error{"is not the name of a header field", "write it like X-Tenant"};
    if (is_taken(text, direction))
        return parse_error{
            "is a field that the gateway sets or keeps itself", "take it out of the list"};
    return std::string(text);
}

parsed<pair> read_field(std::string_view text, field_direction direction) {
    const parse_error form{"is not NAME: VALUE", "write it like \"X-Tenant: acme\", in quotes"};
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return form;
    parsed<std::string> name = read_name(text.substr(0, colon), direction);
    if (!name) return name.error();
    std::string_view value = text.substr(colon + 1);
    while (value.starts_with(' '))
        value.remove_prefix(1);
    if (value.empty() || http::count_controls(value) > 0) return form;
    return pair(std::move(*name), std::string(value));
}

parsed<std::string> read_method(std::string_view text) {
    const http::method verb = http::method_of(text);
    const bool passed =
        verb != http::method::other && verb != http::method::trace && verb != http::method::connect;
    if (!passed)
        return parse_error{
            "is not a method that is passed on",
            "write GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS"};
    return std::string(text);
}

}  // namespace

notation<std::string> header_name(field_direction direction) {
    return checked_text("header name", [direction](std::string_view text) {
        return read_name(text, direction);
    });
}

notation<pair> header_field(field_direction direction) {
    return {
        "header field",
        [direction](std::string_view text) { return read_field(text, direction); },
        [](const pair& field) { return field.first + ": " + field.second; },
    };
}

notation<std::string> method_name() {
    return checked_text("method", read_method);
}

}  // namespace cloche::config
