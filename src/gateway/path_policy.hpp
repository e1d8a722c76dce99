// Which paths may be reached: of the API through the proxy, and of the pages without signing in.
// Pure, any thread.
//
// Every path that is asked about is in normal form already (http::check_path): others were answered
// 400.
#pragma once

#include "base/glob.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::gateway {

enum class path_verdict : std::uint8_t {
    allowed,
    not_allowed,  ///< not on the list: 404
    auth_path,  ///< the API's own sign-in, refresh or sign-out: what it answers would carry tokens.
                ///< 404, and the detail names the route that does it
};

/// The proxy's list of allowed paths (BF-5), and the paths that are never reached through it.
class proxy_path_policy {
public:
    /// `allow`: globs (base/glob.hpp), matched against the path as it came. `auth_paths`: targets
    /// of the API as configured (`/auth/login`), blocked in every spelling. Nothing if a glob is
    /// none; `why` then names it.
    static std::optional<proxy_path_policy> make(
        std::span<const std::string> allow,
        std::span<const std::string> auth_paths,
        std::string& why
    );

    /// `path`: of the API, behind the proxy's prefix.
    path_verdict check(std::string_view path) const;
    bool is_auth_path(std::string_view path) const;

private:
    std::vector<path_glob> allow_;
    std::vector<std::string> blocked_;  ///< folded
};

/// Paths that match one of a list, as they came.
class path_list_policy {
public:
    static std::optional<path_list_policy> make(
        std::span<const std::string> globs, std::string& why
    );

    bool contains(std::string_view path) const noexcept { return matches_any(globs_, path); }

private:
    std::vector<path_glob> globs_;
};

/// Paths that a route is for, in every spelling: what demands a role must not be narrower than the
/// API behind it.
class route_path_policy {
public:
    static std::optional<route_path_policy> make(
        std::span<const std::string> globs, std::string& why
    );

    /// A path as contains() takes it: decoded, letters small, nothing at its end that servers
    /// overlook.
    static std::string folded(std::string_view path);
    bool contains(std::string_view folded_path) const noexcept {
        return matches_any(globs_, folded_path);
    }

private:
    std::vector<path_glob> globs_;
};

/// Pages that are not shown signed out. `/account/*` covers `/account` and everything below it, and
/// letters are compared without regard to case, decoded: what guards a page must not be narrower
/// than the app behind it.
class page_guard_policy {
public:
    static std::optional<page_guard_policy> make(
        std::span<const std::string> globs, std::string& why
    );

    bool is_guarded(std::string_view path) const;

private:
    std::vector<path_glob> globs_;
};

/// Files of the app behind the gateway that need no session. A `*` at the end takes in everything
/// below; matched as it came.
class static_path_policy {
public:
    static std::optional<static_path_policy> make(
        std::span<const std::string> globs, std::string& why
    );

    bool is_static(std::string_view path) const noexcept;

private:
    std::vector<path_glob> globs_;
};

}  // namespace cloche::gateway
