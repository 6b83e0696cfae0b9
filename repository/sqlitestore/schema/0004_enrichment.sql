ALTER TABLE organizations ADD COLUMN notation TEXT NOT NULL DEFAULT ''; -- of teeth; empty when not known

ALTER TABLE messages ADD COLUMN teeth TEXT;       -- JSON array of {text, fdi, universal, ambiguous}
ALTER TABLE messages ADD COLUMN mismatches TEXT;  -- JSON object from language to array of tokens
ALTER TABLE messages ADD COLUMN corrections TEXT; -- JSON array of who, when and a verdict
ALTER TABLE messages ADD COLUMN machine TEXT;     -- JSON object, a verdict; null without corrections
ALTER TABLE messages ADD COLUMN reopened INTEGER NOT NULL DEFAULT 0;

-- The messages that no worker has claimed yet, which do not wait behind those to be tried again.
CREATE INDEX messages_unclaimed ON messages (enrichment_due) WHERE enrichment_state = 'pending' AND enrichment_attempts = 0;

-- What was asked of providers in a month, such as '2026-11'.
CREATE TABLE usage (
    month      TEXT NOT NULL,
    provider   TEXT NOT NULL,
    calls      INTEGER NOT NULL,
    characters INTEGER NOT NULL,
    PRIMARY KEY (month, provider)
) STRICT, WITHOUT ROWID;

-- The versions of the glossary, from 1 without a hole.
CREATE TABLE glossary_changes (
    version   INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    user_id   TEXT NOT NULL,
    user_name TEXT NOT NULL,
    terms     TEXT,               -- JSON array of the terms that were set
    removed   TEXT                -- JSON array of terms
) STRICT;
