#include "torture/tally.hpp"

#include <gtest/gtest.h>

namespace {

using cloche::torture::figures;
using cloche::torture::latency_histogram;
using std::chrono::microseconds;

TEST(latency_histogram, tells_what_a_share_of_the_requests_took_to_a_sixteenth) {
    latency_histogram times;
    EXPECT_EQ(times.at(0.5), microseconds(0));
    for (int i = 1; i <= 10'000; ++i)
        times.add(microseconds(i));
    EXPECT_EQ(times.most(), microseconds(10'000));
    for (const double share : {0.5, 0.9, 0.99}) {
        const double exact = share * 10'000;
        const auto told = static_cast<double>(times.at(share).count());
        EXPECT_GE(told, exact);
        EXPECT_LE(told, exact * 17 / 16 + 1);
    }
    EXPECT_EQ(times.at(1), microseconds(10'000));
}

TEST(figures, are_clean_unless_something_happened_that_must_not) {
    EXPECT_TRUE(figures().is_clean());
    for (auto field :
         {&figures::double_spends,
          &figures::signed_out_undeserved,
          &figures::wrong_user,
          &figures::served_after_sign_out,
          &figures::not_served_at_end,
          &figures::deaths}) {
        figures count;
        count.*field = 1;
        EXPECT_FALSE(count.is_clean());
    }
    figures excused;
    excused.repeats = excused.lost_unavoidably = excused.signed_out_by_api = 5;
    EXPECT_TRUE(excused.is_clean());
}

}  // namespace
