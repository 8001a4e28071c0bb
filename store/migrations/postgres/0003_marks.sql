-- +goose Up

-- What people say of events: one mark of a person on an event and a rule. The
-- rule is empty where the whole event is meant, marked_by where nobody is known.
CREATE TABLE marks (
    event_id  TEXT COLLATE "C" NOT NULL REFERENCES events (id),
    rule_id   TEXT COLLATE "C" NOT NULL,
    marked_by TEXT COLLATE "C" NOT NULL,
    relevant  BOOLEAN NOT NULL,
    rule_hash TEXT COLLATE "C" NOT NULL,
    note      TEXT NOT NULL,
    marked_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, rule_id, marked_by)
);
