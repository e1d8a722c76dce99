#include "http/router.hpp"

#include <stdexcept>

namespace cloche::http {
namespace {

enum class shape { exact, one_segment, below };

/// The pattern's shape; cuts `{id}` or `*` off it.
shape cut_shape(std::string_view& pattern) {
    const std::size_t slash = pattern.rfind('/');
    if (pattern.empty() || pattern.front() != '/')
        throw std::invalid_argument("a route must begin with /");
    const std::string_view last = pattern.substr(slash + 1);
    const bool is_parameter = last.size() > 2 && last.front() == '{' && last.back() == '}';
    const shape found = last == "*"    ? shape::below
                        : is_parameter ? shape::one_segment
                                       : shape::exact;
    if (found != shape::exact) pattern = pattern.substr(0, slash + 1);
    if (pattern.find_first_of("{}*") != std::string_view::npos) {
        throw std::invalid_argument("a route may have {name} or * as its last segment only");
    }
    return found;
}

}  // namespace

std::string to_allow(method_set methods) {
    constexpr std::pair<method, std::string_view> names[] = {
        {method::get, "GET"},
        {method::head, "HEAD"},
        {method::post, "POST"},
        {method::put, "PUT"},
        {method::patch, "PATCH"},
        {method::del, "DELETE"},
        {method::options, "OPTIONS"},
    };
    std::string allow;
    for (const auto& [verb, name] : names) {
        if (!methods.contains(verb)) continue;
        if (!allow.empty()) allow.append(", ");
        allow.append(name);
    }
    return allow;
}

void route_table::add(method_set methods, std::string_view pattern, std::size_t route) {
    const shape what = cut_shape(pattern);
    node& place = nodes_[std::string(pattern)];
    std::vector<entry>& entries = what == shape::exact         ? place.exact
                                  : what == shape::one_segment ? place.one_segment
                                                               : place.below;
    for (const entry& other : entries) {
        if (methods.overlaps(other.methods)) {
            throw std::invalid_argument("two routes of one method for " + std::string(pattern));
        }
    }
    entries.push_back({methods, route});
}

route_table::match route_table::choose(
    const std::vector<entry>& entries, method verb, std::string_view rest
) noexcept {
    match chosen;
    chosen.what = outcome::method_not_allowed;
    for (const entry& candidate : entries) {
        if (candidate.methods.contains(verb)) {
            chosen.what = outcome::found;
            chosen.route = candidate.route;
            chosen.rest = rest;
            return chosen;
        }
        chosen.allowed.merge(candidate.methods);
    }
    return chosen;
}

route_table::match route_table::find(method verb, std::string_view path) const {
    if (const auto place = nodes_.find(path);
        place != nodes_.end() && !place->second.exact.empty()) {
        return choose(place->second.exact, verb, {});
    }
    bool is_last_segment = true;
    for (std::size_t slash = path.rfind('/'); slash != std::string_view::npos;) {
        const std::string_view rest = path.substr(slash + 1);
        if (const auto place = nodes_.find(path.substr(0, slash + 1)); place != nodes_.end()) {
            const node& here = place->second;
            if (is_last_segment && !rest.empty() && !here.one_segment.empty()) {
                return choose(here.one_segment, verb, rest);
            }
            if (!here.below.empty()) return choose(here.below, verb, rest);
        }
        is_last_segment = false;
        slash = slash == 0 ? std::string_view::npos : path.rfind('/', slash - 1);
    }
    return {};
}

}  // namespace cloche::http
