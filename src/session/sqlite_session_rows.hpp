// The SQL of the SQLite session store: one function for each statement. Runs on the database's
// threads.
#pragma once

#include "db/sqlite.hpp"
#include "session/session_row.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace cloche::session {

/// Errors: db::errc::constraint when the id is there.
result<void> insert_row(db::sqlite_connection& connection, const session_row& row);

/// Replaces the row if its version is `row.plain.version`, and raises the version. Gives the state
/// it was in. Errors: errc::conflict.
result<session_state> update_row(db::sqlite_connection& connection, const session_row& row);

result<std::optional<session_row>> read_row(db::sqlite_connection& connection, id_hash id);
result<std::vector<session_row>> read_due(
    db::sqlite_connection& connection, instant now, std::size_t limit
);
result<std::vector<session_row>> read_in_flight(db::sqlite_connection& connection);
result<std::vector<session_row>> read_suspended(db::sqlite_connection& connection);
result<std::vector<session_row>> read_subject(
    db::sqlite_connection& connection, const std::string& subject
);

/// Raises `last_used` where it is lower and the session has not ended (SE-8).
result<void> write_last_used(
    db::sqlite_connection& connection, std::span<const std::pair<id_hash, instant>> used
);

/// What is_purgeable() says, in SQL. Gives how many.
result<std::size_t> delete_old(db::sqlite_connection& connection, instant now);

result<std::size_t> count_live(db::sqlite_connection& connection);

}  // namespace cloche::session
