#include "gateway/csrf_policy.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace cloche::gateway {
namespace {

using http::method;

const std::vector<std::string> origins = {"https://app.example", "https://admin.app.example:8443"};
constexpr std::optional<std::string_view> absent;

struct csrf_case {
    method verb;
    std::optional<std::string_view> site;
    std::optional<std::string_view> mode;
    std::optional<std::string_view> dest;
    std::optional<std::string_view> origin;
    bool header;
    csrf_verdict verdict;
};

csrf_verdict judge(const csrf_case& each, csrf_mode mode = csrf_mode::origin) {
    csrf_facts facts;
    facts.verb = each.verb;
    facts.site = each.site;
    facts.mode = each.mode;
    facts.dest = each.dest;
    facts.origin = each.origin;
    facts.static_header = each.header;
    return check_csrf(facts, origins, mode);
}

const csrf_case writes[] = {
    // CS-1: Fetch Metadata decides where it is there
    {method::post, "same-origin", absent, absent, absent, false, csrf_verdict::allow},
    {method::post,
     "same-origin",
     "navigate",
     "document",
     "https://app.example",
     false,
     csrf_verdict::allow},
    {method::post,
     "same-origin",
     absent,
     absent,
     "null",
     false,
     csrf_verdict::allow},  // Referrer-Policy: no-referrer
    {method::post, "none", absent, absent, absent, false, csrf_verdict::allow},
    {method::post, "cross-site", absent, absent, absent, false, csrf_verdict::cross_site},
    {method::post, "cross-site", "navigate", "document", absent, false, csrf_verdict::cross_site},
    {method::post, "cross-site", absent, absent, absent, true, csrf_verdict::cross_site},
    {method::post,
     "cross-site",
     absent,
     absent,
     "https://app.example",
     true,
     csrf_verdict::cross_site},
    {method::post, "same-site", absent, absent, absent, false, csrf_verdict::same_site},
    {method::post, "same-site", absent, absent, absent, true, csrf_verdict::same_site},
    {method::post,
     "same-site",
     absent,
     absent,
     "https://evil.app.example",
     true,
     csrf_verdict::foreign_origin},
    {method::post,
     "same-site",
     absent,
     absent,
     "https://admin.app.example:8443",
     false,
     csrf_verdict::allow},
    {method::post, "", absent, absent, absent, true, csrf_verdict::cross_site},
    {method::post, "Same-Origin", absent, absent, absent, true, csrf_verdict::cross_site},
    {method::post, "same-origin, none", absent, absent, absent, true, csrf_verdict::cross_site},
    // CS-2: then Origin
    {method::post, absent, absent, absent, "https://app.example", false, csrf_verdict::allow},
    {method::post,
     absent,
     absent,
     absent,
     "https://admin.app.example:8443",
     false,
     csrf_verdict::allow},
    {method::post, absent, absent, absent, "null", true, csrf_verdict::foreign_origin},
    {method::post, absent, absent, absent, "", true, csrf_verdict::foreign_origin},
    {method::post,
     absent,
     absent,
     absent,
     "http://app.example",
     true,
     csrf_verdict::foreign_origin},
    {method::post,
     absent,
     absent,
     absent,
     "https://app.example:443",
     true,
     csrf_verdict::foreign_origin},
    {method::post,
     absent,
     absent,
     absent,
     "https://app.example/",
     true,
     csrf_verdict::foreign_origin},
    {method::post,
     absent,
     absent,
     absent,
     "https://app.example.evil",
     true,
     csrf_verdict::foreign_origin},
    {method::post,
     absent,
     absent,
     absent,
     "https://evilapp.example",
     true,
     csrf_verdict::foreign_origin},
    {method::post,
     absent,
     absent,
     absent,
     "https://APP.example",
     true,
     csrf_verdict::foreign_origin},
    {method::post,
     absent,
     absent,
     absent,
     "https://admin.app.example",
     true,
     csrf_verdict::foreign_origin},
    // then the static header
    {method::post, absent, absent, absent, absent, true, csrf_verdict::allow},
    {method::post, absent, absent, absent, absent, false, csrf_verdict::no_proof},
    {method::post, absent, "cors", "empty", absent, false, csrf_verdict::no_proof},
};

TEST(csrf_policy, unsafe_methods_pass_only_from_our_own_pages_CS_1_CS_2) {
    for (const method verb :
         {method::post, method::put, method::patch, method::del, method::connect, method::other}) {
        for (csrf_case each : writes) {
            each.verb = verb;
            EXPECT_EQ(judge(each), each.verdict) << each.site.value_or("-") << ' '
                                                 << each.origin.value_or("-") << ' ' << each.header;
        }
    }
}

const csrf_case reads[] = {
    {method::get, absent, absent, absent, absent, false, csrf_verdict::allow},
    {method::get, "none", "navigate", "document", absent, false, csrf_verdict::allow},
    {method::get, "same-origin", "cors", "empty", absent, false, csrf_verdict::allow},
    {method::get, "same-site", "no-cors", "image", absent, false, csrf_verdict::allow},
    {method::get, "cross-site", "navigate", "document", absent, false, csrf_verdict::allow},
    {method::get, "cross-site", "navigate", absent, absent, false, csrf_verdict::allow},
    {method::get, "cross-site", "navigate", "iframe", absent, false, csrf_verdict::cross_site_read},
    {method::get, "cross-site", "navigate", "object", absent, false, csrf_verdict::cross_site_read},
    {method::get, "cross-site", "navigate", "embed", absent, false, csrf_verdict::cross_site_read},
    {method::get, "cross-site", "no-cors", "image", absent, false, csrf_verdict::cross_site_read},
    {method::get, "cross-site", "no-cors", "script", absent, false, csrf_verdict::cross_site_read},
    {method::get,
     "cross-site",
     "cors",
     "empty",
     "https://evil.example",
     false,
     csrf_verdict::cross_site_read},
    {method::get, "cross-site", "websocket", "empty", absent, false, csrf_verdict::cross_site_read},
    {method::get, "cross-site", absent, absent, absent, true, csrf_verdict::cross_site_read},
};

TEST(csrf_policy, other_sites_may_link_to_us_but_not_read_from_us_CS_9) {
    for (const method verb : {method::get, method::head, method::options}) {
        for (csrf_case each : reads) {
            each.verb = verb;
            EXPECT_EQ(judge(each), each.verdict)
                << each.site.value_or("-") << ' ' << each.mode.value_or("-");
        }
    }
}

TEST(csrf_policy, a_route_may_demand_the_static_header_on_every_request_CS_4) {
    for (const method verb : {method::get, method::head, method::post, method::del}) {
        csrf_case each{
            verb, "same-origin", absent, absent, "https://app.example", false, csrf_verdict::allow};
        EXPECT_EQ(judge(each, csrf_mode::header), csrf_verdict::no_header);
        EXPECT_EQ(judge(each, csrf_mode::origin), csrf_verdict::allow);
        each.header = true;
        EXPECT_EQ(judge(each, csrf_mode::header), csrf_verdict::allow);
        each.site = "cross-site";
        EXPECT_NE(judge(each, csrf_mode::header), csrf_verdict::allow);
    }
}

TEST(csrf_policy, nothing_is_ours_without_configured_origins_CS_3) {
    csrf_facts facts;
    facts.verb = method::post;
    facts.origin = "https://app.example";
    EXPECT_EQ(check_csrf(facts, {}, csrf_mode::origin), csrf_verdict::foreign_origin);
}

TEST(csrf_policy, the_facts_are_read_from_the_head) {
    http::request_head head;
    head.verb = method::put;
    head.fields = {
        {http::field_id::sec_fetch_site, "Sec-Fetch-Site", "same-site"},
        {http::field_id::sec_fetch_mode, "Sec-Fetch-Mode", "cors"},
        {http::field_id::sec_fetch_dest, "Sec-Fetch-Dest", "empty"},
        {http::field_id::origin, "Origin", ""},
        {http::field_id::x_csrf, "X-CSRF", "1"},
    };
    const csrf_facts facts = csrf_facts_of(head);
    EXPECT_EQ(facts.verb, method::put);
    EXPECT_EQ(facts.site, "same-site");
    EXPECT_EQ(facts.mode, "cors");
    EXPECT_EQ(facts.dest, "empty");
    EXPECT_EQ(facts.origin, "");
    EXPECT_TRUE(facts.static_header);

    const csrf_facts none = csrf_facts_of(http::request_head());
    EXPECT_FALSE(none.site);
    EXPECT_FALSE(none.origin);
    EXPECT_FALSE(none.static_header);
}

TEST(csrf_policy, the_static_header_has_one_value_CS_4) {
    for (const char* const value : {"", "0", "true", "1 1", "01", "1, 1"}) {
        http::request_head head;
        head.fields = {{http::field_id::x_csrf, "X-CSRF", value}};
        EXPECT_FALSE(csrf_facts_of(head).static_header) << value;
    }
}

TEST(csrf_policy, every_verdict_has_words) {
    for (const csrf_verdict verdict :
         {csrf_verdict::allow,
          csrf_verdict::cross_site,
          csrf_verdict::same_site,
          csrf_verdict::foreign_origin,
          csrf_verdict::no_proof,
          csrf_verdict::no_header,
          csrf_verdict::cross_site_read}) {
        EXPECT_FALSE(describe(verdict).empty());
    }
}

}  // namespace
}  // namespace cloche::gateway
