#include "base/every.hpp"

#include "base/clock.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace cloche {
namespace {

using namespace std::chrono_literals;

TEST(every, is_due_once_in_a_period_and_at_first) {
    every<instant> tick(5s);
    const instant begin{1h};
    EXPECT_TRUE(tick.is_due(begin));
    EXPECT_FALSE(tick.is_due(begin));
    EXPECT_FALSE(tick.is_due(begin + 5s - 1ms));
    EXPECT_TRUE(tick.is_due(begin + 5s));
    EXPECT_FALSE(tick.is_due(begin + 9s));
}

TEST(every, is_due_just_after_the_machine_was_started) {
    every<monotonic> tick(5s);
    EXPECT_TRUE(tick.is_due(monotonic(1ms)));
}

TEST(every, is_due_where_the_clock_was_put_back) {
    every<instant> tick(5s);
    const instant begin{1h};
    EXPECT_TRUE(tick.is_due(begin));
    EXPECT_TRUE(tick.is_due(begin - 1ms));
}

TEST(every, is_due_when_it_is_hastened) {
    every<instant> tick(5s);
    const instant begin{1h};
    EXPECT_TRUE(tick.is_due(begin));
    tick.hasten();
    EXPECT_TRUE(tick.is_due(begin));
    EXPECT_FALSE(tick.is_due(begin));
}

}  // namespace
}  // namespace cloche
