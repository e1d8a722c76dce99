#include "session/postgres_session_rows.hpp"

#include "base/encoding.hpp"
#include "session/schedule.hpp"
#include "session/session_row_text.hpp"

#include <utility>

namespace cloche::session {
namespace {

using db::postgres_query;
using db::postgres_rows;
using db::postgres_statement;

constexpr bool is_bytes(std::size_t column) {
    const auto name = row_columns[column];
    return name == "id" || name == "subject" || name == "sealed";
}

constexpr int clock_column = row_columns.size();

std::int64_t number_of(instant when) {
    return when.time_since_epoch().count();
}

/// All columns, in the order of row_columns: parameters 1 to 24.
void bind_row(postgres_query& to, const session_row& row) {
    const auto texts = texts_of(row);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (!texts[i]) {
            to.bind_null();
        } else if (is_bytes(i)) {
            to.bind_bytes(*texts[i]);
        } else {
            to.bind(*texts[i]);
        }
    }
}

#define CLOCHE_CLOCK "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
#define CLOCHE_SELECT_ROWS                                                                   \
    "SELECT id, s.version, subject, state, reason, made, absolute_until, idle, generation, " \
    "last_fence, flight_holder, flight_fence, flight_since, flight_until, earlier_until, "   \
    "retry_at, retry_attempts, unknown_since, ended_at, revocation_due, work_at, sealed, "   \
    "last_used, expires_at, " CLOCHE_CLOCK                                                   \
    " FROM cloche_session s JOIN cloche_session_use u ON u.session = s.id "

constexpr postgres_statement insert{
    "cloche_session_insert",
    "WITH made AS (INSERT INTO cloche_session (id, version, subject, state, reason, made, "
    "absolute_until, idle, generation, last_fence, flight_holder, flight_fence, flight_since, "
    "flight_until, earlier_until, retry_at, retry_attempts, unknown_since, ended_at, "
    "revocation_due, work_at, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
    "$13, $14, $15, $16, $17, $18, $19, $20, $21, $22) "
    "ON CONFLICT (id) DO NOTHING RETURNING id, version) "
    "INSERT INTO cloche_session_use (session, version, last_used, expires_at) "
    "SELECT id, version, $23::bigint, $24::bigint FROM made"};

// The state before is that of this statement's snapshot: it has the version that is asked for, or
// nothing is changed. What was written behind may be later than what the caller knows.
constexpr postgres_statement update{
    "cloche_session_update",
    "WITH before AS (SELECT state FROM cloche_session WHERE id = $1 AND version = $2), "
    "changed AS (UPDATE cloche_session SET version = version + 1, subject = $3, state = $4, "
    "reason = $5, made = $6, absolute_until = $7, idle = $8, generation = $9, last_fence = $10, "
    "flight_holder = $11, flight_fence = $12, flight_since = $13, flight_until = $14, "
    "earlier_until = $15, retry_at = $16, retry_attempts = $17, unknown_since = $18, "
    "ended_at = $19, revocation_due = $20, work_at = $21, sealed = $22 "
    "WHERE id = $1 AND version = $2 RETURNING id, version), "
    "used AS (UPDATE cloche_session_use u SET version = changed.version, "
    "last_used = greatest(u.last_used, $23::bigint), expires_at = CASE $4 WHEN 0 "
    "THEN least($7, greatest(u.last_used, $23::bigint) + $8) ELSE $24::bigint END "
    "FROM changed WHERE u.session = changed.id) "
    "SELECT before.state, pg_notify('cloche_session', $25) FROM changed, before"};

constexpr postgres_statement load{"cloche_session_load", CLOCHE_SELECT_ROWS "WHERE id = $1"};

constexpr postgres_statement due{
    "cloche_session_due",
    "(" CLOCHE_SELECT_ROWS
    "WHERE work_at <= $1 ORDER BY work_at LIMIT $2) "
    "UNION ALL (" CLOCHE_SELECT_ROWS
    "WHERE expires_at <= $1 AND state <> 2 AND (work_at IS NULL OR work_at > $1) "
    "ORDER BY expires_at LIMIT $2)"};

constexpr postgres_statement in_flight{
    "cloche_session_in_flight", CLOCHE_SELECT_ROWS "WHERE flight_fence IS NOT NULL"};

constexpr postgres_statement suspended{
    "cloche_session_suspended", CLOCHE_SELECT_ROWS "WHERE state = 1"};

constexpr postgres_statement by_subject{
    "cloche_session_by_subject",
    CLOCHE_SELECT_ROWS "WHERE subject = $1 AND state <> 2 ORDER BY made DESC"};

// Rows are locked in one order, so that two replicas do not wait for each other. A session that is
// swapped at the same moment is passed over, by its version: the swap knew the use, or another
// replica's person is at it.
constexpr postgres_statement write_last_used{
    "cloche_session_last_used",
    "WITH used AS (SELECT * FROM unnest($1::bytea[], $2::bigint[]) AS t (id, at)), "
    "locked AS (SELECT u.session, used.at FROM cloche_session_use u JOIN used "
    "ON used.id = u.session WHERE u.last_used < used.at ORDER BY u.session FOR UPDATE OF u) "
    "UPDATE cloche_session_use u SET last_used = locked.at, expires_at = CASE s.state WHEN 0 "
    "THEN least(s.absolute_until, locked.at + s.idle) ELSE u.expires_at END "
    "FROM locked JOIN cloche_session s ON s.id = locked.session "
    "WHERE u.session = locked.session AND u.version = s.version AND s.state <> 2 "
    "AND u.last_used < locked.at"};

constexpr postgres_statement purge{
    "cloche_session_purge",
    "DELETE FROM cloche_session WHERE id IN (SELECT s.id FROM cloche_session_use u "
    "JOIN cloche_session s ON s.id = u.session WHERE u.expires_at <= $1 "
    "AND ((s.state = 2 AND s.revocation_due = 0) OR u.expires_at <= $2) "
    "ORDER BY u.expires_at LIMIT $3 FOR UPDATE SKIP LOCKED)"};

constexpr postgres_statement count{
    "cloche_session_count",
    "SELECT count(*), " CLOCHE_CLOCK " FROM cloche_session WHERE state = 0"};

#undef CLOCHE_SELECT_ROWS
#undef CLOCHE_CLOCK

}  // namespace

postgres_query insert_query(const session_row& row) {
    postgres_query query(insert);
    bind_row(query, row);
    return query;
}

postgres_query update_query(const session_row& row, std::string_view note) {
    postgres_query query(update);
    bind_row(query, row);
    query.bind(note);
    return query;
}

postgres_query load_query(const id_hash& id) {
    postgres_query query(load);
    query.bind_bytes(bytes_of(id));
    return query;
}

postgres_query due_query(instant now, std::size_t limit) {
    postgres_query query(due);
    query.bind(number_of(now)).bind(static_cast<std::int64_t>(limit));
    return query;
}

postgres_query in_flight_query() {
    return postgres_query(in_flight);
}

postgres_query suspended_query() {
    return postgres_query(suspended);
}

postgres_query subject_query(std::string_view subject) {
    postgres_query query(by_subject);
    query.bind_bytes(subject);
    return query;
}

result<session_row> row_in(const postgres_rows& rows, std::size_t index) {
    row_texts texts;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const int column = static_cast<int>(i);
        if (rows.is_null(index, column)) continue;
        texts[i] = is_bytes(i) ? rows.bytes(index, column) : rows.text(index, column);
    }
    return row_of(texts);
}

std::vector<session_row> all_rows(const postgres_rows& rows) {
    std::vector<session_row> found;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (auto row = row_in(rows, i)) found.push_back(std::move(*row));
    return found;
}

instant clock_in(const postgres_rows& rows, std::size_t index) {
    return instant(milliseconds(rows.integer(index, clock_column)));
}

postgres_query last_used_query(const std::vector<std::pair<id_hash, instant>>& used) {
    std::string ids = "{";
    std::string times = "{";
    for (const auto& [id, when] : used) {
        const char* const comma = ids.size() > 1 ? "," : "";
        ids += comma;
        ids += R"("\\x)";
        hex_append(ids, bytes_of(id));
        ids += '"';
        times += comma + std::to_string(number_of(when));
    }
    postgres_query query(write_last_used);
    query.bind(ids + '}').bind(times + '}');
    return query;
}

postgres_query purge_query(instant now) {
    postgres_query query(purge);
    query.bind(number_of(now)).bind(number_of(now - purge_slack));
    query.bind(static_cast<std::int64_t>(purge_batch));
    return query;
}

postgres_query count_query() {
    return postgres_query(count);
}

}  // namespace cloche::session
