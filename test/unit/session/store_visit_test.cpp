#include "session/store_visit.hpp"

#include "session/memory_session_store.hpp"
#include "support/manual_clock.hpp"
#include "support/run_task.hpp"
#include "support/session_records.hpp"

#include <gtest/gtest.h>

namespace cloche::session {
namespace {

using namespace std::chrono_literals;
using test::id_of;
using test::live_record;
using test::run_task;

class store_visits : public testing::Test {
protected:
    std::size_t listed() {
        const auto found =
            run_task(sessions_in_store(*store_, time_, live_record().subject, refresh_options()));
        return found.value().size();
    }
    bool end(const char* name) {
        return run_task(end_in_store(*store_, time_, id_of(name))).value();
    }

    test::manual_clock time_;
    std::unique_ptr<session_store> store_ = make_memory_session_store(refresh_options());
};

TEST_F(store_visits, an_ended_session_is_a_tombstone_that_the_api_is_to_be_told_of) {
    ASSERT_TRUE(run_task(store_->create(live_record())));
    EXPECT_EQ(listed(), 1U);
    EXPECT_TRUE(end("one"));
    const auto left = run_task(store_->load(id_of("one"))).value();
    EXPECT_EQ(left->state, session_state::ended);
    EXPECT_EQ(left->reason, end_reason::signed_out);
    EXPECT_TRUE(left->revocation_due);
    EXPECT_EQ(listed(), 0U);
    EXPECT_FALSE(end("one"));
    EXPECT_FALSE(end("nobody"));
}

TEST_F(store_visits, what_is_past_its_time_is_not_listed) {
    ASSERT_TRUE(run_task(store_->create(live_record())));
    time_.set_wall(live_record().absolute_until + 1ms);
    EXPECT_EQ(listed(), 0U);
}

}  // namespace
}  // namespace cloche::session
