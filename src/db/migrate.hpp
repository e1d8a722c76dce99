// Applies numbered migrations once each, in order, each in its own transaction.
#pragma once

#include "db/sqlite.hpp"

#include <span>
#include <string_view>

namespace cloche::db {

struct migration {
    int number;            ///< 1 and on, without gaps
    std::string_view name; ///< "users"
    std::string_view sql;
};

/// Brings the database to the newest of `migrations`. Errors: errc::corrupt when the file is newer than
/// this program, errc::unavailable.
result<void> migrate(sqlite_connection& connection, std::span<const migration> migrations);

}  // namespace cloche::db
