#include "config/names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cloche::config {
namespace {

template <class T>
void expect_good(const notation<T>& how, std::initializer_list<std::string_view> texts) {
    for (const std::string_view text : texts) {
        const auto read = how.read(text);
        ASSERT_TRUE(read.has_value()) << text;
        EXPECT_EQ(how.write(*read), text);
    }
}

template <class T>
void expect_bad(const notation<T>& how, std::initializer_list<std::string_view> texts) {
    for (const std::string_view text : texts)
        EXPECT_TRUE(how.read(text).has_error()) << text;
}

TEST(names, prefix_is_a_path_in_normal_form_without_a_last_slash) {
    expect_good(path_prefix(), {"/api", "/api/proxy", "/a-b/c_d"});
    expect_bad(
        path_prefix(),
        {"",
         "/",
         "api",
         "/api/",
         "/api//proxy",
         "/a/../b",
         "/a b",
         "/a?b",
         "/a#b",
         "/a%2fb",
         "/%61",
         "/a\\b",
         "/api/*",
         "/a*b",
         "/{tenant}/api",
         "/api{",
         "/api}"}
    );
}

TEST(names, pattern_begins_with_a_slash) {
    expect_good(path_pattern(), {"/", "/**", "/account/*", "/a*/b", "/_next/static/*"});
    expect_bad(path_pattern(), {"", "**", "account/*", "/a**"});
}

TEST(names, cookie_name_is_a_token_with_any_prefix) {
    expect_good(
        cookie_name(),
        {"a", "accessToken", "__Host-Http-session", "__Host-a", "__Secure-a", "__Http-a"}
    );
    expect_bad(cookie_name(), {"", "a b", "a;b", "a=b", "a,b", "\xc3\xa9", "a\t"});
}

TEST(names, pointer_begins_with_a_slash_or_is_empty) {
    expect_good(json_pointer(), {"", "/data", "/data/accessToken", "/a~1b/~0", "/", "/a/0"});
    expect_bad(json_pointer(), {"data", "data/a", "/a~", "/a~2", "$.data"});
    expect_good(json_pointer_or_bearer(), {"/refreshToken", "bearer"});
    expect_bad(json_pointer_or_bearer(), {"", "Bearer", "refreshToken"});
}

TEST(names, request_is_a_method_and_a_path) {
    expect_good(
        api_request(),
        {"POST /auth/login", "GET /me?fields=a,b", "DELETE /auth/logout", "PUT /a", "PATCH /a"}
    );
    expect_bad(
        api_request(),
        {"",
         "POST",
         "/auth/login",
         "POST auth/login",
         "post /a",
         "POST  /a",
         "POST /a b",
         "TRACE /a",
         "CONNECT /a",
         "POST /a/../b",
         "POST http://other/a",
         "POST //other/a",
         "POST /a#b",
         "POST /a\r\n"}
    );
}

TEST(names, a_session_store_is_a_word_or_the_url_of_a_server) {
    const auto kind_of = [](std::string_view text) { return session_store().read(text)->kind; };
    EXPECT_EQ(kind_of("sqlite"), store_kind::sqlite);
    EXPECT_EQ(kind_of("memory"), store_kind::memory);
    EXPECT_EQ(kind_of("postgres://a"), store_kind::postgres);
    EXPECT_EQ(kind_of("postgresql:///a?host=/run"), store_kind::postgres);
    EXPECT_EQ(kind_of("redis://a:6379/1"), store_kind::redis);
    EXPECT_EQ(kind_of("redis+unix:///run/redis"), store_kind::redis);
    EXPECT_EQ(session_store().read("redis://a")->url, "redis://a");
    EXPECT_FALSE(session_store().read("memory")->is_shared());
    EXPECT_EQ(session_store().read("mysql").error().what, "is not a store");
    EXPECT_THAT(session_store().read("rediss://a").error().remedy, testing::HasSubstr("tunnel"));
    EXPECT_TRUE(session_store().secret);
    EXPECT_EQ(*identity_store().read("sqlite"), store_kind::sqlite);
    EXPECT_EQ(identity_store().read("memory").error().remedy, "write sqlite");
}

TEST(names, path_of_a_file_is_not_empty) {
    expect_good(file_path(), {"./data", "/a b", "x"});
    expect_bad(file_path(), {"", std::string_view("a\0b", 3)});
}

}  // namespace
}  // namespace cloche::config
