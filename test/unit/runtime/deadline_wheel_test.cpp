#include "runtime/deadline_wheel.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

namespace cloche::runtime {
namespace {

using std::chrono::milliseconds;

struct counted {
    explicit counted(deadline_wheel& wheel)
        : limit(wheel, this, calls<&counted::on_limit>),
          watch(wheel, this, calls<&counted::on_tick>) {}
    void on_limit() {
        ++met;
        if (again) limit.arm(*again);
        if (destroy) destroy->reset();
    }
    void on_tick() {
        ++looked;
        if (looked == stop_after) watch.stop();
    }
    int met = 0;
    int looked = 0;
    int stop_after = -1;
    std::optional<milliseconds> again;
    std::unique_ptr<counted>* destroy = nullptr;
    deadline limit;
    tick_watch watch;
};

class deadline_wheel_test : public testing::Test {
protected:
    boost::asio::io_context context_;  // never run: the test turns the wheel
    deadline_wheel& wheel_ = deadline_wheel::of(context_);

    /// Ticks until it is met, up to `most`.
    std::uint64_t ticks_until_met(counted& one, std::uint64_t most) {
        const auto start = wheel_.now();
        const int before = one.met;
        while (one.met == before && wheel_.now() < start + most)
            wheel_.advance(wheel_.now() + 1);
        return wheel_.now() - start;
    }
};

TEST_F(deadline_wheel_test, a_context_has_one_wheel) {
    EXPECT_EQ(&wheel_, &deadline_wheel::of(context_));
}

TEST_F(deadline_wheel_test, limit_is_never_met_early_and_at_most_two_ticks_late) {
    for (const int limit : {1, 249, 250, 251, 1000, 10'000, 60'000, 63'750, 64'000, 300'000}) {
        counted one(wheel_);
        one.limit.arm(milliseconds(limit));
        const auto ticks = ticks_until_met(one, 10'000);
        // The first tick may come at once after arming: it does not count.
        EXPECT_GE(milliseconds((ticks - 1) * 250), milliseconds(limit - 249)) << limit;
        EXPECT_GE(milliseconds(ticks * 250), milliseconds(limit + 1)) << limit;
        EXPECT_LE(milliseconds(ticks * 250), milliseconds(limit + 500)) << limit;
    }
}

TEST_F(deadline_wheel_test, limit_is_met_once) {
    counted one(wheel_);
    one.limit.arm(milliseconds(500));
    wheel_.advance(wheel_.now() + 1000);
    wheel_.advance(wheel_.now() + 1000);
    EXPECT_EQ(one.met, 1);
    EXPECT_FALSE(one.limit.armed());
}

TEST_F(deadline_wheel_test, disarmed_limit_is_not_met) {
    counted one(wheel_);
    one.limit.arm(milliseconds(500));
    one.limit.disarm();
    wheel_.advance(wheel_.now() + 1000);
    EXPECT_EQ(one.met, 0);
}

TEST_F(deadline_wheel_test, limit_that_is_pushed_on_is_met_at_the_later_time) {
    counted one(wheel_);
    one.limit.arm(milliseconds(1000));
    for (int i = 0; i < 100; ++i) {
        wheel_.advance(wheel_.now() + 1);
        one.limit.arm(milliseconds(1000));
    }
    EXPECT_EQ(one.met, 0);
    EXPECT_EQ(ticks_until_met(one, 100), deadline_wheel::ticks_of(milliseconds(1000)));
}

TEST_F(deadline_wheel_test, limit_that_is_pulled_forward_is_met_at_the_earlier_time) {
    counted one(wheel_);
    one.limit.arm(milliseconds(60'000));
    one.limit.arm(milliseconds(500));
    EXPECT_EQ(ticks_until_met(one, 1000), deadline_wheel::ticks_of(milliseconds(500)));
}

TEST_F(deadline_wheel_test, action_may_arm_again) {
    counted one(wheel_);
    one.again = milliseconds(250);
    one.limit.arm(milliseconds(250));
    for (int i = 0; i < 20; ++i)
        wheel_.advance(wheel_.now() + 1);
    EXPECT_EQ(one.met, 20 / static_cast<int>(deadline_wheel::ticks_of(milliseconds(250))));
}

TEST_F(deadline_wheel_test, action_may_destroy_another_limit_of_the_same_tick) {
    counted one(wheel_);
    auto two = std::make_unique<counted>(wheel_);
    one.destroy = &two;
    one.limit.arm(milliseconds(500));
    two->limit.arm(milliseconds(500));
    wheel_.advance(wheel_.now() + 10);
    EXPECT_EQ(one.met, 1);
    EXPECT_FALSE(two);
}

TEST_F(deadline_wheel_test, long_sleep_skips_no_limit) {
    counted one(wheel_);
    one.limit.arm(milliseconds(30'000));
    wheel_.advance(wheel_.now() + 1'000'000);
    EXPECT_EQ(one.met, 1);
}

TEST_F(deadline_wheel_test, watch_is_looked_at_on_each_tick_until_it_stops_itself) {
    counted one(wheel_);
    one.stop_after = 3;
    one.watch.start();
    one.watch.start();
    for (int i = 0; i < 10; ++i)
        wheel_.advance(wheel_.now() + 1);
    EXPECT_EQ(one.looked, 3);
    EXPECT_FALSE(one.watch.started());
}

TEST_F(deadline_wheel_test, own_timer_turns_it_and_rests_when_nothing_waits) {
    counted one(wheel_);
    one.limit.arm(milliseconds(1));
    context_.run();  // returns because the wheel stops when the limit has been met
    EXPECT_EQ(one.met, 1);
    one.limit.arm(milliseconds(1));
    context_.restart();
    context_.run();
    EXPECT_EQ(one.met, 2);
}

TEST_F(deadline_wheel_test, limit_disarmed_before_a_rest_is_met_after_it) {
    counted one(wheel_);
    one.limit.arm(milliseconds(60'000));
    one.limit.disarm();
    context_.run();
    one.limit.arm(milliseconds(1));
    context_.restart();
    context_.run();
    EXPECT_EQ(one.met, 1);
}

}  // namespace
}  // namespace cloche::runtime
