// Bounded JSON: duplicate members, deep nesting and trailing bytes are refused. Pure.
#pragma once

#include "base/result.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cloche {

enum class json_errc {
    malformed = 1,
    duplicate_member,
    too_deep,
    too_large,
    not_an_object,
};
const boost::system::error_category& json_category() noexcept;
inline error make_error_code(json_errc e) {
    return {static_cast<int>(e), json_category()};
}

struct json_limits {
    std::size_t bytes = 1024 * 1024;
    std::size_t depth = 16;
};

/// Errors: json_errc.
result<boost::json::value> parse_json(std::string_view text, const json_limits& limits = {});
result<boost::json::object> parse_json_object(
    std::string_view text, const json_limits& limits = {}
);

/// The text member of that name; nothing if it is absent or no text.
std::optional<std::string_view> text_member(
    const boost::json::object& object, std::string_view name
);

}  // namespace cloche

template <>
struct boost::system::is_error_code_enum<cloche::json_errc> : std::true_type {};
