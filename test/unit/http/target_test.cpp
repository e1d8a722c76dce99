#include "http/target.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace cloche::http {
namespace {

using namespace std::string_literals;

const std::array login = {"/auth/login"s};

TEST(target, the_origin_form_is_split_at_the_first_question_mark) {
    const auto target = split_target("/a/b?c=d?e");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->form, target_form::origin);
    EXPECT_EQ(target->authority, "");
    EXPECT_EQ(target->path, "/a/b");
    EXPECT_EQ(target->query, "c=d?e");
    EXPECT_TRUE(target->has_query);
    EXPECT_EQ(target->path_and_query, "/a/b?c=d?e");
}

TEST(target, an_empty_query_is_not_the_same_as_none_PX_15) {
    EXPECT_TRUE(split_target("/a?")->has_query);
    EXPECT_EQ(split_target("/a?")->path_and_query, "/a?");
    EXPECT_FALSE(split_target("/a")->has_query);
}

TEST(target, the_absolute_form_gives_its_authority_away) {
    const auto target = split_target("HTTPS://a.example:8443/b?c");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->form, target_form::absolute);
    EXPECT_EQ(target->authority, "a.example:8443");
    EXPECT_EQ(target->path, "/b");
    EXPECT_EQ(target->query, "c");
    EXPECT_EQ(target->path_and_query, "/b?c");
}

TEST(target, an_absolute_form_without_a_path_means_the_root) {
    const auto target = split_target("http://[::1]:80");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->authority, "[::1]:80");
    EXPECT_EQ(target->path, "/");
    EXPECT_EQ(target->path_and_query, "/");
}

TEST(target, asterisk_and_authority_are_forms_of_their_own) {
    EXPECT_EQ(split_target("*")->form, target_form::asterisk);
    EXPECT_EQ(split_target("a.example:443")->form, target_form::authority);
    EXPECT_EQ(split_target("a.example:443")->authority, "a.example:443");
    EXPECT_EQ(split_target("[::1]:443")->form, target_form::authority);
}

TEST(target, anything_else_is_none) {
    for (const char* const text :
         {"",
          "a",
          "?",
          "a.example",
          "[::1]",
          "**",
          "*/",
          "ftp://a/",
          "http:/a",
          "http://",
          "http:///a",
          "http://a b/",
          "http://u@a/",
          "http://a:99999/",
          "http://a?b",
          "httpx://a/",
          "javascript:1x",
          "mailto:a@b",
          "\\a",
          "a:"}) {
        const auto target = split_target(text);
        EXPECT_TRUE(target.has_error()) << text;
        if (target.has_error()) {
            EXPECT_EQ(target.error(), errc::bad_request);
        }
    }
}

struct path_case {
    std::string path;
    path_fault fault;
};

const path_case paths[] = {
    {"/", path_fault::none},
    {"/a", path_fault::none},
    {"/a/", path_fault::none},
    {"/a/b.c/d..e/...", path_fault::none},
    {"/.well-known/x", path_fault::none},
    {"/.%20/..%40/...;x", path_fault::none},
    {"/a;b=c/d;e", path_fault::none},
    {"/a:b@c!$&'()*+,=~-_", path_fault::none},
    {"/caf%C3%A9", path_fault::none},
    {"/caf%c3%a9", path_fault::none},
    {"/a%20b", path_fault::none},
    {"/100%25", path_fault::none},
    {"/100%25/x", path_fault::none},
    {"/100%25g0", path_fault::none},
    {"/a%3Bb%3A", path_fault::none},
    {"/a|b^c{d}`\"<>", path_fault::none},
    {"", path_fault::not_absolute},
    {"a", path_fault::not_absolute},
    {"*", path_fault::not_absolute},
    {"%2Fa", path_fault::not_absolute},
    {"//", path_fault::empty_segment},
    {"//a", path_fault::empty_segment},
    {"/a//b", path_fault::empty_segment},
    {"/a//", path_fault::empty_segment},
    {"/.", path_fault::dot_segment},
    {"/..", path_fault::dot_segment},
    {"/./a", path_fault::dot_segment},
    {"/a/../b", path_fault::dot_segment},
    {"/a/..", path_fault::dot_segment},
    {"/a/..;/b", path_fault::dot_segment},
    {"/a/.;x=y/b", path_fault::dot_segment},
    {"/a/..;", path_fault::dot_segment},
    {"/a/..%3Bx/b", path_fault::dot_segment},
    {"/.%3b", path_fault::dot_segment},
    {"/a\\b", path_fault::forbidden_byte},
    {"/..\\a", path_fault::forbidden_byte},
    {"/a b", path_fault::forbidden_byte},
    {"/a\tb", path_fault::forbidden_byte},
    {"/a\0"s, path_fault::forbidden_byte},
    {"/a\x7f", path_fault::forbidden_byte},
    {"/caf\xc3\xa9", path_fault::forbidden_byte},
    {"/a?b", path_fault::forbidden_byte},
    {"/a#b", path_fault::forbidden_byte},
    {"/%", path_fault::bad_escape},
    {"/%2", path_fault::bad_escape},
    {"/%2g", path_fault::bad_escape},
    {"/%g2", path_fault::bad_escape},
    {"/%u0041", path_fault::bad_escape},
    {"/%%41", path_fault::bad_escape},
    {"/% 41", path_fault::bad_escape},
    {"/%c0%af", path_fault::bad_escape},
    {"/%C1%81", path_fault::bad_escape},
    {"/a%2fb", path_fault::encoded_separator},
    {"/a%2Fb", path_fault::encoded_separator},
    {"/a%5cb", path_fault::encoded_separator},
    {"/a%5Cb", path_fault::encoded_separator},
    {"/a%00", path_fault::encoded_control},
    {"/a%0d%0a", path_fault::encoded_control},
    {"/a%1f", path_fault::encoded_control},
    {"/a%7F", path_fault::encoded_control},
    {"/%61", path_fault::encoded_unreserved},
    {"/%5A", path_fault::encoded_unreserved},
    {"/%30", path_fault::encoded_unreserved},
    {"/%2e%2e/a", path_fault::encoded_unreserved},
    {"/.%2E/a", path_fault::encoded_unreserved},
    {"/%2d", path_fault::encoded_unreserved},
    {"/%5f", path_fault::encoded_unreserved},
    {"/%7e", path_fault::encoded_unreserved},
    {"/%252e%252e/", path_fault::double_encoding},
    {"/%252F", path_fault::double_encoding},
    {"/%2541", path_fault::double_encoding},
    {"/%25%2566", path_fault::double_encoding},
};

TEST(target, only_paths_that_can_be_read_in_one_way_are_in_normal_form_BF_4) {
    for (const path_case& each : paths) {
        EXPECT_EQ(check_path(each.path), each.fault)
            << each.path << ": " << describe(check_path(each.path));
    }
}

TEST(target, every_byte_has_one_place_where_it_is_judged_BF_4) {
    constexpr std::string_view unreserved =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        const bool forbidden =
            byte <= 0x20 || byte >= 0x7f || c == '\\' || c == '?' || c == '#' || c == '%';
        EXPECT_EQ(check_path("/a"s + c + "b") == path_fault::none, !forbidden) << byte;

        constexpr std::string_view hex = "0123456789ABCDEF";
        const std::string escape{
            '%', hex[static_cast<unsigned>(byte) / 16], hex[static_cast<unsigned>(byte) % 16]};
        const bool refused = byte < 0x20 || byte == 0x7f || c == '/' || c == '\\' || byte == 0xc0 ||
                             byte == 0xc1 || unreserved.find(c) != unreserved.npos;
        EXPECT_EQ(check_path("/a" + escape + "/b") == path_fault::none, !refused) << byte;
    }
}

TEST(target, all_spellings_of_a_path_fold_to_one) {
    for (const char* const path :
         {"/auth/login",
          "/AUTH/Login",
          "/auth/login/",
          "/auth/login;x=y",
          "/auth;a/login;b",
          "/auth/login;/",
          "/auth/login%3Bx",
          "/auth/login.",
          "/auth./login",
          "/auth%20/login",
          "/auth/login..",
          "/auth/login%20",
          "/auth/login. ;x",
          "/auth/log%C4%B1n",
          "/auth/log%c4%b0n",
          "/%61uth/login",
          "/auth/%6Cogin"}) {
        EXPECT_EQ(fold_path(path), "/auth/login") << path;
        EXPECT_TRUE(is_spelling_of_any(path, login)) << path;
    }
    EXPECT_EQ(fold_path("/refre%C5%BFh-to%E2%84%AAen"), "/refresh-token");
}

TEST(target, other_paths_fold_to_others) {
    for (const char* const path :
         {"/auth/logins",
          "/auth/log",
          "/auth",
          "/auth/login/x",
          "/x/auth/login",
          "/auth-login",
          "/auth/login-",
          "/",
          "/auth/login%2Fx",
          "/auth/login%3F",
          "/auth/%E2%84%AAlogin"}) {
        EXPECT_FALSE(is_spelling_of_any(path, login)) << path;
    }
    EXPECT_EQ(fold_path("/"), "");
    EXPECT_EQ(fold_path("/caf%C3%89"), "/caf\xc3\x89");
}

}  // namespace
}  // namespace cloche::http
