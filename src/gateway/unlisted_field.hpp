// Fields that are asked for so rarely that http::field_id has no number for them.
#pragma once

#include "http/message.hpp"

#include <algorithm>
#include <string_view>

namespace cloche::gateway {

/// Of the first of that name, without regard to case; empty if there is none.
inline std::string_view unlisted_field(const http::request_head& head, std::string_view name) {
    const auto found = std::ranges::find_if(head.fields, [name](const http::field& field) {
        return field.id == http::field_id::other && http::equal_ignoring_case(field.name, name);
    });
    return found == head.fields.end() ? std::string_view() : found->value;
}

}  // namespace cloche::gateway
