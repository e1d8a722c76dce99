// Signing in, refreshing, being asked for and signing out, over HTTP.
#include "tokens/jwt_verify.hpp"
#include "unit/identity/running_api.hpp"

#include <gtest/gtest.h>

#include <future>
#include <set>

namespace cloche::identity::test {
namespace {

using namespace std::chrono_literals;

const std::string zoe = "zoe@example.org";

/// Signed in once.
class identity_api_session : public testing::Test {
protected:
    identity_api_session() : identity_api_session(identity_options()) {}
    explicit identity_api_session(identity_options options) : api(std::move(options)) {
        api.put_account(zoe);
        signed_in = api.login(zoe);
        first = signed_in.refresh_cookie();
        access = signed_in.text_at("/data/accessToken");
    }

    running_api api;
    api_answer signed_in;
    std::string first;
    std::string access;
};

TEST_F(identity_api_session, a_sign_in_has_the_contracts_shape) {
    EXPECT_EQ(signed_in.status, 200u);
    EXPECT_EQ(signed_in.text_at("/message"), "Login successful");
    EXPECT_EQ(signed_in.json().at("data").at("expiresIn").to_number<int>(), 300);
    EXPECT_EQ(signed_in.field("Content-Type"), "application/json; charset=utf-8");
    EXPECT_EQ(signed_in.field("Cache-Control"), "no-store");
    EXPECT_EQ(first.size(), 43u);
    EXPECT_EQ(
        signed_in.field("Set-Cookie"),
        "refreshToken=" + first +
            "; Max-Age=604800; Path=/; Expires=Fri, 22 Jan 2027 08:00:00 GMT; HttpOnly; "
            "SameSite=Lax"
    );
}

// TK-4, TK-7, TK-9
TEST_F(identity_api_session, the_access_token_verifies_with_the_published_keys) {
    const auto jwks = api.call("GET", "/.well-known/jwks.json");
    EXPECT_EQ(jwks.status, 200u);
    EXPECT_EQ(jwks.body.find("\"d\""), std::string::npos);
    EXPECT_EQ(jwks.field("Cache-Control"), "public, max-age=300");
    const auto keys = tokens::key_set::parse(jwks.body);
    ASSERT_TRUE(keys);
    tokens::claims_policy policy;
    policy.issuer = "http://127.0.0.1:8000";
    policy.audience = "http://127.0.0.1:8000";
    const auto claims = tokens::verify_jwt(access, *keys, policy, api.time.now());
    ASSERT_TRUE(claims);
    std::set<std::string> names;
    for (const auto& member : *claims)
        names.insert(std::string(member.key()));
    EXPECT_EQ(
        names, (std::set<std::string>{"iss", "sub", "aud", "exp", "iat", "jti", "sid", "role"})
    );
    EXPECT_EQ(claims->at("exp").to_number<int>() - claims->at("iat").to_number<int>(), 300);
    EXPECT_EQ(claims->at("role").as_string(), "user");
}

TEST_F(identity_api_session, me_tells_who_is_signed_in_and_nothing_more) {
    const auto me = api.me(access);
    EXPECT_EQ(me.status, 200u);
    const auto body = me.json();
    EXPECT_EQ(me.text_at("/data/fullName"), "Zoe Example");
    EXPECT_EQ(me.text_at("/data/email"), zoe);
    EXPECT_EQ(me.text_at("/data/role"), "user");
    EXPECT_EQ(me.text_at("/data/createdAt"), "2027-01-15T08:00:00.250Z");
    EXPECT_FALSE(me.text_at("/data/id").empty());
    EXPECT_EQ(body.at("data").as_object().size(), 5u);
    EXPECT_EQ(me.field("Cache-Control"), "no-store");
}

// TK-10, RFC 6750 section 3
TEST_F(identity_api_session, me_without_a_good_bearer_token_is_401_with_a_challenge) {
    const auto none = api.call("GET", "/auth/me");
    EXPECT_EQ(none.status, 401u);
    EXPECT_EQ(none.field("WWW-Authenticate"), "Bearer");
    EXPECT_EQ(none.text_at("/error"), "Unauthorized");
    EXPECT_FALSE(none.text_at("/message").empty());

    const auto bad = api.me("not.a.token");
    EXPECT_EQ(bad.status, 401u);
    EXPECT_EQ(bad.field("WWW-Authenticate"), R"(Bearer error="invalid_token")");
    EXPECT_EQ(api.me("undefined").status, 401u);
    EXPECT_EQ(api.me(access + "x").status, 401u);

    // Neither a query nor a cookie carries one.
    EXPECT_EQ(api.call("GET", "/auth/me?access_token=" + access).status, 401u);
    EXPECT_EQ(api.call("GET", "/auth/me", {{"Cookie", "accessToken=" + access}}).status, 401u);
    EXPECT_EQ(api.call("GET", "/auth/me", {{"Authorization", "Basic em9lOng="}}).status, 401u);
    const auto two = api.call(
        "GET", "/auth/me", {{"Authorization", "Bearer " + access}, {"Authorization", "Bearer x"}}
    );
    EXPECT_EQ(two.status, 400u);
    for (const auto* unreadable : {"Bearer a b", "Bearer a=", "Bearer"}) {
        const auto answer = api.call("GET", "/auth/me", {{"Authorization", unreadable}});
        EXPECT_EQ(answer.status, 400u) << unreadable;
        EXPECT_EQ(answer.field("WWW-Authenticate"), R"(Bearer error="invalid_request")");
    }
    EXPECT_EQ(api.call("GET", "/auth/me", {{"authorization", "bearer " + access}}).status, 200u);
}

TEST_F(identity_api_session, an_access_token_lives_as_long_as_it_says) {
    api.time.advance(300s);
    EXPECT_EQ(api.me(access).status, 200u);
    api.time.advance(2s);
    EXPECT_EQ(api.me(access).status, 401u);
}

// RA-2
TEST_F(identity_api_session, a_refresh_rotates_by_get_and_by_post) {
    const auto by_get = api.refresh(first);
    EXPECT_EQ(by_get.status, 200u);
    EXPECT_EQ(by_get.json().at("data").at("expiresIn").to_number<int>(), 300);
    const auto second = by_get.refresh_cookie();
    EXPECT_NE(second, first);
    EXPECT_EQ(api.me(by_get.text_at("/data/accessToken")).status, 200u);

    const auto by_post =
        api.call("POST", "/auth/refresh-token", {{"Cookie", "a=b; refreshToken=" + second}});
    EXPECT_EQ(by_post.status, 200u);
    EXPECT_NE(by_post.refresh_cookie(), second);
}

// RA-3: a lost answer heals.
TEST_F(identity_api_session, the_predecessor_gets_the_same_successor_within_the_grace) {
    const auto second = api.refresh(first);
    api.time.advance(9s);
    const auto again = api.refresh(first);
    EXPECT_EQ(again.status, 200u);
    EXPECT_EQ(again.refresh_cookie(), second.refresh_cookie());
    // With an access token made now.
    EXPECT_NE(again.text_at("/data/accessToken"), second.text_at("/data/accessToken"));
    EXPECT_EQ(api.me(again.text_at("/data/accessToken")).status, 200u);
    // And what it got is as good as ever.
    EXPECT_EQ(api.refresh(second.refresh_cookie()).status, 200u);
}

// RA-4
TEST_F(identity_api_session, the_predecessor_after_the_grace_ends_the_family) {
    const auto second = api.refresh(first);
    api.time.advance(11s);
    EXPECT_EQ(api.refresh(first).status, 401u);
    EXPECT_EQ(api.refresh(second.refresh_cookie()).status, 401u);
    EXPECT_EQ(api.me(second.text_at("/data/accessToken")).status, 401u);
}

TEST_F(identity_api_session, an_older_token_ends_the_family_also_within_the_grace) {
    const auto second = api.refresh(first);
    const auto third = api.refresh(second.refresh_cookie());
    EXPECT_EQ(api.refresh(first).status, 401u);
    EXPECT_EQ(api.refresh(third.refresh_cookie()).status, 401u);
}

TEST_F(identity_api_session, reuse_ends_one_family_and_not_the_others) {
    const auto other = api.login(zoe);
    api.refresh(first);
    api.time.advance(11s);
    EXPECT_EQ(api.refresh(first).status, 401u);
    EXPECT_EQ(api.refresh(other.refresh_cookie()).status, 200u);
}

// RA-5
TEST_F(identity_api_session, an_unused_family_ends_after_the_idle_time) {
    api.time.advance(7 * 24h);
    EXPECT_EQ(api.refresh(first).status, 401u);
}

TEST_F(identity_api_session, a_used_family_ends_at_its_absolute_end) {
    auto token = first;
    for (int day = 0; day < 29; ++day) {
        api.time.advance(24h);
        const auto next = api.refresh(token);
        ASSERT_EQ(next.status, 200u) << day;
        token = next.refresh_cookie();
    }
    api.time.advance(24h - 10s);
    const auto last = api.refresh(token);
    ASSERT_EQ(last.status, 200u);
    // Neither the cookie nor the access token outlives the family.
    EXPECT_NE(last.field("Set-Cookie").find("; Max-Age=10;"), std::string::npos);
    EXPECT_EQ(last.json().at("data").at("expiresIn").to_number<int>(), 10);
    api.time.advance(10s);
    EXPECT_EQ(api.refresh(last.refresh_cookie()).status, 401u);
}

// RA-2: whoever comes together gets the same.
TEST_F(identity_api_session, a_hundred_parallel_posts_of_one_token_give_one_successor) {
    std::vector<std::future<api_answer>> calls;
    for (int i = 0; i < 100; ++i)
        calls.push_back(std::async(std::launch::async, [this] { return api.refresh(first); }));
    std::set<std::string> successors;
    for (auto& call : calls) {
        const auto answer = call.get();
        EXPECT_EQ(answer.status, 200u);
        successors.insert(answer.refresh_cookie());
    }
    ASSERT_EQ(successors.size(), 1u);
    EXPECT_EQ(api.refresh(*successors.begin()).status, 200u);
}

TEST_F(identity_api_session, a_refresh_without_a_good_token_is_401) {
    const auto none = api.call("GET", "/auth/refresh-token");
    EXPECT_EQ(none.status, 401u);
    EXPECT_EQ(none.text_at("/error"), "Unauthorized");
    for (const auto& token :
         {std::string("undefined"), std::string("x"), std::string(5000, 'x'), first + "x"}) {
        const auto answer = api.refresh(token);
        EXPECT_EQ(answer.status, 401u);
        EXPECT_EQ(answer.body, none.body);
        // RT-8: a refusal takes no cookie away.
        EXPECT_EQ(answer.field("Set-Cookie"), "");
    }
    // CK-4
    EXPECT_EQ(api.refresh(first + "; refreshToken=other").status, 401u);
    EXPECT_EQ(api.refresh(first).status, 200u);
}

// A probe must not spend anything.
TEST_F(identity_api_session, head_does_not_refresh) {
    const auto head =
        api.call("HEAD", "/auth/refresh-token", {{"Cookie", "refreshToken=" + first}});
    EXPECT_EQ(head.status, 405u);
    EXPECT_EQ(head.field("Allow"), "GET, POST, OPTIONS");
    api.time.advance(1h);
    EXPECT_EQ(api.refresh(first).status, 200u);
}

// CS-1: SameSite=Lax lets the cookie come along with a link on another site.
TEST_F(identity_api_session, another_site_cannot_make_a_browser_refresh_or_sign_out) {
    EXPECT_EQ(api.refresh(first, {{"Sec-Fetch-Site", "cross-site"}}).status, 403u);
    EXPECT_EQ(
        api.call(
               "DELETE",
               "/auth/logout",
               {{"Cookie", "refreshToken=" + first}, {"Sec-Fetch-Site", "cross-site"}}
        ).status,
        403u
    );
    api.time.advance(1h);
    EXPECT_EQ(api.refresh(first, {{"Sec-Fetch-Site", "none"}}).status, 200u);
}

TEST_F(identity_api_session, sign_out_ends_the_family_and_expires_the_cookie) {
    const auto out = api.call("DELETE", "/auth/logout", {{"Cookie", "refreshToken=" + first}});
    EXPECT_EQ(out.status, 200u);
    EXPECT_FALSE(out.text_at("/message").empty());
    EXPECT_FALSE(out.text_at("/data/message").empty());
    EXPECT_EQ(
        out.field("Set-Cookie"),
        "refreshToken=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; "
        "SameSite=Lax"
    );
    EXPECT_EQ(api.refresh(first).status, 401u);
    EXPECT_EQ(api.me(access).status, 401u);
}

// LO-1: idempotent, and the same answer with dead tokens or none.
TEST_F(identity_api_session, sign_out_is_the_same_without_a_session) {
    const auto out = api.call("DELETE", "/auth/logout", {{"Cookie", "refreshToken=" + first}});
    for (const auto& cookie :
         {"refreshToken=" + first, std::string("refreshToken=undefined"), std::string("a=b")}) {
        const auto again = api.call("DELETE", "/auth/logout", {{"Cookie", cookie}});
        EXPECT_EQ(again.status, 200u);
        EXPECT_EQ(again.body, out.body);
        EXPECT_EQ(again.fixed_fields(), out.fixed_fields());
    }
    EXPECT_EQ(api.call("DELETE", "/auth/logout").status, 200u);
    EXPECT_EQ(api.call("DELETE", "/auth/logout", {{"Authorization", "nonsense"}}).status, 200u);
}

TEST_F(identity_api_session, an_access_token_alone_signs_out_even_when_it_has_expired) {
    api.time.advance(1h);
    EXPECT_EQ(
        api.call("DELETE", "/auth/logout", {{"Authorization", "Bearer " + access}}).status, 200u
    );
    EXPECT_EQ(api.refresh(first).status, 401u);
}

TEST_F(identity_api_session, a_spent_token_signs_its_family_out) {
    const auto second = api.refresh(first);
    EXPECT_EQ(
        api.call("DELETE", "/auth/logout", {{"Cookie", "refreshToken=" + first}}).status, 200u
    );
    EXPECT_EQ(api.refresh(second.refresh_cookie()).status, 401u);
}

class identity_api_without_grace : public identity_api_session {
protected:
    static identity_options options() {
        identity_options made;
        made.refresh_grace = seconds(0);
        return made;
    }
    identity_api_without_grace() : identity_api_session(options()) {}
};

TEST_F(identity_api_without_grace, any_return_of_a_spent_token_ends_the_family) {
    const auto second = api.refresh(first);
    EXPECT_EQ(second.status, 200u);
    EXPECT_EQ(api.refresh(first).status, 401u);
    EXPECT_EQ(api.refresh(second.refresh_cookie()).status, 401u);
}

class identity_api_behind_https : public identity_api_session {
protected:
    static identity_options options() {
        identity_options made;
        made.issuer = "https://id.example.org";
        return made;
    }
    identity_api_behind_https() : identity_api_session(options()) {}
};

TEST_F(identity_api_behind_https, the_cookie_is_secure) {
    EXPECT_NE(
        signed_in.field("Set-Cookie").find("; HttpOnly; Secure; SameSite=Lax"), std::string::npos
    );
}

// RA-1: what the database holds signs nobody in.
TEST_F(identity_api_session, the_database_holds_no_token) {
    const auto second = api.refresh(first).refresh_cookie();
    std::string bytes;
    for (const auto* name : {"identity.db", "identity.db-wal"}) {
        std::ifstream file(api.data_file(name), std::ios::binary);
        std::stringstream content;
        content << file.rdbuf();
        bytes += content.str();
    }
    EXPECT_EQ(bytes.find(first), std::string::npos);
    EXPECT_EQ(bytes.find(second), std::string::npos);
    EXPECT_NE(bytes.find(zoe), std::string::npos);
}

}  // namespace
}  // namespace cloche::identity::test
