-- Times are milliseconds since 1970 in UTC. IDs are 24 hex digits, whose order is that of time.

CREATE TABLE organizations (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    name        TEXT NOT NULL,
    language    TEXT NOT NULL,
    country     TEXT NOT NULL,
    timezone    TEXT NOT NULL,
    specialties TEXT,             -- JSON array of strings
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    id              TEXT PRIMARY KEY,
    username        TEXT NOT NULL,
    username_key    TEXT NOT NULL UNIQUE,
    email           TEXT NOT NULL,
    role            TEXT NOT NULL,
    language        TEXT NOT NULL,
    organization_id TEXT NOT NULL, -- empty when the user belongs to none
    password_hash   TEXT NOT NULL,
    disabled        INTEGER NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX users_operators ON users (role) WHERE role = 'operator';

CREATE TABLE sessions (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at   INTEGER             -- null while it is not ended
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    hash        TEXT PRIMARY KEY,
    session_id  TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    replaced_at INTEGER            -- null while it is the session's newest
) STRICT, WITHOUT ROWID;

CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);

CREATE TABLE rooms (
    id          TEXT PRIMARY KEY,
    order_id    TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    clinic_id   TEXT NOT NULL,     -- empty when not known
    lab_id      TEXT NOT NULL,     -- empty when not known
    status      TEXT NOT NULL,
    assignee_id TEXT NOT NULL,     -- empty when nobody is assigned
    -- ID of the newest message that is not a note, or the room's own: the order of lists.
    activity_id TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX rooms_activity ON rooms (activity_id);

CREATE TABLE participants (
    number   INTEGER PRIMARY KEY,  -- the order in which they came
    room_id  TEXT NOT NULL REFERENCES rooms (id),
    user_id  TEXT NOT NULL,
    username TEXT NOT NULL,
    role     TEXT NOT NULL,
    language TEXT NOT NULL,
    UNIQUE (room_id, user_id)
) STRICT;

CREATE INDEX participants_user ON participants (user_id, room_id);

-- Apart from the participants, so that somebody who leaves and comes back keeps the marker.
CREATE TABLE read_markers (
    room_id TEXT NOT NULL REFERENCES rooms (id),
    user_id TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    read_at INTEGER NOT NULL,
    PRIMARY KEY (room_id, user_id)
) STRICT, WITHOUT ROWID;

-- The rows are in the order of their commits: number, id and, in a room, seq rise together.
-- room_id references no table: the append has read the room in the same transaction.
CREATE TABLE messages (
    number               INTEGER PRIMARY KEY,
    id                   TEXT NOT NULL UNIQUE,
    room_id              TEXT NOT NULL,
    seq                  INTEGER NOT NULL,
    -- How many messages that are no notes the room has up to this one, and how many of them are
    -- this sender's. Both are final, so unread counts are differences of them and cannot drift.
    ordinal              INTEGER NOT NULL,
    sender_ordinal       INTEGER NOT NULL,
    user_id              TEXT NOT NULL,
    user_name            TEXT NOT NULL,
    role                 TEXT NOT NULL,
    type                 TEXT NOT NULL,
    reply_to             TEXT NOT NULL, -- empty when it answers none
    client_message_id    TEXT,          -- null when the sender gave no key
    created_at           INTEGER NOT NULL,
    updated_at           INTEGER NOT NULL,

    enrichment_state     TEXT NOT NULL,
    enrichment_due       INTEGER,       -- of pending ones
    enrichment_attempts  INTEGER NOT NULL DEFAULT 0,
    enrichment_lease     TEXT,          -- of those that a worker holds
    enriched_at          INTEGER,       -- of the last save

    translator           TEXT NOT NULL DEFAULT '',
    analyser             TEXT NOT NULL DEFAULT '',
    language             TEXT NOT NULL,
    sentiment            TEXT,          -- null with score and confidence: not analysed
    score                REAL,
    confidence           REAL,
    complaint            INTEGER,       -- 0 or 1; null with the rest: not analysed
    complaint_category   TEXT,
    complaint_confidence REAL,
    complaint_reasons    TEXT,          -- JSON array of strings
    terms                TEXT,          -- JSON array of {source, target, category}
    text                 TEXT NOT NULL,
    translations         TEXT,          -- JSON object from language to text

    UNIQUE (room_id, seq)
) STRICT;

CREATE UNIQUE INDEX messages_key ON messages (room_id, user_id, client_message_id)
    WHERE client_message_id IS NOT NULL;
CREATE INDEX messages_sender ON messages (room_id, user_id, seq, sender_ordinal);
CREATE INDEX messages_due ON messages (enrichment_due) WHERE enrichment_state = 'pending';
CREATE INDEX messages_enriched ON messages (enriched_at, room_id) WHERE enriched_at IS NOT NULL;

CREATE TABLE idempotency_keys (
    caller_id   TEXT NOT NULL,
    path        TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    answer      BLOB,              -- null while the request is under way
    expires_at  INTEGER NOT NULL,
    PRIMARY KEY (caller_id, path, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
