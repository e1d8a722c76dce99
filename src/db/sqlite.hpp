// SQLite: connection, statement, and a database with one writer thread.
//
// Not for I/O threads, except through `sqlite_database`, whose work runs on threads of its own.
#pragma once

#include "base/result.hpp"
#include "runtime/task.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace cloche::db {

enum class errc {
    unavailable = 1,  ///< the database cannot be opened, read or written: disk full, file gone, locked
    constraint,       ///< a unique or foreign key forbids the change
    corrupt,          ///< the file is not a database of ours, or of a newer version
};
const boost::system::error_category& db_category() noexcept;
inline error make_error_code(errc e) { return {static_cast<int>(e), db_category()}; }

/// A prepared statement: bind in order, step, read columns. Reset when it goes out of scope, and kept
/// by its connection for the next use of the same text.
class statement {
public:
    explicit statement(sqlite3_stmt* handle) noexcept : handle_(handle) {}
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

    /// True: a row is there. False: done.
    result<bool> step();
    /// Steps to the end, rows ignored.
    result<void> run();

    std::string text(int column) const;  ///< also for blobs
    std::int64_t integer(int column) const;
    bool is_null(int column) const;

private:
    sqlite3_stmt* handle_;
    int next_ = 1;
};

class sqlite_connection {
public:
    enum class durability { full, normal };  ///< PRAGMA synchronous
    static result<std::unique_ptr<sqlite_connection>> open(const std::string& path, durability);
    ~sqlite_connection();

    /// The text must be a constant of the program: statements are cached by it.
    result<statement> prepare(std::string_view sql);
    /// One or more statements without parameters or rows.
    result<void> execute(const std::string& sql);
    std::int64_t changes() const noexcept;
    /// SQLite's own words for the last failure; for the log.
    std::string last_message() const;

private:
    struct state;
    explicit sqlite_connection(std::unique_ptr<state>);
    std::unique_ptr<state> state_;
};

/// One database file: a writer thread that commits in groups, and a reader thread. Any thread may call.
class sqlite_database {
public:
    /// Opens (and creates) the file in WAL mode. Migrations are the caller's (db/migrate.hpp).
    static result<std::unique_ptr<sqlite_database>> open(const std::string& path, sqlite_connection::durability);
    ~sqlite_database();

    /// Runs `work(sqlite_connection&) -> result<R>` inside a transaction that it may share with others,
    /// and completes on the caller's executor after the commit. A `work` that fails is rolled back alone.
    template <class Work>
    auto write(Work work) -> runtime::task<std::invoke_result_t<Work, sqlite_connection&>>;

    /// Runs `work(sqlite_connection&) -> result<R>` on the reader's connection.
    template <class Work>
    auto read(Work work) -> runtime::task<std::invoke_result_t<Work, sqlite_connection&>>;

    /// The same for threads that have no event loop: start-up, the command line, the mail dispatcher.
    template <class Work>
    auto write_blocking(Work work) -> std::invoke_result_t<Work, sqlite_connection&>;

private:
    struct state;
    explicit sqlite_database(std::unique_ptr<state>);
    /// Queues a job: `run` on the writer's (or reader's) thread, then `done` after the commit with its
    /// error, if the commit itself failed.
    void enqueue_write(std::function<error(sqlite_connection&)> run, std::function<void(error)> done);
    void enqueue_read(std::function<void(sqlite_connection&)> run);
    std::unique_ptr<state> state_;
};

}  // namespace cloche::db

template <>
struct boost::system::is_error_code_enum<cloche::db::errc> : std::true_type {};

#include "db/sqlite_impl.hpp"
