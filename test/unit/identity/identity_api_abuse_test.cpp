// What is the same for everybody, what is limited, and what is refused before anything happens.
#include "unit/identity/running_api.hpp"

#include <gtest/gtest.h>

namespace cloche::identity::test {
namespace {

using namespace std::chrono_literals;

const std::string zoe = "zoe@example.org";

identity_options behind_a_proxy() {
    identity_options options;
    options.trusted_proxies = {"127.0.0.1"};
    return options;
}

field_list from(const std::string& address) {
    return {{"X-Forwarded-For", address}};
}

// EN-1
TEST(identity_api_abuse, unknown_wrong_and_unverified_are_refused_alike) {
    running_api api;
    api.put_account(zoe);
    api.register_account("pending@example.org");
    const auto wrong = api.login(zoe, "not the right password");
    EXPECT_EQ(wrong.status, 401u);
    EXPECT_EQ(wrong.text_at("/error"), "Unauthorized");
    for (const auto& email : {"nobody@example.org", "pending@example.org"}) {
        const auto refused = api.login(email);
        EXPECT_EQ(refused.status, 401u);
        EXPECT_EQ(refused.body, wrong.body);
        EXPECT_EQ(refused.fixed_fields(), wrong.fixed_fields());
    }
}

// EN-4
TEST(identity_api_abuse, failures_have_to_wait_longer_and_longer_known_or_not) {
    running_api api;
    api.put_account(zoe);
    for (const auto& email : {zoe, std::string("nobody@example.org")}) {
        for (int i = 0; i < 5; ++i)
            EXPECT_EQ(api.login(email, "wrong").status, 401u);
        const auto refused = api.login(email, "wrong");
        EXPECT_EQ(refused.status, 429u);
        EXPECT_EQ(refused.field("Retry-After"), "1");
        EXPECT_EQ(refused.text_at("/error"), "Too Many Requests");
        // Also for the right password: who it is, is not known yet.
        EXPECT_EQ(api.login(email).status, 429u);
    }
    api.time.advance(1s);
    EXPECT_EQ(api.login(zoe, "wrong").status, 401u);
    EXPECT_EQ(api.login(zoe, "wrong").field("Retry-After"), "2");
    api.time.advance(2s);
    EXPECT_EQ(api.login(zoe).status, 200u);
}

// EN-4: strangers' failures do not lock the owner out.
TEST(identity_api_abuse, a_familiar_place_is_not_touched_by_strangers_failures) {
    running_api api(behind_a_proxy());
    api.put_account(zoe);
    EXPECT_EQ(api.login(zoe, good_password, from("192.0.2.1")).status, 200u);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(api.login(zoe, "wrong", from("198.51.100.7")).status, 401u);
    EXPECT_EQ(api.login(zoe, "wrong", from("198.51.100.7")).status, 429u);
    EXPECT_EQ(api.login(zoe, good_password, from("203.0.113.9")).status, 429u);
    EXPECT_EQ(api.login(zoe, good_password, from("192.0.2.1")).status, 200u);
    // The familiar place has its own count.
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(api.login(zoe, "wrong", from("192.0.2.1")).status, 401u);
    EXPECT_EQ(api.login(zoe, "wrong", from("192.0.2.1")).status, 429u);
}

TEST(identity_api_abuse, a_mailed_link_makes_a_new_place_familiar) {
    running_api api(behind_a_proxy());
    api.put_account(zoe);
    for (int i = 0; i < 5; ++i)
        api.login(zoe, "wrong", from("198.51.100.7"));
    EXPECT_EQ(api.login(zoe, good_password, from("192.0.2.1")).status, 429u);

    EXPECT_EQ(
        api.post("/auth/resend-verification", {{"email", zoe}}, from("192.0.2.1")).status, 202u
    );
    const auto link = "/auth/verify?" + link_query(api.mails_to(zoe, 1).front());
    EXPECT_EQ(api.call("GET", link, from("192.0.2.1")).status, 200u);
    EXPECT_EQ(api.call("GET", link, from("198.51.100.7")).status, 400u);
    EXPECT_EQ(api.login(zoe, good_password, from("192.0.2.1")).status, 200u);
    EXPECT_EQ(api.login(zoe, good_password, from("198.51.100.7")).status, 429u);
}

// EN-5
TEST(identity_api_abuse, a_place_has_a_limit_and_an_ipv6_network_is_one_place) {
    auto options = behind_a_proxy();
    options.limits.login.by_place = {0.1, 3};
    running_api api(options);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(
            api.login("a@b", "x", from("2001:db8:1:2::" + std::to_string(i + 1))).status, 401u
        );
    const auto refused = api.login("c@d", "x", from("2001:db8:1:2:ffff::9"));
    EXPECT_EQ(refused.status, 429u);
    EXPECT_EQ(refused.field("Retry-After"), "10");
    EXPECT_EQ(api.login("c@d", "x", from("2001:db8:1:3::1")).status, 401u);
    api.time.advance(10s);
    EXPECT_EQ(api.login("c@d", "x", from("2001:db8:1:2::1")).status, 401u);
}

// FW-1
TEST(identity_api_abuse, nobody_escapes_a_limit_by_naming_another_address) {
    identity_options options;
    options.limits.login.by_place = {0.1, 3};
    running_api api(options);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(api.login("a@b", "x", from("192.0.2." + std::to_string(i))).status, 401u);
    EXPECT_EQ(api.login("a@b", "x", from("192.0.2.77")).status, 429u);
}

TEST(identity_api_abuse, everybody_together_has_a_limit) {
    auto options = behind_a_proxy();
    options.limits.registration.by_all = {0.1, 2};
    running_api api(options);
    const auto attempt = [&](int n) {
        const auto name = std::to_string(n);
        return api
            .post(
                "/auth/register",
                {{"fullName", "Zoe Example"},
                 {"email", "z" + name + "@example.org"},
                 {"password", good_password}},
                from("192.0.2." + name)
            )
            .status;
    };
    EXPECT_EQ(attempt(1), 201u);
    EXPECT_EQ(attempt(2), 201u);
    EXPECT_EQ(attempt(3), 429u);
}

// CS-7
TEST(identity_api_abuse, only_json_is_read) {
    running_api api;
    const std::string body = R"({"email":"a@b","password":"x"})";
    for (const auto* type :
         {"text/plain",
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=x",
          "application/jsonx",
          ""}) {
        for (const auto* path :
             {"/auth/login", "/auth/register", "/auth/verify", "/auth/resend-verification"})
            EXPECT_EQ(api.call("POST", path, {{"Content-Type", type}}, body).status, 415u) << type;
    }
    EXPECT_EQ(api.call("POST", "/auth/login", {}, body).status, 415u);
    EXPECT_EQ(
        api.call(
               "POST", "/auth/login", {{"Content-Type", "Application/JSON ; charset=utf-8"}}, body
        )
            .status,
        401u
    );
}

TEST(identity_api_abuse, what_is_no_json_object_is_400) {
    running_api api;
    for (const auto* body :
         {"{",
          "nonsense",
          "[]",
          "7",
          R"({"email":"a@b","email":"c@d","password":"x"})",
          R"({"email":"a@b","password":"x"} )"
          "x",
          "{\"email\":\"\xFF\",\"password\":\"x\"}"}) {
        const auto answer =
            api.call("POST", "/auth/login", {{"Content-Type", "application/json"}}, body);
        EXPECT_EQ(answer.status, 400u) << body;
        EXPECT_EQ(answer.text_at("/error"), "Bad Request");
    }
    EXPECT_EQ(api.call("POST", "/auth/login", {{"Content-Type", "application/json"}}).status, 400u);
}

TEST(identity_api_abuse, a_large_body_is_413) {
    running_api api;
    const std::string body = R"({"email":"a@b","password":")" + std::string(70'000, 'x') + "\"}";
    const auto answer =
        api.call("POST", "/auth/login", {{"Content-Type", "application/json"}}, body);
    EXPECT_EQ(answer.status, 413u);
    EXPECT_EQ(answer.field("Cache-Control"), "no-store");
}

TEST(identity_api_abuse, unknown_paths_and_methods_are_told_apart) {
    running_api api;
    for (const auto* path :
         {"/",
          "/auth",
          "/auth/",
          "/auth/login/",
          "/Auth/login",
          "/auth/%6cogin",
          "//auth/login",
          "/auth/undefined/auth/register"}) {
        const auto answer = api.call("GET", path);
        EXPECT_EQ(answer.status, 404u) << path;
        EXPECT_EQ(answer.text_at("/error"), "Not Found");
        EXPECT_EQ(answer.json().at("statusCode").to_number<int>(), 404);
    }
    struct row {
        const char* path;
        const char* allow;
    };
    for (const auto& [path, allow] : {
             row{"/auth/register", "POST, OPTIONS"},
             row{"/auth/verify", "GET, POST, OPTIONS"},
             row{"/auth/resend-verification", "POST, OPTIONS"},
             row{"/auth/login", "POST, OPTIONS"},
             row{"/auth/refresh-token", "GET, POST, OPTIONS"},
             row{"/auth/me", "GET, HEAD, OPTIONS"},
             row{"/auth/logout", "DELETE, OPTIONS"},
             row{"/.well-known/jwks.json", "GET, HEAD, OPTIONS"},
         }) {
        const auto answer = api.call("PUT", path);
        EXPECT_EQ(answer.status, 405u) << path;
        EXPECT_EQ(answer.field("Allow"), allow);
        const auto options = api.call("OPTIONS", path);
        EXPECT_EQ(options.status, 204u) << path;
        EXPECT_EQ(options.field("Allow"), allow);
    }
}

TEST(identity_api_abuse, head_has_the_fields_of_get_and_no_body) {
    running_api api;
    const auto get = api.call("GET", "/.well-known/jwks.json");
    const auto head = api.call("HEAD", "/.well-known/jwks.json");
    EXPECT_EQ(head.status, 200u);
    EXPECT_EQ(head.body, "");
    EXPECT_EQ(head.fixed_fields(), get.fixed_fields());
}

// CS-5
TEST(identity_api_abuse, pages_of_configured_origins_may_read_answers) {
    identity_options options;
    options.cors = {"http://localhost:3000"};
    running_api api(options);
    const field_list ours{
        {"Origin", "http://localhost:3000"}, {"Access-Control-Request-Method", "POST"}};
    const auto preflight = api.call("OPTIONS", "/auth/login", ours);
    EXPECT_EQ(preflight.status, 204u);
    EXPECT_EQ(preflight.field("Access-Control-Allow-Origin"), "http://localhost:3000");
    EXPECT_EQ(preflight.field("Access-Control-Allow-Credentials"), "true");
    EXPECT_EQ(preflight.field("Access-Control-Allow-Methods"), "POST, OPTIONS");
    EXPECT_EQ(preflight.field("Access-Control-Allow-Headers"), "Authorization, Content-Type");

    // Refusals can be read as well.
    const auto refused = api.call("GET", "/auth/me", ours);
    EXPECT_EQ(refused.status, 401u);
    EXPECT_EQ(refused.field("Access-Control-Allow-Origin"), "http://localhost:3000");

    const auto other = api.call("GET", "/auth/me", {{"Origin", "http://localhost:3001"}});
    EXPECT_EQ(other.field("Access-Control-Allow-Origin"), "");
    EXPECT_EQ(other.field("Vary"), "Origin");
}

TEST(identity_api_abuse, every_answer_but_the_keys_forbids_storing_it) {
    running_api api;
    for (const auto* path :
         {"/auth/me", "/auth/refresh-token", "/nothing", "/auth/login", "/auth/verify"}) {
        const auto answer = api.call("GET", path);
        EXPECT_EQ(answer.field("Cache-Control"), "no-store") << path;
        EXPECT_EQ(answer.field("X-Content-Type-Options"), "nosniff") << path;
    }
}

}  // namespace
}  // namespace cloche::identity::test
