#include "identity/password_hasher.hpp"

#include "support/scripted_random.hpp"
#include "unit/identity/kept_loop.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace cloche::identity {
namespace {

const crypto::password_cost floor_cost;

class hasher : public testing::Test {
protected:
    test::kept_loop loop;
    cloche::test::scripted_random random;
    password_hasher subject{floor_cost, 1, 2, random};

    password_verdict compare(const std::string& secret, const std::string& phc) {
        return loop.run(subject.compare(password(secret), phc)).value();
    }
};

TEST_F(hasher, tells_right_from_wrong) {
    const auto phc = loop.run(subject.hash(password("secret"))).value();
    EXPECT_TRUE(phc.starts_with("$argon2id$"));
    EXPECT_EQ(compare("secret", phc), password_verdict::right);
    EXPECT_EQ(compare("other", phc), password_verdict::wrong);
}

// EN-2: by counting, not by the clock.
TEST_F(hasher, a_comparison_with_nobodys_password_costs_one_hash_and_is_wrong) {
    const auto phc = loop.run(subject.hash(password("secret"))).value();
    const auto before = subject.hashes();
    EXPECT_EQ(compare("secret", ""), password_verdict::wrong);
    EXPECT_EQ(subject.hashes() - before, 1u);
    EXPECT_EQ(compare("wrong", phc), password_verdict::wrong);
    EXPECT_EQ(subject.hashes() - before, 2u);
    EXPECT_EQ(compare("secret", phc), password_verdict::right);
    EXPECT_EQ(subject.hashes() - before, 3u);
}

// ID-2
TEST_F(hasher, a_hash_of_other_parameters_is_outdated) {
    crypto::password_cost dearer;
    dearer.passes = 3;
    const auto phc = crypto::hash_password(password("secret"), dearer);
    EXPECT_EQ(compare("secret", phc), password_verdict::right_but_outdated);
    EXPECT_EQ(compare("other", phc), password_verdict::wrong);
}

TEST_F(hasher, a_stored_hash_that_cannot_be_read_lets_nobody_in) {
    EXPECT_EQ(compare("secret", "not a hash"), password_verdict::wrong);
}

runtime::task<void> hash_into(password_hasher& with, std::vector<error>& outcomes) {
    auto done = co_await with.hash(password("secret"));
    outcomes.push_back(done.has_error() ? done.error() : error());
}

// ID-3: what does not fit is shed at once.
TEST_F(hasher, more_than_fits_the_queue_is_refused) {
    std::vector<error> outcomes;
    for (int i = 0; i < 20; ++i)
        loop.start(hash_into(subject, outcomes));
    loop.finish();
    ASSERT_EQ(outcomes.size(), 20u);
    std::size_t shed = 0;
    for (const auto& one : outcomes)
        shed += one == errc::overloaded ? 1 : 0;
    // One at work and two waiting; more can get through as places become free.
    EXPECT_GE(shed, 1u);
    EXPECT_LE(shed, 18u);
    EXPECT_EQ(subject.hashes(), 20u - shed);
}

}  // namespace
}  // namespace cloche::identity
