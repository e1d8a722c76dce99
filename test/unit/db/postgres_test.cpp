#include "db/postgres.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cloche::db {
namespace {

TEST(postgres, sqlstates_say_what_becomes_of_the_connection) {
    struct {
        const char* sqlstate;
        errc code;
        bool ends_connection;
        bool ends_all;
    } const cases[] = {
        {"23505", errc::constraint, false, false},   // unique_violation
        {"25006", errc::unavailable, true, true},    // read_only_sql_transaction
        {"40001", errc::unavailable, false, false},  // serialization_failure
        {"40P01", errc::unavailable, false, false},  // deadlock_detected
        {"53100", errc::unavailable, false, false},  // disk_full
        {"53300", errc::unavailable, true, false},   // too_many_connections
        {"57014", errc::unavailable, false, false},  // query_canceled
        {"57P01", errc::unavailable, true, true},    // admin_shutdown
        {"57P03", errc::unavailable, true, true},    // cannot_connect_now
        {"08006", errc::unavailable, true, false},   // connection_failure
        {"26000", errc::unavailable, true, false},   // invalid_sql_statement_name
        {"XX000", errc::unavailable, true, false},   // internal_error
        {"", errc::unavailable, true, false},        // libpq's own
    };
    for (const auto& each : cases) {
        const auto meaning = meaning_of(each.sqlstate);
        EXPECT_EQ(meaning.code, each.code) << each.sqlstate;
        EXPECT_EQ(meaning.ends_connection, each.ends_connection) << each.sqlstate;
        EXPECT_EQ(meaning.ends_all, each.ends_all) << each.sqlstate;
    }
}

TEST(postgres, a_message_becomes_one_line) {
    EXPECT_EQ(one_line("ERROR:  no\n\tDETAIL: why\n"), "ERROR: no DETAIL: why");
    EXPECT_EQ(one_line(""), "");
}

}  // namespace
}  // namespace cloche::db
