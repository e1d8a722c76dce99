#include "identity/access_tokens.hpp"

#include "support/scripted_random.hpp"

#include <gtest/gtest.h>

namespace cloche::identity {
namespace {

using namespace std::chrono_literals;

const instant now{milliseconds(1'800'000'000'900)};

access_tokens::options how(const std::string& audience = "http://audience") {
    access_tokens::options made;
    made.issuer = "http://issuer";
    made.audience = audience;
    made.lifetime = 300s;
    return made;
}

tokens::signing_key copy_of(const tokens::signing_key& key) {
    return tokens::signing_key::from_jwk(key.private_jwk()).value();
}

class issuer : public testing::Test {
protected:
    std::string issue(const access_tokens& by, instant end = now + 24h) {
        const token_subject whom(user_id("u1"), family_id("f1"), "user");
        return std::string(by.issue(whom, now, end, random)->token.reveal());
    }
    cloche::test::scripted_random random;
    tokens::signing_key key = tokens::signing_key::generate().value();
    access_tokens subject{copy_of(key), {}, how()};
};

TEST_F(issuer, reads_its_own_tokens_back) {
    const auto read = subject.verify(issue(subject), now);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->who.text(), "u1");
    EXPECT_EQ(read->family.text(), "f1");
    EXPECT_EQ(read->role, "user");
}

// The dates are whole seconds: a token must not die before the time it was promised.
TEST_F(issuer, a_token_is_good_for_its_whole_life_and_a_second_more_at_most) {
    const auto token = issue(subject);
    EXPECT_TRUE(subject.verify(token, now + 300s - 1ms));
    EXPECT_FALSE(subject.verify(token, now + 301s + 1ms));
}

TEST_F(issuer, a_token_does_not_outlive_its_family) {
    const token_subject who(user_id("u1"), family_id("f1"), "user");
    EXPECT_EQ(subject.issue(who, now, now + 24h, random)->expires_in, 300s);
    EXPECT_EQ(subject.issue(who, now, now + 7s, random)->expires_in, 7s);
    EXPECT_EQ(subject.issue(who, now, now - 7s, random)->expires_in, 0s);
}

// TK-4
TEST_F(issuer, tokens_for_others_are_refused) {
    const access_tokens elsewhere(copy_of(key), {}, how("http://elsewhere"));
    const access_tokens stranger(tokens::signing_key::generate().value(), {}, how());
    for (const auto& token :
         {issue(elsewhere), issue(stranger), std::string(), std::string("a.b.c")}) {
        const auto read = subject.verify(token, now);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error(), errc::bad_access_token);
    }
}

TEST_F(issuer, an_old_token_still_names_its_family) {
    EXPECT_EQ(subject.family_of(issue(subject)), family_id("f1"));
    const access_tokens stranger(tokens::signing_key::generate().value(), {}, how());
    EXPECT_FALSE(subject.family_of(issue(stranger)));
    EXPECT_FALSE(subject.family_of("undefined"));
    const auto other_use = key.sign({{"sid", "f1"}}, "JWT").value();
    EXPECT_FALSE(subject.family_of(other_use));
}

// TK-7: keys overlap, so that no token dies of a rotation.
TEST_F(issuer, other_keys_are_published_and_accepted_but_do_not_sign) {
    std::vector<tokens::signing_key> others;
    others.push_back(copy_of(key));
    others.push_back(tokens::signing_key::generate().value());
    const access_tokens rotated(tokens::signing_key::generate().value(), others, how());
    EXPECT_TRUE(rotated.verify(issue(subject), now));
    EXPECT_FALSE(subject.verify(issue(rotated), now));
    EXPECT_EQ(tokens::key_set::parse(rotated.jwks())->size(), 3u);
    EXPECT_EQ(rotated.jwks().find("\"d\""), std::string::npos);
}

}  // namespace
}  // namespace cloche::identity
