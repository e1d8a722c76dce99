#include "session/eviction_watch.hpp"

#include <gtest/gtest.h>

namespace cloche::test {
namespace {

using session::eviction_watch;

db::redis_info told(std::string policy, std::uint64_t thrown_away, std::uint64_t limit = 1'000) {
    db::redis_info info;
    info.memory_limit = limit;
    info.eviction = std::move(policy);
    info.thrown_away = thrown_away;
    return info;
}

class eviction_watch_test : public testing::Test {
protected:
    std::shared_ptr<session::store_health> health_ = std::make_shared<session::store_health>();
    eviction_watch watch_{told("noeviction", 3), health_};
};

TEST_F(eviction_watch_test, a_policy_that_was_changed_is_noticed_and_so_is_its_mend) {
    watch_.seen(told("noeviction", 3));
    EXPECT_FALSE(health_->throws_away);
    watch_.seen(told("allkeys-lru", 3));
    EXPECT_TRUE(health_->throws_away);
    watch_.seen(told("noeviction", 3));
    EXPECT_FALSE(health_->throws_away);
}

TEST_F(eviction_watch_test, without_a_limit_of_its_memory_a_policy_means_nothing) {
    watch_.seen(told("allkeys-lru", 3, 0));
    EXPECT_FALSE(health_->throws_away);
}

TEST_F(eviction_watch_test, keys_that_went_are_counted_from_the_start_of_this_process) {
    watch_.seen(told("allkeys-lru", 3));
    EXPECT_EQ(health_->thrown_away, 0U);
    watch_.seen(told("allkeys-lru", 5));
    watch_.seen(told("noeviction", 9));  // between two looks
    EXPECT_EQ(health_->thrown_away, 6U);
}

TEST_F(eviction_watch_test, a_server_that_was_started_again_counts_from_nothing) {
    watch_.seen(told("allkeys-lru", 2));
    EXPECT_EQ(health_->thrown_away, 2U);
}

TEST_F(eviction_watch_test, one_of_many_callers_looks_every_few_seconds) {
    const eviction_watch::time_point start{std::chrono::hours(1)};
    EXPECT_TRUE(watch_.wants_look(start));
    EXPECT_FALSE(watch_.wants_look(start + std::chrono::seconds(4)));
    EXPECT_TRUE(watch_.wants_look(start + std::chrono::seconds(5)));
}

}  // namespace
}  // namespace cloche::test
