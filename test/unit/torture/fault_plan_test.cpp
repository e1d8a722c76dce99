#include "torture/fault_plan.hpp"

#include "torture/dice.hpp"

#include <gtest/gtest.h>

#include <array>

namespace {

using namespace cloche::torture;
using cloche::milliseconds;

api_faults no_faults() {
    api_faults none;
    for (double* share :
         {&none.reset,
          &none.status_500,
          &none.status_429,
          &none.status_403,
          &none.garbage,
          &none.lost,
          &none.cut,
          &none.garbled,
          &none.slow,
          &none.revoked})
        *share = 0;
    return none;
}

TEST(dice, the_same_seed_throws_the_same_and_another_does_not) {
    dice one = dice::of(7, {1, 2});
    dice same = dice::of(7, {1, 2});
    dice other = dice::of(8, {1, 2});
    dice swapped = dice::of(7, {2, 1});
    const auto first = one.next();
    EXPECT_EQ(first, same.next());
    EXPECT_NE(first, other.next());
    EXPECT_NE(first, swapped.next());
    for (int i = 0; i < 1000; ++i) {
        const auto between = one.between(milliseconds(3), milliseconds(5));
        EXPECT_GE(between, milliseconds(3));
        EXPECT_LE(between, milliseconds(5));
    }
    EXPECT_FALSE(one.happens(0));
    EXPECT_TRUE(one.happens(1));
}

TEST(fault_plan, each_fault_comes_when_it_has_all_of_the_share) {
    struct row {
        double api_faults::*share;
        fault what;
        bool instead;
    };
    const std::array<row, 10> table{{
        {&api_faults::reset, fault::reset, true},
        {&api_faults::status_500, fault::status_500, true},
        {&api_faults::status_429, fault::status_429, true},
        {&api_faults::status_403, fault::status_403, true},
        {&api_faults::garbage, fault::garbage, true},
        {&api_faults::lost, fault::lost, false},
        {&api_faults::cut, fault::cut, false},
        {&api_faults::garbled, fault::garbled, false},
        {&api_faults::slow, fault::slow, false},
        {&api_faults::revoked, fault::revoked, false},
    }};
    for (const auto& [share, what, instead] : table) {
        api_faults shares = no_faults();
        shares.*share = 1;
        const auto planned = fault_of(shares, 1, 2, 3);
        EXPECT_EQ(planned.what, what) << name_of(what);
        EXPECT_EQ(is_instead_of_rotation(what), instead) << name_of(what);
        EXPECT_EQ(planned.late > milliseconds::zero(), what == fault::slow) << name_of(what);
    }
    EXPECT_EQ(fault_of(no_faults(), 1, 2, 3).what, fault::none);
}

TEST(fault_plan, faults_come_as_often_as_planned_and_at_the_same_refreshes_each_time) {
    api_faults shares = no_faults();
    shares.lost = 0.1;
    shares.status_500 = 0.2;
    std::array<int, fault_count> seen{};
    constexpr int refreshes = 20'000;
    for (int i = 0; i < refreshes; ++i) {
        const auto family = static_cast<std::uint64_t>(i % 40);
        const auto attempt = static_cast<std::uint64_t>(i / 40);
        const auto planned = fault_of(shares, 5, family, attempt);
        EXPECT_EQ(planned.what, fault_of(shares, 5, family, attempt).what);
        ++seen.at(static_cast<std::size_t>(planned.what));
    }
    EXPECT_NEAR(seen.at(static_cast<std::size_t>(fault::lost)), refreshes / 10, 300);
    EXPECT_NEAR(seen.at(static_cast<std::size_t>(fault::status_500)), refreshes / 5, 400);
}

}  // namespace
