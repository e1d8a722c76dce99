#include "identity/origin_policy.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace cloche::identity {
namespace {

std::optional<std::string> field(const http::reply& answer, std::string_view name) {
    for (const auto& [key, value] : answer.fields) {
        if (key == name) return value;
    }
    return std::nullopt;
}

// CS-5
TEST(origin_policy, without_configuration_there_is_no_cors) {
    const origin_policy policy({});
    http::reply answer;
    policy.add_fields("https://app.example.org", answer);
    EXPECT_TRUE(answer.fields.empty());
    EXPECT_FALSE(field(
        policy.preflight("https://app.example.org", "GET, OPTIONS"), "Access-Control-Allow-Methods"
    ));
}

TEST(origin_policy, exact_origins_are_let_in_with_credentials) {
    const origin_policy policy({"https://app.example.org", "http://localhost:3000"});
    http::reply answer;
    policy.add_fields("http://localhost:3000", answer);
    EXPECT_EQ(field(answer, "Access-Control-Allow-Origin"), "http://localhost:3000");
    EXPECT_EQ(field(answer, "Access-Control-Allow-Credentials"), "true");
    EXPECT_EQ(field(answer, "Vary"), "Origin");
}

TEST(origin_policy, others_get_nothing_but_the_vary) {
    const origin_policy policy({"https://app.example.org"});
    for (const auto origin :
         {"https://app.example.org.evil.example",
          "https://evilapp.example.org",
          "http://app.example.org",
          "https://app.example.org:444",
          "null",
          "",
          "HTTPS://APP.EXAMPLE.ORG",
          "*"}) {
        http::reply answer;
        policy.add_fields(origin, answer);
        EXPECT_FALSE(field(answer, "Access-Control-Allow-Origin")) << origin;
        EXPECT_EQ(field(answer, "Vary"), "Origin");
    }
}

TEST(origin_policy, a_preflight_names_the_methods_of_the_path) {
    const origin_policy policy({"https://app.example.org"});
    const auto answer = policy.preflight("https://app.example.org", "GET, POST, OPTIONS");
    EXPECT_EQ(answer.status, 204u);
    EXPECT_EQ(field(answer, "Allow"), "GET, POST, OPTIONS");
    EXPECT_EQ(field(answer, "Access-Control-Allow-Methods"), "GET, POST, OPTIONS");
    EXPECT_EQ(field(answer, "Access-Control-Allow-Headers"), "Authorization, Content-Type");
}

bool may_use_cookie(std::optional<std::string_view> site, std::optional<std::string_view> origin) {
    const origin_policy policy({"https://app.example.org"});
    http::request_head head;
    if (site) head.fields.push_back({http::field_id::sec_fetch_site, "Sec-Fetch-Site", *site});
    if (origin) head.fields.push_back({http::field_id::origin, "Origin", *origin});
    return policy.may_use_cookie(head);
}

// CS-1, and the link on another site that rotates the token of whoever follows it.
TEST(origin_policy, another_site_cannot_use_the_cookie) {
    EXPECT_TRUE(may_use_cookie(std::nullopt, std::nullopt));
    EXPECT_TRUE(may_use_cookie(std::nullopt, "http://localhost:3000"));
    EXPECT_TRUE(may_use_cookie("same-origin", "http://localhost:3000"));
    EXPECT_TRUE(may_use_cookie("none", std::nullopt));
    EXPECT_FALSE(may_use_cookie("cross-site", std::nullopt));
    EXPECT_FALSE(may_use_cookie("same-site", std::nullopt));
    EXPECT_FALSE(may_use_cookie("cross-site", "https://evil.example"));
    EXPECT_TRUE(may_use_cookie("cross-site", "https://app.example.org"));
    EXPECT_FALSE(may_use_cookie("cross-site", "null"));
}

}  // namespace
}  // namespace cloche::identity
