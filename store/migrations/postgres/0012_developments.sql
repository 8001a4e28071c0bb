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
CREATE INDEX known_passages_last_seen ON known_passages (last_seen_at);

-- The law, bill or case that an event is a step of. matter_set_at is 0 unless a person
-- chose it; restates is when something that an event says again was first reported. Events
-- of releases before this one get their matter from the program when it starts.
CREATE TABLE matters (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    names       TEXT,
    first_event TEXT NOT NULL,
    first_at    BIGINT NOT NULL
);
ALTER TABLE events ADD COLUMN matter_id TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN matter_set_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN restates TEXT;
CREATE INDEX events_matter ON events (matter_id) WHERE matter_id <> '';

-- Sentences of an article that say what it is about, as a JSON list. Articles of releases
-- before this one have none.
ALTER TABLE event_articles ADD COLUMN extract TEXT;

-- The keys by which an article finds the events of its time: headline, samples of the
-- text and heaviest terms, each in the week of the article. The table is filled by the
-- program, at the start for the events of the last weeks, and old weeks are deleted.
-- event_keys has the keys that last. No key refers to events by a foreign key: with 50
-- keys an event the check takes longer than the rest, and events are never deleted.
CREATE TABLE recent_keys (
    week     BIGINT NOT NULL,
    key      TEXT COLLATE "C" NOT NULL,
    event_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (week, key, event_id)
);

-- The response that gave a text: status, headers and final address, as JSON. Texts of
-- releases before this one have none.
ALTER TABLE article_revisions ADD COLUMN fetched TEXT;
