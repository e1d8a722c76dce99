#include "pages/pages.hpp"

#include "pages/assets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

using namespace cloche::pages;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

namespace {

std::string account_lasting(std::chrono::seconds expires_in) {
    account_view view;
    view.expires_in = expires_in;
    view.idle_in = 1h;
    return account_page(view);
}

}  // namespace

TEST(sign_in_page, posts_a_plain_form_to_its_prefix) {
    sign_in_view view;
    view.site.page_prefix = "/members";
    EXPECT_THAT(
        sign_in_page(view),
        AllOf(
            HasSubstr(R"(<form method="post" action="/members/login">)"),
            HasSubstr(R"(name="email" type="email")"),
            HasSubstr(R"(name="password" type="password" autocomplete="current-password")"),
            HasSubstr(R"(href="/members/register")"),
            HasSubstr("href=\"/members/" + std::string(style_sheet.path) + "\""),
            Not(HasSubstr("name=\"next\"")),
            Not(HasSubstr("<script"))
        )
    );
}

TEST(sign_in_page, keeps_the_address_and_the_way_back) {
    sign_in_view view;
    view.email = "zoe@example.org";
    view.next = "/client?a=1&b=2";
    EXPECT_THAT(
        sign_in_page(view),
        AllOf(
            HasSubstr(R"(value="zoe@example.org")"),
            HasSubstr(R"(<input type="hidden" name="next" value="/client?a=1&amp;b=2">)")
        )
    );
}

TEST(sign_in_page, never_fills_a_password_field) {
    const auto html = sign_in_page({});
    const auto field = html.find("id=\"password\"");
    ASSERT_NE(field, std::string::npos);
    EXPECT_EQ(html.substr(field, html.find('>', field) - field).find("value"), std::string::npos);
}

TEST(sign_in_page, says_what_is_wrong_at_the_field) {
    sign_in_view view;
    view.field_errors = {{"email", "email must be an email"}, {"password", "too short"}};
    EXPECT_THAT(
        sign_in_page(view),
        AllOf(
            HasSubstr(R"(aria-invalid="true" aria-describedby="email-error")"),
            HasSubstr(R"(id="email-error" role="alert">email must be an email</p>)"),
            HasSubstr(R"(id="password-error" role="alert">too short</p>)"),
            Not(HasSubstr(R"(<div class="alert")"))
        )
    );
}

TEST(sign_in_page, says_above_the_form_what_belongs_to_no_field) {
    sign_in_view view;
    view.error = "Wrong e-mail or password.";
    view.field_errors = {{"captcha", "captcha is missing"}, {"email", "one"}, {"email", "two"}};
    EXPECT_THAT(
        sign_in_page(view),
        AllOf(
            HasSubstr("<p>Wrong e-mail or password.</p>"),
            HasSubstr("<p>captcha is missing</p>"),
            HasSubstr(R"(id="email-error" role="alert">one</p>)"),
            HasSubstr("<p>two</p>")
        )
    );
}

TEST(sign_in_page, without_errors_marks_nothing_as_wrong) {
    EXPECT_THAT(
        sign_in_page({}),
        AllOf(
            Not(HasSubstr("aria-invalid")),
            Not(HasSubstr("role=\"alert\"")),
            Not(HasSubstr("wrong"))
        )
    );
}

TEST(sign_in_page, shows_a_notice) {
    sign_in_view view;
    view.why = notice::signed_out;
    EXPECT_THAT(sign_in_page(view), HasSubstr("You are signed out."));
}

TEST(register_page, keeps_everything_but_the_password) {
    register_view view;
    view.full_name = "Zoe Hill";
    view.email = "zoe@example.org";
    view.field_errors = {{"fullName", "at least 3 characters"}};
    EXPECT_THAT(
        register_page(view),
        AllOf(
            HasSubstr(R"(<form method="post" action="/auth/register">)"),
            HasSubstr(R"(name="fullName" type="text" value="Zoe Hill")"),
            HasSubstr(R"(id="fullName-error" role="alert">at least 3 characters</p>)"),
            HasSubstr(R"(name="password" type="password" autocomplete="new-password" required)")
        )
    );
}

// ID-10
TEST(verify_page, asks_for_a_press_of_a_button) {
    verify_view view;
    view.email = "zoe@example.org";
    view.token = "abc";
    EXPECT_THAT(
        verify_page(view),
        AllOf(
            HasSubstr(R"(<form method="post" action="/auth/verify">)"),
            HasSubstr(R"(name="token" value="abc")"),
            HasSubstr(R"(name="email" value="zoe@example.org")"),
            HasSubstr("Confirm</button>")
        )
    );
}

TEST(verify_page, needs_no_address) {
    EXPECT_THAT(verify_page({}), HasSubstr(R"(name="email" value="")"));
}

TEST(verified_page, leads_to_the_sign_in) {
    verified_view view;
    view.email = "zoe@example.org";
    EXPECT_THAT(
        verified_page(view),
        AllOf(HasSubstr("zoe@example.org is confirmed"), HasSubstr(R"(href="/auth/login")"))
    );
}

TEST(verify_failed_page, says_why_and_what_now) {
    EXPECT_THAT(verify_failed_page({}), HasSubstr("may have been used already"));
    verify_failed_view view;
    view.message = "Too many tries.";
    EXPECT_THAT(verify_failed_page(view), HasSubstr("Too many tries."));
}

TEST(account_page, shows_the_user_and_offers_to_sign_out) {
    account_view view;
    view.name = "Zoe Hill";
    view.email = "zoe@example.org";
    view.details = {{"Role", "user"}};
    EXPECT_THAT(
        account_page(view),
        AllOf(
            HasSubstr("Hello, Zoe Hill"),
            HasSubstr("<dt>Role</dt><dd>user</dd>"),
            HasSubstr(R"(<form method="post" action="/auth/logout">)"),
            HasSubstr(R"(data-url="/api/proxy/auth/me")"),
            HasSubstr(R"(data-session="/api/auth/session")")
        )
    );
}

TEST(account_page, hides_what_needs_a_script_until_the_script_runs) {
    EXPECT_THAT(
        account_page({}),
        AllOf(
            HasSubstr("data-session=\"/api/auth/session\" hidden>"),
            HasSubstr("<script src=\"/auth/" + std::string(script.path) + "\" defer></script>")
        )
    );
}

TEST(account_page, greets_someone_without_a_name) {
    account_view view;
    view.email = "zoe@example.org";
    EXPECT_THAT(account_page(view), HasSubstr("Hello, zoe@example.org"));
    EXPECT_THAT(account_page({}), HasSubstr("Hello, there"));
}

TEST(account_page, takes_a_whole_character_for_the_badge) {
    account_view view;
    view.name = "Łucja";
    EXPECT_THAT(account_page(view), HasSubstr(">Ł</span>"));
}

TEST(account_page, says_when_the_session_ends_in_words) {
    const struct {
        std::chrono::seconds left;
        const char* words;
    } cases[] = {
        {-5s, "in less than a minute"},
        {59s, "in less than a minute"},
        {60s, "in 1 minute<"},
        {5min + 10s, "in 5 minutes<"},
        {1h, "in 1 hour<"},
        {2h + 5min, "in 2 hours 5 minutes<"},
        {24h, "in 1 day<"},
        {30 * 24h, "in 30 days<"},
        {6 * 24h + 23h, "in 6 days 23 hours<"},
        {24h + 5min, "in 1 day<"},
    };
    for (const auto& each : cases)
        EXPECT_THAT(account_lasting(each.left), HasSubstr(each.words));
}

TEST(error_page, has_words_for_a_person_and_an_id_for_support) {
    error_view view;
    view.status = 404;
    view.request_id = "r-1";
    EXPECT_THAT(
        error_page(view),
        AllOf(HasSubstr("404"), HasSubstr("<h1>Page not found</h1>"), HasSubstr("<code>r-1</code>"))
    );
}

TEST(error_page, knows_a_word_for_every_status) {
    for (unsigned status = 400; status < 600; ++status) {
        error_view view;
        view.status = status;
        EXPECT_THAT(
            error_page(view), AllOf(HasSubstr(std::to_string(status)), Not(HasSubstr("<h1></h1>")))
        );
    }
}

TEST(error_page, prefers_the_words_it_is_given) {
    error_view view;
    view.detail = "The store is being moved.";
    EXPECT_THAT(error_page(view), HasSubstr("The store is being moved."));
}

// SE-11
TEST(bounce_page, asks_for_the_same_path_at_once_and_has_a_link) {
    bounce_view view;
    view.path = "/account?tab=1&x='\"";
    const auto html = bounce_page(view);
    EXPECT_THAT(
        html,
        AllOf(
            HasSubstr(R"(http-equiv="refresh" content="0;url=/account?tab=1&amp;x=&apos;&quot;">)"),
            HasSubstr(R"(<a href="/account?tab=1&amp;x=&apos;&quot;">)"),
            Not(HasSubstr("<script"))
        )
    );
}

TEST(message_page, shows_its_link_only_when_it_has_one) {
    message_view view;
    view.title = "Check your mail";
    view.text = "We sent you a link.";
    EXPECT_THAT(
        message_page(view),
        AllOf(HasSubstr("<h1>Check your mail</h1>"), Not(HasSubstr("class=\"primary\"")))
    );
    view.link = "/auth/login";
    view.link_text = "Sign in";
    EXPECT_THAT(
        message_page(view), HasSubstr(R"(<a class="primary" href="/auth/login">Sign in</a>)")
    );
}
