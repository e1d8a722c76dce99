#include "gateway/options.hpp"

#include "http/message.hpp"

#include <algorithm>

namespace cloche::gateway {

bool header_rules::removes(std::string_view name) const noexcept {
    const auto is_it = [name](std::string_view one) {
        return http::equal_ignoring_case(one, name);
    };
    return std::ranges::any_of(remove, is_it) ||
           std::ranges::any_of(set, [&](const auto& field) { return is_it(field.first); });
}

}  // namespace cloche::gateway
