#include "session/record_cache.hpp"

#include "support/session_records.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace cloche::session {
namespace {

using namespace std::chrono_literals;
using test::id_of;
using test::live_record;
using test::some_day;

constexpr instant good_for_an_hour = some_day + 1h;

record_ptr version(std::uint64_t number, std::string_view name = "one") {
    auto session = live_record(name);
    session.version = number;
    return std::make_shared<const record>(std::move(session));
}

class record_cache_test : public testing::Test {
protected:
    void keep(record_ptr session, instant now = some_day) {
        const auto id = session->id;
        cache_.keep(cache_.begin_load(id), std::move(session), good_for_an_hour, now);
    }
    std::uint64_t found(instant now = some_day) {
        const auto out = cache_.find(id_of("one"), now, false);
        return out.session ? out.session->version : 0;
    }
    record_cache cache_{64, 1s, 1s};
};

TEST_F(record_cache_test, trusts_a_record_for_its_time_and_no_longer) {
    keep(version(1));
    EXPECT_EQ(found(some_day + 999ms), 1U);
    EXPECT_EQ(found(some_day + 1s), 0U);
}

TEST_F(record_cache_test, a_clock_put_back_makes_everything_old) {
    keep(version(1));
    EXPECT_EQ(found(some_day - 1h), 0U);
}

TEST_F(record_cache_test, says_until_when_a_request_just_goes_on) {
    cache_.update(version(1), some_day + 500ms, some_day);
    EXPECT_TRUE(cache_.find(id_of("one"), some_day, true).good);
    EXPECT_FALSE(cache_.find(id_of("one"), some_day + 500ms, true).good);
}

TEST_F(record_cache_test, tells_of_a_use_once_a_second) {
    keep(version(1));
    EXPECT_TRUE(cache_.find(id_of("one"), some_day, true).touch);
    EXPECT_FALSE(cache_.find(id_of("one"), some_day + 999ms, true).touch);
    keep(version(1), some_day + 999ms);
    EXPECT_TRUE(cache_.find(id_of("one"), some_day + 1s, true).touch);
}

TEST_F(record_cache_test, a_look_is_no_use) {  // SE-4
    keep(version(1));
    EXPECT_FALSE(cache_.find(id_of("one"), some_day, false).touch);
}

TEST_F(record_cache_test, what_is_past_its_time_is_not_used) {
    cache_.update(version(1), some_day, some_day);
    EXPECT_FALSE(cache_.find(id_of("one"), some_day, true).touch);
}

TEST_F(record_cache_test, an_older_load_does_not_take_the_place_of_a_newer_swap) {
    const auto load = cache_.begin_load(id_of("one"));
    cache_.update(version(2), good_for_an_hour, some_day);
    cache_.keep(load, version(1), good_for_an_hour, some_day);
    EXPECT_EQ(found(), 2U);
}

TEST_F(record_cache_test, a_load_that_was_on_its_way_does_not_bring_back_what_was_forgotten) {
    const auto load = cache_.begin_load(id_of("one"));
    cache_.forget(id_of("one"));
    cache_.keep(load, version(1), good_for_an_hour, some_day);
    EXPECT_EQ(found(), 0U);
    keep(version(1));
    EXPECT_EQ(found(), 1U) << "a later load may";
}

TEST_F(record_cache_test, nor_after_the_tombstone_has_made_room) {
    const auto load = cache_.begin_load(id_of("one"));
    cache_.update(version(2), instant::min(), some_day);
    for (int number = 0; number < 1000; ++number)
        cache_.update(version(1, std::to_string(number)), good_for_an_hour, some_day);
    ASSERT_EQ(found(), 0U);
    cache_.keep(load, version(1), good_for_an_hour, some_day);
    EXPECT_EQ(found(), 0U);
}

TEST_F(record_cache_test, two_loads_at_once_leave_the_newer) {
    const auto first = cache_.begin_load(id_of("one"));
    const auto second = cache_.begin_load(id_of("one"));
    cache_.keep(second, version(2), good_for_an_hour, some_day);
    cache_.keep(first, version(1), good_for_an_hour, some_day);
    EXPECT_EQ(found(), 2U);
}

TEST_F(record_cache_test, is_bounded_and_keeps_what_was_read_last) {
    record_cache cache(64 * 4, 1s, 1s);
    for (int number = 0; number < 10'000; ++number) {
        cache.update(version(1, std::to_string(number)), good_for_an_hour, some_day);
        cache.update(version(1), good_for_an_hour, some_day);
    }
    EXPECT_TRUE(cache.find(id_of("one"), some_day, true).session);
    int kept = 0;
    for (int number = 0; number < 10'000; ++number)
        kept += cache.find(id_of(std::to_string(number)), some_day, false).session ? 1 : 0;
    EXPECT_LE(kept, 64 * 4);
    EXPECT_GE(kept, 64 * 3);
}

TEST_F(record_cache_test, is_shared_by_threads) {
    std::vector<std::thread> threads;
    std::atomic<std::uint64_t> last = 1;
    std::atomic<bool> went_back = false;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&] {
            for (int turn = 0; turn < 2000; ++turn) {
                cache_.update(version(++last), good_for_an_hour, some_day);
                const auto before = found();
                keep(version(1));
                if (found() < before) went_back = true;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_FALSE(went_back);
    EXPECT_EQ(found(), last);
}

}  // namespace
}  // namespace cloche::session
