-- +goose Up

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
