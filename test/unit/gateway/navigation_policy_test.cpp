#include "gateway/navigation_policy.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>
#include <vector>

namespace cloche::gateway {
namespace {

using http::method;

using lines = std::vector<std::pair<std::string_view, std::string_view>>;

http::request_head head_with(method verb, const lines& from) {
    http::request_head head;
    head.verb = verb;
    for (const auto& [name, value] : from)
        head.fields.push_back({http::identify(name), name, value});
    return head;
}

constexpr std::string_view chromium =
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

struct navigation_case {
    method verb;
    lines fields;
    bool navigation;
};

TEST(navigation_policy, fetch_metadata_tells_a_page_load_from_a_fetch_BF_9) {
    const navigation_case cases[] = {
        {method::get, {{"Sec-Fetch-Mode", "navigate"}}, true},
        {method::get, {{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}}, true},
        {method::post, {{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}}, true},
        {method::get, {{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "iframe"}}, false},
        {method::get, {{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "frame"}}, false},
        {method::get, {{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "object"}}, false},
        {method::get, {{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", ""}}, false},
        {method::get, {{"Sec-Fetch-Mode", "cors"}, {"Accept", chromium}}, false},
        {method::get, {{"Sec-Fetch-Mode", "no-cors"}, {"Accept", chromium}}, false},
        {method::get, {{"Sec-Fetch-Mode", "same-origin"}, {"Accept", chromium}}, false},
        {method::get, {{"Sec-Fetch-Site", "same-origin"}, {"Accept", chromium}}, false},
    };
    for (const navigation_case& each : cases) {
        EXPECT_EQ(is_navigation(head_with(each.verb, each.fields)), each.navigation)
            << each.fields.back().second;
    }
}

TEST(navigation_policy, without_fetch_metadata_accept_must_prefer_html_BF_9) {
    const std::pair<std::string_view, bool> accepts[] = {
        {chromium, true},
        {"text/html", true},
        {"TEXT/HTML;level=1", true},
        {"application/xhtml+xml", true},
        {"text/html, application/json", true},
        {"application/json;q=0.9, text/html", true},
        {"application/json;q=0.5,text/html;q=0.8", true},
        {"text/html;q=0.001", true},
        {"text/html; Q=0.5 ,*/*", true},
        {"", false},
        {"*/*", false},
        {"text/*", false},
        {"application/json", false},
        {"application/json, text/plain, */*", false},
        {"application/json, text/html", false},
        {"text/html;q=0.8, application/json;q=0.9", false},
        {"text/html;q=0", false},
        {"text/html;q=0.000", false},
        {"text/html;q=2", false},
        {"text/html;q=1.001", false},
        {"text/html;q=x", false},
        {"text/html;q=", false},
        {"text/html;q=0.0001", false},
        {"text/htmlx", false},
        {"text/event-stream", false},
    };
    for (const auto& [accept, navigation] : accepts) {
        EXPECT_EQ(is_navigation(head_with(method::get, {{"Accept", accept}})), navigation)
            << accept;
    }
    EXPECT_FALSE(is_navigation(head_with(method::get, {})));
    EXPECT_TRUE(is_navigation(head_with(method::head, {{"Accept", chromium}})));
    EXPECT_FALSE(is_navigation(head_with(method::post, {{"Accept", chromium}})));
}

lines navigation_from(std::string_view site) {
    return {
        {"Sec-Fetch-Site", site}, {"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}};
}

TEST(navigation_policy, a_script_that_is_not_signed_in_gets_no_redirect_BF_9) {
    const auto head =
        head_with(method::get, {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "cors"}});
    EXPECT_EQ(answer_signed_out(head, "", false), signed_out_answer::unauthenticated);
    EXPECT_EQ(
        answer_signed_out(head_with(method::get, {}), "", false), signed_out_answer::unauthenticated
    );
}

TEST(navigation_policy, a_link_from_another_site_is_bounced_SE_11) {
    const auto link = head_with(method::get, navigation_from("cross-site"));
    EXPECT_EQ(answer_signed_out(link, "", false), signed_out_answer::bounce);
    EXPECT_EQ(answer_signed_out(link, "a=b", false), signed_out_answer::bounce);
    EXPECT_EQ(bounce_target(link, "/orders?a=b"), "/orders?a=b");
}

TEST(navigation_policy, the_reload_that_a_bounce_makes_leads_to_the_sign_in_page_SE_11) {
    for (const char* const site : {"same-origin", "same-site", "none"}) {
        const auto head = head_with(method::get, navigation_from(site));
        EXPECT_EQ(answer_signed_out(head, "", false), signed_out_answer::sign_in) << site;
    }
}

TEST(navigation_policy, whoever_brought_a_cookie_was_not_kept_from_it_SE_11) {
    const auto link = head_with(method::get, navigation_from("cross-site"));
    EXPECT_EQ(answer_signed_out(link, "", true), signed_out_answer::sign_in);
}

TEST(navigation_policy, a_form_cannot_be_sent_twice_and_is_not_bounced_SE_11) {
    const auto form = head_with(method::post, navigation_from("cross-site"));
    EXPECT_EQ(answer_signed_out(form, "", false), signed_out_answer::sign_in);
}

TEST(navigation_policy, without_fetch_metadata_everybody_is_bounced_once_SE_11) {
    const auto head = head_with(method::get, {{"Accept", chromium}});
    EXPECT_EQ(answer_signed_out(head, "", false), signed_out_answer::bounce);
    const std::string target = bounce_target(head, "/orders?a=b");
    EXPECT_EQ(target, "/orders?a=b&cloche-bounced=1");
    const std::string query = target.substr(target.find('?') + 1);
    EXPECT_EQ(answer_signed_out(head, query, false), signed_out_answer::sign_in);
    EXPECT_EQ(without_bounce_mark(target), "/orders?a=b");
}

TEST(navigation_policy, the_mark_ends_every_bouncing) {
    const auto link = head_with(method::get, navigation_from("cross-site"));
    EXPECT_EQ(answer_signed_out(link, "cloche-bounced=1", false), signed_out_answer::sign_in);
}

TEST(navigation_policy, the_mark_comes_and_goes_without_a_trace) {
    const auto head = head_with(method::get, {{"Accept", chromium}});
    const std::pair<const char*, const char*> targets[] = {
        {"/", "/?cloche-bounced=1"},
        {"/a?b", "/a?b&cloche-bounced=1"},
        {"/a?b=c&d", "/a?b=c&d&cloche-bounced=1"},
        {"/a?b&", "/a?b&&cloche-bounced=1"},
    };
    for (const auto& [plain, marked] : targets) {
        EXPECT_EQ(bounce_target(head, plain), marked);
        EXPECT_EQ(without_bounce_mark(marked), plain);
    }
    EXPECT_EQ(bounce_target(head, "/a?"), "/a?cloche-bounced=1");
    EXPECT_EQ(without_bounce_mark("/a?cloche-bounced=1&b=c"), "/a?b=c");
    EXPECT_EQ(without_bounce_mark("/a?b&cloche-bounced=1&c"), "/a?b&c");
    for (const char* const other :
         {"/a",
          "/a?",
          "/a?b",
          "/cloche-bounced=1",
          "/a?xcloche-bounced=1",
          "/a?cloche-bounced=10",
          "/a?b=cloche-bounced=1"}) {
        EXPECT_EQ(without_bounce_mark(other), other);
    }
}

TEST(navigation_policy, the_mark_is_a_whole_parameter) {
    EXPECT_TRUE(has_bounce_mark("cloche-bounced=1"));
    EXPECT_TRUE(has_bounce_mark("a=b&cloche-bounced=1&c"));
    for (const char* const query :
         {"",
          "cloche-bounced",
          "cloche-bounced=",
          "cloche-bounced=2",
          "cloche-bounced=11",
          "xcloche-bounced=1",
          "a=cloche-bounced=1",
          "a;cloche-bounced=1"}) {
        EXPECT_FALSE(has_bounce_mark(query)) << query;
    }
}

}  // namespace
}  // namespace cloche::gateway
