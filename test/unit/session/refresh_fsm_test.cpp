#include "session/refresh_fsm.hpp"

#include "support/session_records.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace cloche::session {

// So that a failed comparison says which.
void PrintTo(action what, std::ostream* out) {
    constexpr const char* names[] = {
        "proceed", "proceed_and_refresh", "await", "refresh", "unavailable", "end", "ended"};
    *out << names[static_cast<int>(what)];
}
void PrintTo(landing what, std::ostream* out) {
    constexpr const char* names[] = {
        "commit", "revoke_new", "keep_retry", "suspend", "use_newer", "wait_others"};
    *out << names[static_cast<int>(what)];
}

namespace {

using namespace std::chrono_literals;
using test::flight_of;
using test::live_record;
using test::retry_of;
using test::some_day;

/// Without the spread, which has tests of its own: the tables speak of the margin alone.
refresh_options to_the_margin() {
    refresh_options exact;
    exact.spread = 0s;
    return exact;
}
const refresh_options options = to_the_margin();

using change = std::function<void(record&)>;

const change as_it_is = [](record&) {};
const change suspended = [](record& s) { s.state = session_state::suspended; };
const change over = [](record& s) { s.state = session_state::ended; };
const change flying = [](record& s) { s.in_flight = flight_of("a", 1, some_day + 299s); };
const change flight_lost = [](record& s) { s.in_flight = flight_of("a", 1, some_day + 280s); };
const change pausing = [](record& s) { s.after_failure = retry_of(some_day + 310s, 1); };
const change pause_past = [](record& s) { s.after_failure = retry_of(some_day + 290s, 1); };
const change life_unknown = [](record& s) { s.tokens.life.reset(); };
const change life_of_two_seconds = [](record& s) { s.tokens.life = 2s; };
const change life_of_nothing = [](record& s) { s.tokens.life = 0s; };
const change no_refresh_token = [](record& s) { s.tokens.refresh = refresh_token(); };
const change refresh_token_past = [](record& s) { s.tokens.refresh_expires = some_day + 100s; };
const change refresh_token_lives = [](record& s) { s.tokens.refresh_expires = some_day + 1h; };
const change clock_put_back = [](record& s) { s.tokens.sent_at = some_day + 1h; };
const change flight_of_the_future = [](record& s) {
    s.in_flight = flight_of("a", 1, some_day + 2h);
};
const change pause_of_the_future = [](record& s) { s.after_failure = retry_of(some_day + 2h, 1); };
const change clocks_apart = [](record& s) { s.tokens.sent_at = some_day + 5s; };

struct decision_case {
    const char* name;
    change how;
    milliseconds at;  ///< since sign-in; the access token lives for 300 s
    action expected;
};

class decisions : public testing::TestWithParam<decision_case> {};

TEST_P(decisions, are_as_the_table_says) {
    auto session = live_record();
    GetParam().how(session);
    EXPECT_EQ(decide(session, some_day + GetParam().at, options).what, GetParam().expected);
}

const decision_case decision_table[] = {
    // 0
    {"suspended_is_over", suspended, 1s, action::ended},
    {"ended_is_over", over, 1s, action::ended},
    {"ended_is_over_when_expired_too", over, 24h * 40, action::ended},
    {"unused_for_the_idle_time", as_it_is, 24h * 7, action::end},
    {"used_just_in_time_is_expired_only", as_it_is, 24h * 7 - 1ms, action::refresh},
    {"nothing_to_refresh_with", no_refresh_token, 300s, action::end},
    {"refresh_token_past_its_time", refresh_token_past, 300s, action::end},
    {"refresh_token_past_before_the_access_token", refresh_token_past, 100s, action::end},
    {"refresh_token_past_and_life_unknown",
     [](record& s) {
         life_unknown(s);
         refresh_token_past(s);
     },
     100s,
     action::end},
    {"refresh_token_past_at_its_receipt",
     [](record& s) { s.tokens.refresh_expires = some_day - 1s; },
     1s,
     action::end},
    // 1
    {"fresh_goes_on", as_it_is, 0s, action::proceed},
    {"good_to_the_margin", as_it_is, 270s - 1ms, action::proceed},
    {"good_without_refresh_token", no_refresh_token, 299s, action::proceed},
    {"good_while_the_refresh_token_is", refresh_token_past, 80s - 1ms, action::proceed},
    {"unknown_life_goes_on", life_unknown, 24h, action::proceed},
    {"no_life_counts_as_unknown", life_of_nothing, 1h, action::proceed},
    {"margin_is_a_fifth_of_a_short_life", life_of_two_seconds, 1600ms - 1ms, action::proceed},
    {"clocks_a_little_apart", clocks_apart, 0s, action::proceed},
    // 2
    {"due_at_the_margin", as_it_is, 270s, action::proceed_and_refresh},
    {"due_to_the_last", as_it_is, 300s - 1ms, action::proceed_and_refresh},
    {"due_with_refresh_token_alive", refresh_token_lives, 270s, action::proceed_and_refresh},
    {"due_before_a_refresh_token_ends", refresh_token_past, 80s, action::proceed_and_refresh},
    {"due_but_on_already", flying, 299500ms, action::proceed},
    {"due_but_pausing", pausing, 299s, action::proceed},
    {"due_and_pause_past", pause_past, 299s, action::proceed_and_refresh},
    {"due_and_flight_lost", flight_lost, 299s, action::proceed_and_refresh},
    {"short_life_due", life_of_two_seconds, 1600ms, action::proceed_and_refresh},
    {"clock_put_back_is_due", clock_put_back, 0s, action::proceed_and_refresh},
    // 3
    {"expired_and_on", flying, 300s, action::await},
    {"expired_and_on_to_the_last", flying, 306s - 1ms, action::await},
    {"refresh_token_past_and_on",
     [](record& s) {
         refresh_token_past(s);
         s.in_flight = flight_of("a", 1, some_day + 99s);
     },
     101s,
     action::await},
    {"expired_and_on_though_pausing",
     [](record& s) {
         flying(s);
         pausing(s);
     },
     300s,
     action::await},
    // 4
    {"expired", as_it_is, 300s, action::refresh},
    {"expired_after_three_hours", as_it_is, 3h, action::refresh},
    {"expired_and_lease_past", flying, 306s, action::refresh},
    {"expired_and_clock_put_back_behind_a_flight", flight_of_the_future, 300s, action::refresh},
    {"expired_and_clock_put_back_behind_a_pause", pause_of_the_future, 300s, action::refresh},
    {"expired_and_pausing", pausing, 300s, action::unavailable},
    {"expired_and_pause_over", pausing, 310s, action::refresh},
};
INSTANTIATE_TEST_SUITE_P(table, decisions, testing::ValuesIn(decision_table), [](const auto& one) {
    return std::string(one.param.name);
});

TEST(decide, says_why_a_session_ends) {
    auto session = live_record();
    EXPECT_EQ(decide(session, some_day + 24h * 7, options).reason, end_reason::idle);
    session.last_used = some_day + 24h * 29;
    EXPECT_EQ(decide(session, some_day + 24h * 30, options).reason, end_reason::absolute);
    no_refresh_token(session);
    EXPECT_EQ(decide(session, some_day + 24h * 29, options).reason, end_reason::absolute);
}

TEST(decide, says_how_long_the_pause_is) {
    auto session = live_record();
    pausing(session);
    EXPECT_EQ(decide(session, some_day + 300s, options).retry_in, 10s);
}

// A million sessions begun together are not refreshed together.
TEST(early_refresh_at, is_spread_over_a_tenth_of_the_life_before_the_margin) {
    const refresh_options spread;
    std::vector<milliseconds> early;
    for (int number = 0; number < 1'000; ++number) {
        const auto session = live_record(std::to_string(number));
        early.push_back(some_day + 270s - early_refresh_at(session, spread).value());
    }
    EXPECT_GE(*std::ranges::min_element(early), 0s);
    EXPECT_LE(*std::ranges::max_element(early), 30s);
    for (auto tenth = 0s; tenth < 30s; tenth += 3s) {
        const auto within = std::ranges::count_if(early, [&](milliseconds by) {
            return by >= tenth && by < tenth + 3s;
        });
        EXPECT_GT(within, 60) << tenth.count() << " s";
        EXPECT_LT(within, 140) << tenth.count() << " s";
    }
}

TEST(early_refresh_at, is_the_same_everywhere_and_another_with_each_generation) {
    const refresh_options spread;
    auto session = live_record();
    const auto first = early_refresh_at(session, spread);
    EXPECT_EQ(early_refresh_at(live_record(), spread), first);
    ++session.generation;
    EXPECT_NE(early_refresh_at(session, spread), first);
}

TEST(early_refresh_at, of_a_long_life_is_spread_over_five_minutes) {
    const refresh_options spread;
    for (int number = 0; number < 100; ++number) {
        auto session = live_record(std::to_string(number));
        session.tokens.life = 24h;
        const auto early = some_day + 24h - 30s - early_refresh_at(session, spread).value();
        EXPECT_LE(early, 5min);
    }
}

TEST(refresh_due_at, is_the_margin_before_expiry_or_the_retry) {
    auto session = live_record();
    EXPECT_EQ(refresh_due_at(session, options), some_day + 270s);
    session.after_failure = retry_of(some_day + 400s, 1);
    EXPECT_EQ(refresh_due_at(session, options), some_day + 400s);
    life_unknown(session);
    EXPECT_EQ(refresh_due_at(session, options), std::nullopt);
}

TEST(ends_at, is_the_earliest_of_all_limits) {  // SE-9
    auto session = live_record();
    EXPECT_EQ(ends_at(session), some_day + 24h * 30);
    EXPECT_EQ(idle_until(session), some_day + 24h * 7);
    session.tokens.refresh_expires = some_day + 1h;
    EXPECT_EQ(ends_at(session), some_day + 1h);
    EXPECT_EQ(idle_until(session), some_day + 1h);
    session.tokens.refresh_expires = some_day + 100s;
    EXPECT_EQ(ends_at(session), some_day + 100s) << "however long the access token lives";
    no_refresh_token(session);
    EXPECT_EQ(ends_at(session), some_day + 300s);
    life_unknown(session);
    EXPECT_EQ(ends_at(session), some_day + 24h * 30);
}

TEST(is_worth_forcing, asks_for_a_token_of_some_age) {
    auto session = live_record();
    EXPECT_FALSE(is_worth_forcing(session, some_day + 30s, options));
    EXPECT_TRUE(is_worth_forcing(session, some_day + 30s + 1ms, options));
    life_of_two_seconds(session);
    EXPECT_FALSE(is_worth_forcing(session, some_day + 1s, options));
    EXPECT_TRUE(is_worth_forcing(session, some_day + 1001ms, options));
    life_unknown(session);
    EXPECT_FALSE(is_worth_forcing(session, some_day + 30s, options));
    EXPECT_TRUE(is_worth_forcing(session, some_day + 31s, options));
    clock_put_back(session);
    EXPECT_TRUE(is_worth_forcing(session, some_day, options)) << "its age is unknown";
}

TEST(with_flight, gives_a_lease_once_and_a_fence_above_all) {
    auto session = live_record();
    session.last_fence = 4;
    const auto next = with_flight(session, "me", some_day + 1s, options);
    ASSERT_TRUE(next.in_flight);
    EXPECT_EQ(next.in_flight->holder, "me");
    EXPECT_EQ(next.in_flight->fence, 5U);
    EXPECT_EQ(next.last_fence, 5U);
    EXPECT_EQ(next.in_flight->since, some_day + 1s);
    EXPECT_EQ(next.in_flight->lease_until, some_day + 8s);
    EXPECT_FALSE(next.after_failure);
}

TEST(without_dead, leaves_nothing_that_could_still_land) {
    auto session = live_record();
    session.in_flight = flight_of("dead", 1, some_day);
    session.earlier_until = some_day + 3s;
    const auto next = without_dead(session, some_day + 1s);
    EXPECT_FALSE(next.in_flight);
    EXPECT_FALSE(next.earlier_until);
    EXPECT_EQ(next.after_failure->outcome_unknown_since, some_day);
}

TEST(with_flight, notes_that_the_outcome_of_the_one_it_takes_over_is_unknown) {
    auto session = live_record();
    session.in_flight = flight_of("gone", 1, some_day);
    session.last_fence = 1;
    const auto next = with_flight(session, "me", some_day + 7s, options);
    EXPECT_EQ(next.in_flight->fence, 2U);
    ASSERT_TRUE(next.after_failure);
    EXPECT_EQ(next.after_failure->outcome_unknown_since, some_day);
    EXPECT_FALSE(next.earlier_until) << "nothing of it can land any more";
    const auto early = with_flight(session, "me", some_day + 1s, options);
    EXPECT_EQ(early.earlier_until, some_day + 7s) << "an orphan at start may be a paused process";
}

// Landing: what one answer does to a record that is flying, or has changed meanwhile.

refresh_answer answer_of(refresh_verdict verdict) {
    refresh_answer made;
    made.verdict = verdict;
    if (verdict == refresh_verdict::renewed) {
        made.tokens.access = access_token("new access");
        made.tokens.sent_at = some_day + 301s;
        made.tokens.life = 300s;
        made.tokens.refresh = refresh_token("new refresh");
    }
    return made;
}

record flying_record() {
    return with_flight(live_record(), "me", some_day + 301s, options);
}

landed land_now(
    const record& current,
    const refresh_answer& answer,
    bool breaker_open = false,
    instant now = some_day + 302s
) {
    const auto mine = *flying_record().in_flight;
    return land(current, mine, 0, answer, now, 0, breaker_open, options);
}

const change landed_by_other = [](record& s) {
    s.generation = 1;
    s.in_flight.reset();
};
const change taken_over = [](record& s) {
    s.in_flight = flight_of("other", 2, some_day + 310s);
    s.last_fence = 2;
};
const change ended_meanwhile = [](record& s) {
    s = ended(s, end_reason::signed_out, some_day + 302s, true);
};
const change ended_and_purged_tokens = [](record& s) {
    s = told(ended(s, end_reason::signed_out, some_day + 302s, true));
};
const change suspended_meanwhile = [](record& s) {
    s.state = session_state::suspended;
    s.in_flight.reset();
};
const change earlier_may_land = [](record& s) { s.earlier_until = some_day + 305s; };

struct landing_case {
    const char* name;
    change meanwhile;
    refresh_verdict answer;
    landing expected;
};

class landings : public testing::TestWithParam<landing_case> {};

TEST_P(landings, are_as_the_table_says) {
    auto current = flying_record();
    GetParam().meanwhile(current);
    EXPECT_EQ(land_now(current, answer_of(GetParam().answer)).what, GetParam().expected);
}

using v = refresh_verdict;
const landing_case landing_table[] = {
    // 6: a success commits whatever happened to version or fence
    {"renewed", as_it_is, v::renewed, landing::commit},
    {"renewed_after_take_over", taken_over, v::renewed, landing::commit},
    {"renewed_though_suspended", suspended_meanwhile, v::renewed, landing::commit},
    {"renewed_while_an_earlier_may_land", earlier_may_land, v::renewed, landing::commit},
    {"renewed_too_late", landed_by_other, v::renewed, landing::use_newer},
    {"renewed_but_ended", ended_meanwhile, v::renewed, landing::revoke_new},
    {"renewed_but_ended_and_told", ended_and_purged_tokens, v::renewed, landing::revoke_new},
    // 7
    {"not_sent", as_it_is, v::not_sent, landing::keep_retry},
    {"answered", as_it_is, v::answered, landing::keep_retry},
    {"unknown", as_it_is, v::outcome_unknown, landing::keep_retry},
    {"passing_after_take_over", taken_over, v::answered, landing::use_newer},
    {"passing_too_late", landed_by_other, v::outcome_unknown, landing::use_newer},
    {"passing_but_ended", ended_meanwhile, v::answered, landing::revoke_new},
    // 8: a refusal only from whoever holds the fence, and only when nothing else can land
    {"refused", as_it_is, v::refused, landing::suspend},
    {"refused_after_take_over", taken_over, v::refused, landing::use_newer},
    {"refused_too_late", landed_by_other, v::refused, landing::use_newer},
    {"refused_while_an_earlier_may_land", earlier_may_land, v::refused, landing::wait_others},
    {"refused_but_ended", ended_meanwhile, v::refused, landing::revoke_new},
    {"refused_and_suspended_already", suspended_meanwhile, v::refused, landing::use_newer},
};
INSTANTIATE_TEST_SUITE_P(table, landings, testing::ValuesIn(landing_table), [](const auto& one) {
    return std::string(one.param.name);
});

TEST(land, a_commit_is_the_next_generation_with_nothing_pending) {
    auto current = flying_record();
    current.after_failure = retry_of(some_day, 3, some_day);
    earlier_may_land(current);
    const auto next = land_now(current, answer_of(v::renewed)).next;
    EXPECT_EQ(next.generation, 1U);
    EXPECT_EQ(next.tokens.access.reveal(), "new access");
    EXPECT_EQ(next.tokens.refresh.reveal(), "new refresh");
    EXPECT_FALSE(next.in_flight);
    EXPECT_FALSE(next.after_failure);
    EXPECT_FALSE(next.earlier_until);
    EXPECT_EQ(next.last_fence, 1U) << "fences are never given out twice";
}

TEST(land, a_commit_revives_a_session_that_a_refusal_suspended) {
    auto current = flying_record();
    suspended_meanwhile(current);
    current.reason = end_reason::refused;
    current.ended_at = some_day;
    const auto next = land_now(current, answer_of(v::renewed)).next;
    EXPECT_EQ(next.state, session_state::live);
    EXPECT_EQ(next.reason, end_reason::none);
    EXPECT_FALSE(next.ended_at);
}

TEST(land, an_answer_without_a_refresh_token_keeps_the_old_one) {  // RT-9
    auto current = flying_record();
    current.tokens.refresh_expires = some_day + 24h;
    auto answer = answer_of(v::renewed);
    answer.tokens.refresh = refresh_token();
    const auto next = land_now(current, answer).next;
    EXPECT_EQ(next.tokens.refresh.reveal(), "refresh of one");
    EXPECT_EQ(next.tokens.refresh_expires, some_day + 24h);
    EXPECT_EQ(next.tokens.access.reveal(), "new access");
}

TEST(land, the_new_refresh_token_does_not_inherit_an_expiry) {
    auto current = flying_record();
    current.tokens.refresh_expires = some_day + 24h;
    EXPECT_FALSE(land_now(current, answer_of(v::renewed)).next.tokens.refresh_expires);
}

TEST(land, what_lands_on_a_tombstone_is_what_the_api_is_told_of) {
    auto current = flying_record();
    ended_meanwhile(current);
    const auto brought = land_now(current, answer_of(v::renewed)).next;
    EXPECT_EQ(brought.state, session_state::ended);
    EXPECT_TRUE(brought.revocation_due);
    EXPECT_EQ(brought.tokens.refresh.reveal(), "new refresh");
    EXPECT_FALSE(brought.in_flight);
    const auto nothing = land_now(current, answer_of(v::not_sent)).next;
    EXPECT_TRUE(nothing.revocation_due);
    EXPECT_EQ(nothing.tokens.refresh.reveal(), "refresh of one");

    ended_and_purged_tokens(current);
    const auto late = land_now(current, answer_of(v::renewed)).next;
    EXPECT_TRUE(late.revocation_due) << "told of the old token, not of this one";
    EXPECT_EQ(late.tokens.refresh.reveal(), "new refresh");
}

TEST(land, a_suspended_session_keeps_what_a_revival_needs) {
    const auto next = land_now(flying_record(), answer_of(v::refused)).next;
    EXPECT_EQ(next.state, session_state::suspended);
    EXPECT_EQ(next.reason, end_reason::refused);
    EXPECT_EQ(next.ended_at, some_day + 302s);
    EXPECT_EQ(next.tokens.refresh.reveal(), "refresh of one");
    EXPECT_FALSE(next.in_flight);
}

TEST(land, a_refusal_waits_for_the_earlier_flight_no_longer_than_it_can_take) {
    auto current = flying_record();
    earlier_may_land(current);
    EXPECT_EQ(land_now(current, answer_of(v::refused)).wait, 3s);
    EXPECT_EQ(
        land_now(current, answer_of(v::refused), false, some_day + 305s).what, landing::suspend
    );
}

TEST(land, a_refusal_passes_while_the_breaker_is_open) {
    const auto out = land_now(flying_record(), answer_of(v::refused), true);
    EXPECT_EQ(out.what, landing::keep_retry);
    EXPECT_EQ(out.next.state, session_state::live);
    EXPECT_EQ(out.next.after_failure->not_before, some_day + 303s);
}

TEST(land, retries_back_off_and_stay_bounded) {
    auto current = flying_record();
    std::vector<milliseconds> pauses;
    for (int attempt = 0; attempt < 8; ++attempt) {
        const auto next = land_now(current, answer_of(v::answered)).next;
        pauses.push_back(next.after_failure->not_before - (some_day + 302s));
        EXPECT_FALSE(next.after_failure->outcome_unknown_since);
        current.after_failure = next.after_failure;
    }
    EXPECT_EQ(pauses, (std::vector<milliseconds>{1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s}));
}

TEST(land, an_unknown_outcome_is_repeated_within_a_grace_of_ten_seconds) {
    auto current = flying_record();
    instant now = some_day + 307s;  // the call took its whole time
    auto next = land_now(current, answer_of(v::outcome_unknown), false, now).next;
    EXPECT_EQ(next.after_failure->outcome_unknown_since, some_day + 301s)
        << "counted from the call";
    EXPECT_LE(next.after_failure->not_before, some_day + 308s);
    // What follows is no verdict on the first call: it stays unknown.
    current.after_failure = next.after_failure;
    next = land_now(current, answer_of(v::answered), false, now).next;
    EXPECT_EQ(next.after_failure->outcome_unknown_since, some_day + 301s);
    EXPECT_EQ(next.after_failure->attempts, 2U);
}

TEST(land, the_api_is_given_the_pause_it_asks_for_within_bounds) {
    auto answer = answer_of(v::answered);
    answer.retry_after = 20s;
    const auto now = some_day + 302s;
    EXPECT_EQ(land_now(flying_record(), answer).next.after_failure->not_before, now + 20s);
    answer.retry_after = 0s;
    EXPECT_EQ(land_now(flying_record(), answer).next.after_failure->not_before, now + 1s);
    answer.retry_after = std::chrono::hours(24 * 365 * 100);
    EXPECT_EQ(land_now(flying_record(), answer).next.after_failure->not_before, now + 5min);
}

TEST(backoff, is_spread_by_up_to_a_half) {
    EXPECT_EQ(backoff(1, 1s, 30s, 0), 1s);
    EXPECT_EQ(backoff(1, 1s, 30s, 0.5), 750ms);
    EXPECT_EQ(backoff(3, 1s, 30s, 0.999), 2002ms);
    EXPECT_EQ(backoff(1000000, 1s, 30s, 0), 30s);
    EXPECT_EQ(backoff(0, 1s, 30s, 0), 1s);
    EXPECT_EQ(backoff(1, 60s, 30s, 0), 30s);
}

TEST(sweep_wants, orphans_and_due_repeats_of_unknown_outcomes) {
    auto session = live_record();
    EXPECT_FALSE(sweep_wants(session, some_day + 24h, options))
        << "a request refreshes it, not the sweep";
    session.in_flight = flight_of("gone", 1, some_day);
    EXPECT_FALSE(sweep_wants(session, some_day + 7s - 1ms, options));
    EXPECT_TRUE(sweep_wants(session, some_day + 7s, options));
    EXPECT_TRUE(sweep_wants(session, some_day + 3h, options)) << "the process was down";
    session.in_flight.reset();
    session.after_failure = retry_of(some_day + 10s, 2, some_day);
    EXPECT_FALSE(sweep_wants(session, some_day + 9s, options));
    EXPECT_TRUE(sweep_wants(session, some_day + 10s, options));
    session.after_failure = retry_of(some_day + 60s, 7, some_day);
    EXPECT_FALSE(sweep_wants(session, some_day + 60s, options)) << "the next request does it";
    session.after_failure = retry_of(some_day + 10s, 2);
    EXPECT_FALSE(sweep_wants(session, some_day + 10s, options));
    over(session);
    EXPECT_FALSE(sweep_wants(session, some_day + 10s, options));
}

TEST(ended, keeps_nothing_but_what_the_api_has_to_be_told) {
    const auto session = flying_record();
    const auto told_later = ended(session, end_reason::signed_out, some_day + 1h, true);
    EXPECT_EQ(told_later.state, session_state::ended);
    EXPECT_EQ(told_later.ended_at, some_day + 1h);
    EXPECT_EQ(told_later.tokens.refresh.reveal(), "refresh of one");
    EXPECT_EQ(told_later.user, "");
    EXPECT_EQ(told_later.address, "");
    EXPECT_TRUE(told_later.in_flight) << "what it brings home goes to the API";
    EXPECT_EQ(told_later.version, session.version);
    EXPECT_TRUE(ended(session, end_reason::idle, some_day, false).tokens.access.empty());
    EXPECT_TRUE(told(told_later).tokens.refresh.empty());
    EXPECT_FALSE(told(told_later).in_flight);
}

TEST(told_in_vain, is_repeated_for_a_day) {
    auto tombstone = ended(live_record(), end_reason::signed_out, some_day, true);
    const auto again = told_in_vain(tombstone, some_day + 23h, 0, options);
    EXPECT_TRUE(again.revocation_due);
    EXPECT_EQ(again.after_failure->not_before, some_day + 23h + 1s);
    EXPECT_FALSE(told_in_vain(tombstone, some_day + 24h, 0, options).revocation_due);
}

}  // namespace
}  // namespace cloche::session
