-- +goose Up

-- What is compared of an article, and why it joined an event or which one it may belong
-- to. Articles and events of releases before this one have none; the program adds the
-- profiles of recent ones when it starts.
ALTER TABLE event_articles ADD COLUMN profile TEXT NOT NULL DEFAULT '';
ALTER TABLE event_articles ADD COLUMN similarity TEXT;
ALTER TABLE events ADD COLUMN may_belong TEXT;

-- How people corrected the grouping: events that they merged or keep apart, and articles
-- that they split off or moved. undone_at is 0 while a correction stands.
CREATE TABLE event_links (
    id        TEXT PRIMARY KEY,
    kind      TEXT NOT NULL,
    event_id  TEXT NOT NULL REFERENCES events (id),
    other_id  TEXT NOT NULL REFERENCES events (id),
    articles  TEXT,
    made_by   TEXT NOT NULL,
    reason    TEXT NOT NULL,
    made_at   INTEGER NOT NULL,
    undone_at INTEGER NOT NULL,
    undone_by TEXT NOT NULL
) STRICT;
CREATE INDEX event_links_event ON event_links (event_id) WHERE undone_at = 0;
CREATE INDEX event_links_other ON event_links (other_id) WHERE undone_at = 0;
