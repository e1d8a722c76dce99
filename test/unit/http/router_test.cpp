#include "http/router.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace cloche::http {
namespace {

router<std::string> table() {
    router<std::string> routes;
    routes.add({method::get}, "/", "root");
    routes.add({method::get}, "/session", "session");
    routes.add({method::post}, "/login", "login");
    routes.add({method::get}, "/login", "login page");
    routes.add({method::get}, "/sessions", "list");
    routes.add({method::del}, "/sessions", "end all");
    routes.add({method::del}, "/sessions/{id}", "end one");
    routes.add(method_set::any(), "/proxy/*", "proxy");
    routes.add({method::get}, "/proxy/special", "special");
    routes.add({method::get}, "/proxy/deep/*", "deep");
    routes.add({method::get}, "/assets/*", "assets");
    return routes;
}

struct route_case {
    method verb;
    const char* path;
    const char* handler;  ///< null: no such path; empty: the method is not allowed
    const char* detail;   ///< what `rest` or Allow then holds
};

const route_case cases[] = {
    {method::get, "/", "root", ""},
    {method::get, "/session", "session", ""},
    {method::head, "/session", "session", ""},
    {method::post, "/session", "", "GET, HEAD"},
    {method::other, "/session", "", "GET, HEAD"},
    {method::get, "/login", "login page", ""},
    {method::post, "/login", "login", ""},
    {method::put, "/login", "", "GET, HEAD, POST"},
    {method::options, "/login", "", "GET, HEAD, POST"},
    {method::get, "/sessions", "list", ""},
    {method::del, "/sessions", "end all", ""},
    {method::del, "/sessions/7f", "end one", "7f"},
    {method::get, "/sessions/7f", "", "DELETE"},
    {method::del, "/sessions/", nullptr, ""},
    {method::del, "/sessions/7f/x", nullptr, ""},
    {method::del, "/sessions/7f/", nullptr, ""},
    {method::get, "/Session", nullptr, ""},
    {method::get, "/session/", nullptr, ""},
    {method::get, "/sessio", nullptr, ""},
    {method::get, "/nowhere", nullptr, ""},
    {method::get, "/nowhere/at/all", nullptr, ""},
    {method::get, "", nullptr, ""},
    {method::get, "*", nullptr, ""},
    {method::get, "/proxy/a/b", "proxy", "a/b"},
    {method::get, "/proxy/", "proxy", ""},
    {method::other, "/proxy/a", "proxy", "a"},
    {method::get, "/proxy", nullptr, ""},
    {method::get, "/proxyx", nullptr, ""},
    {method::trace, "/proxy/a", "", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"},
    {method::connect, "/proxy/a", "", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"},
    {method::get, "/proxy/special", "special", ""},
    {method::post, "/proxy/special", "", "GET, HEAD"},
    {method::get, "/proxy/special/x", "proxy", "special/x"},
    {method::get, "/proxy/deep/x", "deep", "x"},
    {method::post, "/proxy/deep/x", "", "GET, HEAD"},
};

TEST(router, finds_the_handler_or_says_why_there_is_none) {
    const auto routes = table();
    using outcome = router<std::string>::outcome;
    for (const route_case& each : cases) {
        const auto found = routes.find(each.verb, each.path);
        if (each.handler == nullptr) {
            EXPECT_EQ(found.what, outcome::not_found) << each.path;
            EXPECT_EQ(found.handler, nullptr);
        } else if (*each.handler == '\0') {
            EXPECT_EQ(found.what, outcome::method_not_allowed) << each.path;
            EXPECT_EQ(found.handler, nullptr);
            EXPECT_EQ(to_allow(found.allowed), each.detail) << each.path;
        } else {
            ASSERT_EQ(found.what, outcome::found) << each.path;
            EXPECT_EQ(*found.handler, each.handler) << each.path;
            EXPECT_EQ(found.rest, each.detail) << each.path;
        }
    }
}

TEST(router, an_empty_table_finds_nothing) {
    EXPECT_EQ(router<int>().find(method::get, "/").what, router<int>::outcome::not_found);
}

TEST(router, a_parameter_and_a_prefix_may_share_their_place) {
    router<int> routes;
    routes.add({method::get}, "/a/{id}", 1);
    routes.add({method::get}, "/a/*", 2);
    EXPECT_EQ(*routes.find(method::get, "/a/x").handler, 1);
    EXPECT_EQ(*routes.find(method::get, "/a/x/y").handler, 2);
    EXPECT_EQ(*routes.find(method::get, "/a/").handler, 2);
}

TEST(router, patterns_that_are_none_are_refused) {
    for (const char* const pattern :
         {"", "a", "*", "/*/a", "/{id}/a", "/a{id}", "/a*", "/a/{}", "/**"}) {
        router<int> routes;
        EXPECT_THROW(routes.add({method::get}, pattern, 1), std::invalid_argument) << pattern;
    }
}

TEST(router, a_second_route_of_one_path_and_method_is_refused) {
    auto routes = table();
    EXPECT_THROW(routes.add({method::get}, "/session", "again"), std::invalid_argument);
    EXPECT_THROW(routes.add({method::head}, "/session", "again"), std::invalid_argument);
    EXPECT_THROW(routes.add({method::put}, "/proxy/*", "again"), std::invalid_argument);
    EXPECT_THROW(routes.add({method::del}, "/sessions/{other}", "again"), std::invalid_argument);
    EXPECT_NO_THROW(routes.add({method::post}, "/session", "another"));
}

}  // namespace
}  // namespace cloche::http
