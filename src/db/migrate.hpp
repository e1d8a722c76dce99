// Applies numbered migrations once each, in order, each in its own transaction.
//
// At start-up only, before anything else uses the database. Safe when two processes start at once.
#pragma once

#include "db/sqlite.hpp"

#include <span>
#include <string_view>

namespace cloche::db {

struct migration {
    int number;             ///< 1 and on, without gaps
    std::string_view name;  ///< "users"
    std::string_view sql;
};

/// Brings the database to the newest of `migrations`. Errors: errc::corrupt when the file is newer
/// than this program or belongs to another, errc::unavailable. A migration that fails leaves
/// nothing behind.
result<void> migrate(sqlite_connection& connection, std::span<const migration> migrations);

}  // namespace cloche::db
