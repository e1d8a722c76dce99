#include "session/clock_offset.hpp"

#include <gtest/gtest.h>

namespace cloche::test {
namespace {

using namespace std::chrono_literals;

constexpr instant now{milliseconds(1'000'000)};

TEST(clock_offset, it_is_taken_from_the_middle_of_the_trip) {
    session::clock_offset offset;
    EXPECT_EQ(offset.ahead(), 0ms);
    offset.measured(now, now + 5min + 10ms, now + 20ms);
    EXPECT_EQ(offset.ahead(), 5min);
}

TEST(clock_offset, a_slow_trip_that_says_nothing_new_changes_nothing) {
    session::clock_offset offset;
    offset.measured(now, now + 5min, now);
    offset.measured(now, now + 5min + 300ms, now + 400ms);
    EXPECT_EQ(offset.ahead(), 5min);
    offset.measured(now, now + 4min, now + 400ms);
    EXPECT_EQ(offset.ahead(), 4min - 200ms);
}

TEST(clock_offset, a_clock_that_was_set_back_on_the_way_is_not_believed) {
    session::clock_offset offset;
    offset.measured(now, now, now - 1h);
    EXPECT_EQ(offset.ahead(), 0ms);
}

}  // namespace
}  // namespace cloche::test
