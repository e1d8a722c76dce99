#include "providers/api_calls.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

namespace cloche::providers {
namespace {

using session::caller;
using session::token_set;

constexpr instant sent{milliseconds(1'000'000'000'000)};
constexpr instant in_time = sent + seconds(59);
constexpr instant too_late = sent + seconds(60);

std::string field(const http::request& request, std::string_view name) {
    const auto found =
        std::ranges::find_if(request.fields, [&](const auto& one) { return one.first == name; });
    return found == request.fields.end() ? std::string() : found->second;
}

/// Good for a minute from `sent`.
token_set both_tokens() {
    token_set tokens;
    tokens.access = access_token("acc");
    tokens.refresh = refresh_token("ref");
    tokens.sent_at = sent;
    tokens.life = seconds(60);
    return tokens;
}

/// An API that is described as the default says, but for `change`.
template <class Change>
api_calls described(Change change) {
    json_api_options options;
    change(options.api);
    return api_calls(std::move(options));
}

api_calls with_token_sent_as(const std::string& send, body_format format = body_format::json) {
    return described([&](json_api_description& api) {
        api.refresh_token.in = refresh_token_place::kind::body;
        api.refresh_token.at = "/refresh_token";
        api.refresh_token.send = send;
        api.refresh.format = format;
    });
}

http::request revocation(const api_calls& calls, const token_set& tokens, instant now) {
    const auto call = calls.revocation(tokens, caller(), now);
    return call ? call->what : http::request("", "");
}

TEST(api_calls, a_revocation_carries_both_tokens_where_the_refresh_token_is_a_cookie) {
    const http::request request = revocation(api_calls({}), both_tokens(), in_time);
    EXPECT_EQ(request.method + " " + request.target, "DELETE /auth/logout");
    EXPECT_EQ(field(request, "Authorization"), "Bearer acc");
    EXPECT_EQ(field(request, "Cookie"), "refreshToken=ref");
    EXPECT_EQ(request.body, "");
}

TEST(api_calls, a_revocation_carries_the_refresh_token_as_a_refresh_does) {
    const api_calls as_json = with_token_sent_as("/data/token");
    const http::request json = revocation(as_json, both_tokens(), in_time);
    EXPECT_EQ(json.body, R"({"data":{"token":"ref"}})");
    EXPECT_EQ(json.body, as_json.refresh(both_tokens(), caller()).what.body);

    const api_calls as_form = with_token_sent_as("/token", body_format::form);
    const http::request form = revocation(as_form, both_tokens(), in_time);
    EXPECT_EQ(form.body, "token=ref");
    EXPECT_EQ(field(form, "Content-Type"), "application/x-www-form-urlencoded");
    EXPECT_EQ(field(form, "Authorization"), "Bearer acc");
    EXPECT_EQ(form.body, as_form.refresh(both_tokens(), caller()).what.body);
}

TEST(api_calls, a_refresh_token_that_is_a_bearer_is_revoked_as_one) {
    const api_calls calls = with_token_sent_as("bearer");
    const http::request request = revocation(calls, both_tokens(), in_time);
    EXPECT_EQ(field(request, "Authorization"), "Bearer ref");
    EXPECT_EQ(request.body, "");
    token_set access_alone = both_tokens();
    access_alone.refresh = {};
    EXPECT_EQ(field(revocation(calls, access_alone, in_time), "Authorization"), "Bearer acc");
}

// An API that checks the bearer first would refuse, and never look at the refresh token.
TEST(api_calls, an_expired_access_token_is_not_sent) {
    const http::request request = revocation(api_calls({}), both_tokens(), too_late);
    EXPECT_EQ(field(request, "Authorization"), "");
    EXPECT_EQ(field(request, "Cookie"), "refreshToken=ref");
    token_set of_unknown_life = both_tokens();
    of_unknown_life.life.reset();
    EXPECT_EQ(
        field(revocation(api_calls({}), of_unknown_life, too_late), "Authorization"), "Bearer acc"
    );
}

TEST(api_calls, there_is_no_revocation_without_a_token_or_a_request_for_it) {
    token_set expired = both_tokens();
    expired.refresh = {};
    EXPECT_FALSE(api_calls({}).revocation(expired, caller(), too_late).has_value());
    EXPECT_TRUE(api_calls({}).revocation(expired, caller(), in_time).has_value());
    const api_calls none = described([](json_api_description& api) { api.logout.reset(); });
    EXPECT_FALSE(none.revocation(both_tokens(), caller(), in_time).has_value());
}

TEST(api_calls, a_refresh_carries_the_refresh_token_alone_on_a_connection_of_its_own) {
    const api_call call = api_calls({}).refresh(both_tokens(), caller());
    EXPECT_EQ(field(call.what, "Cookie"), "refreshToken=ref");
    EXPECT_EQ(field(call.what, "Authorization"), "");
    EXPECT_TRUE(call.how.fresh_connection);
    EXPECT_EQ(
        field(with_token_sent_as("bearer").refresh(both_tokens(), caller()).what, "Authorization"),
        "Bearer ref"
    );
}

TEST(api_calls, each_call_may_take_as_long_as_it_can_be_waited_for) {
    const api_calls calls = described([](json_api_description& api) {
        api.answer_timeout = seconds(45);
        api.refresh.timeout = seconds(7);
    });
    const token_set tokens = both_tokens();
    EXPECT_EQ(calls.login("{}", caller()).how.timeout, seconds(45));
    EXPECT_EQ(calls.register_account("{}", caller())->how.timeout, seconds(45));
    EXPECT_EQ(calls.verify_account("t", "e", caller())->how.timeout, seconds(45));
    EXPECT_EQ(calls.refresh(tokens, caller()).how.timeout, seconds(7));
    EXPECT_EQ(calls.user(tokens.access, caller())->how.timeout, seconds(3));
    EXPECT_EQ(calls.revocation(tokens, caller(), in_time)->how.timeout, seconds(10));
}

TEST(api_calls, every_call_tells_who_asks) {
    json_api_options options;
    options.public_scheme = "https";
    options.public_host = "app.example";
    options.via = "cloche-1";
    const api_calls calls(std::move(options));
    caller who;
    who.address = "192.0.2.7";
    who.user_agent = "Browser/1";
    who.request_id = "r-1";
    who.traceparent = "00-1-2-01";
    who.accept_language = "pl, en;q=0.5";
    const token_set tokens = both_tokens();
    const http::request requests[] = {
        calls.login("{}", who).what,
        calls.refresh(tokens, who).what,
        calls.revocation(tokens, who, in_time)->what,
        calls.user(tokens.access, who)->what,
        calls.register_account("{}", who)->what,
        calls.verify_account("t", "e", who)->what,
    };
    for (const http::request& request : requests) {
        EXPECT_EQ(field(request, "Accept-Language"), "pl, en;q=0.5") << request.target;
        EXPECT_EQ(field(request, "User-Agent"), "Browser/1") << request.target;
        EXPECT_EQ(field(request, "X-Request-Id"), "r-1") << request.target;
        EXPECT_EQ(field(request, "traceparent"), "00-1-2-01") << request.target;
        EXPECT_EQ(field(request, "Via"), "1.1 cloche-1") << request.target;
        EXPECT_EQ(field(request, "X-Forwarded-For"), "192.0.2.7") << request.target;
        EXPECT_EQ(field(request, "X-Forwarded-Proto"), "https") << request.target;
        EXPECT_EQ(field(request, "X-Forwarded-Host"), "app.example") << request.target;
        EXPECT_NE(field(request, "Forwarded").find("192.0.2.7"), std::string::npos);
    }
    for (const auto& [name, value] : api_calls({}).refresh(tokens, caller()).what.fields)
        EXPECT_TRUE(name == "Accept" || name == "Cookie") << name;
}

TEST(api_calls, the_sign_in_is_a_form_where_the_api_wants_one) {
    const api_calls form =
        described([](json_api_description& api) { api.login.format = body_format::form; });
    const std::string body = R"({"email":"a@b.example","n":1,"deep":{"x":1},"none":null})";
    EXPECT_EQ(form.login(body, caller()).what.body, "email=a%40b.example&n=1");
    EXPECT_EQ(api_calls({}).login(body, caller()).what.body, body);
}

TEST(api_calls, a_verification_is_a_query_or_a_body) {
    const auto call = api_calls({}).verify_account("a b", "zoe@example.org", caller());
    EXPECT_EQ(call->what.target, "/auth/verify?token=a%20b&email=zoe%40example.org");
    const api_calls with_query = described([](json_api_description& api) {
        api.verify_account = api_request("GET", "/verify?v=2");
    });
    EXPECT_EQ(
        with_query.verify_account("t", "e", caller())->what.target, "/verify?v=2&token=t&email=e"
    );
    const api_calls post = described([](json_api_description& api) {
        api.verify_account = api_request("POST", "/verify");
    });
    EXPECT_EQ(post.verify_account("t", "e", caller())->what.body, R"({"token":"t","email":"e"})");
}

TEST(api_calls, what_the_api_does_not_have_is_not_asked) {
    const api_calls none = described([](json_api_description& api) {
        api.user.reset();
        api.register_account.reset();
        api.verify_account.reset();
    });
    EXPECT_FALSE(none.user(access_token("acc"), caller()).has_value());
    EXPECT_FALSE(none.register_account("{}", caller()).has_value());
    EXPECT_FALSE(none.verify_account("t", "e", caller()).has_value());
}

}  // namespace
}  // namespace cloche::providers
