#include "session/refusal_breaker.hpp"

#include "support/session_records.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cloche::session {
namespace {

using namespace std::chrono_literals;
using test::some_day;

class refusal_breaker_test : public testing::Test {
protected:
    /// `count` people, numbered from `first`, get a verdict.
    bool note(int first, int count, bool refused, instant now = some_day) {
        bool moved = false;
        for (int person = first; person < first + count; ++person)
            moved = breaker_.note(std::to_string(person), refused, now) || moved;
        return moved;
    }
    refusal_breaker breaker_;
};

TEST_F(refusal_breaker_test, nineteen_people_are_not_enough) {
    EXPECT_FALSE(note(0, 19, true));
    EXPECT_FALSE(breaker_.is_open());
}

TEST_F(refusal_breaker_test, opens_at_twenty_people_refused) {
    note(0, 19, true);
    EXPECT_TRUE(note(19, 1, true)) << "says so once";
    EXPECT_TRUE(breaker_.is_open());
    EXPECT_FALSE(note(20, 1, true));
}

TEST_F(refusal_breaker_test, someone_with_many_sessions_counts_once) {
    for (int session = 0; session < 100; ++session)
        breaker_.note("one person whose account was closed", true, some_day);
    EXPECT_FALSE(breaker_.is_open());
}

TEST_F(refusal_breaker_test, a_half_refused_is_not_more_than_half) {
    note(0, 20, false);
    note(20, 20, true);
    EXPECT_FALSE(breaker_.is_open());
    note(40, 1, true);
    EXPECT_TRUE(breaker_.is_open());
}

TEST_F(refusal_breaker_test, verdicts_older_than_ten_minutes_do_not_count) {
    note(0, 19, true);
    note(19, 1, true, some_day + 10min);
    EXPECT_FALSE(breaker_.is_open());
}

TEST_F(refusal_breaker_test, the_latest_verdict_on_a_person_counts) {
    note(0, 40, true);
    EXPECT_TRUE(breaker_.is_open());
    EXPECT_FALSE(note(0, 29, false, some_day + 1min)) << "eleven of forty are more than a quarter";
    EXPECT_TRUE(note(29, 1, false, some_day + 1min));
    EXPECT_FALSE(breaker_.is_open());
}

TEST_F(refusal_breaker_test, stays_open_while_few_people_are_left_and_all_are_refused) {
    note(0, 20, true);
    note(0, 2, true, some_day + 9min);
    EXPECT_FALSE(breaker_.tick(some_day + 11min));
    EXPECT_TRUE(breaker_.is_open());
}

TEST_F(refusal_breaker_test, closes_after_ten_minutes_without_a_verdict) {
    note(0, 20, true);
    EXPECT_FALSE(breaker_.tick(some_day + 10min - 1ms));
    EXPECT_TRUE(breaker_.tick(some_day + 10min));
    EXPECT_FALSE(breaker_.is_open());
}

TEST_F(refusal_breaker_test, opens_again_after_it_closed) {
    note(0, 20, true);
    breaker_.tick(some_day + 10min);
    EXPECT_TRUE(note(0, 20, true, some_day + 1h));
}

}  // namespace
}  // namespace cloche::session
