// What requests get of their sessions: cases 0 to 6 of docs/sessions.md.
// On both stores, against an API that rotates with no grace unless a case gives it one.
#include "session/refresh_coordinator.hpp"

#include "unit/session/engine_fixture.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <future>
#include <string>
#include <utility>
#include <vector>

namespace cloche::session {
namespace {

using namespace std::chrono_literals;
using test::fate;
using test::session_engine;

class refresh_coordinator_test : public test::engine_fixture {};
INSTANTIATE_TEST_SUITE_P(
    stores, refresh_coordinator_test, test::every_store(), test::name_of_store
);

// Cases 0 and 1

TEST_P(refresh_coordinator_test, an_id_that_was_never_issued_is_unknown) {  // SE-3
    engine_.start();
    EXPECT_EQ(what(hash_of("made up")), access::unknown);
    EXPECT_EQ(engine_.sessions().try_acquire(hash_of("made up")), nullptr);
}

TEST_P(refresh_coordinator_test, an_id_that_was_never_issued_costs_the_store_one_read) {  // RT-10
    engine_.start();
    const int before = engine_.store().loads();
    for (int turn = 0; turn < 100; ++turn) {
        EXPECT_EQ(what(hash_of("nobody's")), access::unknown);
        EXPECT_EQ(
            engine_.run(engine_.sessions().look_up(hash_of("nobody's"))).what, access::unknown
        );
    }
    EXPECT_EQ(engine_.store().loads(), before + 1);
}

TEST_P(refresh_coordinator_test, a_refresh_costs_four_round_trips_to_the_store_at_most) {
    engine_.start();
    const auto id = expired_session();
    const int before = engine_.store().loads() + engine_.store().swaps();
    EXPECT_EQ(what(id), access::granted);
    ASSERT_TRUE(engine_.idle()) << "with what the API says of the user";
    EXPECT_LE(engine_.store().loads() + engine_.store().swaps() - before, 4);
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
    ASSERT_TRUE(engine_.idle());
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

TEST_P(refresh_coordinator_test, a_flight_that_comes_on_record_too_late_makes_way_for_another) {
    engine_.start();
    const auto id = expired_session();
    engine_.store().before_next_swap([&](session_store&) { engine_.clock.advance(1001ms); });
    engine_.api.hold();
    auto outcome = engine_.begin(engine_.sessions().acquire(id));
    ASSERT_TRUE(called(1));
    const auto flying = engine_.stored(id);
    EXPECT_EQ(flying->in_flight->fence, 2U);
    EXPECT_EQ(flying->in_flight->lease_until, engine_.clock.now() + 7s);
    EXPECT_FALSE(flying->after_failure) << "nobody has made the call of the first";
    engine_.api.release();
    EXPECT_EQ(session_engine::get(std::move(outcome)).what, access::granted);
    EXPECT_EQ(engine_.api.calls(), 1);
}

TEST_P(refresh_coordinator_test, a_store_that_is_always_too_slow_makes_no_call) {
    engine_.start();
    const auto id = expired_session();
    const std::function<void(session_store&)> late = [&](session_store&) {
        engine_.clock.advance(1001ms);
        engine_.store().before_next_swap(late);
    };
    engine_.store().before_next_swap(late);
    EXPECT_EQ(what(id), access::refresh_unavailable);
    EXPECT_EQ(engine_.api.calls(), 0);
    EXPECT_FALSE(engine_.stored(id)->in_flight);
    engine_.store().before_next_swap(nullptr);
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

// A 401 of the API to a token that should be good

class refused_tokens : public test::engine_fixture {
protected:
    verdict refused(const id_hash& id, std::uint64_t used) {
        return engine_.run(engine_.sessions().refused_by_api(id, used));
    }
};
INSTANTIATE_TEST_SUITE_P(stores, refused_tokens, test::every_store(), test::name_of_store);

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

}  // namespace
}  // namespace cloche::session
