#include "session/refresh_circuit.hpp"

#include "support/session_records.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cloche::session {
namespace {

using namespace std::chrono_literals;
using entry = refresh_circuit::entry;
using outcome = refresh_circuit::outcome;
using test::id_of;

circuit_options small() {
    circuit_options options;
    options.concurrency = 8;
    return options;
}

class refresh_circuit_test : public testing::Test {
protected:
    monotonic now_{1h};
    refresh_circuit circuit_{small()};

    entry enter() { return circuit_.enter(now_); }
    bool leave(outcome what, const std::string& session = "one") {
        return circuit_.leave(id_of(session), what, now_, 0.0);
    }
    bool call(outcome what, const std::string& session = "one") {
        EXPECT_EQ(enter(), entry::go) << session;
        return leave(what, session);
    }
    /// How many may be in the air now.
    int places() {
        int found = 0;
        while (enter() == entry::go)
            ++found;
        for (int left = found; left > 0; --left)
            leave(outcome::unsaid);
        return found;
    }
    /// Opens it, by the trouble of five sessions.
    void trip() {
        for (int session = 0; session < 5; ++session)
            call(outcome::troubled, std::to_string(session));
    }
};

TEST_F(refresh_circuit_test, as_many_calls_as_may_be_are_in_the_air) {
    EXPECT_EQ(places(), 8);
    for (int calls = 0; calls < 8; ++calls)
        EXPECT_EQ(enter(), entry::go);
    EXPECT_EQ(enter(), entry::wait);
    leave(outcome::served);
    EXPECT_EQ(enter(), entry::go);
    EXPECT_EQ(enter(), entry::wait);
}

TEST_F(refresh_circuit_test, trouble_of_five_sessions_in_a_row_opens_it) {
    for (const char* session : {"a", "b", "c", "d"})
        EXPECT_FALSE(call(outcome::troubled, session));
    EXPECT_FALSE(circuit_.is_tripped());
    EXPECT_TRUE(call(outcome::troubled, "e")) << "says so once";
    EXPECT_TRUE(circuit_.is_tripped());
    EXPECT_EQ(enter(), entry::open);
    EXPECT_EQ(circuit_.open_for(now_), 500ms);
}

TEST_F(refresh_circuit_test, one_session_that_always_fails_does_not) {
    for (int times = 0; times < 100; ++times)
        EXPECT_FALSE(call(outcome::troubled, "broken"));
    EXPECT_FALSE(circuit_.is_tripped());
}

TEST_F(refresh_circuit_test, nor_does_an_api_that_serves_others_meanwhile) {
    for (int times = 0; times < 100; ++times) {
        for (const char* session : {"a", "b", "c", "d"})
            call(outcome::troubled, session);
        call(outcome::served);
    }
    EXPECT_FALSE(circuit_.is_tripped());
}

TEST_F(refresh_circuit_test, a_call_that_was_not_made_says_nothing) {
    for (int session = 0; session < 100; ++session)
        call(outcome::unsaid, std::to_string(session));
    EXPECT_FALSE(circuit_.is_tripped());
    EXPECT_EQ(places(), 8);
}

TEST_F(refresh_circuit_test, after_the_pause_one_call_tries) {
    trip();
    now_ += 499ms;
    EXPECT_EQ(enter(), entry::open);
    now_ += 1ms;
    EXPECT_EQ(places(), 1);
    EXPECT_EQ(circuit_.open_for(now_), 0ms);
}

TEST_F(refresh_circuit_test, a_try_that_fails_doubles_the_pause_to_its_most) {
    trip();
    for (const auto pause : {1s, 2s, 4s, 4s}) {
        now_ += circuit_.open_for(now_);
        EXPECT_FALSE(call(outcome::troubled)) << "it was open already";
        EXPECT_EQ(circuit_.open_for(now_), pause);
    }
}

TEST_F(refresh_circuit_test, the_pause_is_cut_by_up_to_a_half_at_random) {
    for (int session = 0; session < 5; ++session) {
        enter();
        circuit_.leave(id_of(std::to_string(session)), outcome::troubled, now_, 0.5);
    }
    EXPECT_EQ(circuit_.open_for(now_), 375ms);
}

TEST_F(refresh_circuit_test, with_each_call_that_is_served_one_more_may_be_made) {
    trip();
    now_ += 500ms;
    for (int limit = 1; limit < 7; ++limit) {
        EXPECT_EQ(places(), limit);
        EXPECT_FALSE(call(outcome::served));
        EXPECT_TRUE(circuit_.is_tripped());
    }
    EXPECT_TRUE(call(outcome::served)) << "says once that it is closed";
    EXPECT_FALSE(circuit_.is_tripped());
    EXPECT_EQ(places(), 8);
}

TEST_F(refresh_circuit_test, an_api_that_fails_now_and_then_is_asked_less_and_not_left_alone) {
    trip();
    now_ += 500ms;
    for (int calls = 0; calls < 5; ++calls)
        call(outcome::served);
    EXPECT_EQ(places(), 6);
    call(outcome::troubled);
    EXPECT_EQ(places(), 3);
    call(outcome::troubled);
    EXPECT_EQ(places(), 1);
    call(outcome::served);
    EXPECT_EQ(places(), 2);
}

TEST_F(refresh_circuit_test, the_pause_is_short_again_after_a_call_was_served) {
    trip();
    now_ += 500ms;
    call(outcome::troubled);
    now_ += 1s;
    call(outcome::served);
    call(outcome::troubled);
    call(outcome::troubled);
    EXPECT_EQ(circuit_.open_for(now_), 500ms);
}

TEST_F(refresh_circuit_test, what_was_in_the_air_when_it_opened_does_not_prolong_it) {
    enter();
    enter();
    trip();
    now_ += 100ms;
    leave(outcome::troubled, "late");
    leave(outcome::troubled, "later");
    EXPECT_EQ(circuit_.open_for(now_), 400ms);
}

TEST_F(refresh_circuit_test, a_single_place_opens_and_closes_as_well) {
    circuit_options one;
    one.concurrency = 1;
    circuit_ = refresh_circuit(one);
    trip();
    EXPECT_EQ(enter(), entry::open);
    now_ += 500ms;
    EXPECT_TRUE(call(outcome::served));
    EXPECT_FALSE(circuit_.is_tripped());
    EXPECT_EQ(places(), 1);
}

}  // namespace
}  // namespace cloche::session
