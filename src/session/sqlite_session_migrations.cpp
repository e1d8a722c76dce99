#include "session/sqlite_session_migrations.hpp"

namespace cloche::session {
namespace {

// `session_use` is apart because it is written often and small: many of its rows share a page, and
// a touch never rewrites the sealed tokens.
constexpr db::migration all[] = {
    {1, "sessions", R"sql(
CREATE TABLE session (
    number          INTEGER PRIMARY KEY,
    id              BLOB NOT NULL UNIQUE,
    version         INTEGER NOT NULL,
    subject         TEXT NOT NULL,
    state           INTEGER NOT NULL,
    reason          INTEGER NOT NULL,
    made            INTEGER NOT NULL,
    absolute_until  INTEGER NOT NULL,
    idle            INTEGER NOT NULL,
    generation      INTEGER NOT NULL,
    last_fence      INTEGER NOT NULL,
    flight_holder   TEXT,
    flight_fence    INTEGER,
    flight_since    INTEGER,
    flight_until    INTEGER,
    earlier_until   INTEGER,
    retry_at        INTEGER,
    retry_attempts  INTEGER,
    unknown_since   INTEGER,
    ended_at        INTEGER,
    revocation_due  INTEGER NOT NULL,
    work_at         INTEGER,
    sealed          BLOB NOT NULL
) STRICT;
CREATE INDEX session_by_subject ON session (subject, made);
CREATE INDEX session_by_work ON session (work_at) WHERE work_at IS NOT NULL;
CREATE INDEX session_by_flight ON session (number) WHERE flight_fence IS NOT NULL;
CREATE INDEX session_by_state ON session (state);

CREATE TABLE session_use (
    session     INTEGER PRIMARY KEY REFERENCES session (number) ON DELETE CASCADE,
    last_used   INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX session_by_expiry ON session_use (expires_at);
)sql"},
};

}  // namespace

std::span<const db::migration> sqlite_session_migrations() {
    return all;
}

}  // namespace cloche::session
