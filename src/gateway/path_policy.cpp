#include "gateway/path_policy.hpp"

#include "http/target.hpp"

#include <algorithm>

namespace cloche::gateway {
namespace {

/// Compiles each pattern in the form that `prepare` gives it.
template <class Prepare>
bool compile(
    std::span<const std::string> patterns,
    Prepare prepare,
    std::vector<path_glob>& into,
    std::string& why
) {
    for (const std::string& pattern : patterns) {
        auto glob =
            path_glob::compile(pattern) ? path_glob::compile(prepare(pattern)) : std::nullopt;
        if (!glob) {
            why = "\"" + pattern +
                  "\" is not a path glob: it must begin with / and have ** alone between slashes";
            return false;
        }
        into.push_back(std::move(*glob));
    }
    return true;
}

std::string unchanged(std::string_view pattern) {
    return std::string(pattern);
}

/// `/a/*` as `/a/**`.
std::string with_everything_below(std::string_view pattern) {
    std::string wider(pattern);
    if (pattern.size() >= 2 && pattern.substr(pattern.size() - 2) == "/*") wider.push_back('*');
    return wider;
}

std::string folded_or_root(std::string_view path) {
    std::string folded = http::fold_path(path);
    return folded.empty() ? "/" : folded;
}

std::string folded_with_everything_below(std::string_view pattern) {
    return folded_or_root(with_everything_below(pattern));
}

}  // namespace

std::optional<proxy_path_policy> proxy_path_policy::make(
    std::span<const std::string> allow, std::span<const std::string> auth_paths, std::string& why
) {
    proxy_path_policy policy;
    if (!compile(allow, unchanged, policy.allow_, why)) return std::nullopt;
    for (const std::string_view target : auth_paths) {
        policy.blocked_.push_back(http::fold_path(target.substr(0, target.find('?'))));
    }
    return policy;
}

path_verdict proxy_path_policy::check(std::string_view path) const {
    if (is_auth_path(path)) return path_verdict::auth_path;
    return matches_any(allow_, path) ? path_verdict::allowed : path_verdict::not_allowed;
}

bool proxy_path_policy::is_auth_path(std::string_view path) const {
    return http::is_spelling_of_any(path, blocked_);
}

std::optional<route_path_policy> route_path_policy::make(
    std::span<const std::string> globs, std::string& why
) {
    route_path_policy policy;
    if (!compile(globs, folded_or_root, policy.globs_, why)) return std::nullopt;
    return policy;
}

std::string route_path_policy::folded(std::string_view path) {
    return folded_or_root(path);
}

std::optional<path_list_policy> path_list_policy::make(
    std::span<const std::string> globs, std::string& why
) {
    path_list_policy policy;
    if (!compile(globs, unchanged, policy.globs_, why)) return std::nullopt;
    return policy;
}

std::optional<page_guard_policy> page_guard_policy::make(
    std::span<const std::string> globs, std::string& why
) {
    page_guard_policy policy;
    if (!compile(globs, folded_with_everything_below, policy.globs_, why)) return std::nullopt;
    return policy;
}

bool page_guard_policy::is_guarded(std::string_view path) const {
    return !globs_.empty() && matches_any(globs_, folded_or_root(path));
}

std::optional<static_path_policy> static_path_policy::make(
    std::span<const std::string> globs, std::string& why
) {
    static_path_policy policy;
    if (!compile(globs, with_everything_below, policy.globs_, why)) return std::nullopt;
    return policy;
}

bool static_path_policy::is_static(std::string_view path) const noexcept {
    return matches_any(globs_, path);
}

}  // namespace cloche::gateway
