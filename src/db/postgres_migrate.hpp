// Applies numbered migrations to PostgreSQL once each, in order, each in a transaction together
// with its row in a table of what has been applied.
//
// At start-up only. Safe when replicas start at once: one goes first, the others find it done.
#pragma once

#include "db/migrate.hpp"
#include "db/postgres_connection.hpp"
#include "runtime/task.hpp"

#include <span>
#include <string>

namespace cloche::db {

/// `table`: where what has been applied is written down; a name of its own for each part of the
/// program. Errors: corrupt where the database is newer than this program or belongs to another,
/// unavailable; `why` says more. A migration that fails leaves nothing behind.
runtime::task<result<void>> migrate(
    postgres_connection& connection,
    std::string table,
    std::span<const migration> migrations,
    std::string& why
);

}  // namespace cloche::db
