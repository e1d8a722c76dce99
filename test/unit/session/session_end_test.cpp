// How sessions end and begin: cases 9 and 10 of docs/sessions.md.
// On both stores, against an API that rotates with no grace unless a case gives it one.
#include "session/refresh_coordinator.hpp"
#include "unit/session/engine_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cloche::session {
namespace {

using namespace std::chrono_literals;
using test::fate;
using test::session_engine;

class sign_outs : public test::engine_fixture {
protected:
    result<bool> sign_out(const id_hash& id) {
        return engine_.run(engine_.sessions().sign_out(id, end_reason::signed_out, caller()));
    }
};
INSTANTIATE_TEST_SUITE_P(stores, sign_outs, test::every_store(), test::name_of_store);

TEST_P(sign_outs, are_effective_at_once_and_the_api_is_told) {
    engine_.start();
    const auto id = engine_.sign_in();
    ASSERT_TRUE(engine_.sessions().try_acquire(id));
    EXPECT_TRUE(sign_out(id).value());
    EXPECT_EQ(engine_.sessions().try_acquire(id), nullptr);
    EXPECT_EQ(what(id), access::over);
    EXPECT_TRUE(told(1));
    EXPECT_EQ(engine_.api.revoked().front(), "refresh 1.0");
    EXPECT_TRUE(stored(id, [](const record& now) { return now.tokens.refresh.empty(); }));
    EXPECT_FALSE(sign_out(id).value()) << "LO-1: again is no error";
    EXPECT_FALSE(sign_out(hash_of("made up")).value());
    EXPECT_EQ(engine_.happened("ended signed_out"), 1);
}

TEST_P(sign_outs, beat_a_request_that_never_stops_asking) {
    engine_.start();
    const auto id = engine_.sign_in();
    std::atomic<bool> answered = false;
    std::atomic<bool> revived = false;
    std::vector<std::thread> asking;
    for (std::size_t thread = 0; thread < 3; ++thread) {
        asking.emplace_back([&, thread] {
            for (int turn = 0; turn < 300; ++turn) {
                const bool before = answered;
                const bool hot = engine_.sessions().try_acquire(id) != nullptr;
                const auto got =
                    session_engine::get(engine_.begin(engine_.sessions().acquire(id), thread + 1));
                if (before && (hot || got.what != access::over)) revived = true;
                engine_.clock.advance(10ms);
            }
        });
    }
    EXPECT_TRUE(sign_out(id).value());
    answered = true;
    for (auto& thread : asking)
        thread.join();
    EXPECT_FALSE(revived) << "F7";
}

TEST_P(sign_outs, while_a_refresh_is_in_the_air_revoke_what_it_brings) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.hold();
    auto outcomes = many(id, 10);
    ASSERT_TRUE(called(1));
    EXPECT_TRUE(sign_out(id).value());
    EXPECT_EQ(what(id), access::over);
    EXPECT_TRUE(engine_.api.revoked().empty())
        << "the token that is being spent says nothing to the API";
    engine_.api.release();
    for (auto& outcome : outcomes)
        EXPECT_EQ(session_engine::get(std::move(outcome)).what, access::over);
    EXPECT_TRUE(told(1));
    EXPECT_EQ(engine_.api.revoked(), std::vector<std::string>{"refresh 1.1"});
    EXPECT_EQ(what(id), access::over);
    EXPECT_EQ(engine_.api.reuses(), 0);
}

TEST_P(sign_outs, while_a_refresh_fails_revoke_what_there_was) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.next(fate::busy);
    engine_.api.hold();
    auto outcome = engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    EXPECT_TRUE(sign_out(id).value());
    engine_.api.release();
    EXPECT_EQ(session_engine::get(std::move(outcome)).what, access::over);
    EXPECT_TRUE(told(1));
    EXPECT_EQ(engine_.api.revoked(), std::vector<std::string>{"refresh 1.0"});
}

TEST_P(sign_outs, while_the_store_is_away_hold_for_this_process_and_are_written_later) {
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.store().go_away();
    EXPECT_EQ(sign_out(id).error(), errc::store_unavailable);
    EXPECT_EQ(engine_.sessions().try_acquire(id), nullptr);
    EXPECT_EQ(what(id), access::over);
    engine_.sweep();
    engine_.store().come_back();
    EXPECT_EQ(what(id), access::over) << "not signed in again by the store's return";
    EXPECT_EQ(engine_.run(engine_.sessions().look_up(id)).what, access::over);
    engine_.sweep();
    EXPECT_EQ(engine_.stored(id)->reason, end_reason::signed_out);
    EXPECT_TRUE(told(1));
    EXPECT_EQ(what(id), access::over);
}

TEST_P(sign_outs, that_the_store_did_not_take_are_written_before_the_program_goes) {
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.store().go_away();
    EXPECT_FALSE(sign_out(id));
    engine_.store().come_back();
    engine_.sessions().stop(60s);
    EXPECT_EQ(engine_.stored(id)->reason, end_reason::signed_out);
}

TEST_P(sign_outs, while_the_store_is_away_outdo_a_refresh_in_the_air) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.hold();
    auto outcome = engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    engine_.store().go_away();
    EXPECT_FALSE(sign_out(id));
    engine_.store().come_back();
    engine_.api.release();
    session_engine::get(std::move(outcome));
    EXPECT_EQ(engine_.sessions().try_acquire(id), nullptr) << "the new token fills no cache";
    EXPECT_EQ(what(id), access::over);
    engine_.sweep();
    EXPECT_TRUE(told(1));
    // The landing and the sweep may both tell it, which does no harm; of the new token alone.
    for (const auto& revoked : engine_.api.revoked())
        EXPECT_EQ(revoked, "refresh 1.1");
}

TEST_P(sign_outs, are_told_to_the_api_again_until_it_takes_them_also_after_a_restart) {  // LO-2
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.api.revocations_fail(true);
    EXPECT_TRUE(sign_out(id).value());
    EXPECT_TRUE(stored(id, [](const record& now) { return now.after_failure.has_value(); }));
    engine_.clock.advance(1h);
    engine_.restart();
    engine_.sweep();
    EXPECT_TRUE(stored(id, [](const record& now) { return now.after_failure->attempts == 2; }));
    engine_.api.revocations_fail(false);
    engine_.clock.advance(1h);
    engine_.sweep();
    EXPECT_TRUE(told(1));
    EXPECT_TRUE(engine_.idle());
    engine_.clock.advance(1h);
    engine_.sweep();
    EXPECT_EQ(engine_.stored(id), nullptr) << "nothing is left to be told";
    EXPECT_EQ(engine_.api.revoked().size(), 1U);
}

TEST_P(sign_outs, end_a_suspended_session_too) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.next(fate::refuses);
    EXPECT_EQ(what(id), access::over);
    EXPECT_TRUE(sign_out(id).value());
    EXPECT_EQ(engine_.stored(id)->reason, end_reason::signed_out);
}

class sign_ins : public test::engine_fixture {
protected:
    result<refresh_coordinator::opened> sign_in_over(const id_hash& presented) {
        refresh_coordinator::fresh_session fresh;
        fresh.tokens = engine_.api.issue();
        fresh.agent = std::string(1000, 'a');
        return engine_.run(engine_.sessions().sign_in(std::move(fresh), presented));
    }
};
INSTANTIATE_TEST_SUITE_P(stores, sign_ins, test::every_store(), test::name_of_store);

TEST_P(sign_ins, give_a_new_id_and_end_the_old_session) {  // SE-2
    engine_.start();
    const auto old = engine_.sign_in();
    const auto opened = sign_in_over(old);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->id.size(), 43U) << "SE-1: 256 bits";
    EXPECT_EQ(hash_of(opened->id.reveal()), opened->session->id);
    EXPECT_EQ(opened->session->agent.size(), 256U);
    EXPECT_EQ(what(old), access::over);
    EXPECT_EQ(engine_.stored(old)->reason, end_reason::replaced);
    EXPECT_EQ(what(opened->session->id), access::granted);
    EXPECT_TRUE(told(1));
    EXPECT_EQ(engine_.api.revoked().front(), "refresh 1.0");
}

TEST_P(sign_ins, over_an_id_nobody_knows_just_work) {
    engine_.start();
    EXPECT_TRUE(sign_in_over(hash_of("made up")));
}

TEST_P(sign_ins, that_fail_change_nothing) {
    engine_.start();
    const auto old = engine_.sign_in();
    engine_.store().go_away();
    EXPECT_EQ(sign_in_over(old).error(), errc::store_unavailable);
    engine_.store().come_back();
    engine_.clock.advance(2s);
    EXPECT_EQ(what(old), access::granted);
}

TEST_P(sign_ins, hold_when_only_the_end_of_the_old_session_cannot_be_written) {
    engine_.start();
    const auto old = engine_.sign_in();
    engine_.store().go_away_after(1);
    const auto opened = sign_in_over(old);
    ASSERT_TRUE(opened);
    EXPECT_EQ(what(old), access::over);
    engine_.store().come_back();
    EXPECT_EQ(what(old), access::over);
    EXPECT_EQ(what(opened->session->id), access::granted);
    engine_.sweep();
    EXPECT_EQ(engine_.stored(old)->reason, end_reason::replaced);
}

}  // namespace
}  // namespace cloche::session
