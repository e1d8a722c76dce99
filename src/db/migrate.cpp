#include "db/migrate.hpp"

namespace cloche::db {
namespace {

/// How many of `migrations` the file has had. Errors: corrupt, unavailable.
result<std::size_t> applied(sqlite_connection& connection, std::span<const migration> migrations) {
    auto select = connection.prepare("SELECT number, name FROM migration ORDER BY number");
    if (!select) return select.error();
    for (std::size_t index = 0;; ++index) {
        const auto row = select->step();
        if (!row) return row.error();
        if (!*row) return index;
        // Another name under a number of ours: the file of another program, or of another part of
        // this one.
        const bool known = index < migrations.size() &&
                           select->integer(0) == migrations[index].number &&
                           select->text(1) == migrations[index].name;
        if (!known) CLOCHE_FAIL(errc::corrupt);
    }
}

result<void> apply(sqlite_connection& connection, const migration& next) {
    const auto changed = connection.execute(std::string(next.sql));
    if (!changed) return changed.error();
    auto insert = connection.prepare("INSERT INTO migration (number, name) VALUES (?, ?)");
    if (!insert) return insert.error();
    return insert->bind(next.number).bind(next.name).run();
}

}  // namespace

result<void> migrate(sqlite_connection& connection, std::span<const migration> migrations) {
    for (;;) {
        auto unit = transaction::begin(connection);
        if (!unit) return unit.error();
        const auto table = connection.execute(
            "CREATE TABLE IF NOT EXISTS migration ("
            "  number     INTEGER PRIMARY KEY,"
            "  name       TEXT NOT NULL,"
            "  applied_at TEXT NOT NULL DEFAULT (datetime('now'))"
            ") STRICT"
        );
        if (!table) return table.error();
        // Asked again under each lock: another process may be starting on the same file.
        const auto done = applied(connection, migrations);
        if (!done) return done.error();
        if (*done == migrations.size()) return unit->commit();
        const auto step = apply(connection, migrations[*done]);
        if (!step) return step.error();
        const auto kept = unit->commit();
        if (!kept) return kept.error();
    }
}

}  // namespace cloche::db
