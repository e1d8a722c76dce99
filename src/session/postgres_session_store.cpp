#include "session/postgres_session_store.hpp"

#include "base/encoding.hpp"
#include "db/postgres_connection.hpp"
#include "db/postgres_listener.hpp"
#include "db/postgres_migrate.hpp"
#include "db/postgres_pool.hpp"
#include "runtime/run_blocking.hpp"
#include "session/change_note.hpp"
#include "session/clock_offset.hpp"
#include "session/postgres_session_migrations.hpp"
#include "session/postgres_session_rows.hpp"
#include "session/store_outage.hpp"

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>

namespace cloche::session {
namespace {

using db::call_order;
using db::postgres_query;
using db::postgres_rows;
using runtime::task;

/// How many uses are written at once.
constexpr std::size_t use_batch = 1'000;

instant now() {
    return system_clock().now();
}

/// What is found when the store is opened.
struct first_look {
    bool good = false;
    std::size_t live = 0;
    instant asked{};  ///< the server's clock was read between that
    instant theirs{};
    instant answered{};  ///< and that
    std::string why;

    first_look() = default;
};

class postgres_session_store final : public session_store {
public:
    postgres_session_store(
        runtime::io_threads& threads,
        const db::postgres_address& address,
        session_keys keys,
        crypto::random_source& random,
        const refresh_options& options,
        const first_look& found
    )
        : threads_(threads),
          address_(address),
          origin_(hex_encode(random.bytes(8))),
          rows_(std::move(keys), random, options),
          live_(found.live),
          pool_(threads, address) {
        clock_.measured(found.asked, found.theirs, found.answered);
    }

    task<result<void>> create(record fresh) override {
        fresh.version = 1;
        auto query = insert_query(rows_.row_of(fresh, shared_now()));
        const auto made = co_await run("create", std::move(query), call_order::ahead);
        if (!made) co_return made.error();
        if (made->changes() == 0) CLOCHE_CO_FAIL(errc::exists);
        count(session_state::ended, fresh.state);
        co_return result<void>();
    }

    task<result<record_ptr>> load(id_hash id) override {
        const instant asked = now();
        const auto found = co_await run("load", load_query(id));
        if (!found) co_return found.error();
        if (found->size() == 0) co_return record_ptr();
        clock_.measured(asked, clock_in(*found, 0), now());
        const auto row = row_in(*found, 0);
        if (!row) co_return row.error();
        co_return rows_.open(*row);
    }

    task<result<record_ptr>> compare_and_swap(record next) override {
        next.last_used = rows_.last_used.later_of(next.id, next.last_used);
        auto query = update_query(rows_.row_of(next, shared_now()), change_note(origin_, next.id));
        const auto swapped = co_await run("swap", std::move(query), call_order::ahead);
        if (!swapped) co_return swapped.error();
        if (swapped->size() == 0) CLOCHE_CO_FAIL(errc::conflict);
        ++next.version;
        if (next.state == session_state::ended) rows_.last_used.forget(next.id);
        count(static_cast<session_state>(swapped->integer(0, 0)), next.state);
        co_return std::make_shared<const record>(std::move(next));
    }

    void touch(const id_hash& id, instant when) override { rows_.last_used.raise(id, when); }

    task<result<std::vector<record_ptr>>> due(instant now, std::size_t limit) override {
        const auto found = co_await run("due", due_query(now, limit));
        if (!found) co_return found.error();
        auto rows = all_rows(*found);
        if (rows.size() > limit) rows.resize(limit);
        co_return rows_.open_due(rows, now);
    }

    task<result<std::vector<record_ptr>>> in_flight() override {
        return open_all("in_flight", in_flight_query());
    }

    task<result<std::vector<record_ptr>>> suspended() override {
        return open_all("suspended", suspended_query());
    }

    task<result<std::vector<record_ptr>>> list_by_subject(std::string subject) override {
        const auto found = co_await run("list", subject_query(subject));
        if (!found) co_return found.error();
        co_return rows_.open_list(all_rows(*found));
    }

    task<result<std::size_t>> purge(instant now) override {
        std::size_t gone = 0;
        for (std::size_t last = purge_batch; last == purge_batch; gone += last) {
            const auto removed = co_await run("purge", purge_query(now));
            if (!removed) co_return removed.error();
            last = removed->changes();
        }
        const auto counted = co_await run("count", count_query());
        if (counted) live_ = static_cast<std::size_t>(counted->integer(0, 0));
        co_return gone;
    }

    std::size_t live_count() const override { return live_; }

    void on_change(change_listener heard) override {
        auto hear = [origin = origin_, heard = std::move(heard)](const std::string& note) {
            if (const auto id = changed_by_another(note, origin)) heard(*id);
        };
        listener_ = std::make_unique<db::postgres_listener>(
            threads_.context(0), address_, postgres_session_channel, std::move(hear)
        );
    }

    milliseconds clock_ahead() const override { return clock_.ahead(); }

    task<result<void>> flush() override {
        const auto batch = rows_.last_used.take();
        std::vector<std::pair<id_hash, instant>> left(batch.begin(), batch.end());
        while (!left.empty()) {
            const auto some = std::min(left.size(), use_batch);
            const auto begin = left.end() - static_cast<std::ptrdiff_t>(some);
            auto query = last_used_query({begin, left.end()});
            left.erase(begin, left.end());
            const auto written = co_await run("flush", std::move(query));
            if (written) continue;
            rows_.last_used.give_back(batch);
            co_return written.error();
        }
        rows_.last_used.written();
        co_return result<void>();
    }

private:
    task<result<postgres_rows>> run(
        std::string_view what, postgres_query query, call_order order = call_order::in_turn
    ) {
        auto rows = co_await pool_.run(std::move(query), order);
        if (!rows) co_return outage_.fail(what, rows.error(), pool_.last_failure());
        outage_.worked(what);
        co_return rows;
    }

    task<result<std::vector<record_ptr>>> open_all(std::string_view what, postgres_query query) {
        const auto found = co_await run(what, std::move(query));
        if (!found) co_return found.error();
        co_return rows_.open_all(all_rows(*found));
    }

    instant shared_now() const { return now() + clock_.ahead(); }

    void count(session_state before, session_state after) {
        if (before != session_state::live && after == session_state::live) ++live_;
        if (before == session_state::live && after != session_state::live) --live_;
    }

    runtime::io_threads& threads_;
    const db::postgres_address address_;
    const std::string origin_;  ///< this process, in what it tells the others
    row_keeper rows_;
    std::atomic<std::size_t> live_;
    clock_offset clock_;
    store_outage outage_;
    db::postgres_pool pool_;
    std::unique_ptr<db::postgres_listener> listener_;
};

/// Connects, migrates and counts.
task<first_look> look(runtime::asio::io_context& loop, const db::postgres_address& address) {
    first_look found;
    db::postgres_connection connection(loop);
    const auto opened = co_await connection.open(address);
    if (!opened) {
        found.why = connection.last_failure() +
                    " (check that the server runs there, and that the URL's user may connect)";
        co_return found;
    }
    const std::string table = postgres_session_migration_table;
    const auto migrations = postgres_session_migrations();
    const auto migrated = co_await db::migrate(connection, table, migrations, found.why);
    if (!migrated) co_return found;
    const auto query = count_query();
    found.asked = now();
    const auto counted = co_await connection.run(query);
    if (!counted) {
        found.why = connection.last_failure() +
                    " (check that the URL's user may read and write the tables cloche_*)";
        co_return found;
    }
    found.good = true;
    found.live = static_cast<std::size_t>(counted->integer(0, 0));
    found.theirs = instant(milliseconds(counted->integer(0, 1)));
    found.answered = now();
    co_return found;
}

}  // namespace

std::unique_ptr<session_store> make_postgres_session_store(
    runtime::io_threads& threads,
    const std::string& url,
    session_keys keys,
    crypto::random_source& random,
    const refresh_options& options,
    std::string& why
) {
    const auto address = db::postgres_address::parse(url, why);
    if (!address) return nullptr;
    runtime::asio::io_context loop(1);
    const auto found = runtime::run_blocking(loop, look(loop, *address));
    if (!found.good) {
        why = "cannot use the PostgreSQL database " + address->description() + ": " + found.why;
        return nullptr;
    }
    return std::make_unique<postgres_session_store>(
        threads, *address, std::move(keys), random, options, found
    );
}

}  // namespace cloche::session
