-- +goose Up

-- What is compared of an article, and why it joined an event or which one it may belong
-- to. Articles and events of releases before this one have none; the program adds the
-- profiles of recent ones when it starts.
ALTER TABLE event_articles ADD COLUMN profile TEXT NOT NULL DEFAULT '';
ALTER TABLE event_articles ADD COLUMN similarity TEXT;
ALTER TABLE events ADD COLUMN may_belong TEXT;
