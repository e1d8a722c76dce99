#include "session/postgres_session_migrations.hpp"

namespace cloche::session {
namespace {

// `cloche_session_use` is apart because it is written often and small: a touch never rewrites the
// sealed tokens. Its `version` is the session's when a swap last wrote it: what is written behind
// finds out by it that it has read an older session.
//
// `subject` is bytes because it is the API's: no encoding of a database may refuse it. What is
// sealed cannot be compressed. The room that is left in the pages is for the next versions of their
// rows.
constexpr db::migration all[] = {
    {1, "sessions", R"sql(
CREATE TABLE cloche_session (
    id              bytea PRIMARY KEY,
    version         bigint NOT NULL,
    subject         bytea NOT NULL,
    state           integer NOT NULL,
    reason          integer NOT NULL,
    made            bigint NOT NULL,
    absolute_until  bigint NOT NULL,
    idle            bigint NOT NULL,
    generation      bigint NOT NULL,
    last_fence      bigint NOT NULL,
    flight_holder   text,
    flight_fence    bigint,
    flight_since    bigint,
    flight_until    bigint,
    earlier_until   bigint,
    retry_at        bigint,
    retry_attempts  bigint,
    unknown_since   bigint,
    ended_at        bigint,
    revocation_due  integer NOT NULL,
    work_at         bigint,
    sealed          bytea NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE cloche_session ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE INDEX cloche_session_by_subject ON cloche_session (subject, made);
CREATE INDEX cloche_session_by_work ON cloche_session (work_at) WHERE work_at IS NOT NULL;
CREATE INDEX cloche_session_by_flight ON cloche_session (flight_until)
    WHERE flight_fence IS NOT NULL;
CREATE INDEX cloche_session_by_state ON cloche_session (state);

CREATE TABLE cloche_session_use (
    session     bytea PRIMARY KEY REFERENCES cloche_session (id) ON DELETE CASCADE,
    version     bigint NOT NULL,
    last_used   bigint NOT NULL,
    expires_at  bigint NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX cloche_session_by_expiry ON cloche_session_use (expires_at);
)sql"},
};

}  // namespace

std::span<const db::migration> postgres_session_migrations() {
    return all;
}

}  // namespace cloche::session
