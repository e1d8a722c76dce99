#include "cookies/cookie_jar.hpp"

#include <algorithm>

namespace cloche::cookies {

result<void> cookie_jar::set(std::string_view name, std::string_view value, seconds max_age) {
    auto line = set_cookie(name, value, max_age, scope_);
    if (!line) return line.error();
    put(name, std::move(*line));
    return {};
}

result<void> cookie_jar::expire(std::string_view name) {
    auto line = expire_cookie(name, scope_);
    if (!line) return line.error();
    put(name, std::move(*line));
    return {};
}

std::vector<std::string> cookie_jar::lines() const {
    std::vector<std::string> all;
    for_each_line([&all](std::string_view line) { all.emplace_back(line); });
    return all;
}

void cookie_jar::put(std::string_view name, std::string line) {
    const auto found = std::find_if(changes_.begin(), changes_.end(), [name](const change& each) {
        return each.name == name;
    });
    if (found == changes_.end()) {
        changes_.push_back({std::string(name), std::move(line)});
    } else {
        found->line = std::move(line);
    }
}

}  // namespace cloche::cookies
