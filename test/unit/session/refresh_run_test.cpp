// What becomes of an answer of the API: cases 7 and 8 of docs/sessions.md.
// On both stores, against an API that rotates with no grace unless a case gives it one.
#include "session/refresh_coordinator.hpp"
#include "unit/session/engine_fixture.hpp"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <utility>
#include <vector>

namespace cloche::session {
namespace {

using namespace std::chrono_literals;
using test::fate;
using test::session_engine;

// Case 7

class passing_faults : public test::engine_fixture {};
INSTANTIATE_TEST_SUITE_P(stores, passing_faults, test::every_store(), test::name_of_store);

TEST_P(passing_faults, keep_the_session_and_make_one_attempt_a_step) {
    engine_.start();
    const auto id = expired_session();
    int calls = 0;
    for (const fate fault : {fate::not_sent, fate::busy, fate::loses_call, fate::throws}) {
        engine_.api.next(fault);
        for (auto& outcome : many(id, 100)) {
            const auto got = session_engine::get(std::move(outcome));
            EXPECT_EQ(got.what, access::refresh_unavailable);
            EXPECT_GE(got.retry_after, 1s);
        }
        EXPECT_EQ(engine_.api.calls(), ++calls) << "no storm";
        engine_.clock.advance(30s);
    }
    EXPECT_EQ(what(id), access::granted);
    EXPECT_EQ(engine_.api.reuses(), 0);
}

TEST_P(passing_faults, cost_nothing_while_the_token_is_good) {
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.clock.advance(280s);
    engine_.api.next(fate::busy);
    EXPECT_EQ(what(id), access::granted);
    EXPECT_TRUE(stored(id, [](const record& now) { return now.after_failure.has_value(); }));
    EXPECT_EQ(what(id), access::granted);
    EXPECT_EQ(engine_.run(engine_.sessions().refresh_if_due(id)).what, access::granted);
    EXPECT_EQ(engine_.api.calls(), 1);
}

TEST_P(passing_faults, give_the_api_the_pause_it_asks_for) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.retry_after = 60s;
    engine_.api.next(fate::busy);
    EXPECT_EQ(engine_.acquire(id).retry_after, 60s);
    engine_.clock.advance(59s);
    EXPECT_EQ(what(id), access::refresh_unavailable);
    EXPECT_EQ(engine_.api.calls(), 1);
    engine_.clock.advance(1s);
    EXPECT_EQ(what(id), access::granted);
}

TEST_P(passing_faults, an_answer_that_was_lost_is_healed_by_the_sweep) {
    engine_.api.grace = true;
    engine_.start();
    const auto id = expired_session();
    engine_.api.next(fate::loses_answer);
    EXPECT_EQ(what(id), access::refresh_unavailable);
    EXPECT_EQ(engine_.happened("outcome_unknown"), 1);
    engine_.clock.advance(500ms);
    engine_.sweep();
    EXPECT_TRUE(stored(id, [](const record& now) { return now.generation == 1; }));
    EXPECT_EQ(what(id), access::granted);
    EXPECT_EQ(engine_.api.rotations(), 1);
}

TEST_P(passing_faults, a_call_that_was_lost_is_healed_without_a_grace) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.next(fate::loses_call);
    EXPECT_EQ(what(id), access::refresh_unavailable);
    engine_.clock.advance(500ms);
    engine_.sweep();
    EXPECT_TRUE(stored(id, [](const record& now) { return now.generation == 1; }));
}

TEST_P(passing_faults, the_sweep_leaves_off_after_a_minute) {
    engine_.api.always(fate::loses_call);
    engine_.start();
    const auto id = expired_session();
    EXPECT_EQ(what(id), access::refresh_unavailable);
    for (int second = 0; second < 180; ++second) {
        engine_.clock.advance(1s);
        engine_.sweep();
        ASSERT_TRUE(engine_.idle());
    }
    const int calls = engine_.api.calls();
    EXPECT_GE(calls, 6);
    EXPECT_LE(calls, 14);
    engine_.api.always(fate::answers);
    EXPECT_EQ(what(id), access::granted) << "the next request does it";
    EXPECT_EQ(engine_.api.calls(), calls + 1);
}

TEST_P(passing_faults, an_answer_lost_without_a_grace_is_counted_and_named) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.next(fate::loses_answer);
    EXPECT_EQ(what(id), access::refresh_unavailable);
    engine_.clock.advance(1s);
    EXPECT_EQ(what(id), access::over);
    EXPECT_EQ(engine_.happened("outcome_unknown"), 1);
    EXPECT_EQ(engine_.happened("lost"), 1);
}

// Case 8

class refusals : public test::engine_fixture {
protected:
    std::vector<id_hash> expired_sessions_of(int people) {
        std::vector<id_hash> ids;
        for (int person = 0; person < people; ++person)
            ids.push_back(engine_.sign_in("person " + std::to_string(person)));
        engine_.clock.advance(301s);
        return ids;
    }
};
INSTANTIATE_TEST_SUITE_P(stores, refusals, test::every_store(), test::name_of_store);

TEST_P(refusals, end_a_session_in_one_step_without_a_retry_storm) {  // RT-10
    engine_.start();
    const auto id = expired_session();
    engine_.api.next(fate::refuses);
    for (auto& outcome : many(id, 100))
        EXPECT_EQ(session_engine::get(std::move(outcome)).what, access::over);
    engine_.clock.advance(5min);
    EXPECT_EQ(what(id), access::over);
    EXPECT_EQ(engine_.api.calls(), 1);
    EXPECT_EQ(engine_.stored(id)->state, session_state::suspended);
    EXPECT_EQ(engine_.happened("lost"), 0);
}

TEST_P(refusals, the_record_is_kept_for_ten_minutes_and_then_ended) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.next(fate::refuses);
    EXPECT_EQ(what(id), access::over);
    engine_.clock.advance(10min);
    engine_.sweep();
    EXPECT_EQ(engine_.stored(id)->state, session_state::ended);
    EXPECT_EQ(engine_.stored(id)->reason, end_reason::refused);
    EXPECT_TRUE(engine_.api.revoked().empty()) << "the API knows";
    engine_.clock.advance(10min);
    engine_.sweep();
    EXPECT_EQ(engine_.stored(id), nullptr);
}

TEST_P(refusals, a_request_that_lost_a_race_goes_on_with_the_newer_token) {  // RT-7, RT-8
    engine_.start();
    const auto id = expired_session();
    engine_.api.next(fate::refuses);
    engine_.api.hold();
    auto outcomes = many(id, 10);
    ASSERT_TRUE(called(1));
    engine_.change(id, [&](record& next) {  // another process lands its own flight
        next.tokens = engine_.api.issue();
        ++next.generation;
        next.in_flight.reset();
    });
    engine_.api.release();
    for (auto& outcome : outcomes) {
        const auto got = session_engine::get(std::move(outcome));
        EXPECT_EQ(got.what, access::granted);
        EXPECT_EQ(got.session->generation, 1U);
    }
    EXPECT_EQ(engine_.happened("late"), 1);
}

TEST_P(refusals, a_refusal_of_one_who_was_overtaken_waits_for_whoever_overtook) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.next(fate::refuses);
    engine_.api.hold();
    auto outcome = engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    engine_.change(id, [&](record& next) {
        next.in_flight->holder = "another process";
        next.in_flight->fence = ++next.last_fence;
    });
    engine_.api.release();
    ASSERT_TRUE(session_engine::eventually([&] { return engine_.happened("late") == 1; }));
    engine_.change(id, [&](record& next) {
        next.tokens = engine_.api.issue();
        ++next.generation;
        next.in_flight.reset();
    });
    EXPECT_EQ(session_engine::get(std::move(outcome)).what, access::granted);
    EXPECT_EQ(engine_.api.calls(), 1);
}

TEST_P(refusals, a_holder_that_was_paused_does_no_harm_when_it_comes_back) {
    engine_.api.grace = true;
    engine_.start();
    const auto id = expired_session();
    engine_.api.hold();
    auto paused = engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    engine_.api.stop_holding();
    engine_.clock.advance(10s);

    refresh_coordinator other(
        engine_.threads(),
        engine_.store(),
        engine_.api,
        engine_.clock,
        engine_.random(),
        engine_.options,
        engine_.listeners()
    );
    EXPECT_EQ(engine_.run(other.acquire(id)).session->generation, 1U);
    engine_.api.release();
    EXPECT_EQ(session_engine::get(std::move(paused)).session->generation, 1U);
    const auto now = engine_.stored(id);
    EXPECT_EQ(now->generation, 1U);
    EXPECT_TRUE(engine_.api.is_alive(now->tokens));
    EXPECT_TRUE(engine_.api.revoked().empty());
    engine_.clock.advance(301s);
    EXPECT_EQ(what(id), access::granted);
    engine_.kill();
}

TEST_P(refusals, of_a_deployment_open_the_breaker_and_sign_nobody_out) {
    engine_.start();
    const auto ids = expired_sessions_of(40);
    engine_.api.always(fate::refuses);
    for (const auto& id : ids)
        what(id);
    EXPECT_EQ(engine_.happened("breaker open"), 1);
    engine_.sweep();
    for (const auto& id : ids)
        EXPECT_TRUE(stored(id, [](const record& now) { return now.state == session_state::live; }));

    for (int minute = 0; minute < 5; ++minute) {
        engine_.clock.advance(1min);
        for (const auto& id : ids)
            EXPECT_EQ(what(id), access::refresh_unavailable);
    }
    engine_.api.always(fate::answers);
    engine_.clock.advance(1min);
    for (const auto& id : ids)
        EXPECT_EQ(what(id), access::granted);
    EXPECT_EQ(engine_.happened("breaker open"), 1);
    EXPECT_EQ(engine_.happened("breaker closed"), 1);
    EXPECT_EQ(engine_.happened("ended refused"), 0);
}

TEST_P(refusals, of_a_deployment_that_all_land_at_once_sign_nobody_out) {
    engine_.start();
    const auto ids = expired_sessions_of(40);
    engine_.api.always(fate::refuses);
    engine_.api.hold();
    std::vector<std::future<verdict>> waiting;
    for (const auto& id : ids)
        waiting.push_back(engine_.begin(engine_.sessions().acquire(id)));
    ASSERT_TRUE(called(40));
    // Some are suspended before the breaker opens, and some of those are written after it did.
    engine_.api.release();
    for (auto& one : waiting)
        session_engine::get(std::move(one));
    EXPECT_EQ(engine_.happened("breaker open"), 1);
    engine_.sweep();
    for (const auto& id : ids)
        EXPECT_TRUE(stored(id, [](const record& now) { return now.state == session_state::live; }));
    EXPECT_EQ(engine_.happened("ended refused"), 0);
}

}  // namespace
}  // namespace cloche::session
