#include "base/glob.hpp"

#include <gtest/gtest.h>

namespace cloche {
namespace {

struct glob_case {
    const char* pattern;
    const char* path;
    bool matches;
};

const glob_case cases[] = {
    // literally
    {"/", "/", true},
    {"/", "/a", false},
    {"/", "", false},
    {"/account", "/account", true},
    {"/account", "/account/", false},
    {"/account", "/Account", false},
    {"/account", "/accounts", false},
    {"/account", "account", false},
    {"/account/", "/account/", true},
    {"/account/", "/account", false},
    {"/a.c", "/abc", false},
    {"/a?c", "/abc", false},
    {"/a?c", "/a?c", true},
    {"/[ab]", "/a", false},
    {"/a%20b", "/a%20b", true},
    {"/a%20b", "/a b", false},
    {"/\xc3\xa9", "/\xc3\xa9", true},
    // `*` alone: one segment that is not empty
    {"/account/*", "/account/orders", true},
    {"/account/*", "/account/", false},
    {"/account/*", "/account", false},
    {"/account/*", "/account/orders/1", false},
    {"/account/*", "/account/orders/", false},
    {"/*", "/", false},
    {"/*", "/a", true},
    {"/*/b", "/a/b", true},
    {"/*/b", "//b", false},
    {"/*/*", "/a/b", true},
    {"/*/*", "/a", false},
    // `*` within a segment: one character or more
    {"/*.js", "/app.js", true},
    {"/*.js", "/.js", false},
    {"/*.js", "/app.jsx", false},
    {"/*.js", "/a/app.js", false},
    {"/app-*", "/app-1", true},
    {"/app-*", "/app-", false},
    {"/a*c", "/abc", true},
    {"/a*c", "/ac", false},
    {"/a*c", "/abcbc", true},
    {"/a*b*c", "/a1b2c", true},
    {"/a*b*c", "/abbbc", true},
    {"/a*b*c", "/abbc", false},
    {"/a*b*c", "/a1b2c3", false},
    {"/*a*a*a*", "/baaaaaab", true},
    {"/*a*a*a*", "/aaaaaa", false},
    {"/*a*a*a*", "/aaaaaaa", true},
    // `**`: any number of segments
    {"/**", "/", true},
    {"/**", "/a", true},
    {"/**", "/a/", true},
    {"/**", "/a/b/c", true},
    {"/**", "", false},
    {"/**", "a", false},
    {"/account/**", "/account", true},
    {"/account/**", "/account/", true},
    {"/account/**", "/account/orders/1", true},
    {"/account/**", "/accounts", false},
    {"/account/**", "/other/account", false},
    {"/**/edit", "/edit", true},
    {"/**/edit", "/a/edit", true},
    {"/**/edit", "/a/b/edit", true},
    {"/**/edit", "/a/edit/b", false},
    {"/**/edit", "/aedit", false},
    {"/a/**/z", "/a/z", true},
    {"/a/**/z", "/a/b/c/z", true},
    {"/a/**/z", "/a/z/z/z", true},
    {"/a/**/z", "/a/z/z/y", false},
    {"/a/**/b/**/c", "/a/b/c", true},
    {"/a/**/b/**/c", "/a/x/b/b/y/c", true},
    {"/a/**/b/**/c", "/a/x/c/y/b", false},
    {"/**/**", "/", true},
    {"/**/**", "/a/b", true},
    {"/**/*.css", "/style.css", true},
    {"/**/*.css", "/a/b/style.css", true},
    {"/**/*.css", "/a/b/.css", false},
    {"/**/*", "/", false},
    {"/**/*", "/a/b", true},
    {"/**/*", "/a/b/", false},
    {"/*/**", "/", false},
    {"/*/**", "/a", true},
    {"/*/**", "/a/b/c", true},
};

TEST(glob, table_of_patterns_and_paths) {
    for (const auto& each : cases) {
        const auto glob = path_glob::compile(each.pattern);
        ASSERT_TRUE(glob) << each.pattern;
        EXPECT_EQ(glob->matches(each.path), each.matches) << each.pattern << " on " << each.path;
    }
}

TEST(glob, a_pattern_is_kept_as_it_was_written) {
    EXPECT_EQ(path_glob::compile("/a/*/**")->pattern(), "/a/*/**");
}

TEST(glob, patterns_that_cannot_mean_what_they_say_are_refused) {
    for (const auto* pattern : {"", "a", "*", "**", "a/b", "/a**", "/**a", "/***", "/a/b**/c"}) {
        EXPECT_FALSE(path_glob::compile(pattern)) << pattern;
    }
}

// A pattern with many stars on a path that nearly matches must not take
// exponential time: this would not end.
TEST(glob, hostile_paths_take_no_exponential_time) {
    std::string stars;
    std::string wide;
    for (int i = 0; i < 40; ++i) {
        stars += "a*";
        wide += "/**/a";
    }
    std::string segments;
    for (int i = 0; i < 2000; ++i)
        segments += "/a";
    EXPECT_FALSE(path_glob::compile("/" + stars + "b")->matches("/" + std::string(8000, 'a')));
    EXPECT_FALSE(path_glob::compile(wide + "/b")->matches(segments));
    EXPECT_TRUE(path_glob::compile(wide)->matches(segments));
}

TEST(glob, a_list_matches_when_one_of_it_does) {
    const std::vector<path_glob> guard{*path_glob::compile("/"), *path_glob::compile("/account/*")};
    EXPECT_TRUE(matches_any(guard, "/"));
    EXPECT_TRUE(matches_any(guard, "/account/x"));
    EXPECT_FALSE(matches_any(guard, "/public"));
    EXPECT_FALSE(matches_any({}, "/"));
}

}  // namespace
}  // namespace cloche
