#include "session/sqlite_session_store.hpp"

#include "db/sqlite.hpp"
#include "observability/log.hpp"
#include "session/last_used_buffer.hpp"
#include "session/record_codec.hpp"
#include "session/schedule.hpp"
#include "session/sqlite_session_migrations.hpp"
#include "session/sqlite_session_rows.hpp"

#include <atomic>
#include <utility>

namespace cloche::session {
namespace {

using db::sqlite_connection;
using observability::level;
using observability::log_line;
using runtime::task;

/// The database's errors as a store's.
error store_error(error code) {
    if (code.category() == session_category()) return code;
    return make_error_code(errc::store_unavailable);
}

class sqlite_session_store final : public session_store {
public:
    sqlite_session_store(
        std::unique_ptr<db::sqlite_database> database,
        crypto::key_ring keys,
        crypto::random_source& random,
        const refresh_options& options,
        std::size_t live
    )
        : keys_(std::move(keys)),
          random_(random),
          options_(options),
          live_(live),
          database_(std::move(database)) {}

    task<result<void>> create(record fresh) override {
        fresh.version = 1;
        auto write = [row = row_of(fresh)](sqlite_connection& connection) {
            return insert_row(connection, row);
        };
        const auto made = co_await database_->write(std::move(write));
        if (!made) {
            if (made.error() == db::errc::constraint) CLOCHE_CO_FAIL(errc::exists);
            co_return fail("create", made.error());
        }
        worked();
        count(session_state::ended, fresh.state);
        co_return result<void>();
    }

    task<result<record_ptr>> load(id_hash id) override {
        auto read = [id](sqlite_connection& connection) { return read_row(connection, id); };
        const auto row = co_await database_->read(std::move(read));
        if (!row) co_return fail("load", row.error());
        worked();
        if (!*row) co_return record_ptr();
        co_return open_row(**row);
    }

    task<result<record_ptr>> compare_and_swap(record next) override {
        next.last_used = last_used_.later_of(next.id, next.last_used);
        auto write = [row = row_of(next)](sqlite_connection& connection) {
            return update_row(connection, row);
        };
        const auto before = co_await database_->write(std::move(write));
        if (!before) co_return fail("swap", before.error());
        worked();
        ++next.version;
        if (next.state == session_state::ended) last_used_.forget(next.id);
        count(*before, next.state);
        co_return std::make_shared<const record>(std::move(next));
    }

    void touch(const id_hash& id, instant when) override { last_used_.raise(id, when); }

    task<result<std::vector<record_ptr>>> due(instant now, std::size_t limit) override {
        auto read = [now, limit](sqlite_connection& connection) {
            return read_due(connection, now, limit);
        };
        const auto rows = co_await database_->read(std::move(read));
        if (!rows) co_return fail("due", rows.error());
        std::vector<record_ptr> found;
        for (const auto& row : *rows) {
            const auto session = open_row(row);
            // What was used since it was last written is not past its time.
            if (session && chore_of(**session, now, options_) != chore::none)
                found.push_back(*session);
        }
        co_return found;
    }

    task<result<std::vector<record_ptr>>> in_flight() override {
        auto rows = co_await database_->read(&read_in_flight);
        co_return open_rows("in_flight", std::move(rows));
    }

    task<result<std::vector<record_ptr>>> suspended() override {
        auto rows = co_await database_->read(&read_suspended);
        co_return open_rows("suspended", std::move(rows));
    }

    task<result<std::vector<record_ptr>>> list_by_subject(std::string subject) override {
        auto read = [subject = std::move(subject)](sqlite_connection& connection) {
            return read_subject(connection, subject);
        };
        auto rows = co_await database_->read(std::move(read));
        co_return open_rows("list", std::move(rows));
    }

    task<result<std::size_t>> purge(instant now) override {
        auto write = [now](sqlite_connection& connection) { return delete_old(connection, now); };
        const auto gone = co_await database_->write(std::move(write));
        if (!gone) co_return fail("purge", gone.error());
        const auto live = co_await database_->read(&count_live);
        if (live) live_ = *live;
        co_return *gone;
    }

    std::size_t live_count() const override { return live_; }

    task<result<void>> flush() override {
        auto batch = std::make_shared<const last_used_buffer::batch>(last_used_.take());
        if (batch->empty()) co_return result<void>();
        auto write = [batch](sqlite_connection& connection) {
            return write_last_used(connection, *batch);
        };
        const auto written = co_await database_->write(std::move(write));
        if (written) {
            last_used_.written();
            co_return result<void>();
        }
        last_used_.give_back(*batch);
        co_return fail("flush", written.error());
    }

private:
    session_row row_of(const record& session) {
        session_row row;
        row.plain = session;
        row.plain.tokens = token_set();
        row.work_at = work_at(session, options_);
        row.expires_at = expires_at(session, options_);
        row.sealed = seal_private_part(session, keys_, random_);
        return row;
    }

    result<record_ptr> open_row(const session_row& row) const {
        record session = row.plain;
        const auto opened = open_private_part(row.sealed, keys_, session);
        if (!opened) return opened.error();
        session.last_used = last_used_.later_of(session.id, session.last_used);
        return std::make_shared<const record>(std::move(session));
    }

    result<std::vector<record_ptr>> open_rows(
        std::string_view what, result<std::vector<session_row>> rows
    ) {
        if (!rows) return fail(what, rows.error());
        std::vector<record_ptr> found;
        for (const auto& row : *rows)
            if (auto session = open_row(row)) found.push_back(std::move(*session));
        return found;
    }

    /// Says in the log what SQLite said: once, until it works again.
    error fail(std::string_view what, error code) {
        const error ours = store_error(code);
        if (ours == errc::store_unavailable && !away_.exchange(true))
            log_line(level::error, "session_store_unavailable")
                .with("operation", what)
                .with("reason", database_->last_failure());
        return ours;
    }
    void worked() {
        if (away_.load(std::memory_order_relaxed) && away_.exchange(false))
            log_line(level::info, "session_store_available");
    }

    void count(session_state before, session_state after) {
        if (before != session_state::live && after == session_state::live) ++live_;
        if (before == session_state::live && after != session_state::live) --live_;
    }

    const crypto::key_ring keys_;
    crypto::random_source& random_;
    const refresh_options options_;
    last_used_buffer last_used_;
    std::atomic<std::size_t> live_;
    std::atomic<bool> away_ = false;
    std::unique_ptr<db::sqlite_database> database_;
};

}  // namespace

result<std::unique_ptr<session_store>> make_sqlite_session_store(
    const std::string& path,
    crypto::key_ring keys,
    crypto::random_source& random,
    const refresh_options& options
) {
    auto database = db::sqlite_database::open(path, sqlite_connection::durability::full);
    if (!database) return database.error();
    const auto live =
        (*database)->write_blocking([](sqlite_connection& connection) -> result<std::size_t> {
            const auto migrated = db::migrate(connection, sqlite_session_migrations());
            if (!migrated) return migrated.error();
            return count_live(connection);
        });
    if (!live) return live.error();
    return std::make_unique<sqlite_session_store>(
        std::move(*database), std::move(keys), random, options, *live
    );
}

}  // namespace cloche::session
