-- What the store knows of itself, by name.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL            -- JSON
) STRICT, WITHOUT ROWID;
