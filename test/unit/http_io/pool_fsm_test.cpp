#include "http/pool_fsm.hpp"

#include <gtest/gtest.h>

namespace cloche::http {
namespace {

struct fake_link {
    explicit fake_link(int given) : number(given) {}
    int number;
};
using pool = pool_fsm<fake_link>;

std::unique_ptr<fake_link> link(int number) {
    return std::make_unique<fake_link>(number);
}

exchange_end good() {
    exchange_end end;
    end.request_complete = end.answer_complete = end.keep_alive = true;
    return end;
}

// PX-12
TEST(pool_fsm, connection_is_reused_only_after_a_clean_end) {
    EXPECT_TRUE(is_reusable(good()));
    for (int fault = 0; fault < 4; ++fault) {
        auto end = good();
        if (fault == 0) end.request_complete = false;
        if (fault == 1) end.answer_complete = false;
        if (fault == 2) end.surplus = true;
        if (fault == 3) end.keep_alive = false;
        EXPECT_FALSE(is_reusable(end)) << fault;
        pool idle(4, 10);
        const auto closing = idle.put(link(1), end, 0);
        ASSERT_TRUE(closing);
        EXPECT_FALSE(idle.take());
    }
}

TEST(pool_fsm, last_used_is_taken_first) {
    pool idle(4, 10);
    for (int i = 1; i <= 3; ++i)
        EXPECT_FALSE(idle.put(link(i), good(), 0));
    EXPECT_EQ(idle.take()->number, 3);
    EXPECT_EQ(idle.take()->number, 2);
    EXPECT_EQ(idle.take()->number, 1);
    EXPECT_FALSE(idle.take());
}

TEST(pool_fsm, full_pool_closes_its_oldest) {
    pool idle(2, 10);
    idle.put(link(1), good(), 0);
    idle.put(link(2), good(), 1);
    const auto closing = idle.put(link(3), good(), 2);
    ASSERT_TRUE(closing);
    EXPECT_EQ(closing->number, 1);
    EXPECT_EQ(idle.idle().size(), 2U);
}

TEST(pool_fsm, pool_of_none_keeps_none) {
    pool idle(0, 10);
    EXPECT_TRUE(idle.put(link(1), good(), 0));
    EXPECT_FALSE(idle.take());
}

TEST(pool_fsm, idle_for_too_long_expires_oldest_first) {
    pool idle(4, 10);
    idle.put(link(1), good(), 0);
    idle.put(link(2), good(), 5);
    EXPECT_FALSE(idle.expired(9));
    EXPECT_EQ(idle.expired(10)->number, 1);
    EXPECT_FALSE(idle.expired(10));
    EXPECT_EQ(idle.expired(15)->number, 2);
    EXPECT_FALSE(idle.expired(100));
}

TEST(pool_fsm, dead_one_is_taken_out_of_the_middle) {
    pool idle(4, 10);
    for (int i = 1; i <= 3; ++i)
        idle.put(link(i), good(), 0);
    EXPECT_EQ(idle.remove(1)->number, 2);
    EXPECT_EQ(idle.take()->number, 3);
    EXPECT_EQ(idle.take()->number, 1);
}

failed_try stale() {
    failed_try what;
    what.reused = what.sent = what.repeatable = true;
    return what;
}

// PX-14
TEST(pool_fsm, repeatable_request_on_a_stale_connection_is_repeated_once_on_a_fresh_one) {
    auto what = stale();
    EXPECT_EQ(decide(what), after_failure::repeat_fresh);
    what.repeated = true;
    EXPECT_EQ(decide(what), after_failure::give_up);
}

TEST(pool_fsm, everything_else_is_given_up) {
    for (int fault = 0; fault < 5; ++fault) {
        auto what = stale();
        if (fault == 0) what.reused = false;
        if (fault == 1) what.answered = true;
        if (fault == 2) what.stopped = true;
        if (fault == 3) what.repeatable = false;
        if (fault == 4) what.fresh_wanted = true;
        EXPECT_EQ(decide(what), after_failure::give_up) << fault;
    }
}

TEST(pool_fsm, request_that_was_never_sent_takes_another_connection_whatever_its_method) {
    auto what = stale();
    what.sent = what.repeatable = false;
    EXPECT_EQ(decide(what), after_failure::take_another);
    what.reused = false;
    EXPECT_EQ(decide(what), after_failure::give_up);
}

}  // namespace
}  // namespace cloche::http
