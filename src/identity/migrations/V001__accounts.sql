-- People, and what leads to there being one. Times are milliseconds since 1970 in UTC, hashes are SHA-256.

-- Every row is somebody whose address was verified.
CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,  -- canonical: email_address.hpp
    full_name     TEXT NOT NULL,
    role          TEXT NOT NULL,
    password_hash TEXT NOT NULL,         -- PHC string
    disabled      INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL
) STRICT;

-- The newest attempt for an address takes the place of the one before.
CREATE TABLE registrations (
    email         TEXT PRIMARY KEY,
    full_name     TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    token         BLOB NOT NULL,
    made_at       INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX registrations_by_expiry ON registrations (expires_at);

-- Where a person has signed in from: a digest of user and place.
CREATE TABLE familiar_places (
    user_id   TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    place     BLOB NOT NULL,
    last_seen INTEGER NOT NULL,
    PRIMARY KEY (user_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX familiar_places_by_age ON familiar_places (last_seen);

-- A mailed link that makes another place familiar. One for each person.
CREATE TABLE place_links (
    user_id    TEXT PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    token      BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- Counts what is done for addresses that nobody has, so that it costs a write as well (EN-3).
CREATE TABLE silent_requests (
    kind  TEXT PRIMARY KEY,
    total INTEGER NOT NULL
) STRICT;
