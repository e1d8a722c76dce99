// What has to hold of sessions (docs/sessions.md), for one process with several threads, on both of
// its stores, against an API that rotates with no grace unless a case gives it one.
#include "session/refresh_coordinator.hpp"

#include "support/session_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cloche::session {

void PrintTo(access what, std::ostream* out) {
    constexpr const char* names[] = {
        "granted", "unknown", "over", "store_unavailable", "refresh_unavailable"};
    *out << names[static_cast<int>(what)];
}

namespace {

using namespace std::chrono_literals;
using test::rotating_api;
using test::session_engine;
using test::store_kind;
using fate = rotating_api::fate;

class refresh_coordinator_test : public testing::TestWithParam<store_kind> {
protected:
    session_engine engine_{GetParam()};

    /// Signed in, and the access token is expired.
    id_hash expired_session() {
        const auto id = engine_.sign_in();
        engine_.clock.advance(301s);
        return id;
    }
    access what(const id_hash& id) { return engine_.acquire(id).what; }
    std::vector<std::future<verdict>> many(const id_hash& id, std::size_t count) {
        std::vector<std::future<verdict>> outcomes;
        for (std::size_t index = 0; index < count; ++index)
            outcomes.push_back(
                engine_.begin(engine_.sessions().acquire(id), index % engine_.threads().size())
            );
        return outcomes;
    }
    bool called(int calls) {
        return session_engine::eventually([&] { return engine_.api.calls() >= calls; });
    }
    bool told(std::size_t revocations) {
        return session_engine::eventually([&] {
            return engine_.api.revoked().size() >= revocations;
        });
    }
    bool stored(const id_hash& id, const std::function<bool(const record&)>& holds) {
        return session_engine::eventually([&] { return holds(*engine_.stored(id)); });
    }
};

INSTANTIATE_TEST_SUITE_P(
    stores,
    refresh_coordinator_test,
    testing::Values(store_kind::memory, store_kind::sqlite),
    [](const auto& one) {
        return std::string(one.param == store_kind::memory ? "memory" : "sqlite");
    }
);

// Cases 0 and 1

TEST_P(refresh_coordinator_test, an_id_that_was_never_issued_is_unknown) {  // SE-3
    engine_.start();
    EXPECT_EQ(what(hash_of("made up")), access::unknown);
    EXPECT_EQ(engine_.sessions().try_acquire(hash_of("made up")), nullptr);
}

TEST_P(refresh_coordinator_test, a_good_token_is_used_without_asking_the_store_again) {
    engine_.start();
    const auto id = engine_.sign_in();
    const int loads = engine_.store().loads();
    const auto session = engine_.sessions().try_acquire(id);
    ASSERT_TRUE(session);
    EXPECT_EQ(session->tokens.access.reveal(), "access 1.0");
    EXPECT_EQ(what(id), access::granted);
    EXPECT_EQ(engine_.store().loads(), loads);
    engine_.clock.advance(1s);
    EXPECT_EQ(engine_.sessions().try_acquire(id), nullptr) << "a second later it may have ended";
    EXPECT_EQ(what(id), access::granted);
    EXPECT_TRUE(engine_.sessions().try_acquire(id));
    EXPECT_EQ(engine_.api.calls(), 0);
}

TEST_P(refresh_coordinator_test, a_session_ends_when_it_was_not_used_and_the_api_is_told) {
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.clock.advance(24h * 7);
    EXPECT_EQ(what(id), access::over);
    EXPECT_EQ(engine_.stored(id)->reason, end_reason::idle);
    EXPECT_TRUE(told(1));
    EXPECT_EQ(engine_.happened("ended idle"), 1);
}

TEST_P(refresh_coordinator_test, use_keeps_a_session_and_looking_does_not) {  // SE-4
    engine_.start();
    const auto used = engine_.sign_in();
    const auto looked_at = engine_.sign_in();
    for (int day = 0; day < 8; ++day) {
        engine_.clock.advance(24h);
        EXPECT_EQ(what(used), access::granted);
        const auto looked = engine_.run(engine_.sessions().look_up(looked_at));
        EXPECT_EQ(looked.what, day < 6 ? access::granted : access::over) << day;
        if (day < 6) engine_.run(engine_.sessions().refresh_if_due(looked_at));
    }
}

TEST_P(refresh_coordinator_test, the_hot_path_counts_as_use_and_tells_the_store_once_a_second) {
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.clock.advance(500ms);
    const int before = engine_.store().touches();
    for (int turn = 0; turn < 100; ++turn)
        EXPECT_TRUE(engine_.sessions().try_acquire(id));
    EXPECT_EQ(engine_.store().touches(), before + 1);
    EXPECT_EQ(engine_.stored(id)->last_used, engine_.clock.now());
}

TEST_P(refresh_coordinator_test, a_session_ends_at_its_absolute_limit_however_much_it_is_used) {
    engine_.options.absolute = 1h;
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.clock.advance(59min);
    EXPECT_EQ(what(id), access::granted);
    engine_.clock.advance(1min);
    EXPECT_EQ(what(id), access::over);
    EXPECT_EQ(engine_.stored(id)->reason, end_reason::absolute);
}

TEST_P(refresh_coordinator_test, a_person_sees_the_sessions_that_are_not_over) {  // SE-7
    engine_.start();
    const auto old = engine_.sign_in("person");
    engine_.clock.advance(1s);
    const auto latest = engine_.sign_in("person");
    engine_.sign_in("another");
    const auto listed = [&] {
        std::vector<id_hash> ids;
        const auto found = engine_.run(engine_.sessions().sessions_of("person"));
        for (const auto& session : found.value())
            ids.push_back(session->id);
        return ids;
    };
    EXPECT_EQ(listed(), (std::vector<id_hash>{latest, old}));
    engine_.run(engine_.sessions().sign_out(old, end_reason::signed_out, caller()));
    EXPECT_EQ(listed(), std::vector<id_hash>{latest});
    engine_.clock.advance(24h * 8);
    EXPECT_EQ(listed(), std::vector<id_hash>());
}

// Cases 2 to 6

TEST_P(refresh_coordinator_test, a_thousand_requests_at_expiry_make_one_call) {
    engine_.start();
    const auto id = expired_session();
    int good = 0;
    for (auto& outcome : many(id, 1000)) {
        const auto got = session_engine::get(std::move(outcome));
        good += got.what == access::granted && got.session->generation == 1 ? 1 : 0;
    }
    EXPECT_EQ(good, 1000);
    EXPECT_EQ(engine_.api.calls(), 1);
    EXPECT_EQ(engine_.happened("renewed"), 1);
    EXPECT_EQ(engine_.stored(id)->tokens.refresh.reveal(), "refresh 1.1");
}

TEST_P(refresh_coordinator_test, many_sessions_at_expiry_are_refreshed_once_each) {
    engine_.start();
    std::vector<id_hash> ids;
    for (int index = 0; index < 50; ++index)
        ids.push_back(engine_.sign_in());
    engine_.clock.advance(301s);
    std::vector<std::future<verdict>> outcomes;
    for (const auto& id : ids)
        for (auto& outcome : many(id, 10))
            outcomes.push_back(std::move(outcome));
    for (auto& outcome : outcomes)
        EXPECT_EQ(session_engine::get(std::move(outcome)).what, access::granted);
    EXPECT_EQ(engine_.api.calls(), 50);
}

TEST_P(refresh_coordinator_test, a_refresh_that_is_due_but_not_needed_holds_nobody_up) {
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.clock.advance(280s);
    engine_.api.hold();
    const auto got = engine_.acquire(id);
    EXPECT_EQ(got.what, access::granted);
    EXPECT_EQ(got.session->generation, 0U);
    EXPECT_TRUE(called(1));
    EXPECT_EQ(what(id), access::granted);
    engine_.api.release();
    EXPECT_TRUE(stored(id, [](const record& now) { return now.generation == 1; }));
    EXPECT_EQ(engine_.api.calls(), 1);
}

TEST_P(refresh_coordinator_test, the_browser_going_away_cancels_nothing) {  // RT-5
    engine_.start();
    const auto id = expired_session();
    engine_.api.hold();
    boost::asio::cancellation_signal gone;
    std::promise<void> left;
    auto& context = engine_.threads().context(1);
    boost::asio::co_spawn(
        context,
        engine_.sessions().acquire(id),
        boost::asio::bind_cancellation_slot(
            gone.slot(), [&](std::exception_ptr, const verdict&) { left.set_value(); }
        )
    );
    ASSERT_TRUE(called(1));
    boost::asio::post(context, [&] { gone.emit(boost::asio::cancellation_type::terminal); });
    session_engine::get(left.get_future());
    engine_.api.release();
    EXPECT_TRUE(stored(id, [](const record& now) { return now.generation == 1; }));
    engine_.clock.advance(3h);
    EXPECT_EQ(what(id), access::granted);
    EXPECT_EQ(engine_.api.calls(), 2);
}

TEST_P(refresh_coordinator_test, whoever_gives_up_waiting_cancels_nothing) {
    engine_.options.refresh.wait = 20ms;
    engine_.start();
    const auto id = expired_session();
    engine_.api.hold();
    const auto gave_up = engine_.acquire(id);
    EXPECT_EQ(gave_up.what, access::refresh_unavailable);
    EXPECT_GE(gave_up.retry_after, 1s);
    engine_.api.release();
    EXPECT_TRUE(stored(id, [](const record& now) { return now.generation == 1; }));
    EXPECT_EQ(what(id), access::granted);
    EXPECT_EQ(engine_.api.calls(), 1);
}

TEST_P(refresh_coordinator_test, a_token_of_two_seconds_is_refreshed_once_a_life) {
    engine_.api.life = 2s;
    engine_.start();
    const auto id = engine_.sign_in();
    for (int life = 1; life <= 20; ++life) {
        engine_.clock.advance(2s);
        for (auto& outcome : many(id, 20))
            EXPECT_EQ(session_engine::get(std::move(outcome)).what, access::granted);
        EXPECT_EQ(engine_.api.calls(), life);
        engine_.clock.advance(100ms);
        EXPECT_EQ(what(id), access::granted);
        EXPECT_EQ(engine_.api.calls(), life) << "no loop";
    }
}

TEST_P(refresh_coordinator_test, a_token_that_is_over_when_it_comes_is_passed_on_once) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.hold();
    auto outcome = engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    engine_.clock.advance(6s);
    engine_.api.release();
    EXPECT_EQ(session_engine::get(std::move(outcome)).what, access::granted);
}

TEST_P(refresh_coordinator_test, refresh_if_due_waits_for_it_and_does_nothing_before) {
    engine_.start();
    const auto id = engine_.sign_in();
    EXPECT_EQ(engine_.run(engine_.sessions().refresh_if_due(id)).session->generation, 0U);
    EXPECT_EQ(engine_.api.calls(), 0);
    engine_.clock.advance(280s);
    EXPECT_EQ(engine_.run(engine_.sessions().refresh_if_due(id)).session->generation, 1U);
    EXPECT_EQ(engine_.run(engine_.sessions().refresh_if_due(id)).session->generation, 1U);
    EXPECT_EQ(engine_.api.calls(), 1);
}

TEST_P(refresh_coordinator_test, the_flight_is_on_record_before_the_call) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.hold();
    auto outcome = engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    const auto flying = engine_.stored(id);
    ASSERT_TRUE(flying->in_flight);
    EXPECT_EQ(flying->in_flight->fence, 1U);
    EXPECT_EQ(flying->in_flight->lease_until - flying->in_flight->since, 7s);
    engine_.api.release();
    session_engine::get(std::move(outcome));
    EXPECT_FALSE(engine_.stored(id)->in_flight);
}

TEST_P(refresh_coordinator_test, a_lease_that_does_not_cover_the_call_is_given_back) {
    engine_.start();
    const auto id = expired_session();
    engine_.store().before_next_swap([&](session_store&) { engine_.clock.advance(1001ms); });
    EXPECT_EQ(what(id), access::refresh_unavailable);
    EXPECT_EQ(engine_.api.calls(), 0);
    EXPECT_FALSE(engine_.stored(id)->in_flight);
    EXPECT_EQ(what(id), access::granted);
    EXPECT_EQ(engine_.api.calls(), 1);
}

TEST_P(refresh_coordinator_test, a_change_beside_it_delays_a_flight_and_nothing_else) {
    engine_.start();
    const auto id = expired_session();
    engine_.store().before_next_swap([&](session_store&) {
        engine_.change(id, [](record& next) { next.user = "{}"; });
    });
    EXPECT_EQ(what(id), access::granted);
    EXPECT_EQ(engine_.api.calls(), 1);
}

TEST_P(refresh_coordinator_test, a_change_while_it_flies_is_kept_beside_the_new_tokens) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.hold();
    auto outcome = engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    engine_.run(engine_.sessions().keep_user(id, R"({"name":"new"})", "subject"));
    engine_.api.release();
    const auto got = session_engine::get(std::move(outcome));
    EXPECT_EQ(got.session->generation, 1U);
    EXPECT_EQ(got.session->user, R"({"name":"new"})");
    EXPECT_EQ(got.session->subject, "subject");
}

TEST_P(
    refresh_coordinator_test, somebody_who_has_just_refreshed_is_noticed_before_the_call
) {  // RT-3
    engine_.start();
    const auto id = expired_session();
    EXPECT_EQ(engine_.run(engine_.sessions().look_up(id)).what, access::granted);  // into the cache
    engine_.change(id, [&](record& next) {
        next.tokens = engine_.api.issue();
        ++next.generation;
    });
    EXPECT_EQ(engine_.acquire(id).session->generation, 1U);
    EXPECT_EQ(engine_.api.calls(), 0);
}

TEST_P(refresh_coordinator_test, the_api_sees_who_asked_and_nobody_for_what_nobody_asked) {
    engine_.start();
    const auto id = expired_session();
    caller who;
    who.address = "192.0.2.7";
    who.request_id = "request";
    EXPECT_EQ(engine_.run(engine_.sessions().acquire(id, who)).what, access::granted);
    engine_.clock.advance(301s);
    EXPECT_EQ(what(id), access::granted);
    const auto callers = engine_.api.callers();
    EXPECT_EQ(callers[0].address, "192.0.2.7");
    EXPECT_EQ(callers[0].request_id, "request");
    EXPECT_EQ(callers[1].address, "");
    EXPECT_EQ(callers[1].request_id.size(), 32U);
}

// Case 7

class passing_faults : public refresh_coordinator_test {};
INSTANTIATE_TEST_SUITE_P(
    stores, passing_faults, testing::Values(store_kind::memory, store_kind::sqlite)
);

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

class refusals : public refresh_coordinator_test {};
INSTANTIATE_TEST_SUITE_P(stores, refusals, testing::Values(store_kind::memory, store_kind::sqlite));

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
    std::vector<id_hash> ids;
    for (int person = 0; person < 40; ++person)
        ids.push_back(engine_.sign_in("person " + std::to_string(person)));
    engine_.clock.advance(301s);
    engine_.api.always(fate::refuses);
    for (const auto& id : ids)
        what(id);
    EXPECT_EQ(engine_.happened("breaker open"), 1);
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

// Cases 9 and 10

class sign_outs : public refresh_coordinator_test {
protected:
    result<bool> sign_out(const id_hash& id) {
        return engine_.run(engine_.sessions().sign_out(id, end_reason::signed_out, caller()));
    }
};
INSTANTIATE_TEST_SUITE_P(
    stores, sign_outs, testing::Values(store_kind::memory, store_kind::sqlite)
);

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
    EXPECT_EQ(engine_.api.revoked(), std::vector<std::string>{"refresh 1.1"});
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

class sign_ins : public refresh_coordinator_test {
protected:
    result<refresh_coordinator::opened> sign_in_over(const id_hash& presented) {
        refresh_coordinator::fresh_session fresh;
        fresh.tokens = engine_.api.issue();
        fresh.agent = std::string(1000, 'a');
        return engine_.run(engine_.sessions().sign_in(std::move(fresh), presented));
    }
};
INSTANTIATE_TEST_SUITE_P(stores, sign_ins, testing::Values(store_kind::memory, store_kind::sqlite));

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

// A 401 of the API to a token that should be good

class refused_tokens : public refresh_coordinator_test {
protected:
    verdict refused(const id_hash& id, std::uint64_t used) {
        return engine_.run(engine_.sessions().refused_by_api(id, used));
    }
};
INSTANTIATE_TEST_SUITE_P(
    stores, refused_tokens, testing::Values(store_kind::memory, store_kind::sqlite)
);

TEST_P(refused_tokens, are_replaced_by_a_newer_one_that_is_there) {
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.change(id, [&](record& next) {
        next.tokens = engine_.api.issue();
        ++next.generation;
    });
    EXPECT_EQ(refused(id, 0).session->generation, 1U) << "read past the cache";
    EXPECT_EQ(engine_.api.calls(), 0);
}

TEST_P(refused_tokens, are_refreshed_by_force_when_they_are_old_enough) {
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.clock.advance(30s);
    EXPECT_EQ(refused(id, 0).session->generation, 0U);
    EXPECT_EQ(engine_.api.calls(), 0) << "a new token would be refused too";
    engine_.clock.advance(1s);
    EXPECT_EQ(refused(id, 0).session->generation, 1U);
    EXPECT_EQ(refused(id, 1).session->generation, 1U);
    EXPECT_EQ(engine_.api.calls(), 1);
}

TEST_P(refused_tokens, of_a_hundred_requests_at_once_cost_one_call) {
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.clock.advance(60s);
    std::vector<std::future<verdict>> outcomes;
    for (std::size_t index = 0; index < 100; ++index)
        outcomes.push_back(engine_.begin(engine_.sessions().refused_by_api(id, 0), index % 4));
    for (auto& outcome : outcomes)
        EXPECT_EQ(session_engine::get(std::move(outcome)).session->generation, 1U);
    EXPECT_EQ(engine_.api.calls(), 1);
}

TEST_P(refused_tokens, of_unknown_life_are_refreshed_only_so) {
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.change(id, [](record& next) { next.tokens.life.reset(); });
    engine_.clock.advance(24h);
    EXPECT_EQ(what(id), access::granted);
    EXPECT_EQ(engine_.api.calls(), 0);
    EXPECT_EQ(refused(id, 0).session->generation, 1U);
}

TEST_P(refused_tokens, with_the_api_busy_are_a_passing_fault) {
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.clock.advance(60s);
    engine_.api.next(fate::busy);
    EXPECT_EQ(refused(id, 0).what, access::refresh_unavailable);
    engine_.api.next(fate::refuses);
    engine_.clock.advance(2s);
    EXPECT_EQ(refused(id, 0).what, access::over);
}

TEST_P(refused_tokens, of_a_session_that_is_over_stay_so) {
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.run(engine_.sessions().sign_out(id, end_reason::signed_out, caller()));
    EXPECT_EQ(refused(id, 0).what, access::over);
    EXPECT_EQ(refused(hash_of("made up"), 0).what, access::unknown);
}

// The store away, the process killed

class outages : public refresh_coordinator_test {};
INSTANTIATE_TEST_SUITE_P(stores, outages, testing::Values(store_kind::memory, store_kind::sqlite));

TEST_P(outages, of_the_store_are_503_and_never_signed_out) {
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.store().go_away();
    EXPECT_TRUE(engine_.sessions().try_acquire(id)) << "what was read a moment ago holds";
    engine_.clock.advance(30s);
    EXPECT_EQ(what(id), access::store_unavailable);
    EXPECT_EQ(engine_.run(engine_.sessions().look_up(id)).what, access::store_unavailable);
    EXPECT_EQ(
        engine_.run(engine_.sessions().refused_by_api(id, 0)).what, access::store_unavailable
    );
    engine_.store().come_back();
    EXPECT_EQ(what(id), access::granted);
}

TEST_P(outages, of_the_store_do_not_lose_a_token_that_came_meanwhile) {
    engine_.options.refresh.wait = 100ms;
    engine_.start();
    const auto id = expired_session();
    engine_.api.hold();
    auto waiting = engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    engine_.store().go_away();
    const int swaps = engine_.store().swaps();
    engine_.api.release();
    EXPECT_EQ(session_engine::get(std::move(waiting)).what, access::refresh_unavailable)
        << "committed before any waiter sees it";
    ASSERT_TRUE(session_engine::eventually([&] { return engine_.store().swaps() > swaps; }));
    engine_.clock.advance(30s);
    engine_.store().come_back();
    EXPECT_TRUE(stored(id, [](const record& now) { return now.generation == 1; }));
    EXPECT_EQ(what(id), access::granted);
    EXPECT_EQ(engine_.api.calls(), 1);
}

TEST_P(outages, at_any_step_of_a_refresh_lose_nobody) {
    engine_.api.grace = true;
    engine_.options.refresh.wait = 50ms;
    engine_.start();
    for (int operations = 0; operations < 6; ++operations) {
        const auto id = expired_session();
        engine_.store().go_away_after(operations);
        what(id);
        engine_.store().come_back();
        // Whoever holds an answer writes it; whoever died with it, the sweep repeats.
        ASSERT_TRUE(session_engine::eventually([&] {
            engine_.clock.advance(1s);
            engine_.sweep();
            return what(id) == access::granted;
        })) << operations;
        EXPECT_EQ(engine_.stored(id)->state, session_state::live);
    }
}

TEST_P(outages, of_the_process_are_healed_at_the_next_start) {
    engine_.api.grace = true;
    engine_.start();
    const auto id = expired_session();
    engine_.api.hold();
    engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    engine_.kill();
    engine_.api.release();
    engine_.clock.advance(1s);
    engine_.start();
    engine_.sessions().start(true);
    EXPECT_TRUE(stored(id, [](const record& now) { return now.generation == 1; }));
    EXPECT_EQ(engine_.api.calls(), 2);
    EXPECT_EQ(engine_.happened("outcome_unknown"), 1);
    EXPECT_EQ(what(id), access::granted);
}

TEST_P(outages, of_the_process_before_the_api_got_the_call_are_healed_without_a_grace) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.next(fate::loses_call);
    engine_.api.hold();
    engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    engine_.kill();
    engine_.api.release();
    engine_.clock.advance(1s);
    engine_.start();
    engine_.sessions().start(true);
    EXPECT_TRUE(stored(id, [](const record& now) { return now.generation == 1; }));
}

TEST_P(outages, of_the_process_after_it_with_no_grace_are_counted_and_named) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.hold();
    engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    engine_.kill();
    engine_.api.release();
    engine_.clock.advance(10s);
    engine_.start();
    engine_.sessions().start(true);
    EXPECT_TRUE(stored(id, [](const record& now) { return now.state == session_state::suspended; })
    );
    EXPECT_EQ(engine_.happened("outcome_unknown"), 1);
    EXPECT_EQ(engine_.happened("lost"), 1);
}

TEST_P(outages, a_flight_of_another_process_is_left_alone_until_its_lease_is_past) {
    engine_.options.refresh.wait = 50ms;
    engine_.start();
    const auto id = expired_session();
    engine_.change(id, [&](record& next) {
        next = with_flight(next, "another process", engine_.clock.now(), engine_.options.refresh);
    });
    engine_.sessions().start(false);
    EXPECT_EQ(what(id), access::refresh_unavailable);
    EXPECT_EQ(engine_.api.calls(), 0);
    engine_.clock.advance(7s);
    EXPECT_TRUE(stored(id, [](const record& now) { return now.generation == 1; }));
    EXPECT_EQ(engine_.happened("outcome_unknown"), 1);
}

TEST_P(outages, the_flight_that_another_process_lands_is_waited_for) {
    engine_.start();
    const auto id = expired_session();
    engine_.change(id, [&](record& next) {
        next = with_flight(next, "another process", engine_.clock.now(), engine_.options.refresh);
    });
    auto outcomes = many(id, 10);
    engine_.change(id, [&](record& next) {
        next.tokens = engine_.api.issue();
        ++next.generation;
        next.in_flight.reset();
    });
    for (auto& outcome : outcomes)
        EXPECT_EQ(session_engine::get(std::move(outcome)).session->generation, 1U);
    EXPECT_EQ(engine_.api.calls(), 0);
}

TEST_P(outages, a_stop_waits_for_what_is_in_the_air) {
    engine_.start();
    engine_.sessions().start(true);
    const auto id = expired_session();
    engine_.api.hold();
    auto outcome = engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    std::thread stopping([&] { engine_.sessions().stop(60s); });
    engine_.api.release();
    stopping.join();
    EXPECT_EQ(engine_.stored(id)->generation, 1U);
    EXPECT_EQ(session_engine::get(std::move(outcome)).what, access::granted);
}

TEST_P(outages, a_stop_does_not_wait_for_ever) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.hold();
    engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    engine_.sessions().stop(10ms);
    EXPECT_TRUE(engine_.stored(id)->in_flight) << "the next start finds it";
}

TEST_P(outages, the_sweep_ends_what_nobody_uses_and_forgets_it_later) {
    engine_.start();
    const auto id = engine_.sign_in();
    engine_.clock.advance(24h * 7);
    engine_.sweep();
    EXPECT_EQ(engine_.stored(id)->reason, end_reason::idle);
    EXPECT_TRUE(told(1)) << "no stolen token lives on";
    EXPECT_TRUE(stored(id, [](const record& now) { return !now.revocation_due; }));
    engine_.clock.advance(11min);
    engine_.sweep();
    EXPECT_EQ(engine_.stored(id), nullptr);
}

// Everything at once: tabs that never stop asking, a sign-out, an API that loses calls and answers,
// a store that comes and goes, a sweep, and time that runs on.

TEST_P(outages, of_every_kind_at_once_sign_nobody_out) {
    engine_.api.grace = true;
    engine_.api.life = 2s;
    engine_.options.refresh.wait = 100ms;
    engine_.options.sweep = 5ms;
    engine_.start();
    engine_.sessions().start(true);
    std::vector<id_hash> ids;
    for (int person = 0; person < 6; ++person)
        ids.push_back(engine_.sign_in("person " + std::to_string(person)));
    const auto leaver = engine_.sign_in("leaver");

    std::atomic<bool> over = false;
    std::atomic<int> signed_out = 0;
    std::vector<std::thread> tabs;
    for (std::size_t thread = 0; thread < 3; ++thread) {
        tabs.emplace_back([&, thread] {
            while (!over) {
                for (const auto& id : ids) {
                    if (engine_.sessions().try_acquire(id)) continue;
                    const auto got =
                        session_engine::get(engine_.begin(engine_.sessions().acquire(id), thread));
                    const bool out = got.what == access::over || got.what == access::unknown;
                    if (out) ++signed_out;
                }
                engine_.acquire(leaver);
            }
        });
    }
    constexpr fate faults[] = {
        fate::loses_answer,
        fate::not_sent,
        fate::answers,
        fate::loses_call,
        fate::busy,
        fate::throws,
        fate::answers};
    for (std::size_t turn = 0; turn < 300; ++turn) {
        engine_.api.next(faults[turn % std::size(faults)]);
        engine_.clock.advance(milliseconds(37 * (turn % 10)));
        if (turn % 50 == 20) engine_.store().go_away();
        if (turn % 50 == 25) engine_.store().come_back();
        if (turn == 150)
            engine_.run(engine_.sessions().sign_out(leaver, end_reason::signed_out, caller()));
        engine_.sweep();
    }
    over = true;
    for (auto& tab : tabs)
        tab.join();
    engine_.api.forget_script();
    engine_.clock.advance(31s);
    for (const auto& id : ids) {
        EXPECT_EQ(what(id), access::granted);
        EXPECT_GE(engine_.stored(id)->generation, 1U);
    }
    EXPECT_EQ(signed_out, 0);
    EXPECT_EQ(engine_.api.reuses(), 0);
    EXPECT_EQ(what(leaver), access::over);
    EXPECT_FALSE(engine_.sessions().try_acquire(leaver));
}

TEST(
    refresh_coordinator_with_sqlite, a_session_whose_key_is_gone_is_over_and_comes_back_with_the_key
) {
    session_engine engine(store_kind::sqlite);
    engine.start();
    const auto id = engine.sign_in();
    const auto right_key = engine.key;
    engine.key = std::string(32, 'x');
    engine.restart();
    EXPECT_EQ(engine.acquire(id).what, access::over);
    engine.sweep();
    engine.key = right_key;
    engine.restart();
    EXPECT_EQ(engine.acquire(id).what, access::granted);
}

}  // namespace
}  // namespace cloche::session
