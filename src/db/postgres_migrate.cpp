#include "db/postgres_migrate.hpp"

#include <chrono>

namespace cloche::db {

using runtime::task;

namespace {

// Building an index on a large table takes its time, and so does waiting for who goes first.
constexpr std::chrono::minutes migration_limit{10};

constexpr const char* begin =
    "BEGIN; SET LOCAL statement_timeout = 0; "
    // The same number in every replica, and in no other program.
    "SELECT pg_advisory_xact_lock(7163391420817522)";

/// A run of migrations on one connection.
class migrator {
public:
    migrator(
        postgres_connection& connection,
        std::string table,
        std::span<const migration> migrations,
        std::string& why
    )
        : connection_(connection), table_(std::move(table)), migrations_(migrations), why_(why) {}

    task<result<void>> run() {
        for (;;) {
            // Asked again under each lock: another replica may be starting.
            const auto begun = co_await said(begin);
            if (!begun) co_return begun.error();
            const auto done = co_await applied();
            if (!done) co_return done.error();
            const bool finished = *done == migrations_.size();
            if (!finished) {
                const auto stepped = co_await apply(migrations_[*done]);
                if (!stepped) co_return stepped.error();
            }
            const auto kept = co_await said("COMMIT");
            if (!kept) co_return kept.error();
            if (finished) co_return result<void>();
        }
    }

private:
    task<result<postgres_rows>> said(std::string sql) {
        auto rows = co_await connection_.execute(sql, migration_limit);
        if (!rows) why_ = connection_.last_failure();
        co_return rows;
    }

    /// How many of the migrations the database has had.
    task<result<std::size_t>> applied() {
        // Not IF NOT EXISTS: that asks for the right to make tables even where it is there.
        const auto there = co_await said("SELECT to_regclass('" + table_ + "') IS NOT NULL");
        if (!there) co_return there.error();
        if (there->text(0, 0) != "t") {
            const auto made = co_await said(
                "CREATE TABLE " + table_ +
                " (number integer PRIMARY KEY, name text NOT NULL, "
                "applied_at timestamptz NOT NULL DEFAULT now())"
            );
            if (!made) co_return made.error();
            co_return std::size_t(0);
        }
        const auto rows = co_await said("SELECT number, name FROM " + table_ + " ORDER BY number");
        if (!rows) co_return rows.error();
        for (std::size_t i = 0; i < rows->size(); ++i) {
            if (i >= migrations_.size()) {
                why_ =
                    "the database was made by a newer version of this program (it has migration " +
                    rows->text(i, 0) + ", " + rows->text(i, 1) +
                    "): run that version, or give this one a database of its own";
                CLOCHE_CO_FAIL(errc::corrupt);
            }
            const auto& known = migrations_[i];
            if (rows->integer(i, 0) == known.number && rows->text(i, 1) == known.name) continue;
            why_ = "the table " + table_ + " of the database is that of another program";
            CLOCHE_CO_FAIL(errc::corrupt);
        }
        co_return rows->size();
    }

    task<result<void>> apply(const migration& next) {
        const auto changed = co_await said(std::string(next.sql));
        if (!changed) co_return changed.error();
        const auto noted = co_await said(
            "INSERT INTO " + table_ + " (number, name) VALUES (" + std::to_string(next.number) +
            ", '" + std::string(next.name) + "')"
        );
        if (!noted) co_return noted.error();
        co_return result<void>();
    }

    postgres_connection& connection_;
    const std::string table_;
    const std::span<const migration> migrations_;
    std::string& why_;
};

}  // namespace

task<result<void>> migrate(
    postgres_connection& connection,
    std::string table,
    std::span<const migration> migrations,
    std::string& why
) {
    migrator running(connection, std::move(table), migrations, why);
    const auto migrated = co_await running.run();
    // Also where it failed: nothing of it stays.
    if (!migrated) {
        const std::string rollback = "ROLLBACK";
        co_await connection.execute(rollback);
    }
    co_return migrated;
}

}  // namespace cloche::db
