-- Mails on their way. A row goes when its mail was handed over.

CREATE TABLE outbox (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    recipient   TEXT NOT NULL,
    subject     TEXT NOT NULL,
    sealed_body BLOB,                       -- holds a link: sealed with DATA/identity.keys; NULL once given up
    created_at  INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    give_up_at  INTEGER NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    last_error  TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX outbox_by_due ON outbox (due_at) WHERE sealed_body IS NOT NULL;
