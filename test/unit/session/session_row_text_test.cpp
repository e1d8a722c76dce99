#include "session/session_row_text.hpp"

#include "support/session_records.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace cloche::session {
namespace {

using namespace std::chrono_literals;
using test::live_record;
using test::some_day;

session_row full_row() {
    session_row row;
    row.plain = live_record();
    row.plain.in_flight = test::flight_of("holder", 9, some_day + 6ms);
    row.plain.earlier_until = some_day + 7ms;
    row.plain.after_failure = test::retry_of(some_day + 8ms, 3, some_day + 9ms);
    row.plain.state = session_state::suspended;
    row.plain.reason = end_reason::refused;
    row.plain.ended_at = some_day + 10ms;
    row.plain.revocation_due = true;
    row.work_at = some_day + 11ms;
    row.expires_at = some_day + 12ms;
    row.sealed = std::string("\0sealed\xff", 8);
    return row;
}

std::size_t column(std::string_view name) {
    const auto at = std::ranges::find(row_columns, name);
    EXPECT_NE(at, row_columns.end()) << name;
    return static_cast<std::size_t>(at - row_columns.begin());
}

TEST(session_row_text, texts_stand_under_their_columns) {
    const row_texts texts = texts_of(full_row());
    EXPECT_EQ(texts[column("subject")], "subject of one");
    EXPECT_EQ(texts[column("state")], "1");
    EXPECT_EQ(texts[column("flight_holder")], "holder");
    EXPECT_EQ(texts[column("flight_fence")], "9");
    EXPECT_EQ(texts[column("retry_attempts")], "3");
    EXPECT_EQ(texts[column("sealed")], std::string("\0sealed\xff", 8));
    EXPECT_EQ(
        texts[column("expires_at")], std::to_string((some_day + 12ms).time_since_epoch().count())
    );
}

TEST(session_row_text, what_is_written_is_read_back) {
    for (const bool full : {true, false}) {
        session_row row = full ? full_row() : session_row();
        if (!full) row.plain.id = test::id_of("two");
        const row_texts texts = texts_of(row);
        const auto back = row_of(texts);
        ASSERT_TRUE(back);
        EXPECT_EQ(texts_of(*back), texts);
        EXPECT_EQ(back->plain.in_flight.has_value(), full);
        EXPECT_EQ(back->plain.after_failure.has_value(), full);
        EXPECT_EQ(back->work_at.has_value(), full);
    }
}

TEST(session_row_text, what_nobody_here_wrote_is_unreadable) {
    const row_texts good = texts_of(full_row());
    for (const char* name : {"id", "version", "state", "made", "flight_since", "sealed"}) {
        row_texts missing = good;
        missing[column(name)].reset();
        EXPECT_EQ(row_of(missing).error(), errc::unreadable_record) << name;
    }
    row_texts wrong = good;
    wrong[column("generation")] = "7x";
    EXPECT_EQ(row_of(wrong).error(), errc::unreadable_record);
    wrong = good;
    wrong[column("id")] = "short";
    EXPECT_EQ(row_of(wrong).error(), errc::unreadable_record);
}

}  // namespace
}  // namespace cloche::session
