#include "tokens/jwt.hpp"

#include "base/encoding.hpp"
#include "vectors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace cloche::tokens {
namespace {

using namespace std::string_literals;

/// `header` and `payload` as they are, with a signature that nobody looks at here.
std::string token(const std::string& header, const std::string& payload) {
    return base64url_encode(header) + "." + base64url_encode(payload) + ".c2ln";
}

boost::json::object claims(const char* json) {
    return boost::json::parse(json).as_object();
}

TEST(jwt, a_compact_token_has_three_parts) {
    const auto parts = split_jwt("aGVhZA.cGF5bG9hZA.c2ln");
    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->header, "aGVhZA");
    EXPECT_EQ(parts->payload, "cGF5bG9hZA");
    EXPECT_EQ(parts->signature, "c2ln");
}

// TK-5
TEST(jwt, other_than_compact_tokens_are_refused) {
    const std::string refused[] = {
        "",
        ".",
        "..",
        "a",
        "YWE",
        "YWE.YWE",
        "YWE.YWE.",
        "YWE..YWE",
        ".YWE.YWE",
        "YWE.YWE.YWE.YWE",
        "YWE.YWE.YWE.YWE.YWE",
        "YWE.YWE.YWE.",
        " YWE.YWE.YWE",
        "YWE.YWE.YWE\n",
        "YWE.YWE.YW E",
        "YWE=.YWE.YWE",
        "YWE.YWE.YQ==",
        "YWF.YWE.YWE",   // stray bits
        "YWE.YWE.YWF",   //
        "YWE.+/+/.YWE",  // the other alphabet
        "YWE.YWE\0.YWE"s,
        R"({"payload":"YWE","protected":"YWE","signature":"YWE"})",
    };
    for (const auto& text : refused)
        EXPECT_EQ(split_jwt(text).error(), errc::malformed) << text;
}

TEST(jwt, sixteen_kib_are_the_most) {
    const std::string start = "YWE.YWE.";
    EXPECT_TRUE(split_jwt(start + std::string(16 * 1024 - start.size(), 'A')));
    EXPECT_FALSE(split_jwt(start + std::string(16 * 1024 - start.size() + 4, 'A')));
}

TEST(jwt, header_and_claims_are_decoded) {
    const auto decoded = decode_unverified(vectors::rfc7515_a3_token);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->header, claims(R"({"alg":"ES256"})"));
    EXPECT_EQ(
        decoded->claims,
        claims(R"({"iss":"joe","exp":1300819380,"http://example.com/is_root":true})")
    );
}

// TK-5
TEST(jwt, parts_that_are_no_plain_object_are_refused) {
    const auto object = R"({"a":1})"s;
    ASSERT_TRUE(decode_unverified(token(object, object)));
    const std::string refused[] = {
        "[]",
        "1",
        "null",
        R"("a")",
        "{",
        R"({"a":1,"a":1})",
        R"({"a":1,"\u0061":2})",
        R"({"a":{"b":1,"b":2}})",
        object + object,
        object + "\0"s,
        "\xef\xbb\xbf" + object,
        R"({"a":[[[[[[[[]]]]]]]]})",
        "{\"a\":\"\xff\"}",
    };
    for (const auto& part : refused) {
        EXPECT_EQ(decode_unverified(token(part, object)).error(), errc::malformed) << part;
        EXPECT_EQ(decode_unverified(token(object, part)).error(), errc::malformed) << part;
    }
}

TEST(jwt, eight_levels_of_nesting_are_allowed) {
    EXPECT_TRUE(decode_unverified(token("{}", R"({"a":[[[[[[[]]]]]]]})")));
}

TEST(jwt, a_sentence_in_place_of_claims_is_refused) {
    EXPECT_EQ(decode_unverified(vectors::rfc7520_hs256_token).error(), errc::malformed);
}

struct time_case {
    const char* claims;
    std::optional<milliseconds> since_1970;
};

TEST(jwt, table_of_times) {
    const time_case cases[] = {
        {R"({"exp":0})", milliseconds(0)},
        {R"({"exp":1300819380})", milliseconds(1'300'819'380'000)},
        {R"({"exp":1300819380.25})", milliseconds(1'300'819'380'250)},
        {R"({"exp":1.5e9})", milliseconds(1'500'000'000'000)},
        {R"({"exp":253402300799})", milliseconds(253'402'300'799'000)},
        {R"({"exp":253402300800})", std::nullopt},
        {R"({"exp":18446744073709551615})", std::nullopt},
        {R"({"exp":1e300})", std::nullopt},
        {R"({"exp":-1})", std::nullopt},
        {R"({"exp":-0.5})", std::nullopt},
        {R"({"exp":"1300819380"})", std::nullopt},
        {R"({"exp":true})", std::nullopt},
        {R"({"exp":null})", std::nullopt},
        {R"({"exp":[1]})", std::nullopt},
        {R"({"Exp":1})", std::nullopt},
        {R"({})", std::nullopt},
    };
    for (const auto& each : cases) {
        const auto time = time_claim(claims(each.claims), "exp");
        ASSERT_EQ(time.has_value(), each.since_1970.has_value()) << each.claims;
        if (time) {
            EXPECT_EQ(time->time_since_epoch(), *each.since_1970) << each.claims;
        }
    }
}

struct life_case {
    const char* claims;
    std::optional<seconds> life;
};

TEST(jwt, table_of_lives) {
    const life_case cases[] = {
        {R"({"iat":1000,"exp":1300})", seconds(300)},
        {R"({"iat":1000,"exp":1001})", seconds(1)},
        {R"({"iat":1000.5,"exp":1003})", seconds(2)},
        {R"({"iat":1000,"nbf":0,"exp":1300})", seconds(300)},
        {R"({"iat":1000,"exp":1000})", std::nullopt},
        {R"({"iat":1000,"exp":1000.9})", std::nullopt},
        {R"({"iat":1000,"exp":999})", std::nullopt},
        {R"({"iat":1000})", std::nullopt},
        {R"({"exp":1000})", std::nullopt},
        {R"({"iat":"1000","exp":1300})", std::nullopt},
        {R"({"iat":1000,"exp":1e99})", std::nullopt},
    };
    for (const auto& each : cases) {
        EXPECT_EQ(life_of(claims(each.claims)), each.life) << each.claims;
    }
}

TEST(jwt, each_error_has_its_sentence) {
    for (int code = 1; code <= static_cast<int>(errc::bad_key); ++code) {
        EXPECT_EQ(tokens_category().message(code).find("unknown error"), std::string::npos) << code;
    }
    EXPECT_STREQ(tokens_category().name(), "cloche.tokens");
}

}  // namespace
}  // namespace cloche::tokens
