#include "pages/assets.hpp"

#include "pages/pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

using namespace cloche::pages;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

TEST(assets, are_found_by_their_hashed_names) {
    for (const asset* each : {&style_sheet, &script, &icon}) {
        EXPECT_EQ(find_asset(each->path), each);
        EXPECT_FALSE(each->content.empty());
        EXPECT_THAT(
            std::string(each->path), MatchesRegex("assets/[a-z]+-[0-9a-f]{12}\\.(css|js|svg)")
        );
    }
}

TEST(assets, nothing_else_is_found) {
    EXPECT_EQ(find_asset(""), nullptr);
    EXPECT_EQ(find_asset("assets/"), nullptr);
    EXPECT_EQ(find_asset("assets/cloche.css"), nullptr);
    EXPECT_EQ(find_asset("/" + std::string(style_sheet.path)), nullptr);
    EXPECT_EQ(find_asset("assets/../" + std::string(style_sheet.path)), nullptr);
}

TEST(assets, ask_nothing_of_other_hosts) {
    for (const asset* each : {&style_sheet, &script}) {
        EXPECT_THAT(std::string(each->content), Not(HasSubstr("//cdn")));
        EXPECT_THAT(std::string(each->content), Not(HasSubstr("http:")));
        EXPECT_THAT(std::string(each->content), Not(HasSubstr("https:")));
        EXPECT_THAT(std::string(each->content), Not(HasSubstr("url(")));
    }
}

TEST(assets, may_be_cached_for_good) {
    EXPECT_THAT(std::string(asset_cache_control()), HasSubstr("immutable"));
}

TEST(assets, the_policy_lets_pages_load_them_and_nothing_inline) {
    const std::string policy(content_security_policy());
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("style-src 'self'"));
    EXPECT_THAT(policy, HasSubstr("script-src 'self'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, HasSubstr("base-uri 'none'"));
    EXPECT_THAT(policy, HasSubstr("form-action 'self'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
}
