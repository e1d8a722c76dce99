#include "tokens/jwt_sign.hpp"

#include "base/atomic_file.hpp"
#include "base/encoding.hpp"
#include "support/temporary_folder.hpp"
#include "tokens/jwt_verify.hpp"
#include "vectors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <filesystem>
#include <set>
#include <thread>

namespace cloche::tokens {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using testing::UnorderedElementsAre;

const boost::json::object some_claims{{"sub", "zoe"}, {"exp", 2'000'000'000}};

boost::json::object parse(const std::string& json) {
    return boost::json::parse(json).as_object();
}

std::set<std::string> names_of(const boost::json::object& object) {
    std::set<std::string> names;
    for (const auto& member : object)
        names.emplace(member.key());
    return names;
}

key_set set_of(const signing_key& key) {
    return key_set::parse("{\"keys\":[" + key.public_jwk() + "]}").value();
}

/// The key of RFC 7515 appendix A.3 with one member changed; with an empty value, without it.
std::string altered(const char* name, const std::string& value) {
    auto jwk = parse(vectors::rfc7515_a3_jwk);
    if (value.empty()) {
        jwk.erase(name);
    } else {
        jwk[name] = value;
    }
    return boost::json::serialize(jwk);
}

TEST(jwt_sign, what_a_key_signed_verifies_against_its_public_part) {
    const auto key = signing_key::generate().value();
    const auto token = key.sign(some_claims, "at+jwt").value();
    const auto verified = verify_signature_only(token, set_of(key));
    ASSERT_TRUE(verified) << verified.error().message();
    EXPECT_EQ(verified->claims, some_claims);
    EXPECT_EQ(
        verified->header,
        (boost::json::object{{"alg", "ES256"}, {"typ", "at+jwt"}, {"kid", key.id()}})
    );
}

TEST(jwt_sign, another_key_does_not_verify_it) {
    const auto token = signing_key::generate().value().sign(some_claims, "at+jwt").value();
    const auto other = signing_key::generate().value();
    EXPECT_EQ(verify_signature_only(token, set_of(other)).error(), errc::unknown_key);
}

// RFC 7518 section 3.4: R and S are 32 bytes each, whatever zeros they begin with.
TEST(jwt_sign, every_signature_is_64_bytes_and_verifies) {
    const auto key = signing_key::generate().value();
    const auto keys = set_of(key);
    for (int i = 0; i < 1000; ++i) {
        const auto token = key.sign({{"n", i}}, "t").value();
        ASSERT_EQ(base64url_decode(split_jwt(token)->signature)->size(), 64U);
        ASSERT_TRUE(verify_signature_only(token, keys));
    }
}

TEST(jwt_sign, coordinates_that_begin_with_zeros_keep_their_length) {
    for (int i = 0; i < 300; ++i) {
        const auto key = signing_key::generate().value();
        const auto jwk = parse(key.private_jwk());
        for (const auto* name : {"x", "y", "d"}) {
            ASSERT_EQ(base64url_decode(jwk.at(name).as_string())->size(), 32U) << name;
        }
        ASSERT_EQ(signing_key::from_jwk(key.private_jwk())->id(), key.id());
    }
}

TEST(jwt_sign, text_beyond_ascii_survives) {
    const auto key = signing_key::generate().value();
    const boost::json::object claims{{"name", "Zo\u00eb \"\\/\u2028\U0001f6d2"}};
    EXPECT_EQ(verify_signature_only(key.sign(claims, "t").value(), set_of(key))->claims, claims);
}

// RFC 7638
TEST(jwt_sign, the_id_is_the_thumbprint) {
    const auto key = signing_key::from_jwk(vectors::rfc7515_a3_jwk).value();
    EXPECT_EQ(key.id(), vectors::rfc7515_a3_thumbprint);
    EXPECT_EQ(parse(key.public_jwk()).at("kid").as_string(), vectors::rfc7515_a3_thumbprint);
}

TEST(jwt_sign, a_foreign_kid_or_further_members_do_not_count) {
    const auto key = signing_key::from_jwk(altered("kid", "mine"));
    ASSERT_TRUE(key);
    EXPECT_EQ(key->id(), vectors::rfc7515_a3_thumbprint);
    EXPECT_TRUE(signing_key::from_jwk(altered("x5u", "https://evil.example/")));
}

// TK-7
TEST(jwt_sign, the_public_jwk_has_public_members_only) {
    const auto key = signing_key::generate().value();
    const auto jwk = parse(key.public_jwk());
    EXPECT_THAT(names_of(jwk), UnorderedElementsAre("kty", "crv", "x", "y", "kid", "alg", "use"));
    EXPECT_EQ(jwk.at("kty").as_string(), "EC");
    EXPECT_EQ(jwk.at("crv").as_string(), "P-256");
    EXPECT_EQ(jwk.at("alg").as_string(), "ES256");
    EXPECT_EQ(jwk.at("use").as_string(), "sig");
    const auto d = parse(key.private_jwk()).at("d").as_string();
    EXPECT_THAT(key.public_jwk(), testing::Not(HasSubstr(d.c_str())));
}

TEST(jwt_sign, the_private_jwk_makes_the_same_key) {
    const auto key = signing_key::generate().value();
    const auto again = signing_key::from_jwk(key.private_jwk()).value();
    EXPECT_EQ(again.public_jwk(), key.public_jwk());
    EXPECT_EQ(again.private_jwk(), key.private_jwk());
    EXPECT_TRUE(verify_signature_only(again.sign(some_claims, "t").value(), set_of(key)));
}

TEST(jwt_sign, what_is_no_private_p256_key_is_refused) {
    const std::string refused[] = {
        "",
        "{}",
        "[]",
        vectors::rfc7515_a3_jwk + "x",
        altered("d", ""),
        altered("x", ""),
        altered("y", ""),
        altered("kty", "oct"),
        altered("kty", "ec"),
        altered("crv", "P-384"),
        altered("crv", "secp256k1"),
        altered("d", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),   // zero
        altered("d", "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI="),  // padded
        altered("d", "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9A"),    // 31 bytes
        altered("d", "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LM"),   // of another point
        altered("x", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),   // another point
        vectors::rfc7520_oct_jwk,
        vectors::rfc7520_p521_jwk,
        R"({"kty":"EC","kty":"EC",)" + vectors::rfc7515_a3_jwk.substr(12),
    };
    for (const auto& jwk : refused) {
        EXPECT_EQ(signing_key::from_jwk(jwk).error(), errc::bad_key) << jwk;
    }
}

TEST(jwt_sign, many_threads_can_sign_with_one_key) {
    const auto key = signing_key::generate().value();
    const auto keys = set_of(key);
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&key, &keys, i] {
            for (int n = 0; n < 50; ++n) {
                const boost::json::object claims{{"thread", i}, {"n", n}};
                const auto verified = verify_signature_only(key.sign(claims, "t").value(), keys);
                ASSERT_TRUE(verified);
                ASSERT_EQ(verified->claims, claims);
            }
        });
    }
}

TEST(jwt_sign, the_key_file_is_made_once_and_read_afterwards) {
    const test::temporary_folder folder;
    const auto path = folder.file("signing.jwk");
    std::string why;
    const auto made = signing_key::load_or_create(path, why);
    ASSERT_TRUE(made) << why;
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
    const auto read = signing_key::load_or_create(path, why);
    ASSERT_TRUE(read) << why;
    EXPECT_EQ(read->private_jwk(), made->private_jwk());
}

TEST(jwt_sign, a_key_file_that_others_can_read_is_refused) {
    const test::temporary_folder folder;
    const auto path = folder.file("signing.jwk");
    ASSERT_TRUE(write_file(path, vectors::rfc7515_a3_jwk, 0644));
    std::string why;
    EXPECT_EQ(signing_key::load_or_create(path, why).error(), errc::bad_key);
    EXPECT_THAT(why, HasSubstr("chmod 600 " + path));
}

TEST(jwt_sign, a_broken_key_file_is_named_and_not_replaced) {
    const test::temporary_folder folder;
    const auto path = folder.file("signing.jwk");
    ASSERT_TRUE(write_file(path, "{}", 0600));
    std::string why;
    EXPECT_EQ(signing_key::load_or_create(path, why).error(), errc::bad_key);
    EXPECT_THAT(why, StartsWith(path + ": "));
    EXPECT_EQ(std::filesystem::file_size(path), 2U);
}

}  // namespace
}  // namespace cloche::tokens
