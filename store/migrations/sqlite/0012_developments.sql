-- +goose Up

-- Learned boilerplate: the passages of the newest articles of each source, and those that
-- a source has printed under unrelated headlines. Each row belongs to one source, whose
-- generation guards it. Nothing is filled in: what is read from now on teaches.
CREATE TABLE source_passages (
    source_id TEXT PRIMARY KEY,
    articles  TEXT NOT NULL
) STRICT;
CREATE TABLE known_passages (
    hash          INTEGER NOT NULL,
    source_id     TEXT NOT NULL,
    site          TEXT NOT NULL,
    headlines     INTEGER NOT NULL,
    tail          INTEGER NOT NULL,
    official      INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL,
    PRIMARY KEY (hash, source_id)
) STRICT, WITHOUT ROWID;
