// The tables of the PostgreSQL session store, as migrations. What each column holds:
// docs/formats/session-record.md.
#pragma once

#include "db/migrate.hpp"

#include <span>

namespace cloche::session {

/// Where is written down which of them a database has had.
inline constexpr const char* postgres_session_migration_table = "cloche_session_migration";

std::span<const db::migration> postgres_session_migrations();

}  // namespace cloche::session
