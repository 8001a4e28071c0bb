-- +goose Up

-- Learned boilerplate: the passages of the newest articles of each source, and those that
-- a source has printed under unrelated headlines. Each row belongs to one source, whose
-- generation guards it. Nothing is filled in: what is read from now on teaches.
CREATE TABLE source_passages (
    source_id TEXT COLLATE "C" PRIMARY KEY,
    articles  TEXT NOT NULL
);
CREATE TABLE known_passages (
    hash          BIGINT NOT NULL,
    source_id     TEXT COLLATE "C" NOT NULL,
    site          TEXT NOT NULL,
    headlines     INTEGER NOT NULL,
    tail          BOOLEAN NOT NULL,
    official      BOOLEAN NOT NULL,
    first_seen_at BIGINT NOT NULL,
    last_seen_at  BIGINT NOT NULL,
    PRIMARY KEY (hash, source_id)
);
