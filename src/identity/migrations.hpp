// The schema of the database, as numbered migrations. Compiled in from migrations/ by
// CMakeLists.txt.
#pragma once

#include "db/migrate.hpp"

#include <span>

namespace cloche::identity {

std::span<const db::migration> migrations() noexcept;

}  // namespace cloche::identity
