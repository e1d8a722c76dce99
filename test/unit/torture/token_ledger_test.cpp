#include "torture/token_ledger.hpp"

#include <gtest/gtest.h>

namespace {

using namespace cloche::torture;
using cloche::milliseconds;
using cloche::monotonic;
using outcome = token_ledger::outcome;

constexpr milliseconds grace{10'000};
const std::string zoe = "zoe@example.com";

monotonic at(int ms) {
    return monotonic(milliseconds(1'000'000 + ms));
}

class ledger : public testing::Test {
protected:
    token_ledger::spent spend(const refresh_ticket& ticket, int ms) {
        return books_.spend(ticket, 0, at(ms), done_);
    }

    disturbances done_;
    token_ledger books_{grace};
    token_ledger strict_{milliseconds(0)};
};

TEST_F(ledger, a_ticket_can_be_read_again) {
    const auto ticket = books_.sign_in(zoe);
    const auto read = refresh_ticket::read(ticket.text());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->family, ticket.family);
    EXPECT_EQ(read->generation, 0U);
    for (const char* text :
         {"",
          "rt-",
          "rt-0123456789abcdef",
          "rt-0123456789abcdef-",
          "rt-0123456789abcdefx1",
          "rt-0123456789abcdeg-1",
          "rt-0123456789abcdef-1x"})
        EXPECT_FALSE(refresh_ticket::read(text)) << text;
}

TEST_F(ledger, each_token_gets_one_successor) {
    auto ticket = books_.sign_in(zoe);
    for (std::uint64_t i = 1; i <= 5; ++i) {
        const auto spent = spend(ticket, static_cast<int>(i) * 2000);
        EXPECT_EQ(spent.what, outcome::rotated);
        EXPECT_FALSE(spent.twice);
        EXPECT_EQ(spent.successor.generation, i);
        books_.answered(ticket, true);
        ticket = spent.successor;
    }
    EXPECT_EQ(books_.fate_of(zoe), fate::live);
}

TEST_F(ledger, a_repeat_after_a_good_answer_is_a_double_spend_also_within_the_grace) {
    const auto ticket = books_.sign_in(zoe);
    spend(ticket, 0);
    books_.answered(ticket, true);
    const auto again = spend(ticket, 100);
    EXPECT_TRUE(again.double_spend);
    EXPECT_EQ(again.what, outcome::repeated);
    EXPECT_EQ(books_.fate_of(zoe), fate::live);
}

TEST_F(ledger, a_repeat_while_the_answer_is_on_its_way_is_a_double_spend) {
    const auto ticket = books_.sign_in(zoe);
    spend(ticket, 0);
    EXPECT_TRUE(spend(ticket, 10).double_spend);
}

TEST_F(ledger, a_repeat_after_a_lost_answer_gets_the_same_successor_within_the_grace) {
    const auto ticket = books_.sign_in(zoe);
    const auto first = spend(ticket, 0);
    books_.answered(ticket, false);
    const auto again = spend(ticket, 9'000);
    EXPECT_TRUE(again.twice);
    EXPECT_FALSE(again.double_spend);
    EXPECT_EQ(again.what, outcome::repeated);
    EXPECT_EQ(again.successor.generation, first.successor.generation);
}

TEST_F(ledger, a_lost_answer_that_is_repeated_too_late_is_nobodys_fault) {
    const auto ticket = books_.sign_in(zoe);
    spend(ticket, 0);
    books_.answered(ticket, false);
    const auto again = spend(ticket, 10'001);
    EXPECT_EQ(again.what, outcome::refused);
    EXPECT_FALSE(again.double_spend);
    EXPECT_EQ(books_.fate_of(zoe), fate::unavoidable);
}

TEST_F(ledger, with_no_grace_any_reuse_ends_the_family) {
    const auto ticket = strict_.sign_in(zoe);
    strict_.spend(ticket, 0, at(0), done_);
    strict_.answered(ticket, true);
    const auto again = strict_.spend(ticket, 0, at(1), done_);
    EXPECT_EQ(again.what, outcome::refused);
    EXPECT_TRUE(again.double_spend);
    EXPECT_EQ(strict_.fate_of(zoe), fate::double_spent);
    // The successor is worth nothing any more.
    EXPECT_EQ(strict_.spend({ticket.family, 1}, 0, at(2), done_).what, outcome::refused);
}

TEST_F(ledger, a_killed_replica_excuses_the_repeat_of_what_it_had_under_way) {
    const auto ticket = strict_.sign_in(zoe);
    strict_.spend(ticket, 0, at(0), done_);
    strict_.answered(ticket, true);
    const auto kill = done_.begin(disturbance::kill, 0, at(3));
    done_.end(kill, at(500));
    const auto again = strict_.spend(ticket, 0, at(4000), done_);
    EXPECT_FALSE(again.double_spend);
    EXPECT_EQ(strict_.fate_of(zoe), fate::unavoidable);
}

// The API dealt with a call 0.6 s after it had come, and the replica had been killed in between.
TEST_F(ledger, a_killed_replica_excuses_what_still_lay_with_the_api) {
    const auto ticket = books_.sign_in(zoe);
    done_.end(done_.begin(disturbance::kill, 1, at(-600)), at(-100));
    books_.spend(ticket, 1, at(0), done_);
    books_.answered(ticket, true);
    EXPECT_FALSE(books_.spend(ticket, 0, at(6'500), done_).double_spend);
}

TEST_F(ledger, a_kill_that_was_over_long_ago_excuses_nothing) {
    const auto ticket = books_.sign_in(zoe);
    done_.end(done_.begin(disturbance::kill, 1, at(-2'000)), at(-1'500));
    books_.spend(ticket, 1, at(0), done_);
    books_.answered(ticket, true);
    EXPECT_TRUE(books_.spend(ticket, 0, at(6'500), done_).double_spend);
}

TEST_F(ledger, a_killed_replica_excuses_only_what_it_had_spent_itself) {
    const auto ticket = strict_.sign_in(zoe);
    strict_.spend(ticket, 1, at(0), done_);
    strict_.answered(ticket, true);
    done_.end(done_.begin(disturbance::kill, 0, at(3)), at(500));
    done_.end(done_.begin(disturbance::pause, 2, at(3)), at(500));
    EXPECT_TRUE(strict_.spend(ticket, 0, at(4000), done_).double_spend);
    EXPECT_EQ(strict_.fate_of(zoe), fate::double_spent);
}

TEST_F(ledger, a_paused_replica_may_repeat_what_another_spent_meanwhile) {
    const auto ticket = strict_.sign_in(zoe);
    done_.end(done_.begin(disturbance::pause, 2, at(-5000)), at(500));
    strict_.spend(ticket, 1, at(0), done_);
    strict_.answered(ticket, true);
    EXPECT_FALSE(strict_.spend(ticket, 2, at(501), done_).double_spend);
    EXPECT_EQ(strict_.fate_of(zoe), fate::unavoidable);
}

TEST_F(ledger, a_pause_that_was_over_long_ago_excuses_nothing) {
    const auto ticket = books_.sign_in(zoe);
    done_.end(done_.begin(disturbance::pause, 2, at(-5000)), at(-10));
    books_.spend(ticket, 1, at(0), done_);
    books_.answered(ticket, true);
    EXPECT_TRUE(books_.spend(ticket, 2, at(100), done_).double_spend);
}

TEST_F(ledger, a_store_that_is_away_excuses_every_replica) {
    const auto ticket = books_.sign_in(zoe);
    books_.spend(ticket, 1, at(0), done_);
    books_.answered(ticket, true);
    done_.end(done_.begin(disturbance::outage, 0, at(3)), at(500));
    EXPECT_FALSE(books_.spend(ticket, 2, at(600), done_).double_spend);
}

TEST_F(ledger, an_older_token_than_the_last_is_never_excused) {
    const auto ticket = books_.sign_in(zoe);
    const auto first = spend(ticket, 0);
    books_.answered(ticket, false);
    spend(first.successor, 10);
    books_.answered(first.successor, false);
    EXPECT_TRUE(spend(ticket, 20).double_spend);
    EXPECT_EQ(books_.fate_of(zoe), fate::double_spent);
}

TEST_F(ledger, knows_why_a_family_is_over_and_looks_at_the_newest_sign_in) {
    EXPECT_EQ(books_.fate_of(zoe), fate::unknown);
    const auto first = books_.sign_in(zoe);
    books_.end(first.family, fate::revoked);
    books_.end(first.family, fate::signed_out);
    EXPECT_EQ(books_.fate_of(zoe), fate::revoked);
    EXPECT_EQ(spend(first, 0).what, outcome::refused);
    EXPECT_FALSE(spend(first, 0).double_spend);
    books_.sign_in(zoe);
    EXPECT_EQ(books_.fate_of(zoe), fate::live);
    EXPECT_EQ(spend({12345, 0}, 0).what, outcome::refused);
    EXPECT_EQ(spend({first.family, 9}, 0).what, outcome::refused);
}

}  // namespace
