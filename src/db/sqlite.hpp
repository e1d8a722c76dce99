// SQLite: connection, statement, and a database with one writer thread.
//
// Not for I/O threads, except through `sqlite_database`, whose work runs on threads of its own.
// A connection and its statements belong to one thread at a time.
#pragma once

#include "base/result.hpp"
#include "db/errc.hpp"
#include "runtime/task.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace cloche::db {

/// How long a writer waits for a lock that another process holds, before errc::unavailable.
inline constexpr std::chrono::milliseconds busy_timeout{2'000};

/// A prepared statement: bind in order, step, read columns. Reset when it goes out of scope, and
/// kept by its connection for the next use of the same text. It must not outlive its connection.
class statement {
public:
    /// `in_use`: the mark to take back when the statement is done; null for one that nobody keeps.
    statement(sqlite3_stmt* handle, bool* in_use) noexcept : handle_(handle), in_use_(in_use) {}
    ~statement();
    statement(statement&& other) noexcept;
    statement(const statement&) = delete;
    statement& operator=(const statement&) = delete;

    statement& bind(std::string_view text);
    statement& bind(std::int64_t number);
    statement& bind_blob(std::string_view bytes);
    statement& bind_null();
    template <class T>
    statement& bind_optional(const std::optional<T>& value) {
        return value ? bind(*value) : bind_null();
    }

    /// Starts over, without bindings: for the next turn of a loop.
    statement& again() noexcept;

    /// True: a row is there. False: done. A `bind` that failed is told here.
    result<bool> step();
    /// Steps to the end, rows ignored.
    result<void> run();

    std::string text(int column) const;  ///< also for blobs
    std::int64_t integer(int column) const;
    bool is_null(int column) const;

private:
    statement& bound(int code) noexcept;

    sqlite3_stmt* handle_;
    bool* in_use_;
    int next_ = 1;
    int bind_failure_ = 0;
};

class sqlite_connection {
public:
    enum class durability { full, normal };  ///< PRAGMA synchronous
    /// Opens, or creates with mode 0600, in WAL mode. Errors: unavailable, corrupt.
    static result<std::unique_ptr<sqlite_connection>> open(const std::string& path, durability);
    ~sqlite_connection();
    sqlite_connection(const sqlite_connection&) = delete;
    sqlite_connection& operator=(const sqlite_connection&) = delete;

    /// The text must be a constant of the program: statements are cached by it.
    result<statement> prepare(std::string_view sql);
    /// One or more statements without parameters or rows.
    result<void> execute(const std::string& sql);
    /// Rows that the last INSERT, UPDATE or DELETE changed.
    std::int64_t changes() const noexcept;
    bool in_transaction() const noexcept;
    /// The file is still the one at its path. If not, what is written here is lost with the
    /// process.
    bool in_place() const noexcept;
    /// SQLite's own words for the last failure; for the log.
    std::string last_message() const;

private:
    struct state;
    explicit sqlite_connection(std::unique_ptr<state>);
    std::unique_ptr<state> state_;
};

/// A unit of work on a connection: committed by `commit`, otherwise rolled back when it goes.
/// Inside another it is a savepoint, so that it may fail alone.
class transaction {
public:
    /// Errors: unavailable.
    static result<transaction> begin(sqlite_connection& connection);
    ~transaction();
    transaction(transaction&& other) noexcept;
    transaction(const transaction&) = delete;
    transaction& operator=(const transaction&) = delete;

    /// Errors: unavailable; nothing has been changed then.
    result<void> commit();

private:
    transaction(sqlite_connection& connection, bool nested) noexcept;

    sqlite_connection* connection_;
    bool nested_;
};

/// One database file: a writer thread that commits in groups, and a reader thread. Any thread may
/// call, and must be done calling before the database goes; that in turn must happen before the
/// event loops end that wait for it.
class sqlite_database {
public:
    /// Opens (and creates) the file in WAL mode. Migrations are the caller's (db/migrate.hpp).
    /// Errors: unavailable, corrupt.
    static result<std::unique_ptr<sqlite_database>> open(
        const std::string& path, sqlite_connection::durability
    );
    /// Finishes what is queued.
    ~sqlite_database();

    /// Runs `work(sqlite_connection&) -> result<R>` inside a transaction that it may share with
    /// others, and completes on the caller's executor after the commit. A `work` that fails is
    /// rolled back alone. Runs to its end even if the caller is cancelled. Errors: its own;
    /// unavailable, also where it throws.
    template <class Work>
    auto write(Work work) -> runtime::task<std::invoke_result_t<Work, sqlite_connection&>>;

    /// Runs `work(sqlite_connection&) -> result<R>` on the reader's connection, which cannot write.
    /// It sees every write that completed before.
    template <class Work>
    auto read(Work work) -> runtime::task<std::invoke_result_t<Work, sqlite_connection&>>;

    /// The same as `write` for threads that have no event loop: start-up, the command line, the
    /// mail dispatcher. Not from inside a `work`.
    template <class Work>
    auto write_blocking(Work work) -> std::invoke_result_t<Work, sqlite_connection&>;

    /// SQLite's own words (or those of an exception) for the latest failure; for the log.
    std::string last_failure() const;

    /// A piece of work in one of the queues, with room for its outcome.
    class job {
    public:
        virtual ~job() = default;
        /// On the writer's or reader's thread. Gives the error it ended with, if any.
        virtual error run(sqlite_connection&) = 0;
        /// It threw, or was not committed: whatever `run` found is void.
        virtual void fail(error reason) = 0;
    };

private:
    struct state;
    explicit sqlite_database(std::unique_ptr<state>);

    runtime::task<void> run_write(std::shared_ptr<job> work);
    runtime::task<void> run_read(std::shared_ptr<job> work);
    void run_write_blocking(std::shared_ptr<job> work);
    std::unique_ptr<state> state_;
};

}  // namespace cloche::db

#include "db/sqlite_impl.hpp"
