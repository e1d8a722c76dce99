// The store away, the process killed or stopped, another process at work, and all of it at once.
// On both stores, against an API that rotates with no grace unless a case gives it one.
#include "session/refresh_coordinator.hpp"
#include "unit/session/engine_fixture.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <iterator>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cloche::session {
namespace {

using namespace std::chrono_literals;
using test::fate;
using test::session_engine;

class outages : public test::engine_fixture {};
INSTANTIATE_TEST_SUITE_P(stores, outages, test::every_store(), test::name_of_store);

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

TEST_P(outages, of_the_store_after_a_flight_came_on_record_do_not_hold_it_up) {
    engine_.start();
    const auto id = expired_session();
    engine_.store().lose_next_answer();
    EXPECT_EQ(what(id), access::store_unavailable);
    ASSERT_TRUE(engine_.stored(id)->in_flight);
    EXPECT_EQ(what(id), access::granted) << "its lease still runs, but nobody has made its call";
    EXPECT_EQ(engine_.api.calls(), 1);
    EXPECT_EQ(engine_.happened("outcome_unknown"), 0);
}

TEST_P(outages, of_the_store_after_new_tokens_came_on_record_do_no_harm) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.hold();
    auto waiting = engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    engine_.store().lose_next_answer();
    engine_.api.release();
    EXPECT_EQ(session_engine::get(std::move(waiting)).what, access::granted);
    EXPECT_EQ(engine_.stored(id)->generation, 1U);
    EXPECT_EQ(engine_.api.calls(), 1);
}

// Under load each attempt once cost a load besides: the lease ran out, and another process made the
// call again.
TEST_P(outages, of_the_store_cost_no_load_before_new_tokens_are_written_again) {
    engine_.start();
    const auto id = expired_session();
    engine_.api.hold();
    auto waiting = engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    const int loads = engine_.store().loads();
    const int swaps = engine_.store().swaps();
    engine_.store().go_away();
    engine_.api.release();
    ASSERT_TRUE(session_engine::eventually([&] { return engine_.store().swaps() >= swaps + 2; }));
    engine_.store().come_back();
    EXPECT_EQ(session_engine::get(std::move(waiting)).what, access::granted);
    EXPECT_EQ(engine_.store().loads(), loads);
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
    ASSERT_TRUE(engine_.idle());  // it is told once it is in the store
    EXPECT_EQ(engine_.happened("outcome_unknown"), 1);
    EXPECT_EQ(engine_.happened("lost"), 1);
}

TEST_P(outages, of_a_process_that_was_alone_leave_no_lease_to_wait_for) {
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
    EXPECT_TRUE(stored(id, [](const record& now) { return now.state == session_state::suspended; }))
        << "the refusal counts at once: what died lands no more";
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

TEST_P(outages, who_waits_for_another_process_is_woken_by_its_note) {
    engine_.options.poll_first = engine_.options.poll_most = 1h;
    engine_.start();
    engine_.sessions().start(false);
    const auto id = expired_session();
    engine_.change(id, [&](record& now) {
        now = with_flight(now, "another process", engine_.clock.now(), engine_.options.refresh);
    });
    engine_.store().changed_elsewhere(id);
    const int loads = engine_.store().loads();
    auto waiting = engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(session_engine::eventually([&] { return engine_.store().loads() >= loads + 2; }));
    engine_.change(id, [&](record& now) {
        refresh_answer answer;
        answer.verdict = refresh_verdict::renewed;
        answer.tokens = now.tokens;
        answer.tokens.sent_at = engine_.clock.now();
        const auto mine = *now.in_flight;
        now = land(
                  now,
                  mine,
                  now.generation,
                  answer,
                  engine_.clock.now(),
                  0.0,
                  false,
                  engine_.options.refresh
        )
                  .next;
    });
    engine_.store().changed_elsewhere(id);
    EXPECT_EQ(session_engine::get(std::move(waiting)).what, access::granted);
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
    // What is in the air still may fail, and set a pause.
    for (const auto& id : ids) {
        EXPECT_TRUE(session_engine::eventually([&] {
            engine_.clock.advance(1s);
            return what(id) == access::granted && engine_.stored(id)->generation >= 1;
        }));
    }
    EXPECT_EQ(signed_out, 0);
    EXPECT_EQ(engine_.api.reuses(), 0);
    EXPECT_EQ(what(leaver), access::over);
    EXPECT_FALSE(engine_.sessions().try_acquire(leaver));
}

TEST(
    refresh_coordinator_with_sqlite, a_session_whose_key_is_gone_is_over_and_comes_back_with_the_key
) {
    session_engine engine(test::store_kind::sqlite);
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
