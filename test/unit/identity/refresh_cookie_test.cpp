#include "identity/refresh_cookie.hpp"

#include <gtest/gtest.h>

namespace cloche::identity {
namespace {

using namespace std::chrono_literals;

const instant now{milliseconds(1'715'485'044'000)};

TEST(refresh_cookie, it_has_the_contracts_attributes_in_the_contracts_order) {
    EXPECT_EQ(
        refresh_cookie(refresh_token("abc"), now, now + 1h, false),
        "refreshToken=abc; Max-Age=3600; Path=/; Expires=Sun, 12 May 2024 04:37:24 GMT; HttpOnly; "
        "SameSite=Lax"
    );
    EXPECT_EQ(
        refresh_cookie(refresh_token("abc"), now, now + 1h, true),
        "refreshToken=abc; Max-Age=3600; Path=/; Expires=Sun, 12 May 2024 04:37:24 GMT; HttpOnly; "
        "Secure; SameSite=Lax"
    );
}

// CK-11
TEST(refresh_cookie, it_is_expired_in_the_same_scope) {
    EXPECT_EQ(
        expired_refresh_cookie(false),
        "refreshToken=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; "
        "SameSite=Lax"
    );
}

http::request_head head_with(std::initializer_list<std::string_view> cookies) {
    http::request_head head;
    for (const auto value : cookies)
        head.fields.push_back({http::field_id::cookie, "Cookie", value});
    return head;
}

TEST(refresh_cookie, the_presented_token_is_found_among_others) {
    const auto token =
        presented_refresh_token(head_with({"a=1; refreshToken=abc; refreshtoken=no"}));
    ASSERT_TRUE(token);
    EXPECT_EQ(token->reveal(), "abc");
    EXPECT_EQ(presented_refresh_token(head_with({"a=1", "refreshToken=abc"}))->reveal(), "abc");
}

// CK-4
TEST(refresh_cookie, two_different_ones_are_none) {
    EXPECT_FALSE(presented_refresh_token(head_with({"refreshToken=abc; refreshToken=abd"})));
    EXPECT_FALSE(presented_refresh_token(head_with({"refreshToken=abc", "refreshToken=abd"})));
    EXPECT_TRUE(presented_refresh_token(head_with({"refreshToken=abc; refreshToken=abc"})));
    EXPECT_FALSE(presented_refresh_token(head_with({"refreshToken="})));
    EXPECT_FALSE(presented_refresh_token(head_with({})));
}

}  // namespace
}  // namespace cloche::identity
