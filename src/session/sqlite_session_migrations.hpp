// The tables of the SQLite session store, as migrations. What each column holds:
// docs/formats/session-record.md.
#pragma once

#include "db/migrate.hpp"

#include <span>

namespace cloche::session {

std::span<const db::migration> sqlite_session_migrations();

}  // namespace cloche::session
