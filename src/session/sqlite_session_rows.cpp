#include "session/sqlite_session_rows.hpp"

#include "session/errc.hpp"
#include "session/schedule.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace cloche::session {
namespace {

using db::sqlite_connection;
using db::statement;

std::int64_t number_of(instant when) {
    return when.time_since_epoch().count();
}
std::int64_t number_of(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

instant time_in(const statement& row, int column) {
    return instant(milliseconds(row.integer(column)));
}
std::uint64_t count_in(const statement& row, int column) {
    return static_cast<std::uint64_t>(row.integer(column));
}
std::optional<instant> optional_time_in(const statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return time_in(row, column);
}

void bind_time(statement& to, const std::optional<instant>& when) {
    if (when) {
        to.bind(number_of(*when));
    } else {
        to.bind_null();
    }
}

/// The columns from `version` to `sealed`, in the order of the table.
void bind_content(statement& to, const session_row& row, std::uint64_t version) {
    const record& plain = row.plain;
    to.bind(number_of(version))
        .bind(plain.subject)
        .bind(static_cast<std::int64_t>(plain.state))
        .bind(static_cast<std::int64_t>(plain.reason))
        .bind(number_of(plain.made))
        .bind(number_of(plain.absolute_until))
        .bind(plain.idle.count())
        .bind(number_of(plain.generation))
        .bind(number_of(plain.last_fence));
    if (const auto& flying = plain.in_flight) {
        to.bind(flying->holder).bind(number_of(flying->fence));
        to.bind(number_of(flying->since)).bind(number_of(flying->lease_until));
    } else {
        to.bind_null().bind_null().bind_null().bind_null();
    }
    bind_time(to, plain.earlier_until);
    if (const auto& after = plain.after_failure) {
        to.bind(number_of(after->not_before)).bind(static_cast<std::int64_t>(after->attempts));
        bind_time(to, after->outcome_unknown_since);
    } else {
        to.bind_null().bind_null().bind_null();
    }
    bind_time(to, plain.ended_at);
    to.bind(static_cast<std::int64_t>(plain.revocation_due));
    bind_time(to, row.work_at);
    to.bind_blob(row.sealed);
}

#define CLOCHE_SESSION_COLUMNS                                                                  \
    "id, version, subject, state, reason, made, absolute_until, idle, generation, last_fence, " \
    "flight_holder, flight_fence, flight_since, flight_until, earlier_until, retry_at, "        \
    "retry_attempts, unknown_since, ended_at, revocation_due, work_at, sealed"
#define CLOCHE_SESSION_SELECT        \
    "SELECT " CLOCHE_SESSION_COLUMNS \
    ", last_used, expires_at "       \
    "FROM session JOIN session_use ON session_use.session = session.number "

session_row row_in(const statement& from) {
    session_row row;
    record& plain = row.plain;
    const std::string id = from.text(0);
    std::memcpy(plain.id.bytes.data(), id.data(), std::min(id.size(), plain.id.bytes.size()));
    plain.version = count_in(from, 1);
    plain.subject = from.text(2);
    plain.state = static_cast<session_state>(from.integer(3));
    plain.reason = static_cast<end_reason>(from.integer(4));
    plain.made = time_in(from, 5);
    plain.absolute_until = time_in(from, 6);
    plain.idle = milliseconds(from.integer(7));
    plain.generation = count_in(from, 8);
    plain.last_fence = count_in(from, 9);
    if (!from.is_null(11)) {
        flight flying;
        flying.holder = from.text(10);
        flying.fence = count_in(from, 11);
        flying.since = time_in(from, 12);
        flying.lease_until = time_in(from, 13);
        plain.in_flight = std::move(flying);
    }
    plain.earlier_until = optional_time_in(from, 14);
    if (!from.is_null(15)) {
        retry after;
        after.not_before = time_in(from, 15);
        after.attempts = static_cast<unsigned>(from.integer(16));
        after.outcome_unknown_since = optional_time_in(from, 17);
        plain.after_failure = after;
    }
    plain.ended_at = optional_time_in(from, 18);
    plain.revocation_due = from.integer(19) != 0;
    row.work_at = optional_time_in(from, 20);
    row.sealed = from.text(21);
    plain.last_used = time_in(from, 22);
    row.expires_at = time_in(from, 23);
    return row;
}

result<std::vector<session_row>> all_rows(statement& select) {
    std::vector<session_row> rows;
    for (;;) {
        const auto row = select.step();
        if (!row) return row.error();
        if (!*row) return rows;
        rows.push_back(row_in(select));
    }
}

result<std::int64_t> one_number(statement& select) {
    const auto row = select.step();
    if (!row) return row.error();
    return *row ? select.integer(0) : 0;
}

/// The state of the row with this id and version. Errors: conflict.
result<session_state> state_before(sqlite_connection& connection, const record& plain) {
    auto select = connection.prepare("SELECT state FROM session WHERE id = ? AND version = ?");
    if (!select) return select.error();
    select->bind_blob(bytes_of(plain.id)).bind(number_of(plain.version));
    const auto row = select->step();
    if (!row) return row.error();
    if (!*row) CLOCHE_FAIL(errc::conflict);
    return static_cast<session_state>(select->integer(0));
}

}  // namespace

result<void> insert_row(sqlite_connection& connection, const session_row& row) {
    auto insert = connection.prepare(
        "INSERT INTO session (" CLOCHE_SESSION_COLUMNS
        ") "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    );
    if (!insert) return insert.error();
    insert->bind_blob(bytes_of(row.plain.id));
    bind_content(*insert, row, row.plain.version);
    const auto inserted = insert->run();
    if (!inserted) return inserted;

    auto use = connection.prepare(
        "INSERT INTO session_use (session, last_used, expires_at) "
        "VALUES ((SELECT number FROM session WHERE id = ?), ?, ?)"
    );
    if (!use) return use.error();
    use->bind_blob(bytes_of(row.plain.id))
        .bind(number_of(row.plain.last_used))
        .bind(number_of(row.expires_at));
    return use->run();
}

result<session_state> update_row(sqlite_connection& connection, const session_row& row) {
    const auto before = state_before(connection, row.plain);
    if (!before) return before;

    auto update = connection.prepare(
        "UPDATE session SET version = ?, subject = ?, state = ?, reason = ?, made = ?, "
        "absolute_until = ?, idle = ?, generation = ?, last_fence = ?, flight_holder = ?, "
        "flight_fence = ?, flight_since = ?, flight_until = ?, earlier_until = ?, retry_at = ?, "
        "retry_attempts = ?, unknown_since = ?, ended_at = ?, revocation_due = ?, work_at = ?, "
        "sealed = ? WHERE id = ?"
    );
    if (!update) return update.error();
    bind_content(*update, row, row.plain.version + 1);
    update->bind_blob(bytes_of(row.plain.id));
    const auto updated = update->run();
    if (!updated) return updated.error();

    // What was written behind may be later than what the caller knows.
    auto use = connection.prepare(
        "UPDATE session_use SET last_used = max(last_used, ?1), expires_at = "
        "CASE ?2 WHEN 0 THEN min(?3, max(last_used, ?1) + ?4) ELSE ?5 END "
        "WHERE session = (SELECT number FROM session WHERE id = ?6)"
    );
    if (!use) return use.error();
    use->bind(number_of(row.plain.last_used))
        .bind(static_cast<std::int64_t>(row.plain.state))
        .bind(number_of(row.plain.absolute_until))
        .bind(row.plain.idle.count())
        .bind(number_of(row.expires_at))
        .bind_blob(bytes_of(row.plain.id));
    const auto used = use->run();
    if (!used) return used.error();
    return before;
}

result<std::optional<session_row>> read_row(sqlite_connection& connection, id_hash id) {
    auto select = connection.prepare(CLOCHE_SESSION_SELECT "WHERE id = ?");
    if (!select) return select.error();
    select->bind_blob(bytes_of(id));
    const auto row = select->step();
    if (!row) return row.error();
    if (!*row) return std::optional<session_row>();
    return std::optional<session_row>(row_in(*select));
}

result<std::vector<session_row>> read_due(
    sqlite_connection& connection, instant now, std::size_t limit
) {
    auto work =
        connection.prepare(CLOCHE_SESSION_SELECT "WHERE work_at <= ? ORDER BY work_at LIMIT ?");
    if (!work) return work.error();
    work->bind(number_of(now)).bind(static_cast<std::int64_t>(limit));
    auto rows = all_rows(*work);
    if (!rows) return rows;

    auto past =
        connection.prepare(CLOCHE_SESSION_SELECT
                           "WHERE expires_at <= ?1 AND state <> 2 "
                           "AND (work_at IS NULL OR work_at > ?1) ORDER BY expires_at LIMIT ?2");
    if (!past) return past.error();
    past->bind(number_of(now)).bind(static_cast<std::int64_t>(limit - rows->size()));
    auto expired = all_rows(*past);
    if (!expired) return expired;
    std::ranges::move(*expired, std::back_inserter(*rows));
    return rows;
}

result<std::vector<session_row>> read_in_flight(sqlite_connection& connection) {
    auto select = connection.prepare(CLOCHE_SESSION_SELECT "WHERE flight_fence IS NOT NULL");
    if (!select) return select.error();
    return all_rows(*select);
}

result<std::vector<session_row>> read_suspended(sqlite_connection& connection) {
    auto select = connection.prepare(CLOCHE_SESSION_SELECT "WHERE state = 1");
    if (!select) return select.error();
    return all_rows(*select);
}

result<std::vector<session_row>> read_subject(
    sqlite_connection& connection, const std::string& subject
) {
    auto select = connection.prepare(CLOCHE_SESSION_SELECT
                                     "WHERE subject = ? AND state <> 2 ORDER BY made DESC");
    if (!select) return select.error();
    select->bind(subject);
    return all_rows(*select);
}

result<void> write_last_used(
    sqlite_connection& connection, std::span<const std::pair<id_hash, instant>> used
) {
    auto update = connection.prepare(
        "UPDATE session_use SET last_used = ?1, "
        "expires_at = CASE state WHEN 0 THEN min(absolute_until, ?1 + idle) "
        "ELSE session_use.expires_at END "
        "FROM session WHERE session.number = session_use.session "
        "AND session.id = ?2 AND session.state <> 2 AND session_use.last_used < ?1"
    );
    if (!update) return update.error();
    for (const auto& [id, when] : used) {
        update->again().bind(number_of(when)).bind_blob(bytes_of(id));
        const auto written = update->run();
        if (!written) return written;
    }
    return {};
}

result<std::size_t> delete_old(sqlite_connection& connection, instant now) {
    auto remove = connection.prepare(
        "DELETE FROM session WHERE number IN ("
        "SELECT session FROM session_use JOIN session ON number = session "
        "WHERE expires_at <= ?1 AND ((state = 2 AND revocation_due = 0) OR expires_at <= ?2))"
    );
    if (!remove) return remove.error();
    remove->bind(number_of(now)).bind(number_of(now - purge_slack));
    const auto removed = remove->run();
    if (!removed) return removed.error();
    return static_cast<std::size_t>(connection.changes());
}

result<std::size_t> count_live(sqlite_connection& connection) {
    auto select = connection.prepare("SELECT count(*) FROM session WHERE state = 0");
    if (!select) return select.error();
    const auto count = one_number(*select);
    if (!count) return count.error();
    return static_cast<std::size_t>(*count);
}

#undef CLOCHE_SESSION_COLUMNS
#undef CLOCHE_SESSION_SELECT

}  // namespace cloche::session
