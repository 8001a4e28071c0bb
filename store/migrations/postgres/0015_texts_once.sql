-- +goose Up

-- In the order in which a scan writes them, so that a program of the release before waits instead
-- of blocking this, and stores no event between the copying of dates and the triggers.
LOCK TABLE articles, article_revisions, events IN SHARE ROW EXCLUSIVE MODE;

-- The text of the newest revision of an article is stored in articles alone: the body of its
-- row in article_revisions is empty. Rows of earlier releases have it too until the program has
-- looked at them, which stored_once says; it does that in the background.
ALTER TABLE article_revisions ADD COLUMN stored_once BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX article_revisions_twice ON article_revisions (article_id, revision) WHERE NOT stored_once;

-- A new revision moves the text before it to the row of its revision, whichever release stores it.
-- +goose StatementBegin
CREATE FUNCTION keep_replaced_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE article_revisions SET body = OLD.body WHERE article_id = OLD.id AND revision = OLD.revision AND body = '';
    RETURN NEW;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER articles_keep_text BEFORE UPDATE OF revision ON articles
    FOR EACH ROW WHEN (NEW.revision <> OLD.revision AND OLD.body <> '') EXECUTE FUNCTION keep_replaced_text();

-- The key dates of each event by their days, so that a calendar reads only the days that it
-- shows. The triggers keep them, whichever release stores an event.
CREATE TABLE event_days (
    day      TEXT COLLATE "C" NOT NULL,
    event_id TEXT COLLATE "C" NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (day, event_id, kind)
);
-- +goose StatementBegin
CREATE FUNCTION event_days_of(dates TEXT) RETURNS TABLE (day TEXT, kind TEXT) LANGUAGE sql IMMUTABLE AS $$
    SELECT DISTINCT COALESCE(d.value ->> 'day', ''), COALESCE(d.value ->> 'kind', '')
    FROM json_array_elements(CASE WHEN dates LIKE '[{%' THEN CAST(dates AS json) ELSE '[]' END) d
$$;
-- +goose StatementEnd
INSERT INTO event_days (day, event_id, kind) SELECT d.day, e.id, d.kind FROM events e, event_days_of(e.dates) d;
-- +goose StatementBegin
CREATE FUNCTION keep_event_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM event_days WHERE event_id = OLD.id AND day IN (SELECT d.day FROM event_days_of(OLD.dates) d);
    END IF;
    INSERT INTO event_days (day, event_id, kind) SELECT d.day, NEW.id, d.kind FROM event_days_of(NEW.dates) d;
    RETURN NULL;
END;
$$;
-- +goose StatementEnd
CREATE TRIGGER events_days_new AFTER INSERT ON events
    FOR EACH ROW WHEN (NEW.dates LIKE '[{%') EXECUTE FUNCTION keep_event_days();
CREATE TRIGGER events_days_changed AFTER UPDATE OF dates ON events
    FOR EACH ROW WHEN (NEW.dates IS DISTINCT FROM OLD.dates) EXECUTE FUNCTION keep_event_days();
