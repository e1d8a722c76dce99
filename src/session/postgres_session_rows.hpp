// The SQL of the PostgreSQL session store: a query for each operation, one round trip each, and
// what its rows mean.
#pragma once

#include "db/postgres.hpp"
#include "session/last_used_buffer.hpp"
#include "session/record.hpp"
#include "session/session_row.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::session {

/// The channel that changes are told on.
inline constexpr const char* postgres_session_channel = "cloche_session";

/// Changes no row where the id is there.
db::postgres_query insert_query(const session_row& row);

/// Replaces the row if its version is `row.plain.version`, raises the version, and tells `note` to
/// whoever listens. Gives one row with the state before, in column 0; none: it has another version.
db::postgres_query update_query(const session_row& row, std::string_view note);

db::postgres_query load_query(const id_hash& id);
/// Up to twice as many as `limit`, the first ones first.
db::postgres_query due_query(instant now, std::size_t limit);
db::postgres_query in_flight_query();
db::postgres_query suspended_query();
db::postgres_query subject_query(std::string_view subject);

/// Of the five above. Errors: unreadable_record, for rows that this program has not written.
result<session_row> row_in(const db::postgres_rows& rows, std::size_t index);
/// Those that can be read.
std::vector<session_row> all_rows(const db::postgres_rows& rows);
/// The server's clock when it read the row.
instant clock_in(const db::postgres_rows& rows, std::size_t index);

/// Raises `last_used` where it is lower and the session has not ended (SE-8).
db::postgres_query last_used_query(const std::vector<std::pair<id_hash, instant>>& used);

/// What is_purgeable() says, in SQL, for some: `purge_batch` at most.
inline constexpr std::size_t purge_batch = 1'000;
db::postgres_query purge_query(instant now);

/// One row: how many are live, and the server's clock.
db::postgres_query count_query();

}  // namespace cloche::session
