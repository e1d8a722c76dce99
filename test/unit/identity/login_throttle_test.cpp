#include "identity/login_throttle.hpp"

#include <gtest/gtest.h>

namespace cloche::identity {
namespace {

using namespace std::chrono_literals;

const monotonic start{std::chrono::hours(1000)};

login_throttle make_throttle(std::size_t capacity = 100) {
    return {throttle_policy{}, capacity};
}

void fail(login_throttle& throttle, std::string_view key, monotonic now) {
    ASSERT_FALSE(throttle.admit(key, now));
    throttle.failed(key, now);
}

// EN-4
TEST(login_throttle, the_wait_doubles_after_the_free_failures_and_is_capped) {
    const throttle_policy policy;
    EXPECT_EQ(wait_after(0, policy), 0s);
    EXPECT_EQ(wait_after(4, policy), 0s);
    EXPECT_EQ(wait_after(5, policy), 1s);
    EXPECT_EQ(wait_after(6, policy), 2s);
    EXPECT_EQ(wait_after(10, policy), 32s);
    EXPECT_EQ(wait_after(14, policy), 512s);
    EXPECT_EQ(wait_after(15, policy), 900s);
    EXPECT_EQ(wait_after(4'000'000'000, policy), 900s);
}

TEST(login_throttle, failures_beyond_the_free_ones_have_to_wait) {
    auto throttle = make_throttle();
    for (int i = 0; i < 5; ++i)
        fail(throttle, "zoe", start);
    EXPECT_EQ(throttle.admit("zoe", start), 1s);
    fail(throttle, "zoe", start + 1s);
    EXPECT_EQ(throttle.admit("zoe", start + 2s), 1s);
    EXPECT_FALSE(throttle.admit("zoe", start + 3s));
}

TEST(login_throttle, a_success_forgets_the_failures) {
    auto throttle = make_throttle();
    for (int i = 0; i < 4; ++i)
        fail(throttle, "zoe", start);
    ASSERT_FALSE(throttle.admit("zoe", start));
    throttle.succeeded("zoe");
    EXPECT_EQ(throttle.size(), 0u);
    for (int i = 0; i < 5; ++i)
        fail(throttle, "zoe", start);
}

TEST(login_throttle, no_more_than_a_hundred_failures_in_a_row_and_no_permanent_lock) {
    auto throttle = make_throttle();
    auto now = start;
    int let_through = 0;
    // As fast as it lets us, for two weeks, without ever succeeding: a day's pause after each
    // hundred.
    int most_within_a_day = 0;
    while (now < start + 24h * 3) {
        const auto wait = throttle.admit("zoe", now);
        if (wait) {
            now += *wait;
            if (*wait > 20h) {
                most_within_a_day = std::max(most_within_a_day, let_through);
                let_through = 0;
            }
            continue;
        }
        throttle.failed("zoe", now);
        ++let_through;
    }
    EXPECT_EQ(most_within_a_day, 100);
    // After a day without a try it is over.
    EXPECT_FALSE(throttle.admit("zoe", now + 24h));
}

TEST(login_throttle, guesses_at_the_same_moment_are_no_way_around_it) {
    auto throttle = make_throttle();
    int let_through = 0;
    for (int i = 0; i < 1000; ++i)
        let_through += throttle.admit("zoe", start) ? 0 : 1;
    EXPECT_EQ(let_through, 100);
    for (int i = 0; i < let_through; ++i)
        throttle.failed("zoe", start);
    EXPECT_TRUE(throttle.admit("zoe", start + 1h));

    // In the waiting stage one at a time.
    auto other = make_throttle();
    for (int i = 0; i < 5; ++i)
        fail(other, "zoe", start);
    EXPECT_FALSE(other.admit("zoe", start + 1s));
    EXPECT_TRUE(other.admit("zoe", start + 1s));
}

TEST(login_throttle, a_try_that_was_shed_counts_for_nothing) {
    auto throttle = make_throttle();
    for (int i = 0; i < 200; ++i) {
        ASSERT_FALSE(throttle.admit("zoe", start));
        throttle.withdrawn("zoe");
    }
    for (int i = 0; i < 5; ++i)
        fail(throttle, "zoe", start);
}

TEST(login_throttle, accounts_do_not_share) {
    auto throttle = make_throttle();
    for (int i = 0; i < 5; ++i)
        fail(throttle, "zoe", start);
    EXPECT_TRUE(throttle.admit("zoe", start));
    EXPECT_FALSE(throttle.admit("max", start));
}

TEST(login_throttle, the_table_stays_within_its_size) {
    auto throttle = make_throttle(3);
    for (int i = 0; i < 1000; ++i)
        fail(throttle, std::to_string(i), start);
    EXPECT_EQ(throttle.size(), 3u);
    // An outcome that arrives after its entry was forgotten does no harm.
    throttle.failed("0", start);
    throttle.succeeded("1");
    throttle.withdrawn("2");
    EXPECT_EQ(throttle.size(), 3u);
}

}  // namespace
}  // namespace cloche::identity
