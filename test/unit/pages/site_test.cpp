// What the pages offer is what the API has.
#include "pages/assets.hpp"
#include "pages/pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace cloche::pages;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(site, links_to_the_registration_only_where_there_is_one) {
    sign_in_view sign_in;
    verify_failed_view failed;
    EXPECT_THAT(sign_in_page(sign_in), HasSubstr(R"(href="/auth/register")"));
    EXPECT_THAT(verify_failed_page(failed), HasSubstr("create the account again"));
    sign_in.site.registration = false;
    failed.site.registration = false;
    EXPECT_THAT(sign_in_page(sign_in), Not(HasSubstr("register")));
    EXPECT_THAT(
        verify_failed_page(failed),
        AllOf(HasSubstr("just sign in."), Not(HasSubstr("create the account")))
    );
}

TEST(site, calls_the_apis_own_request_for_the_user) {
    account_view view;
    view.site.user_path = "/me?fields=a&b";
    EXPECT_THAT(account_page(view), HasSubstr(R"(data-url="/api/proxy/me?fields=a&amp;b")"));
}

TEST(site, calls_nothing_where_the_api_has_no_request_for_the_user) {
    account_view view;
    view.site.user_path.clear();
    // The script asks for the session when the page comes back, with or without the button.
    EXPECT_THAT(
        account_page(view),
        AllOf(
            Not(HasSubstr("data-url")),
            Not(HasSubstr("<button type=\"button\"")),
            HasSubstr(R"(data-session="/api/auth/session" hidden>)"),
            HasSubstr(std::string(script.path))
        )
    );
}
