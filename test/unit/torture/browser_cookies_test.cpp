#include "torture/browser_cookies.hpp"

#include <gtest/gtest.h>

namespace {

using cloche::torture::browser_cookies;

TEST(browser_cookies, the_last_one_wins_and_one_with_no_life_left_goes) {
    browser_cookies held;
    EXPECT_EQ(held.header(), "");
    held.take({"a=1; Path=/; HttpOnly", "b=2; Max-Age=60"});
    EXPECT_EQ(held.header(), "a=1; b=2");
    held.take({"a=3; Path=/"});
    EXPECT_EQ(held.header(), "a=3; b=2");
    held.take({"b=; Max-Age=0"});
    EXPECT_EQ(held.header(), "a=3");
    held.take({"a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"});
    EXPECT_EQ(held.header(), "");
}

}  // namespace
