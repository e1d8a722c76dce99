// An API in trouble is left alone, and one that comes back is not trampled: case 4 of
// docs/sessions.md. On both stores, against an API that rotates with no grace.
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

class troubled_api : public test::engine_fixture {
protected:
    std::vector<id_hash> expired_sessions(int count) {
        std::vector<id_hash> ids;
        for (int person = 0; person < count; ++person)
            ids.push_back(engine_.sign_in("person " + std::to_string(person)));
        engine_.clock.advance(301s);
        return ids;
    }
    std::vector<std::future<verdict>> one_request_each(const std::vector<id_hash>& ids) {
        std::vector<std::future<verdict>> outcomes;
        for (const auto& id : ids)
            outcomes.push_back(engine_.begin(
                engine_.sessions().acquire(id), outcomes.size() % engine_.threads().size()
            ));
        return outcomes;
    }
    /// Five sessions fail, one after the other.
    void open_circuit() {
        engine_.api.always(fate::not_sent);
        for (const auto& id : expired_sessions(5))
            EXPECT_EQ(what(id), access::refresh_unavailable);
        ASSERT_EQ(engine_.happened("circuit open"), 1);
    }
};
INSTANTIATE_TEST_SUITE_P(stores, troubled_api, test::every_store(), test::name_of_store);

TEST_P(troubled_api, is_asked_by_so_many_at_once_and_the_others_wait) {
    engine_.options.circuit.concurrency = 3;
    engine_.start();
    const auto ids = expired_sessions(40);
    engine_.api.hold();
    auto outcomes = one_request_each(ids);
    ASSERT_TRUE(called(3));
    EXPECT_EQ(engine_.stored_flights(), 3U) << "who waits for a place has no lease that runs";
    EXPECT_EQ(engine_.api.calls(), 3);
    engine_.api.release();
    for (auto& outcome : outcomes)
        EXPECT_EQ(session_engine::get(std::move(outcome)).what, access::granted);
    EXPECT_EQ(engine_.api.calls(), 40);
}

TEST_P(troubled_api, is_left_alone_after_five_sessions_failed) {
    engine_.start();
    open_circuit();
    const auto ids = expired_sessions(100);
    const int calls = engine_.api.calls();
    for (auto& outcome : one_request_each(ids)) {
        const auto got = session_engine::get(std::move(outcome));
        // The clock stood at 301 s after the pause began: one tries, and fails.
        EXPECT_EQ(got.what, access::refresh_unavailable);
        EXPECT_GE(got.retry_after, 1s);
    }
    EXPECT_EQ(engine_.api.calls(), calls + 1);
    EXPECT_EQ(engine_.happened("held_back"), 99);
    EXPECT_EQ(engine_.happened("circuit open"), 1) << "it was open all the time";
}

TEST_P(troubled_api, that_comes_back_serves_everybody) {
    engine_.start();
    open_circuit();
    const auto ids = expired_sessions(30);
    engine_.api.always(fate::answers);
    for (auto& outcome : one_request_each(ids))
        EXPECT_EQ(session_engine::get(std::move(outcome)).what, access::granted);
    EXPECT_EQ(engine_.api.reuses(), 0);
    for (const auto& id : expired_sessions(40))
        EXPECT_EQ(what(id), access::granted);
    EXPECT_EQ(engine_.happened("circuit closed"), 1);
}

TEST_P(troubled_api, holds_up_nobody_whose_token_is_good) {
    engine_.start();
    const auto id = engine_.sign_in("early");
    engine_.api.always(fate::not_sent);
    std::vector<id_hash> others;
    for (int person = 0; person < 5; ++person)
        others.push_back(engine_.sign_in("person " + std::to_string(person)));
    engine_.clock.advance(280s);
    for (const auto& other : others) {
        EXPECT_EQ(engine_.run(engine_.sessions().refresh_if_due(other)).what, access::granted);
    }
    ASSERT_EQ(engine_.happened("circuit open"), 1);
    EXPECT_EQ(what(id), access::granted);
    EXPECT_EQ(engine_.run(engine_.sessions().refresh_if_due(id)).what, access::granted);
    EXPECT_GE(engine_.happened("held_back"), 1);
    EXPECT_EQ(engine_.api.calls(), 5);
}

TEST_P(troubled_api, is_no_reason_to_say_that_a_refused_token_is_over) {
    engine_.start();
    const auto id = engine_.sign_in("refused");
    std::vector<id_hash> others;
    for (int person = 0; person < 5; ++person)
        others.push_back(engine_.sign_in("person " + std::to_string(person)));
    engine_.clock.advance(290s);
    engine_.api.always(fate::not_sent);
    for (const auto& other : others)
        engine_.run(engine_.sessions().refresh_if_due(other));
    const auto got = engine_.run(engine_.sessions().refused_by_api(id, 0));
    EXPECT_EQ(got.what, access::refresh_unavailable);
    EXPECT_GE(got.retry_after, 1s);
}

TEST_P(troubled_api, is_not_asked_by_the_sweep_either) {
    engine_.start();
    engine_.api.always(fate::loses_call);
    for (const auto& id : expired_sessions(5))
        EXPECT_EQ(what(id), access::refresh_unavailable);
    ASSERT_EQ(engine_.happened("circuit open"), 1);
    const int calls = engine_.api.calls();
    engine_.clock.advance(200ms);
    engine_.sweep();
    ASSERT_TRUE(engine_.idle());
    EXPECT_EQ(engine_.api.calls(), calls);
    engine_.api.always(fate::answers);
    // One tries, and lets the others in; who is turned away meanwhile comes with the next round.
    EXPECT_TRUE(session_engine::eventually([&] {
        engine_.clock.advance(1s);
        engine_.sweep();
        return engine_.idle() && engine_.api.rotations() == 5;
    }));
}

}  // namespace
}  // namespace cloche::session
