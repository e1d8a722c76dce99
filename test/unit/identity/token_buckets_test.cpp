#include "identity/token_buckets.hpp"

#include <gtest/gtest.h>

namespace cloche::identity {
namespace {

using namespace std::chrono_literals;

const monotonic start{std::chrono::hours(1000)};
const rate two_then_one_in_ten_seconds{0.1, 2};

// EN-5
TEST(token_buckets, the_burst_goes_through_and_then_it_takes_time) {
    bucket_table table(10);
    EXPECT_FALSE(table.take("a", two_then_one_in_ten_seconds, start));
    EXPECT_FALSE(table.take("a", two_then_one_in_ten_seconds, start));
    EXPECT_EQ(table.take("a", two_then_one_in_ten_seconds, start), 10s);
    EXPECT_EQ(table.take("a", two_then_one_in_ten_seconds, start + 4s), 6s);
    EXPECT_FALSE(table.take("a", two_then_one_in_ten_seconds, start + 10s));
    EXPECT_EQ(table.take("a", two_then_one_in_ten_seconds, start + 10s), 10s);
}

TEST(token_buckets, asking_in_vain_does_not_make_the_wait_longer) {
    bucket_table table(10);
    for (int i = 0; i < 100; ++i)
        table.take("a", two_then_one_in_ten_seconds, start);
    EXPECT_FALSE(table.take("a", two_then_one_in_ten_seconds, start + 10s));
}

TEST(token_buckets, keys_do_not_share) {
    bucket_table table(10);
    for (int i = 0; i < 3; ++i)
        table.take("a", two_then_one_in_ten_seconds, start);
    EXPECT_FALSE(table.take("b", two_then_one_in_ten_seconds, start));
}

TEST(token_buckets, no_more_than_the_burst_is_saved_up) {
    bucket_table table(10);
    table.take("a", two_then_one_in_ten_seconds, start);
    EXPECT_FALSE(table.take("a", two_then_one_in_ten_seconds, start + 1000h));
    EXPECT_FALSE(table.take("a", two_then_one_in_ten_seconds, start + 1000h));
    EXPECT_TRUE(table.take("a", two_then_one_in_ten_seconds, start + 1000h));
}

TEST(token_buckets, the_table_stays_within_its_size_and_forgets_the_least_recent) {
    bucket_table table(3);
    for (int i = 0; i < 3; ++i)
        table.take("kept", two_then_one_in_ten_seconds, start);
    table.take("b", two_then_one_in_ten_seconds, start);
    for (int i = 0; i < 1000; ++i) {
        table.take("other " + std::to_string(i), two_then_one_in_ten_seconds, start);
        // Whoever goes on asking stays remembered.
        EXPECT_TRUE(table.take("kept", two_then_one_in_ten_seconds, start));
    }
    EXPECT_EQ(table.size(), 3u);
}

TEST(token_buckets, a_clock_that_stands_still_gives_nothing) {
    token_bucket bucket{0.5, start};
    EXPECT_EQ(bucket.take({1, 1}, start), 1s);
    EXPECT_EQ(bucket.take({1, 1}, start - 5s), 1s);
    EXPECT_FALSE(bucket.take({1, 1}, start + 1s));
}

}  // namespace
}  // namespace cloche::identity
