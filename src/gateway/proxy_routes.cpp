#include "gateway/proxy_routes.hpp"

#include "http/target.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace cloche::gateway {
namespace {

/// By which many frameworks let a POST be another method.
constexpr std::array<std::string_view, 3> method_overrides{
    "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"};

/// A host without a port is meant at any.
bool names_host(std::string_view wanted, std::string_view authority) noexcept {
    if (http::equal_ignoring_case(wanted, authority)) return true;
    const bool rest_is_port = authority.size() > wanted.size() && authority[wanted.size()] == ':' &&
                              authority.find(':', wanted.size() + 1) == std::string_view::npos;
    return rest_is_port && http::equal_ignoring_case(wanted, authority.substr(0, wanted.size()));
}

std::optional<http::method_set> methods_of(
    const std::vector<std::string>& names, std::string& why
) {
    if (names.empty()) return http::method_set::any();
    http::method_set methods{};
    for (const std::string& name : names) {
        const http::method verb = http::method_of(name);
        if (verb == http::method::other || !http::method_set::any().contains(verb)) {
            why = "routes: " + name + " is no method that is passed on";
            return std::nullopt;
        }
        methods.merge({verb});
    }
    return methods;
}

}  // namespace

bool proxy_route::takes(std::string_view host, std::string_view folded_path) const {
    if (!paths_.contains(folded_path)) return false;
    return hosts_.empty() || std::ranges::any_of(hosts_, [host](const std::string& one) {
               return names_host(one, host);
           });
}

std::optional<proxy_routes> proxy_routes::make(
    const gateway_options& options, const std::vector<std::string>& auth_paths, std::string& why
) {
    proxy_routes made;
    const auto add = [&](const proxy_options& how) -> proxy_route* {
        auto websockets = path_list_policy::make(how.websockets, why);
        if (!websockets) return nullptr;
        proxy_route& route = made.routes_.emplace_back();
        route.how = how;
        route.websockets_ = std::move(*websockets);
        return &route;
    };
    const bool methods_matter = std::ranges::any_of(options.routes, [](const route_options& one) {
        return !one.methods.empty();
    });
    for (std::size_t i = 0; i < options.routes.size(); ++i) {
        const route_options& given = options.routes[i];
        auto paths = route_path_policy::make(given.how.allow, why);
        const auto methods = methods_of(given.methods, why);
        proxy_route* const route = paths && methods ? add(given.how) : nullptr;
        if (!route) return std::nullopt;
        route->name = given.name;
        route->place = i;
        route->hosts_ = given.hosts;
        route->methods_ = *methods;
        // Who may not ask for a method may not ask for it under another's name, nor on the next
        // route of the same path, which may list none.
        auto& removed = route->how.request.remove;
        if (methods_matter)
            removed.insert(removed.end(), method_overrides.begin(), method_overrides.end());
        route->paths_ = std::move(*paths);
    }
    auto proxy_paths = proxy_path_policy::make(options.proxy.allow, auth_paths, why);
    if (!proxy_paths || !add(options.proxy)) return std::nullopt;
    made.proxy_paths_ = std::move(*proxy_paths);
    std::vector<std::string> whole;
    for (const std::string& path : auth_paths)
        whole.push_back(options.proxy.base_path + path);
    auto whole_paths = proxy_path_policy::make({}, whole, why);
    if (!whole_paths) return std::nullopt;
    made.whole_paths_ = std::move(*whole_paths);
    return made;
}

proxy_routes::match proxy_routes::find(
    http::method verb, std::string_view authority, std::string_view path
) const {
    match made;
    std::string folded;  // behind the prefix, of which a path has one alone
    bool fits = false;
    const auto behind = [path](const proxy_route& route) {
        const std::string_view rest = path.substr(route.how.prefix.size());
        return rest.empty() ? std::string_view("/") : rest;
    };
    for (const proxy_route& route : routes_) {
        const bool is_proxy = route.place == proxy_route::of_proxy;
        if (is_proxy || !http::is_below(path, route.how.prefix)) continue;
        if (folded.empty()) folded = route_path_policy::folded(behind(route));
        if (!route.takes(authority, folded)) continue;
        fits = true;
        made.path = behind(route);
        // Another base path may lead to the same place at the API.
        if (proxy_paths_.is_auth_path(made.path) ||
            whole_paths_.is_auth_path(route.how.base_path + std::string(made.path))) {
            made.auth_path = true;
            return made;
        }
        if (route.methods_.contains(verb)) {
            made.found = &route;
            return made;
        }
        made.allowed.merge(route.methods_);
    }
    const proxy_route& proxy = routes_.back();
    if (fits || !http::is_below(path, proxy.how.prefix)) return made;
    made.path = behind(proxy);
    const path_verdict verdict = proxy_paths_.check(made.path);
    made.auth_path = verdict == path_verdict::auth_path;
    if (verdict == path_verdict::allowed) made.found = &proxy;
    return made;
}

std::vector<std::string> proxy_routes::prefixes() const {
    std::vector<std::string> all;
    for (const proxy_route& route : routes_) {
        if (std::ranges::find(all, route.how.prefix) == all.end()) all.push_back(route.how.prefix);
    }
    return all;
}

}  // namespace cloche::gateway
