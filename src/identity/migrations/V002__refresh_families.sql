-- Sign-ins and the refresh tokens that came of them (refresh_family.hpp).

CREATE TABLE families (
    number           INTEGER PRIMARY KEY,
    id               TEXT NOT NULL UNIQUE,  -- the `sid` of access tokens
    user_id          TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    current          BLOB NOT NULL,
    predecessor      BLOB,
    sealed_successor BLOB,                  -- `current`, for whoever presents `predecessor` within the grace
    rotated_at       INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    absolute_end     INTEGER NOT NULL,
    idle_end         INTEGER NOT NULL,
    revoked_at       INTEGER
) STRICT;
CREATE INDEX families_by_user ON families (user_id);
CREATE INDEX families_by_end ON families (idle_end);

-- Every token of a family that is still remembered: a spent one that comes back must be known to end it.
CREATE TABLE refresh_tokens (
    hash   BLOB PRIMARY KEY,
    family INTEGER NOT NULL REFERENCES families ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family);
