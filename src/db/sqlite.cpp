#include "db/sqlite.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <functional>
#include <unordered_map>

namespace cloche::db {
namespace {

/// SQLite's primary result codes as ours.
errc errc_of(int code) noexcept {
    switch (code & 0xff) {
        case SQLITE_CONSTRAINT:
            return errc::constraint;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_FORMAT:
        case SQLITE_ERROR:  // our statements are constants: what they name is not in this file
            return errc::corrupt;
        default:  // busy, full, I/O, read-only, out of memory
            return errc::unavailable;
    }
}

/// A truth value is no error: `result<bool>` has to be told which of the two it gets.
result<bool> failed(int code) {
    return {boost::system::in_place_error, make_error_code(errc_of(code))};
}

/// Tokens, even sealed ones, are nobody else's to read. SQLite gives its -wal and -shm the same
/// mode.
void create_private(const std::string& path) noexcept {
    const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0) ::close(file);
}

struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>()(text);
    }
};

}  // namespace

statement::~statement() {
    if (handle_ == nullptr) return;
    if (in_use_ == nullptr) {
        sqlite3_finalize(handle_);
        return;
    }
    // The failure of the last step comes back from here once more: it has been told.
    sqlite3_reset(handle_);
    sqlite3_clear_bindings(handle_);
    *in_use_ = false;
}

statement::statement(statement&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)),
      in_use_(std::exchange(other.in_use_, nullptr)),
      next_(other.next_),
      bind_failure_(other.bind_failure_) {}

statement& statement::bound(int code) noexcept {
    if (code != SQLITE_OK && bind_failure_ == 0) bind_failure_ = code;
    return *this;
}

statement& statement::bind(std::string_view text) {
    // A view of nothing has a null pointer, which SQLite would take for NULL.
    const char* data = text.data() == nullptr ? "" : text.data();
    return bound(
        sqlite3_bind_text64(handle_, next_++, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8)
    );
}

statement& statement::bind(std::int64_t number) {
    return bound(sqlite3_bind_int64(handle_, next_++, number));
}

statement& statement::bind_blob(std::string_view bytes) {
    const char* data = bytes.data() == nullptr ? "" : bytes.data();
    return bound(sqlite3_bind_blob64(handle_, next_++, data, bytes.size(), SQLITE_TRANSIENT));
}

statement& statement::bind_null() {
    return bound(sqlite3_bind_null(handle_, next_++));
}

statement& statement::again() noexcept {
    sqlite3_reset(handle_);
    sqlite3_clear_bindings(handle_);
    next_ = 1;
    bind_failure_ = 0;
    return *this;
}

result<bool> statement::step() {
    if (bind_failure_ != 0) return failed(bind_failure_);
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return failed(code);
}

result<void> statement::run() {
    for (;;) {
        const auto row = step();
        if (!row) return row.error();
        if (!*row) return {};
    }
}

std::string statement::text(int column) const {
    const void* data = sqlite3_column_blob(handle_, column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_, column));
    return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
}

std::int64_t statement::integer(int column) const {
    return sqlite3_column_int64(handle_, column);
}

bool statement::is_null(int column) const {
    return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

struct sqlite_connection::state {
    struct kept {
        sqlite3_stmt* handle = nullptr;
        bool in_use = false;
    };

    sqlite3* database = nullptr;
    std::unordered_map<std::string, kept, text_hash, std::equal_to<>> statements;

    ~state() {
        for (auto& [text, entry] : statements)
            sqlite3_finalize(entry.handle);
        sqlite3_close(database);
    }
};

sqlite_connection::sqlite_connection(std::unique_ptr<state> opened) : state_(std::move(opened)) {}
sqlite_connection::~sqlite_connection() = default;

result<std::unique_ptr<sqlite_connection>> sqlite_connection::open(
    const std::string& path, durability level
) {
    create_private(path);
    auto opened = std::make_unique<state>();
    const int code = sqlite3_open_v2(
        path.c_str(),
        &opened->database,
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
        nullptr
    );
    if (code != SQLITE_OK) CLOCHE_FAIL(errc_of(code));
    sqlite3_busy_timeout(opened->database, static_cast<int>(busy_timeout.count()));

    std::unique_ptr<sqlite_connection> connection(new sqlite_connection(std::move(opened)));
    const std::string settings = std::string(
                                     "PRAGMA journal_mode = WAL;"
                                     "PRAGMA foreign_keys = ON;"
                                     "PRAGMA trusted_schema = OFF;"
                                     "PRAGMA temp_store = MEMORY;"
                                     // A log that once grew is cut back at the next checkpoint.
                                     "PRAGMA journal_size_limit = 67108864;"
                                     // KiB: what leads to a row stays in memory for a million
                                     // sessions.
                                     "PRAGMA cache_size = -16384;"
                                     "PRAGMA synchronous = "
                                 ) +
                                 (level == durability::full ? "FULL" : "NORMAL");
    const auto set = connection->execute(settings);
    if (!set) return set.error();
    return connection;
}

result<statement> sqlite_connection::prepare(std::string_view sql) {
    auto found = state_->statements.find(sql);
    const bool cached = found != state_->statements.end();
    if (cached && !found->second.in_use) {
        found->second.in_use = true;
        return statement(found->second.handle, &found->second.in_use);
    }
    sqlite3_stmt* handle = nullptr;
    const int code = sqlite3_prepare_v3(
        state_->database,
        sql.data(),
        static_cast<int>(sql.size()),
        cached ? 0 : SQLITE_PREPARE_PERSISTENT,
        &handle,
        nullptr
    );
    if (code != SQLITE_OK) CLOCHE_FAIL(errc_of(code));
    // The same text inside itself, as in a walk over rows: one more that nobody keeps.
    if (cached) return statement(handle, nullptr);
    auto& entry = state_->statements[std::string(sql)];
    entry.handle = handle;
    entry.in_use = true;
    return statement(handle, &entry.in_use);
}

result<void> sqlite_connection::execute(const std::string& sql) {
    const int code = sqlite3_exec(state_->database, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) CLOCHE_FAIL(errc_of(code));
    return {};
}

std::int64_t sqlite_connection::changes() const noexcept {
    return sqlite3_changes64(state_->database);
}

bool sqlite_connection::in_transaction() const noexcept {
    return sqlite3_get_autocommit(state_->database) == 0;
}

bool sqlite_connection::in_place() const noexcept {
    int moved = 0;
    const int code = sqlite3_file_control(state_->database, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return code != SQLITE_OK || moved == 0;
}

std::string sqlite_connection::last_message() const {
    return sqlite3_errmsg(state_->database);
}

transaction::transaction(sqlite_connection& connection, bool nested) noexcept
    : connection_(&connection), nested_(nested) {}

transaction::transaction(transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)), nested_(other.nested_) {}

result<transaction> transaction::begin(sqlite_connection& connection) {
    const bool nested = connection.in_transaction();
    // Immediate: a transaction that starts as a reader can fail later, when it first writes.
    const auto begun = connection.execute(nested ? "SAVEPOINT part" : "BEGIN IMMEDIATE");
    if (!begun) return begun.error();
    return transaction(connection, nested);
}

result<void> transaction::commit() {
    const auto done = connection_->execute(nested_ ? "RELEASE part" : "COMMIT");
    if (!done) return done.error();
    connection_ = nullptr;
    return {};
}

transaction::~transaction() {
    // After some failures (disk full, I/O) SQLite has rolled everything back by itself.
    if (connection_ == nullptr || !connection_->in_transaction()) return;
    (void)connection_->execute(nested_ ? "ROLLBACK TO part; RELEASE part" : "ROLLBACK");
}

}  // namespace cloche::db
