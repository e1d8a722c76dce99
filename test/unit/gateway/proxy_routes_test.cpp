#include "gateway/proxy_routes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cloche::gateway {
namespace {

using http::method;
using texts = std::vector<std::string>;

route_options route(std::string name, texts paths, texts methods = {}, texts hosts = {}) {
    route_options made;
    made.name = std::move(name);
    made.how.allow = std::move(paths);
    made.methods = std::move(methods);
    made.hosts = std::move(hosts);
    return made;
}

gateway_options three_routes() {
    gateway_options options;
    options.proxy.allow = {"/orders/**", "/admin/**"};
    options.routes.push_back(route("reads", {"/admin/**"}, {"GET", "HEAD"}));
    options.routes.push_back(route("writes", {"/admin/users/*"}, {"POST"}));
    options.routes.push_back(route("partner", {"/orders/**"}, {}, {"partner.example"}));
    options.routes.push_back(route("reports", {"/daily/**", "/weekly"}));
    options.routes.back().how.prefix = "/reports";
    return options;
}

/// The name of the route, `proxy`, or why there is none.
std::string found(
    const gateway_options& options, method verb, std::string_view host, std::string_view path
) {
    std::string why;
    const auto routes = proxy_routes::make(options, {"/auth/login"}, why);
    if (!routes) return why;
    const auto match = routes->find(verb, host, path);
    if (match.found) {
        const std::string name = match.found->name.empty() ? "proxy" : match.found->name;
        return name + " " + std::string(match.path);
    }
    if (match.auth_path) return "auth path";
    const std::string allow = http::to_allow(match.allowed);
    return allow.empty() ? "none" : "only " + allow;
}

struct looked_up {
    method verb;
    const char* host;
    const char* path;
    const char* found;
};

TEST(proxy_routes, the_first_whose_host_path_and_method_fit_takes_it) {
    const auto options = three_routes();
    const std::vector<looked_up> table{
        {method::get, "app.example", "/api/proxy/admin/users/1", "reads /admin/users/1"},
        {method::head, "app.example", "/api/proxy/admin", "reads /admin"},
        {method::post, "app.example", "/api/proxy/admin/users/1", "writes /admin/users/1"},
        {method::get, "app.example", "/api/proxy/orders/7", "proxy /orders/7"},
        {method::get, "partner.example", "/api/proxy/orders/7", "partner /orders/7"},
        {method::get, "Partner.Example:8443", "/api/proxy/orders/7", "partner /orders/7"},
        {method::get, "partner.example.org", "/api/proxy/orders/7", "proxy /orders/7"},
        {method::get, "partner.example", "/api/proxy/elsewhere", "none"},
        {method::put, "app.example", "/reports/daily/monday", "reports /daily/monday"},
        {method::put, "app.example", "/reports/weekly", "reports /weekly"},
        {method::put, "app.example", "/reports", "none"},
        {method::put, "app.example", "/reports/orders/7", "none"},
    };
    for (const auto& row : table)
        EXPECT_EQ(found(options, row.verb, row.host, row.path), row.found) << row.path;
}

TEST(proxy_routes, a_method_that_no_route_of_a_path_has_does_not_fall_through_to_proxy_BF_5) {
    const auto options = three_routes();
    const std::string host = "app.example";
    EXPECT_EQ(found(options, method::put, host, "/api/proxy/admin/x"), "only GET, HEAD");
    EXPECT_EQ(
        found(options, method::put, host, "/api/proxy/admin/users/1"), "only GET, HEAD, POST"
    );
    EXPECT_EQ(
        found(options, method::other, host, "/api/proxy/admin/users/1"), "only GET, HEAD, POST"
    );
}

TEST(proxy_routes, a_method_that_is_not_listed_cannot_be_asked_for_by_another_name) {
    std::string why;
    auto options = three_routes();
    options.routes.push_back(route("members", {"/admin/**"}));
    const auto routes = proxy_routes::make(options, {}, why);
    ASSERT_TRUE(routes) << why;
    const auto removes = [&](method verb, std::string_view path, std::string_view name) {
        return routes->find(verb, "app.example", path).found->how.request.removes(name);
    };
    for (const auto* name : {"x-http-method-override", "X-HTTP-Method", "x-method-override"}) {
        EXPECT_TRUE(removes(method::get, "/api/proxy/admin/x", name)) << name;
        EXPECT_TRUE(removes(method::post, "/api/proxy/admin/x", name)) << "of members: " << name;
        EXPECT_FALSE(removes(method::post, "/api/proxy/orders/1", name)) << "of proxy: " << name;
    }
}

TEST(proxy_routes, another_spelling_of_a_path_is_the_same_route) {
    const auto options = three_routes();
    for (const char* const path :
         {"/api/proxy/Admin/x",
          "/api/proxy/admin;a=b/x",
          "/api/proxy/;/admin/x",
          "/api/proxy/admin./x",
          "/api/proxy/adm%C4%B1n/x",
          "/api/proxy/admin/x/",
          "/api/proxy/ADMIN."}) {
        const std::string name = found(options, method::get, "app.example", path);
        EXPECT_TRUE(name.starts_with("reads ")) << path << ": " << name;
        EXPECT_TRUE(name.ends_with(std::string(path).substr(10))) << "sent on as it came: " << name;
    }
}

TEST(proxy_routes, no_route_reaches_the_apis_own_sign_in) {
    auto options = three_routes();
    options.routes.push_back(route("all", {"/**"}));
    for (const char* const path :
         {"/api/proxy/auth/login", "/api/proxy/Auth/login;x", "/api/proxy/;x/auth/login"})
        EXPECT_EQ(found(options, method::post, "app.example", path), "auth path") << path;
    EXPECT_EQ(found(options, method::get, "app.example", "/reports/auth/login"), "none");
    options.routes.back().how.prefix = "/other";
    EXPECT_EQ(found(options, method::post, "app.example", "/other/auth/login"), "auth path");
    // Another route into the same API: by a shorter base path, and by a longer one.
    options.proxy.base_path = "/v1";
    EXPECT_EQ(found(options, method::post, "app.example", "/other/v1/auth/login"), "auth path");
    options.routes.back().how.base_path = "/v1/auth";
    EXPECT_EQ(found(options, method::post, "app.example", "/other/login"), "auth path");
    EXPECT_EQ(found(options, method::post, "app.example", "/other/v2"), "all /v2");
}

TEST(proxy_routes, prefixes_are_named_once) {
    std::string why;
    const auto routes = proxy_routes::make(three_routes(), {}, why);
    ASSERT_TRUE(routes) << why;
    EXPECT_EQ(routes->prefixes(), (texts{"/api/proxy", "/reports"}));
}

TEST(proxy_routes, what_cannot_be_read_is_named) {
    auto options = three_routes();
    options.routes[1].methods = {"TRACE"};
    EXPECT_EQ(
        found(options, method::get, "a", "/"), "routes: TRACE is no method that is passed on"
    );
    options = three_routes();
    options.routes[0].how.allow = {"admin"};
    EXPECT_TRUE(found(options, method::get, "a", "/").starts_with("\"admin\" is not a path glob"));
}

TEST(header_rules, names_are_compared_without_regard_to_case) {
    header_rules rules;
    EXPECT_TRUE(rules.empty());
    rules.remove = {"X-Debug"};
    rules.set = {{"X-Tenant", "acme"}};
    EXPECT_TRUE(rules.removes("x-debug"));
    EXPECT_TRUE(rules.removes("X-TENANT")) << "what is set is not sent twice";
    EXPECT_FALSE(rules.removes("X-Debugger"));
}

}  // namespace
}  // namespace cloche::gateway
