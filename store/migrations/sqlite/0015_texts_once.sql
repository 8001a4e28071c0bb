-- +goose Up

-- The text of the newest revision of an article is stored in articles alone: the body of its
-- row in article_revisions is empty. Rows of earlier releases have it too until the program has
-- looked at them, which stored_once says; it does that in the background.
ALTER TABLE article_revisions ADD COLUMN stored_once INTEGER NOT NULL DEFAULT 0;
CREATE INDEX article_revisions_twice ON article_revisions (article_id, revision) WHERE NOT stored_once;

-- A new revision moves the text before it to the row of its revision, whichever release stores it.
-- +goose StatementBegin
CREATE TRIGGER articles_keep_text BEFORE UPDATE OF revision ON articles
WHEN NEW.revision <> OLD.revision AND OLD.body <> ''
BEGIN
    UPDATE article_revisions SET body = OLD.body WHERE article_id = OLD.id AND revision = OLD.revision AND body = '';
END;
-- +goose StatementEnd

-- The key dates of each event by their days, so that a calendar reads only the days that it
-- shows. The triggers keep them, whichever release stores an event.
CREATE TABLE event_days (
    day      TEXT NOT NULL,
    event_id TEXT NOT NULL,
    kind     TEXT NOT NULL,
    PRIMARY KEY (day, event_id, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO event_days (day, event_id, kind)
    SELECT DISTINCT COALESCE(d.value ->> 'day', ''), e.id, COALESCE(d.value ->> 'kind', '') FROM events e, json_each(CASE WHEN e.dates LIKE '[{%' THEN e.dates ELSE '[]' END) d;
-- +goose StatementBegin
CREATE TRIGGER events_days_new AFTER INSERT ON events WHEN NEW.dates LIKE '[{%'
BEGIN
    INSERT INTO event_days (day, event_id, kind) SELECT DISTINCT COALESCE(value ->> 'day', ''), NEW.id, COALESCE(value ->> 'kind', '') FROM json_each(NEW.dates);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER events_days_changed AFTER UPDATE OF dates ON events WHEN NEW.dates IS NOT OLD.dates
BEGIN
    DELETE FROM event_days WHERE event_id = OLD.id
        AND day IN (SELECT value ->> 'day' FROM json_each(CASE WHEN OLD.dates LIKE '[{%' THEN OLD.dates ELSE '[]' END));
    INSERT INTO event_days (day, event_id, kind)
        SELECT DISTINCT COALESCE(value ->> 'day', ''), NEW.id, COALESCE(value ->> 'kind', '') FROM json_each(CASE WHEN NEW.dates LIKE '[{%' THEN NEW.dates ELSE '[]' END);
END;
-- +goose StatementEnd
