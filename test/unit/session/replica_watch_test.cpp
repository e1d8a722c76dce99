#include "session/replica_watch.hpp"

#include <gtest/gtest.h>

namespace cloche::test {
namespace {

class replica_watch_test : public testing::Test {
protected:
    std::shared_ptr<session::store_health> health_ = std::make_shared<session::store_health>();
    session::replica_watch watch_{health_};
    const session::id_hash someone_{};
};

TEST_F(replica_watch_test, without_a_replica_nothing_is_missed) {
    watch_.did_not_wait();
    EXPECT_FALSE(watch_.has_replicas());
    EXPECT_EQ(health_->not_acknowledged, 0U);
}

TEST_F(replica_watch_test, what_was_waited_for_in_vain_is_counted_until_one_follows_again) {
    watch_.seen(1);
    watch_.waited(someone_, true);
    EXPECT_EQ(health_->not_acknowledged, 0U);
    watch_.waited(someone_, false);
    watch_.seen(0);
    watch_.did_not_wait();  // it is gone, and this change is as much at risk
    EXPECT_EQ(health_->not_acknowledged, 2U);
    watch_.seen(1);
    watch_.waited(someone_, true);
    watch_.did_not_wait();
    EXPECT_EQ(health_->not_acknowledged, 2U);
}

TEST_F(replica_watch_test, after_a_wait_in_vain_the_next_change_looks_for_it) {
    const session::replica_watch::time_point now{std::chrono::hours(1)};
    EXPECT_TRUE(watch_.wants_look(now));
    EXPECT_FALSE(watch_.wants_look(now));
    watch_.waited(someone_, false);
    EXPECT_TRUE(watch_.wants_look(now));
}

}  // namespace
}  // namespace cloche::test
