// What every session store has to do, whatever it is made of. A variant gives a type with
//
//     session::session_store& store();   // the one that is tested, on an empty database
//     bool reopen();                     // as after a restart; false where nothing outlives one
//
// and instantiates the suite `session_store_contract` with it.
#pragma once

#include "session/refresh_fsm.hpp"
#include "session/schedule.hpp"
#include "session/session_store.hpp"
#include "support/run_task.hpp"
#include "support/session_records.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cloche::test {

using namespace std::chrono_literals;
using session::record;
using session::record_ptr;
using session::session_state;

template <class Variant>
class session_store_contract : public testing::Test {
protected:
    session::session_store& store() { return variant_.store(); }

    void create(const record& fresh) {
        const auto made = run_task(store().create(fresh));
        ASSERT_TRUE(made) << made.error().message();
    }
    record_ptr load(std::string_view name) {
        const auto loaded = run_task(store().load(id_of(name)));
        EXPECT_TRUE(loaded) << loaded.error().message();
        return loaded ? *loaded : nullptr;
    }
    result<record_ptr> swap(const record& next) { return run_task(store().compare_and_swap(next)); }

    /// Loads, changes and swaps in.
    template <class Change>
    record_ptr change(std::string_view name, Change how) {
        record next = *load(name);
        how(next);
        const auto swapped = swap(next);
        EXPECT_TRUE(swapped) << swapped.error().message();
        return swapped ? *swapped : nullptr;
    }

    std::vector<std::string> names_of(const result<std::vector<record_ptr>>& found) {
        EXPECT_TRUE(found);
        std::vector<std::string> names;
        for (const auto& each : *found)
            for (const char* name : {"one", "two", "three", "four"})
                if (each->id == id_of(name)) names.emplace_back(name);
        return names;
    }
    std::vector<std::string> due(instant now, std::size_t limit = 100) {
        return names_of(run_task(store().due(now, limit)));
    }
    std::vector<std::string> sorted(std::vector<std::string> names) {
        std::ranges::sort(names);
        return names;
    }

    Variant variant_;
};

TYPED_TEST_SUITE_P(session_store_contract);

using names = std::vector<std::string>;

TYPED_TEST_P(session_store_contract, a_created_record_is_there) {
    this->create(live_record());
    const auto loaded = this->load("one");
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->version, 1U);
    EXPECT_EQ(loaded->subject, "subject of one");
}

TYPED_TEST_P(session_store_contract, what_is_not_there_is_nothing_and_no_error) {
    EXPECT_EQ(this->load("one"), nullptr);
}

TYPED_TEST_P(session_store_contract, an_id_is_created_once) {
    this->create(live_record());
    auto second = live_record();
    second.subject = "someone else";
    EXPECT_EQ(run_task(this->store().create(second)).error(), session::errc::exists);
    EXPECT_EQ(this->load("one")->subject, "subject of one");
}

TYPED_TEST_P(session_store_contract, every_field_comes_back) {
    this->create(live_record());
    this->change("one", [](record& next) {
        next.subject = "other";
        next.user = std::string("{\"name\":\"\0\xc3\xbc\"}", 13);
        next.tokens.access = access_token(std::string("a\0b", 3));
        next.tokens.sent_at = some_day + 5ms;
        next.tokens.life = 1ms;
        next.tokens.refresh = refresh_token(std::string(5000, 'r'));
        next.tokens.refresh_expires = some_day + 1h;
        next.generation = 7;
        next.last_fence = 9;
        next.in_flight = flight_of("holder", 9, some_day + 6ms);
        next.earlier_until = some_day + 7ms;
        next.after_failure = retry_of(some_day + 8ms, 3, some_day + 9ms);
        next.state = session_state::suspended;
        next.reason = session::end_reason::refused;
        next.ended_at = some_day + 10ms;
        next.revocation_due = true;
    });
    this->variant_.reopen();
    const auto loaded = this->load("one");
    ASSERT_TRUE(loaded);
    const record& got = *loaded;
    EXPECT_EQ(got.subject, "other");
    EXPECT_EQ(got.user, std::string("{\"name\":\"\0\xc3\xbc\"}", 13));
    EXPECT_EQ(got.address, "192.0.2.1");
    EXPECT_EQ(got.agent, "a browser");
    EXPECT_EQ(got.made, some_day);
    EXPECT_EQ(got.absolute_until, some_day + 24h * 30);
    EXPECT_EQ(got.idle, 24h * 7);
    EXPECT_EQ(got.tokens.access.reveal(), std::string_view("a\0b", 3));
    EXPECT_EQ(got.tokens.sent_at, some_day + 5ms);
    EXPECT_EQ(got.tokens.life, 1ms);
    EXPECT_EQ(got.tokens.refresh.size(), 5000U);
    EXPECT_EQ(got.tokens.refresh_expires, some_day + 1h);
    EXPECT_EQ(got.generation, 7U);
    EXPECT_EQ(got.last_fence, 9U);
    ASSERT_TRUE(got.in_flight);
    EXPECT_EQ(got.in_flight->holder, "holder");
    EXPECT_EQ(got.in_flight->fence, 9U);
    EXPECT_EQ(got.in_flight->since, some_day + 6ms);
    EXPECT_EQ(got.in_flight->lease_until, some_day + 7006ms);
    EXPECT_EQ(got.earlier_until, some_day + 7ms);
    ASSERT_TRUE(got.after_failure);
    EXPECT_EQ(got.after_failure->not_before, some_day + 8ms);
    EXPECT_EQ(got.after_failure->attempts, 3U);
    EXPECT_EQ(got.after_failure->outcome_unknown_since, some_day + 9ms);
    EXPECT_EQ(got.state, session_state::suspended);
    EXPECT_EQ(got.reason, session::end_reason::refused);
    EXPECT_EQ(got.ended_at, some_day + 10ms);
    EXPECT_TRUE(got.revocation_due);
    EXPECT_EQ(got.last_used, some_day);
}

TYPED_TEST_P(session_store_contract, what_is_absent_comes_back_absent) {
    auto bare = live_record();
    bare.subject.clear();
    bare.user.clear();
    bare.tokens.life.reset();
    bare.tokens.refresh = refresh_token();
    this->create(bare);
    const auto got = this->load("one");
    EXPECT_EQ(got->subject, "");
    EXPECT_EQ(got->user, "");
    EXPECT_FALSE(got->tokens.life);
    EXPECT_TRUE(got->tokens.refresh.empty());
    EXPECT_FALSE(got->tokens.refresh_expires);
    EXPECT_FALSE(got->in_flight);
    EXPECT_FALSE(got->after_failure);
    EXPECT_FALSE(got->earlier_until);
    EXPECT_FALSE(got->ended_at);
}

TYPED_TEST_P(session_store_contract, a_swap_raises_the_version_and_gives_the_record_back) {
    this->create(live_record());
    record next = *this->load("one");
    next.generation = 1;
    const auto swapped = this->swap(next);
    ASSERT_TRUE(swapped);
    EXPECT_EQ((*swapped)->version, 2U);
    EXPECT_EQ((*swapped)->generation, 1U);
    EXPECT_EQ(this->load("one")->version, 2U);
}

TYPED_TEST_P(session_store_contract, a_swap_on_an_old_version_changes_nothing) {
    this->create(live_record());
    record old = *this->load("one");
    this->change("one", [](record& next) { next.generation = 1; });
    old.generation = 99;
    EXPECT_EQ(this->swap(old).error(), session::errc::conflict);
    EXPECT_EQ(this->load("one")->generation, 1U);
}

TYPED_TEST_P(session_store_contract, a_swap_of_what_is_gone_is_a_conflict) {
    EXPECT_EQ(this->swap(live_record()).error(), session::errc::conflict);
    EXPECT_EQ(this->load("one"), nullptr) << "SE-8: nothing comes back to life";
}

TYPED_TEST_P(session_store_contract, of_swaps_at_once_one_wins_each_time) {
    this->create(live_record());
    constexpr int threads = 4;
    constexpr int each = 25;
    std::vector<std::thread> running;
    std::atomic<int> conflicts = 0;
    for (int thread = 0; thread < threads; ++thread) {
        running.emplace_back([&] {
            for (int done = 0; done < each;) {
                record next = **run_task(this->store().load(id_of("one")));
                ++next.generation;
                const auto swapped = this->swap(next);
                if (swapped) {
                    ++done;
                } else {
                    ++conflicts;
                }
            }
        });
    }
    for (auto& thread : running)
        thread.join();
    const auto loaded = this->load("one");
    EXPECT_EQ(loaded->generation, static_cast<std::uint64_t>(threads * each));
    EXPECT_EQ(loaded->version, static_cast<std::uint64_t>(threads * each + 1));
}

TYPED_TEST_P(session_store_contract, a_use_is_seen_at_once_and_never_goes_back) {
    this->create(live_record());
    this->store().touch(id_of("one"), some_day + 10s);
    EXPECT_EQ(this->load("one")->last_used, some_day + 10s);
    this->store().touch(id_of("one"), some_day + 5s);
    EXPECT_EQ(this->load("one")->last_used, some_day + 10s);
    EXPECT_EQ(this->load("one")->version, 1U) << "it is beside the version";
}

TYPED_TEST_P(session_store_contract, a_use_outlives_a_restart_once_it_is_written) {
    this->create(live_record());
    this->store().touch(id_of("one"), some_day + 10s);
    ASSERT_TRUE(run_task(this->store().flush()));
    if (!this->variant_.reopen()) return;
    EXPECT_EQ(this->load("one")->last_used, some_day + 10s);
}

TYPED_TEST_P(session_store_contract, a_swap_by_one_who_missed_a_use_does_not_undo_it) {
    this->create(live_record());
    record next = *this->load("one");
    this->store().touch(id_of("one"), some_day + 10s);
    ASSERT_TRUE(run_task(this->store().flush()));
    ASSERT_TRUE(this->swap(next));
    EXPECT_EQ(this->load("one")->last_used, some_day + 10s);
}

TYPED_TEST_P(session_store_contract, an_ended_session_is_not_used) {  // SE-8
    this->create(live_record());
    this->change("one", [](record& next) {
        next = session::ended(next, session::end_reason::signed_out, some_day, false);
    });
    this->store().touch(id_of("one"), some_day + 24h);
    ASSERT_TRUE(run_task(this->store().flush()));
    const auto loaded = this->load("one");
    EXPECT_EQ(loaded->state, session_state::ended);
    EXPECT_EQ(run_task(this->store().purge(some_day + 11min)).value(), 1U);
}

TYPED_TEST_P(session_store_contract, a_flight_is_due_when_its_lease_is_past) {
    auto flying = live_record();
    flying.in_flight = flight_of("gone", 1, some_day);
    this->create(flying);
    this->create(live_record("two"));
    EXPECT_EQ(this->due(some_day + 6999ms), names());
    EXPECT_EQ(this->due(some_day + 7s), names{"one"});
}

TYPED_TEST_P(session_store_contract, a_retry_is_due_only_for_an_unknown_outcome) {
    auto known = live_record("one");
    known.after_failure = retry_of(some_day + 1s, 1);
    this->create(known);
    auto unknown = live_record("two");
    unknown.after_failure = retry_of(some_day + 1s, 1, some_day);
    this->create(unknown);
    EXPECT_EQ(this->due(some_day + 999ms), names());
    EXPECT_EQ(this->due(some_day + 1s), names{"two"});
}

TYPED_TEST_P(session_store_contract, a_retry_beyond_the_time_of_healing_is_not_due) {
    auto unknown = live_record();
    unknown.after_failure = retry_of(some_day + 61s, 9, some_day);
    this->create(unknown);
    EXPECT_EQ(this->due(some_day + 2min), names());
}

TYPED_TEST_P(session_store_contract, a_revocation_is_due_until_it_is_done) {
    this->create(live_record());
    this->change("one", [](record& next) {
        next = session::ended(next, session::end_reason::signed_out, some_day, true);
    });
    EXPECT_EQ(this->due(some_day), names{"one"});
    this->change("one", [](record& next) {
        next = session::told_in_vain(next, some_day, 0, session::refresh_options());
    });
    EXPECT_EQ(this->due(some_day), names());
    EXPECT_EQ(this->due(some_day + 1s), names{"one"});
    this->change("one", [](record& next) { next = session::told(next); });
    EXPECT_EQ(this->due(some_day + 5min), names());
}

TYPED_TEST_P(session_store_contract, a_session_past_its_time_is_due) {
    this->create(live_record("one"));
    auto absolute = live_record("two");
    absolute.absolute_until = some_day + 1h;
    this->create(absolute);
    EXPECT_EQ(this->due(some_day + 1h - 1ms), names());
    EXPECT_EQ(this->due(some_day + 1h), names{"two"});
    EXPECT_EQ(this->sorted(this->due(some_day + 24h * 7)), (names{"one", "two"}));
}

TYPED_TEST_P(session_store_contract, a_session_in_use_is_not_past_its_time) {
    this->create(live_record("one"));
    this->create(live_record("two"));
    this->store().touch(id_of("one"), some_day + 24h * 6);
    EXPECT_EQ(this->due(some_day + 24h * 7), names{"two"});
    ASSERT_TRUE(run_task(this->store().flush()));
    EXPECT_EQ(this->due(some_day + 24h * 7), names{"two"});
    EXPECT_EQ(this->sorted(this->due(some_day + 24h * 13)), (names{"one", "two"}));
}

TYPED_TEST_P(session_store_contract, a_suspended_session_is_due_when_it_is_to_be_ended) {
    this->create(live_record());
    this->change("one", [](record& next) {
        next.state = session_state::suspended;
        next.ended_at = some_day;
    });
    EXPECT_EQ(this->due(some_day + 10min - 1ms), names());
    EXPECT_EQ(this->due(some_day + 10min), names{"one"});
}

TYPED_TEST_P(session_store_contract, the_longest_overdue_come_first_and_no_more_than_asked_for) {
    auto late = live_record("one");
    late.in_flight = flight_of("gone", 1, some_day + 2s);
    this->create(late);
    auto later = live_record("two");
    later.in_flight = flight_of("gone", 1, some_day + 1s);
    this->create(later);
    auto latest = live_record("three");
    latest.in_flight = flight_of("gone", 1, some_day);
    this->create(latest);
    EXPECT_EQ(this->due(some_day + 1h, 2), (names{"three", "two"}));
}

TYPED_TEST_P(session_store_contract, what_is_in_flight_is_found_whatever_its_lease) {
    auto flying = live_record("one");
    flying.in_flight = flight_of("gone", 1, some_day);
    this->create(flying);
    this->create(live_record("two"));
    this->variant_.reopen();
    EXPECT_EQ(this->names_of(run_task(this->store().in_flight())), names{"one"});
}

TYPED_TEST_P(session_store_contract, what_is_suspended_is_found) {
    this->create(live_record("one"));
    this->create(live_record("two"));
    this->change("two", [](record& next) {
        next.state = session_state::suspended;
        next.ended_at = some_day;
    });
    EXPECT_EQ(this->names_of(run_task(this->store().suspended())), names{"two"});
    this->change("two", [](record& next) { next.state = session_state::live; });
    EXPECT_EQ(this->names_of(run_task(this->store().suspended())), names());
}

TYPED_TEST_P(session_store_contract, a_persons_sessions_are_listed_newest_first) {
    for (const char* name : {"one", "two", "three", "four"}) {
        auto session = live_record(name);
        session.subject = std::string_view(name) == "four" ? "another" : "person";
        if (std::string_view(name) == "two") session.made += 1h;
        this->create(session);
    }
    this->change("three", [](record& next) {
        next = session::ended(next, session::end_reason::idle, some_day, false);
    });
    const auto listed = [this](const char* subject) {
        return this->names_of(run_task(this->store().list_by_subject(subject)));
    };
    EXPECT_EQ(listed("person"), (names{"two", "one"}));
    EXPECT_EQ(listed("another"), names{"four"});
    EXPECT_EQ(listed("nobody"), names());
    this->change("four", [](record& next) { next.subject = "person"; });
    EXPECT_EQ(listed("another"), names());
    EXPECT_EQ(listed("person").size(), 3U);
}

TYPED_TEST_P(session_store_contract, a_tombstone_is_kept_for_its_time) {
    this->create(live_record());
    this->change("one", [](record& next) {
        next = session::ended(next, session::end_reason::signed_out, some_day, false);
    });
    EXPECT_EQ(run_task(this->store().purge(some_day + 10min - 1ms)).value(), 0U);
    EXPECT_EQ(this->load("one")->reason, session::end_reason::signed_out);
    EXPECT_EQ(run_task(this->store().purge(some_day + 10min)).value(), 1U);
    EXPECT_EQ(this->load("one"), nullptr);
}

TYPED_TEST_P(session_store_contract, a_tombstone_the_api_has_to_be_told_of_is_kept_longer) {
    this->create(live_record());
    this->change("one", [](record& next) {
        next = session::ended(next, session::end_reason::signed_out, some_day, true);
    });
    EXPECT_EQ(run_task(this->store().purge(some_day + 24h)).value(), 0U);
    EXPECT_EQ(run_task(this->store().purge(some_day + session::purge_slack + 10min)).value(), 1U);
}

TYPED_TEST_P(session_store_contract, a_purge_leaves_the_living_alone) {
    this->create(live_record("one"));
    this->create(live_record("two"));
    this->change("two", [](record& next) {
        next.state = session_state::suspended;
        next.ended_at = some_day;
    });
    EXPECT_EQ(run_task(this->store().purge(some_day + 24h)).value(), 0U);
    EXPECT_TRUE(this->load("one"));
    EXPECT_TRUE(this->load("two")) << "a suspended session is ended first, then forgotten";
}

TYPED_TEST_P(session_store_contract, the_living_are_counted) {
    EXPECT_EQ(this->store().live_count(), 0U);
    this->create(live_record("one"));
    this->create(live_record("two"));
    EXPECT_EQ(this->store().live_count(), 2U);
    this->change("one", [](record& next) {
        next = session::ended(next, session::end_reason::signed_out, some_day, false);
    });
    EXPECT_EQ(this->store().live_count(), 1U);
    ASSERT_TRUE(run_task(this->store().purge(some_day + 1h)));
    EXPECT_EQ(this->store().live_count(), 1U);
    if (!this->variant_.reopen()) return;
    EXPECT_EQ(this->store().live_count(), 1U);
}

REGISTER_TYPED_TEST_SUITE_P(
    session_store_contract,
    a_created_record_is_there,
    what_is_not_there_is_nothing_and_no_error,
    an_id_is_created_once,
    every_field_comes_back,
    what_is_absent_comes_back_absent,
    a_swap_raises_the_version_and_gives_the_record_back,
    a_swap_on_an_old_version_changes_nothing,
    a_swap_of_what_is_gone_is_a_conflict,
    of_swaps_at_once_one_wins_each_time,
    a_use_is_seen_at_once_and_never_goes_back,
    a_use_outlives_a_restart_once_it_is_written,
    a_swap_by_one_who_missed_a_use_does_not_undo_it,
    an_ended_session_is_not_used,
    a_flight_is_due_when_its_lease_is_past,
    a_retry_is_due_only_for_an_unknown_outcome,
    a_retry_beyond_the_time_of_healing_is_not_due,
    a_revocation_is_due_until_it_is_done,
    a_session_past_its_time_is_due,
    a_session_in_use_is_not_past_its_time,
    a_suspended_session_is_due_when_it_is_to_be_ended,
    the_longest_overdue_come_first_and_no_more_than_asked_for,
    what_is_in_flight_is_found_whatever_its_lease,
    what_is_suspended_is_found,
    a_persons_sessions_are_listed_newest_first,
    a_tombstone_is_kept_for_its_time,
    a_tombstone_the_api_has_to_be_told_of_is_kept_longer,
    a_purge_leaves_the_living_alone,
    the_living_are_counted
);

}  // namespace cloche::test
