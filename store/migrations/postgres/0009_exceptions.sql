-- +goose Up

-- What people wrote to say which articles do not count for some rules. until is 0 for
-- one that never expires, and until_before what it was before the exception was extended.
CREATE TABLE exceptions (
    id           TEXT COLLATE "C" PRIMARY KEY,
    scope        TEXT NOT NULL,
    target       TEXT NOT NULL,
    query        TEXT NOT NULL,
    reason       TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    from_event   TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    until        BIGINT NOT NULL,
    ended_at     BIGINT NOT NULL,
    ended_by     TEXT NOT NULL,
    extended     BOOLEAN NOT NULL,
    until_before BIGINT NOT NULL
);

-- The exception that keeps a match from alerting; empty: none.
ALTER TABLE matches ADD COLUMN exception_id TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX matches_excepted ON matches (exception_id, matched_at) WHERE exception_id <> '';

-- The rules of an event of which every match is held by an exception.
ALTER TABLE events ADD COLUMN excepted_rules TEXT;
