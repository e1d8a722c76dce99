#include "cookies/cookie_jar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cloche::cookies {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

TEST(cookie_jar, a_new_one_is_empty) {
    const cookie_jar jar{cookie_scope()};
    EXPECT_TRUE(jar.empty());
    EXPECT_THAT(jar.lines(), IsEmpty());
}

// CK-6
TEST(cookie_jar, each_change_is_a_line_of_its_own_in_order) {
    cookie_jar jar{cookie_scope()};
    ASSERT_TRUE(jar.set("b", "1", seconds(60)));
    ASSERT_TRUE(jar.expire("a"));
    EXPECT_FALSE(jar.empty());
    EXPECT_THAT(
        jar.lines(),
        ElementsAre(
            "b=1; Max-Age=60; Path=/; Secure; HttpOnly; SameSite=Strict",
            "a=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Secure; HttpOnly; "
            "SameSite=Strict"
        )
    );
}

// CK-7
TEST(cookie_jar, a_name_is_never_there_twice_and_the_last_change_counts) {
    cookie_jar jar{cookie_scope()};
    ASSERT_TRUE(jar.set("a", "1", seconds(60)));
    ASSERT_TRUE(jar.set("b", "2", seconds(60)));
    ASSERT_TRUE(jar.set("a", "3", seconds(60)));
    EXPECT_THAT(jar.lines(), ElementsAre(StartsWith("a=3;"), StartsWith("b=2;")));
    ASSERT_TRUE(jar.expire("a"));
    ASSERT_TRUE(jar.expire("b"));
    ASSERT_TRUE(jar.set("b", "4", seconds(60)));
    EXPECT_THAT(jar.lines(), ElementsAre(StartsWith("a=; Max-Age=0;"), StartsWith("b=4;")));
}

TEST(cookie_jar, names_that_differ_in_case_are_different_cookies) {
    cookie_jar jar{cookie_scope()};
    ASSERT_TRUE(jar.set("a", "1", seconds(60)));
    ASSERT_TRUE(jar.set("A", "2", seconds(60)));
    EXPECT_THAT(jar.lines(), ElementsAre(StartsWith("a=1;"), StartsWith("A=2;")));
}

TEST(cookie_jar, a_change_that_fails_leaves_it_as_it_was) {
    cookie_jar jar({false, same_site::lax});
    ASSERT_TRUE(jar.set("a", "1", seconds(60)));
    EXPECT_EQ(jar.set("a", "no spaces", seconds(60)).error(), errc::bad_value);
    EXPECT_EQ(jar.set("a", std::string(5000, 'v'), seconds(60)).error(), errc::too_long);
    EXPECT_EQ(jar.expire("__Host-a").error(), errc::prefix);
    EXPECT_THAT(jar.lines(), ElementsAre("a=1; Max-Age=60; Path=/; HttpOnly; SameSite=Lax"));
}

TEST(cookie_jar, clearing_forgets_all_changes) {
    cookie_jar jar{cookie_scope()};
    ASSERT_TRUE(jar.set("a", "1", seconds(60)));
    jar.clear();
    EXPECT_TRUE(jar.empty());
}

}  // namespace
}  // namespace cloche::cookies
