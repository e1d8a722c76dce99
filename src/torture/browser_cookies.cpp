#include "torture/browser_cookies.hpp"

#include "base/clock.hpp"
#include "cookies/received_cookie.hpp"

namespace cloche::torture {

void browser_cookies::take(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) {
        const auto cookie = cookies::parse_set_cookie(line);
        if (!cookie) continue;
        const bool aged_out = cookie->max_age && *cookie->max_age <= seconds::zero();
        // Nobody sets a cookie that ends within a run: one that has an end in the past is taken
        // away.
        const bool expired =
            !cookie->max_age && cookie->expires && *cookie->expires <= system_clock().now();
        if (aged_out || expired) {
            held_.erase(std::string(cookie->name));
        } else {
            held_.insert_or_assign(std::string(cookie->name), std::string(cookie->value));
        }
    }
}

std::string browser_cookies::header() const {
    std::string field;
    for (const auto& [name, value] : held_) {
        if (!field.empty()) field += "; ";
        field.append(name).append("=").append(value);
    }
    return field;
}

}  // namespace cloche::torture
