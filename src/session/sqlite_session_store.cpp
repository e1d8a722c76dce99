#include "session/sqlite_session_store.hpp"

#include "db/sqlite.hpp"
#include "session/sqlite_session_migrations.hpp"
#include "session/sqlite_session_rows.hpp"
#include "session/store_outage.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace cloche::session {
namespace {

using db::sqlite_connection;
using runtime::task;

/// Uses that are written in one go. There is one writer, and a refresh waits for no more than this.
constexpr std::size_t page = 200;

instant now() {
    return system_clock().now();
}

class sqlite_session_store final : public session_store {
public:
    sqlite_session_store(
        std::unique_ptr<db::sqlite_database> database,
        session_keys keys,
        crypto::random_source& random,
        const refresh_options& options,
        std::size_t live
    )
        : rows_(std::move(keys), random, options), live_(live), database_(std::move(database)) {}

    task<result<void>> create(record fresh) override {
        fresh.version = 1;
        auto write = [row = rows_.row_of(fresh, now())](sqlite_connection& connection) {
            return insert_row(connection, row);
        };
        const auto made = co_await database_->write(std::move(write));
        if (!made) {
            if (made.error() == db::errc::constraint) CLOCHE_CO_FAIL(errc::exists);
            co_return fail("create", made.error());
        }
        outage_.worked("create");
        count(session_state::ended, fresh.state);
        co_return result<void>();
    }

    task<result<record_ptr>> load(id_hash id) override {
        auto read = [id](sqlite_connection& connection) { return read_row(connection, id); };
        const auto row = co_await database_->read(std::move(read));
        if (!row) co_return fail("load", row.error());
        outage_.worked("load");
        if (!*row) co_return record_ptr();
        co_return rows_.open(**row);
    }

    task<result<record_ptr>> compare_and_swap(record next) override {
        next.last_used = rows_.last_used.later_of(next.id, next.last_used);
        auto write = [row = rows_.row_of(next, now())](sqlite_connection& connection) {
            return update_row(connection, row);
        };
        const auto before = co_await database_->write(std::move(write));
        if (!before) co_return fail("swap", before.error());
        outage_.worked("swap");
        ++next.version;
        if (next.state == session_state::ended) rows_.last_used.forget(next.id);
        count(*before, next.state);
        co_return std::make_shared<const record>(std::move(next));
    }

    void touch(const id_hash& id, instant when) override { rows_.last_used.raise(id, when); }

    task<result<std::vector<record_ptr>>> due(instant now, std::size_t limit) override {
        auto read = [now, limit](sqlite_connection& connection) {
            return read_due(connection, now, limit);
        };
        const auto rows = co_await database_->read(std::move(read));
        if (!rows) co_return fail("due", rows.error());
        co_return rows_.open_due(*rows, now);
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
        const auto rows = co_await database_->read(std::move(read));
        if (!rows) co_return fail("list", rows.error());
        co_return rows_.open_list(*rows);
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
        const auto batch = rows_.last_used.take();
        if (batch.empty()) co_return result<void>();
        using uses = std::vector<std::pair<id_hash, instant>>;
        const auto all = std::make_shared<const uses>(batch.begin(), batch.end());
        for (std::size_t done = 0; done < all->size(); done += page) {
            const std::size_t size = std::min(page, all->size() - done);
            auto write = [all, done, size](sqlite_connection& connection) {
                return write_last_used(connection, std::span(*all).subspan(done, size));
            };
            const auto written = co_await database_->write(std::move(write));
            if (written) continue;
            rows_.last_used.give_back(batch);
            co_return fail("flush", written.error());
        }
        outage_.worked("flush");
        rows_.last_used.written();
        co_return result<void>();
    }

private:
    result<std::vector<record_ptr>> open_rows(
        std::string_view what, result<std::vector<session_row>> rows
    ) {
        if (!rows) return fail(what, rows.error());
        return rows_.open_all(*rows);
    }

    error fail(std::string_view what, error code) {
        return outage_.fail(what, code, database_->last_failure());
    }

    void count(session_state before, session_state after) {
        if (before != session_state::live && after == session_state::live) ++live_;
        if (before == session_state::live && after != session_state::live) --live_;
    }

    row_keeper rows_;
    store_outage outage_;
    std::atomic<std::size_t> live_;
    std::unique_ptr<db::sqlite_database> database_;
};

}  // namespace

result<std::unique_ptr<session_store>> make_sqlite_session_store(
    const std::string& path,
    session_keys keys,
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
