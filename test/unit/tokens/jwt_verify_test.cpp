#include "tokens/jwt_verify.hpp"

#include "base/encoding.hpp"
#include "tokens/jwt_sign.hpp"
#include "vectors.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <functional>

namespace cloche::tokens {
namespace {

using boost::json::object;

const auto now = instant(seconds(2'000'000'000));
const claims_policy policy{"https://issuer.example", "https://api.example"};

std::string list(const std::string& jwks) {
    return "{\"keys\":[" + jwks + "]}";
}

object parse(const std::string& json) {
    return boost::json::parse(json).as_object();
}

class jwt_verify : public testing::Test {
protected:
    static object good_claims() {
        return {
            {"iss", "https://issuer.example"},
            {"aud", "https://api.example"},
            {"sub", "zoe"},
            {"iat", 1'999'999'900},
            {"exp", 2'000'000'200},
        };
    }
    /// What verify_jwt() says of the good claims after `change`.
    error verdict(const std::function<void(object&)>& change, std::string_view typ = "at+jwt")
        const {
        auto claims = good_claims();
        change(claims);
        return verify(key_.sign(claims, typ).value());
    }
    error verify(const std::string& token, const claims_policy& wanted = policy) const {
        const auto verified = verify_jwt(token, keys_, wanted, now);
        return verified ? error() : verified.error();
    }
    /// The good claims under another header, with a signature of the same length that cannot
    /// verify.
    static std::string with_header(const std::string& header) {
        return base64url_encode(header) + "." +
               base64url_encode(boost::json::serialize(good_claims())) + "." + std::string(86, 'A');
    }

    const signing_key key_ = signing_key::from_jwk(vectors::rfc7515_a3_jwk).value();
    const key_set keys_ = key_set::parse(list(key_.public_jwk())).value();
};

TEST_F(jwt_verify, a_good_token_gives_its_claims) {
    const auto token = key_.sign(good_claims(), "at+jwt").value();
    const auto verified = verify_jwt(token, keys_, policy, now);
    ASSERT_TRUE(verified) << verified.error().message();
    EXPECT_EQ(*verified, good_claims());
}

TEST_F(jwt_verify, a_token_of_another_implementation_verifies) {
    const auto at_its_time = instant(seconds(1'999'999'800));
    const auto verified = verify_jwt(vectors::node_token, keys_, policy, at_its_time);
    ASSERT_TRUE(verified) << verified.error().message();
    EXPECT_EQ(verified->at("sub").as_string(), "zoe");
}

// RFC 7515 appendix A.3
TEST_F(jwt_verify, the_vector_of_rfc_7515_verifies) {
    const auto verified = verify_signature_only(vectors::rfc7515_a3_token, keys_);
    ASSERT_TRUE(verified) << verified.error().message();
    EXPECT_EQ(verified->claims.at("iss").as_string(), "joe");
}

// RFC 7520 section 4: good signatures by algorithms that are not ours, under the
// keys they were made with (TK-1).
TEST_F(jwt_verify, the_vectors_of_rfc_7520_have_other_algorithms) {
    const auto keys =
        key_set::parse(list(vectors::rfc7520_p521_jwk + "," + vectors::rfc7520_oct_jwk)).value();
    EXPECT_EQ(keys.size(), 0U);
    for (const auto& token : {vectors::rfc7520_es512_token, vectors::rfc7520_hs256_token}) {
        EXPECT_EQ(verify_signature_only(token, keys).error(), errc::bad_algorithm);
    }
}

// TK-1
TEST_F(jwt_verify, only_es256_in_that_spelling_is_allowed) {
    const char* refused[] = {
        R"({"alg":"none"})",    R"({"alg":"None"})",
        R"({"alg":"NONE"})",    R"({"alg":"nOnE"})",
        R"({"alg":""})",        R"({"alg":"es256"})",
        R"({"alg":"Es256"})",   R"({"alg":"ES256 "})",
        R"({"alg":"HS256"})",   R"({"alg":"RS256"})",
        R"({"alg":"PS256"})",   R"({"alg":"ES384"})",
        R"({"alg":"ES512"})",   R"({"alg":"ES256K"})",
        R"({"alg":"EdDSA"})",   R"({"alg":null})",
        R"({"alg":["ES256"]})", R"({"alg":"ES256\u0000"})",
        R"({"Alg":"ES256"})",   R"({})",
    };
    for (const auto* header : refused) {
        EXPECT_EQ(verify(with_header(header)), errc::bad_algorithm) << header;
    }
    EXPECT_EQ(verify(with_header(R"({"alg":"ES256"})")), errc::bad_signature);
}

TEST_F(jwt_verify, an_unsigned_token_is_refused) {
    const auto token = with_header(R"({"alg":"none"})");
    EXPECT_EQ(verify(token.substr(0, token.rfind('.') + 1)), errc::malformed);
}

// The public key as an HMAC secret: nothing symmetric is ever loaded, nor
// looked for (RFC 8725 section 2.1).
TEST_F(jwt_verify, a_symmetric_key_in_the_set_is_passed_over) {
    const auto set = list(vectors::rfc7520_oct_jwk + "," + key_.public_jwk());
    EXPECT_EQ(key_set::parse(set)->size(), 1U);
}

// TK-1: the algorithm must fit the key.
TEST_F(jwt_verify, a_key_of_another_curve_verifies_nothing) {
    const auto keys = key_set::parse(list(vectors::p384_jwk)).value();
    EXPECT_EQ(keys.size(), 0U);
    EXPECT_EQ(verify_signature_only(vectors::p384_token, keys).error(), errc::bad_signature);
}

TEST_F(jwt_verify, a_duplicate_header_member_is_refused) {
    EXPECT_EQ(verify(with_header(R"({"alg":"none","alg":"ES256"})")), errc::malformed);
    EXPECT_EQ(verify(with_header(R"({"alg":"ES256","alg":"none"})")), errc::malformed);
    EXPECT_EQ(verify(with_header(R"({"alg":"ES256","kid":"a","\u006bid":"b"})")), errc::malformed);
}

TEST_F(jwt_verify, critical_extensions_are_refused) {
    for (const auto* crit : {R"(["exp"])", R"(["b64"])", R"(["alg"])", "[]", "null"}) {
        const auto header = std::string(R"({"alg":"ES256","crit":)") + crit + "}";
        EXPECT_EQ(verify(with_header(header)), errc::malformed) << crit;
    }
}

// TK-2: a key that a token brings along, or points at, is never used.
TEST_F(jwt_verify, keys_in_the_header_are_ignored) {
    const auto attacker = signing_key::generate().value();
    const auto own = attacker.sign(good_claims(), "at+jwt").value();
    const auto parts = split_jwt(own).value();
    const auto header = base64url_encode(
        R"({"alg":"ES256","typ":"at+jwt","jku":"https://evil.example/jwks",)"
        R"("x5u":"https://evil.example/x5",)"
        R"("x5c":["MIIB"],"jwk":)" +
        attacker.public_jwk() + "}"
    );
    const auto forged =
        header + "." + std::string(parts.payload) + "." + std::string(parts.signature);
    EXPECT_EQ(verify(forged), errc::bad_signature);
}

// TK-2
TEST_F(jwt_verify, kid_is_compared_and_nothing_else) {
    for (const auto* kid : {"", "../../dev/null", "' OR 1=1 --", "https://evil.example/", "%2e"}) {
        const auto header = boost::json::serialize(object{{"alg", "ES256"}, {"kid", kid}});
        EXPECT_EQ(verify(with_header(header)), errc::unknown_key) << kid;
    }
    EXPECT_EQ(verify(with_header(R"({"alg":"ES256","kid":1})")), errc::malformed);
    EXPECT_EQ(verify(with_header(R"({"alg":"ES256","kid":null})")), errc::malformed);
}

TEST_F(jwt_verify, without_kid_a_single_key_is_the_one_and_several_are_a_guess) {
    EXPECT_TRUE(verify_signature_only(vectors::rfc7515_a3_token, keys_));
    const auto other = signing_key::generate().value();
    const auto two = key_set::parse(list(key_.public_jwk() + "," + other.public_jwk())).value();
    EXPECT_EQ(verify_signature_only(vectors::rfc7515_a3_token, two).error(), errc::unknown_key);
}

TEST_F(jwt_verify, of_keys_with_the_same_id_any_may_verify) {
    const auto other = signing_key::generate().value();
    auto namesake = parse(other.public_jwk());
    namesake["kid"] = key_.id();
    const auto both = boost::json::serialize(namesake) + "," + key_.public_jwk();
    const auto token = key_.sign(good_claims(), "at+jwt").value();
    EXPECT_TRUE(verify_signature_only(token, key_set::parse(list(both)).value()));
}

TEST_F(jwt_verify, any_changed_character_is_noticed) {
    const auto token = key_.sign(good_claims(), "at+jwt").value();
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        EXPECT_TRUE(verify(changed).failed()) << i;
    }
}

// RFC 7518 section 3.4: neither a shorter form, nor DER, nor trailing bytes.
TEST_F(jwt_verify, a_signature_is_64_bytes) {
    const auto token = key_.sign(good_claims(), "at+jwt").value();
    const auto start = token.substr(0, token.rfind('.') + 1);
    const auto bytes = base64url_decode(token.substr(start.size())).value();
    const std::string refused[] = {
        bytes.substr(0, 63),
        bytes.substr(1),
        bytes + '\0',
        std::string(1, '\0') + bytes,
        bytes.substr(0, 32) + '\0' + bytes.substr(32) + '\0',
        bytes + bytes,
        std::string(64, '\0'),
        std::string(64, '\xff'),
        std::string(1, '\0'),
    };
    for (const auto& signature : refused) {
        EXPECT_EQ(verify(start + base64url_encode(signature)), errc::bad_signature)
            << hex_encode(signature);
    }
}

TEST_F(jwt_verify, a_signed_sentence_is_no_token) {
    // The key signs whatever it is given: so the object is checked after the signature.
    auto claims = good_claims();
    claims["deep"] = boost::json::parse("[[[[[[[[]]]]]]]]");
    EXPECT_EQ(verify(key_.sign(claims, "at+jwt").value()), errc::malformed);
}

// TK-4
TEST_F(jwt_verify, a_token_of_another_type_is_refused) {
    const auto unchanged = [](object&) {};
    for (const auto* typ :
         {"JWT", "", "at+jwt ", "jwt", "logout+jwt", "verify+jwt", "text/at+jwt"}) {
        EXPECT_EQ(verdict(unchanged, typ), errc::wrong_type) << typ;
    }
    // Media types know no case, and `application/` may be there (RFC 9068 section 4).
    for (const auto* typ : {"at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"}) {
        EXPECT_FALSE(verdict(unchanged, typ).failed()) << typ;
    }
    const claims_policy untyped{policy.issuer, policy.audience, "JWT"};
    EXPECT_EQ(verify(key_.sign(good_claims(), "at+jwt").value(), untyped), errc::wrong_type);
}

// TK-4
TEST_F(jwt_verify, table_of_issuers) {
    for (const char* issuer :
         {"https://other.example", "https://issuer.example/", "HTTPS://issuer.example", ""}) {
        EXPECT_EQ(verdict([=](object& c) { c["iss"] = issuer; }), errc::wrong_issuer) << issuer;
    }
    EXPECT_EQ(verdict([](object& c) { c.erase("iss"); }), errc::wrong_issuer);
    EXPECT_EQ(verdict([](object& c) { c["iss"] = nullptr; }), errc::wrong_issuer);
    EXPECT_EQ(
        verdict([](object& c) { c["iss"] = boost::json::array{"https://issuer.example"}; }),
        errc::wrong_issuer
    );
}

struct audience_case {
    const char* aud;
    bool good;
};

// TK-4
TEST_F(jwt_verify, table_of_audiences) {
    const audience_case cases[] = {
        {R"("https://api.example")", true},
        {R"(["https://api.example"])", true},
        {R"(["https://a.example","https://api.example"])", true},
        {R"([1,null,"https://api.example"])", true},
        {R"("https://api.example/")", false},
        {R"("https://API.example")", false},
        {R"("")", false},
        {R"([])", false},
        {R"([["https://api.example"]])", false},
        {R"({"https://api.example":true})", false},
        {R"(null)", false},
    };
    for (const auto& each : cases) {
        const auto found = verdict([&](object& c) { c["aud"] = boost::json::parse(each.aud); });
        EXPECT_EQ(found, each.good ? error() : error(errc::wrong_audience)) << each.aud;
    }
    EXPECT_EQ(verdict([](object& c) { c.erase("aud"); }), errc::wrong_audience);
}

struct time_case {
    const char* claim;
    double after_now;
    bool good;
};

// TK-3: one leeway, of 60 s here, for all three.
const time_case times[] = {
    {"exp", 1, true},
    {"exp", 0, true},
    {"exp", -59, true},
    {"exp", -59.5, true},
    {"exp", -60, false},
    {"exp", -61, false},
    {"exp", -9999, false},
    {"nbf", -9999, true},
    {"nbf", 0, true},
    {"nbf", 59, true},
    {"nbf", 60, true},
    {"nbf", 60.5, false},
    {"nbf", 61, false},
    {"iat", -9999, true},
    {"iat", 0, true},
    {"iat", 60, true},
    {"iat", 60.5, false},
    {"iat", 61, false},
};

TEST_F(jwt_verify, table_of_times) {
    for (const auto& each : times) {
        const auto found = verdict([&](object& c) { c[each.claim] = 2e9 + each.after_now; });
        EXPECT_EQ(found, each.good ? error() : error(errc::expired))
            << each.claim << " " << each.after_now;
    }
}

TEST_F(jwt_verify, an_expiry_is_required_and_the_other_times_are_not) {
    EXPECT_EQ(verdict([](object& c) { c.erase("exp"); }), errc::malformed);
    EXPECT_FALSE(verdict([](object& c) { c.erase("iat"); }).failed());
}

TEST_F(jwt_verify, times_that_are_no_numbers_are_refused) {
    for (const auto* name : {"exp", "nbf", "iat"}) {
        for (const boost::json::value& value :
             {boost::json::value("2000000000"),
              boost::json::value(nullptr),
              boost::json::value(-5),
              boost::json::value(1e300)}) {
            EXPECT_EQ(verdict([&](object& c) { c[name] = value; }), errc::malformed)
                << name << " " << value;
        }
    }
}

TEST_F(jwt_verify, the_leeway_is_between_nothing_and_300_seconds) {
    const auto with_leeway = [&](seconds leeway, int after_now) {
        auto claims = good_claims();
        claims["exp"] = 2'000'000'000 + after_now;
        auto wanted = policy;
        wanted.leeway = leeway;
        return verify(key_.sign(claims, "at+jwt").value(), wanted);
    };
    EXPECT_FALSE(with_leeway(seconds(0), 1).failed());
    EXPECT_EQ(with_leeway(seconds(0), 0), errc::expired);
    EXPECT_EQ(with_leeway(seconds(-3600), 0), errc::expired);
    EXPECT_FALSE(with_leeway(seconds(-3600), 1).failed());
    EXPECT_FALSE(with_leeway(seconds(3600), -299).failed());
    EXPECT_EQ(with_leeway(seconds(3600), -300), errc::expired);
}

TEST_F(jwt_verify, what_is_no_key_set_is_refused) {
    for (const auto& text :
         {std::string(),
          std::string("[]"),
          std::string("{}"),
          std::string(R"({"keys":{}})"),
          list("") + "x",
          key_.public_jwk(),
          std::string(R"({"keys":[],"keys":[]})")}) {
        EXPECT_EQ(key_set::parse(text).error(), errc::bad_key) << text;
    }
    EXPECT_EQ(key_set::parse(list(""))->size(), 0U);
}

// RFC 7517 section 5
TEST_F(jwt_verify, keys_that_are_not_for_us_are_passed_over) {
    const auto altered = [this](const char* name, const char* json) {
        auto jwk = parse(key_.public_jwk());
        jwk[name] = boost::json::parse(json);
        return boost::json::serialize(jwk);
    };
    const std::string passed_over[] = {
        "1",
        "{}",
        "[]",
        R"({"kty":"RSA","n":"AQAB","e":"AQAB"})",
        R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
        vectors::rfc7520_oct_jwk,
        vectors::rfc7520_p521_jwk,
        vectors::p384_jwk,
        altered("use", R"("enc")"),
        altered("use", "null"),
        altered("alg", R"("ES384")"),
        altered("alg", R"("ECDH-ES")"),
        altered("key_ops", R"(["sign"])"),
        altered("key_ops", R"("verify")"),
        altered("x", R"("AAAA")"),
        altered("x", "1"),
        // no point of the curve
        altered("x", R"("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEQ")"),
        altered("y", R"("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")"),
    };
    for (const auto& jwk : passed_over) {
        EXPECT_EQ(key_set::parse(list(jwk + "," + key_.public_jwk()))->size(), 1U) << jwk;
    }
    for (const auto& jwk :
         {altered("key_ops", R"(["sign","verify"])"),
          altered("x5c", R"(["MIIB"])"),
          vectors::rfc7515_a3_jwk}) {
        EXPECT_EQ(key_set::parse(list(jwk))->size(), 1U) << jwk;
    }
}

}  // namespace
}  // namespace cloche::tokens
