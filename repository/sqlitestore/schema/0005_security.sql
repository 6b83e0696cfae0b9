ALTER TABLE users ADD COLUMN reset_hash TEXT;          -- null without a password reset
ALTER TABLE users ADD COLUMN reset_expires_at INTEGER;
ALTER TABLE users ADD COLUMN erased_at INTEGER;        -- null unless the person was erased

ALTER TABLE sessions ADD COLUMN last_used_at INTEGER;  -- null when not known
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN user_agent TEXT NOT NULL DEFAULT '';

ALTER TABLE messages ADD COLUMN attachments TEXT;      -- JSON array of {id, name, contentType, size, sha256}
ALTER TABLE messages ADD COLUMN erased_at INTEGER;     -- null unless the content was erased

CREATE INDEX messages_user ON messages (user_id, id);
CREATE INDEX glossary_changes_user ON glossary_changes (user_id);

CREATE TABLE api_keys (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    scopes          TEXT,             -- JSON array of strings
    secret_id       TEXT NOT NULL UNIQUE,
    hash            TEXT NOT NULL UNIQUE,
    prefix          TEXT NOT NULL,
    replaced_id     TEXT,             -- of the secret before the last rotation; null when there is none
    replaced_hash   TEXT,
    replaced_prefix TEXT NOT NULL,
    replaced_until  INTEGER,
    created_by      TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER,          -- null: never
    last_used_at    INTEGER           -- null: never
) STRICT, WITHOUT ROWID;

CREATE INDEX api_keys_replaced ON api_keys (replaced_hash) WHERE replaced_hash IS NOT NULL;
CREATE INDEX api_keys_replaced_id ON api_keys (replaced_id) WHERE replaced_id IS NOT NULL;

CREATE TABLE uploads (
    id           TEXT PRIMARY KEY,
    room_id      TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    name         TEXT NOT NULL,
    content_type TEXT NOT NULL,
    size         INTEGER NOT NULL,
    sha256       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    shared       INTEGER NOT NULL,    -- 1 when it is part of a message that is no note
    used_at      INTEGER,             -- null while it is in no message
    removed_at   INTEGER              -- null unless it was removed
) STRICT, WITHOUT ROWID;

CREATE INDEX uploads_room ON uploads (room_id) WHERE removed_at IS NULL;
CREATE INDEX uploads_user ON uploads (user_id) WHERE removed_at IS NULL;
CREATE INDEX uploads_unused ON uploads (created_at) WHERE used_at IS NULL AND removed_at IS NULL;
CREATE INDEX uploads_removed ON uploads (id) WHERE removed_at IS NOT NULL;

CREATE TABLE audit_entries (
    id         TEXT PRIMARY KEY,
    at         INTEGER NOT NULL,
    action     TEXT NOT NULL,
    actor_id   TEXT NOT NULL,         -- empty when nobody was known
    actor_role TEXT NOT NULL,
    address    TEXT NOT NULL,
    request_id TEXT NOT NULL,
    room_id    TEXT NOT NULL,         -- empty, as the next two, when it does not apply
    user_id    TEXT NOT NULL,
    target_id  TEXT NOT NULL,
    detail     TEXT                   -- JSON object of strings
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_entries_action ON audit_entries (action, id);
CREATE INDEX audit_entries_actor ON audit_entries (actor_id, id);
CREATE INDEX audit_entries_room ON audit_entries (room_id, id) WHERE room_id <> '';
CREATE INDEX audit_entries_user ON audit_entries (user_id, id) WHERE user_id <> '';

CREATE TABLE erasures (
    id           TEXT PRIMARY KEY,
    message_id   TEXT NOT NULL,       -- one of these three is not empty
    room_id      TEXT NOT NULL,
    user_id      TEXT NOT NULL,
    reason       TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    completed_at INTEGER,             -- null while it is pending
    repeated_at  INTEGER,             -- null until it was carried out once more
    messages     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX erasures_pending ON erasures (id) WHERE repeated_at IS NULL;
