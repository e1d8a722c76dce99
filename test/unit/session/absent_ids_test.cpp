#include "session/absent_ids.hpp"

#include "support/session_records.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cloche::session {
namespace {

using namespace std::chrono_literals;
using test::id_of;
using test::some_day;

TEST(absent_ids, what_was_absent_is_known_for_a_while) {
    absent_ids absent;
    EXPECT_FALSE(absent.contains(id_of("one"), some_day));
    absent.note(id_of("one"), some_day);
    EXPECT_TRUE(absent.contains(id_of("one"), some_day));
    EXPECT_TRUE(absent.contains(id_of("one"), some_day + absent_ids::remembered - 1ms));
    EXPECT_FALSE(absent.contains(id_of("one"), some_day + absent_ids::remembered));
    EXPECT_FALSE(absent.contains(id_of("another"), some_day));
}

TEST(absent_ids, an_id_of_zeros_is_not_absent_before_it_is_noted) {
    absent_ids absent;
    absent.note(id_of("one"), some_day);
    EXPECT_FALSE(absent.contains(id_hash(), instant()));
    EXPECT_FALSE(absent.contains(id_hash(), some_day));
}

TEST(absent_ids, a_clock_that_was_put_back_makes_it_forget) {
    absent_ids absent;
    absent.note(id_of("one"), some_day);
    EXPECT_FALSE(absent.contains(id_of("one"), some_day - 1ms));
}

TEST(absent_ids, a_flood_of_others_costs_what_is_known_and_nothing_else) {
    absent_ids absent;
    for (int number = 0; number < 100'000; ++number)
        absent.note(id_of(std::to_string(number)), some_day);
    int known = 0;
    for (int number = 0; number < 100'000; ++number)
        known += absent.contains(id_of(std::to_string(number)), some_day) ? 1 : 0;
    EXPECT_GT(known, 0);
    EXPECT_LE(known, static_cast<int>(absent_ids::slot_count));
}

}  // namespace
}  // namespace cloche::session
