#include "gateway/path_policy.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace cloche::gateway {
namespace {

using texts = std::vector<std::string>;

template <class Policy, class... Lists>
Policy make(const Lists&... lists) {
    std::string why;
    auto made = Policy::make(lists..., why);
    if (!made) throw std::invalid_argument(why);
    return *made;
}

const texts auth_paths = {"/auth/login", "/auth/refresh-token?grant=1", "/Auth/Logout/"};

TEST(proxy_path_policy, paths_that_are_not_on_the_list_cannot_be_reached_BF_5) {
    const auto policy = make<proxy_path_policy>(texts{"/orders/**", "/me", "/files/*"}, auth_paths);
    for (const char* const path :
         {"/orders/1", "/orders/1/lines", "/orders", "/me", "/files/a.txt"}) {
        EXPECT_EQ(policy.check(path), path_verdict::allowed) << path;
    }
    for (const char* const path :
         {"/", "/Me", "/me/", "/me/x", "/files/a/b", "/admin", "/order", "/ordersx"}) {
        EXPECT_EQ(policy.check(path), path_verdict::not_allowed) << path;
    }
}

TEST(proxy_path_policy, an_empty_list_allows_nothing) {
    EXPECT_EQ(make<proxy_path_policy>(texts{}, auth_paths).check("/"), path_verdict::not_allowed);
}

TEST(proxy_path_policy, the_auth_paths_are_out_of_reach_in_any_spelling) {
    const auto policy = make<proxy_path_policy>(texts{"/**", "/auth/login"}, auth_paths);
    for (const char* const path :
         {"/auth/login",
          "/auth/login/",
          "/AUTH/LOGIN",
          "/Auth/login;x",
          "/auth;x/login",
          "/auth/login%3Bx",
          "/auth/login.",
          "/auth/login%20",
          "/auth/refresh-token",
          "/auth/REFRESH-token/",
          "/auth/refre%C5%BFh-token",
          "/auth/refresh-to%E2%84%AAen",
          "/auth/logout",
          "/auth/logout/",
          "/auth/LOGOUT;a=b;c"}) {
        EXPECT_EQ(policy.check(path), path_verdict::auth_path) << path;
    }
    for (const char* const path :
         {"/auth/me", "/auth/login/x", "/auth/loginx", "/auth", "/x/auth/login", "/"}) {
        EXPECT_EQ(policy.check(path), path_verdict::allowed) << path;
    }
}

TEST(page_guard_policy, covers_everything_below_a_guarded_page) {
    const auto policy = make<page_guard_policy>(texts{"/", "/account/*", "/orders/*/edit"});
    for (const char* const path :
         {"/",
          "/account",
          "/account/",
          "/account/orders",
          "/account/orders/1",
          "/ACCOUNT/Orders",
          "/Account",
          "/account;x",
          "/account;x/y",
          "/account%3Bx/y",
          "/orders/1/edit",
          "/Orders/1/EDIT/"}) {
        EXPECT_TRUE(policy.is_guarded(path)) << path;
    }
    for (const char* const path :
         {"/accounts", "/about", "/orders/1", "/orders/1/2/edit", "/x/account"}) {
        EXPECT_FALSE(policy.is_guarded(path)) << path;
    }
}

TEST(page_guard_policy, one_star_at_the_root_guards_everything) {
    const auto policy = make<page_guard_policy>(texts{"/*"});
    for (const char* const path : {"/", "/a", "/a/b", "/a/b/"})
        EXPECT_TRUE(policy.is_guarded(path)) << path;
}

TEST(page_guard_policy, guards_nothing_without_a_list) {
    EXPECT_FALSE(make<page_guard_policy>(texts{}).is_guarded("/"));
}

TEST(static_path_policy, takes_in_everything_below_as_it_came) {
    const auto policy = make<static_path_policy>(texts{"/_next/static/*", "/favicon.ico"});
    for (const char* const path :
         {"/_next/static/a.js", "/_next/static/chunks/b.js", "/favicon.ico"}) {
        EXPECT_TRUE(policy.is_static(path)) << path;
    }
    for (const char* const path :
         {"/_NEXT/static/a.js", "/_next/staticx", "/_next/data", "/favicon.ico/", "/"}) {
        EXPECT_FALSE(policy.is_static(path)) << path;
    }
}

TEST(path_policies, a_pattern_that_is_no_glob_is_named) {
    for (const char* const pattern : {"", "orders", "*", "/a**"}) {
        const texts globs = {"/good", pattern};
        std::string why;
        EXPECT_FALSE(proxy_path_policy::make(globs, auth_paths, why)) << pattern;
        EXPECT_NE(why.find('"' + std::string(pattern) + '"'), std::string::npos) << why;
        EXPECT_FALSE(static_path_policy::make(globs, why)) << pattern;
    }
    std::string why;
    EXPECT_FALSE(page_guard_policy::make(texts{"/a**"}, why));
    EXPECT_FALSE(page_guard_policy::make(texts{"account"}, why));
    EXPECT_FALSE(page_guard_policy::make(texts{""}, why))
        << "an empty line must not guard the root in silence";
}

}  // namespace
}  // namespace cloche::gateway
