#include "providers/token_answer.hpp"

#include "base/encoding.hpp"
#include "http/errc.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <string>
#include <utility>

namespace cloche::providers {
namespace {

constexpr instant sent{milliseconds(1'000'000'000'000)};

std::string jwt(const std::string& claims) {
    return base64url_encode(R"({"alg":"ES256","typ":"at+jwt"})") + "." + base64url_encode(claims) +
           "." + std::string(86, 'A');
}

/// An answer of the API, and what is read out of it.
struct scenario {
    http::response answer;
    json_api_description api;
    std::string why;

    explicit scenario(std::string body) { answer.body = std::move(body); }
    scenario& field(std::string name, std::string value) {
        answer.fields.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    result<token_answer> read() {
        return read_tokens(answer, boost::json::parse(answer.body), api, sent, why);
    }
};

std::string example_body(const std::string& token) {
    return R"({"message":"Login successful","data":{"accessToken":")" + token + R"("}})";
}

TEST(token_answer, the_examples_shape_is_the_default) {
    const std::string token =
        jwt(R"({"iat":100,"exp":400,"sub":"user-7","email":"zoe@example.com","secret":"x"})");
    scenario login(example_body(token));
    login.field("Set-Cookie", "refreshToken=r-1; Max-Age=3600; Path=/; HttpOnly; SameSite=Lax");
    const auto read = login.read();
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->tokens.access.reveal(), token);
    EXPECT_EQ(read->tokens.refresh.reveal(), "r-1");
    EXPECT_EQ(read->tokens.life, milliseconds(300'000));
    EXPECT_EQ(read->tokens.sent_at, sent);
    EXPECT_EQ(read->tokens.refresh_expires, sent + seconds(3600));
    EXPECT_EQ(read->subject, "user-7");
    EXPECT_EQ(read->claims, R"({"sub":"user-7","email":"zoe@example.com"})");
}

TEST(token_answer, the_apis_clock_is_compared_with_itself_only) {
    // The API's clock is far from ours: Expires counts against the Date of the same answer.
    scenario login(example_body("opaque"));
    login.field("Date", "Sun, 12 May 2024 03:37:24 GMT");
    login.field("Set-Cookie", "refreshToken=r; Expires=Sun, 12 May 2024 04:37:24 GMT");
    EXPECT_EQ(login.read()->tokens.refresh_expires, sent + seconds(3600));
}

TEST(token_answer, an_opaque_token_has_an_unknown_life_unless_the_body_says) {
    scenario login(R"({"access_token":"a","refresh_token":"r","expires_in":120})");
    login.api.access_token_at = "/access_token";
    login.api.refresh_token.in = refresh_token_place::kind::body;
    login.api.refresh_token.at = "/refresh_token";
    EXPECT_FALSE(login.read()->tokens.life.has_value());
    login.api.expires.in = expiry_place::kind::body;
    login.api.expires.at = "/expires_in";
    EXPECT_EQ(login.read()->tokens.life, milliseconds(120'000));
    EXPECT_EQ(login.read()->tokens.refresh.reveal(), "r");
}

TEST(token_answer, seconds_may_be_text_but_must_make_sense) {
    const std::pair<const char*, bool> cases[] = {
        {"\"60\"", true},
        {"60.0", true},
        {"0", false},
        {"-5", false},
        {"\"x\"", false},
        {"1e300", false},
        {"null", false},
        {"[]", false}};
    for (const auto& [text, good] : cases) {
        scenario login(std::string(R"({"data":{"accessToken":"a"},"ttl":)") + text + "}");
        login.api.expires.in = expiry_place::kind::body;
        login.api.expires.at = "/ttl";
        EXPECT_EQ(login.read()->tokens.life.has_value(), good) << text;
    }
}

TEST(token_answer, a_missing_token_is_named_by_its_place) {
    for (const char* body :
         {"{}",
          R"({"data":null})",
          R"({"data":{"accessToken":7}})",
          R"({"data":{"accessToken":""}})",
          "[]"}) {
        scenario login(body);
        const auto read = login.read();
        ASSERT_FALSE(read.has_value()) << body;
        EXPECT_EQ(read.error(), http::errc::upstream_invalid);
        EXPECT_NE(login.why.find("/data/accessToken"), std::string::npos) << login.why;
    }
}

// Defect 6: a cookie's value is never decoded, and what could end a header field is no token.
TEST(token_answer, a_token_that_could_break_out_of_a_header_is_refused) {
    for (const char* token : {"a b", "a\\r\\nX: y", "a;b", "a,b"}) {
        scenario login(example_body(token));
        EXPECT_FALSE(login.read().has_value()) << token;
    }
    scenario login(example_body("good"));
    login.field("Set-Cookie", "refreshToken=b%3B%20admin%3D1; Max-Age=60");
    EXPECT_EQ(login.read()->tokens.refresh.reveal(), "b%3B%20admin%3D1");
}

// Defect 4: each Set-Cookie line is its own.
TEST(token_answer, the_refresh_cookie_is_found_among_other_lines) {
    scenario login(example_body("good"));
    login.field("Set-Cookie", "lang=en; Path=/")
        .field("Set-Cookie", "refreshToken=r; Max-Age=60")
        .field("Set-Cookie", "x=y");
    EXPECT_EQ(login.read()->tokens.refresh.reveal(), "r");
}

TEST(token_answer, a_line_that_takes_the_cookie_away_does_not_take_the_token) {
    for (const char* deletion :
         {"refreshToken=; Path=/old",
          "refreshToken=gone; Path=/old; Max-Age=0",
          "refreshToken=gone; Path=/old; Max-Age=-1; Expires=Sun, 12 May 2080 04:37:24 GMT",
          "refreshToken=gone; Path=/old; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
          "refreshToken=gone; Path=/old; Expires=Sun, 12 May 2024 03:37:24 GMT"}) {
        for (const bool last : {true, false}) {
            scenario login(example_body("good"));
            login.field("Date", "Sun, 12 May 2024 03:37:24 GMT");
            if (!last) login.field("Set-Cookie", deletion);
            login.field("Set-Cookie", "refreshToken=r; Path=/; Max-Age=60");
            if (last) login.field("Set-Cookie", deletion);
            const auto read = login.read();
            ASSERT_TRUE(read.has_value()) << deletion;
            EXPECT_EQ(read->tokens.refresh.reveal(), "r") << deletion;
            EXPECT_EQ(read->tokens.refresh_expires, sent + seconds(60)) << deletion;
        }
        scenario alone(example_body("good"));
        alone.field("Date", "Sun, 12 May 2024 03:37:24 GMT").field("Set-Cookie", deletion);
        EXPECT_TRUE(alone.read()->tokens.refresh.empty()) << deletion;
    }
}

TEST(token_answer, of_several_lines_with_a_token_the_last_counts) {
    scenario login(example_body("good"));
    login.field("Set-Cookie", "refreshToken=first; Max-Age=60")
        .field("Set-Cookie", "refreshToken=second");
    EXPECT_EQ(login.read()->tokens.refresh.reveal(), "second");
    EXPECT_FALSE(login.read()->tokens.refresh_expires.has_value());
}

// Without it the person would be signed out with the access token, and nobody would know why.
TEST(token_answer, a_refresh_token_that_cannot_be_sent_back_is_refused) {
    const std::string lines[] = {
        "refreshToken=a b",
        "refreshToken=\"a\"",
        "refreshToken=a,b; Max-Age=60",
        "refreshToken=a\x01",
        " refreshToken =" + std::string(5000, 'a'),
    };
    for (const std::string& line : lines) {
        scenario login(example_body("good"));
        login.field("Set-Cookie", line);
        const auto read = login.read();
        ASSERT_FALSE(read.has_value()) << line;
        EXPECT_EQ(read.error(), http::errc::upstream_invalid);
        EXPECT_EQ(login.why, "the refresh token in the cookie refreshToken cannot be sent back");
    }
    for (const char* token : {R"("a b")", R"("a;b")", "7", "{}"}) {
        scenario login(std::string(R"({"data":{"accessToken":"a"},"refresh":)") + token + "}");
        login.api.refresh_token.in = refresh_token_place::kind::body;
        login.api.refresh_token.at = "/refresh";
        ASSERT_FALSE(login.read().has_value()) << token;
        EXPECT_NE(login.why.find("/refresh"), std::string::npos) << login.why;
    }
    for (const char* none : {"null", R"("")"}) {
        scenario login(std::string(R"({"data":{"accessToken":"a"},"refresh":)") + none + "}");
        login.api.refresh_token.in = refresh_token_place::kind::body;
        login.api.refresh_token.at = "/refresh";
        EXPECT_TRUE(login.read()->tokens.refresh.empty()) << none;
    }
}

TEST(token_answer, no_token_value_stays_in_the_body_wherever_it_is_repeated) {
    auto body = boost::json::parse(
        R"({"data":{"accessToken":"tok","copy":["x","tok"],"link":"https://x/?t=tok"},"refresh":"ref","n":1})"
    );
    session::token_set tokens;
    tokens.access = access_token("tok");
    tokens.refresh = refresh_token("ref");
    remove_tokens(body, {}, tokens);
    EXPECT_EQ(boost::json::serialize(body), R"({"data":{"copy":["x"]},"n":1})");
}

}  // namespace
}  // namespace cloche::providers
