-- +goose Up

-- Who may use the console. name is what the audit says, and folded the name in lower case.
-- password is a hash with its parameters. A person whom an identity provider or
-- a proxy names has none; subject is what the provider calls that person. Sessions that began
-- before sessions_from have ended.
CREATE TABLE users (
    name          TEXT COLLATE "C" PRIMARY KEY,
    folded        TEXT COLLATE "C" NOT NULL UNIQUE,
    role          TEXT NOT NULL,
    login         TEXT NOT NULL,
    subject       TEXT NOT NULL,
    password      TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    created_by    TEXT NOT NULL,
    changed_at    BIGINT NOT NULL,
    last_login_at BIGINT NOT NULL,
    sessions_from BIGINT NOT NULL
);

-- Sessions in the console. The token of the cookie is stored as its hash only.
CREATE TABLE sessions (
    token_hash TEXT COLLATE "C" PRIMARY KEY,
    data       BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Whether the work on an event is done, and until when it is to be done. closed_at is 0 while
-- the event is open. due_day is a day of the calendar, or empty.
CREATE TABLE event_work (
    event_id     TEXT COLLATE "C" PRIMARY KEY REFERENCES events (id),
    closed_at    BIGINT NOT NULL,
    closed_by    TEXT NOT NULL,
    close_reason TEXT NOT NULL,
    due_day      TEXT COLLATE "C" NOT NULL,
    due_by       TEXT NOT NULL,
    due_set_at   BIGINT NOT NULL
);

-- What people wrote about an event. removed_at is 0 while a note is shown.
CREATE TABLE event_notes (
    id         TEXT COLLATE "C" PRIMARY KEY,
    event_id   TEXT COLLATE "C" NOT NULL REFERENCES events (id),
    text       TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    removed_at BIGINT NOT NULL,
    removed_by TEXT NOT NULL
);
CREATE INDEX event_notes_event ON event_notes (event_id);

-- Up to which revision a person has read an event.
CREATE TABLE event_reads (
    person   TEXT COLLATE "C" NOT NULL,
    event_id TEXT COLLATE "C" NOT NULL REFERENCES events (id),
    revision INTEGER NOT NULL,
    read_at  BIGINT NOT NULL,
    PRIMARY KEY (person, event_id)
);

-- Lists of events that people come back to. owner is empty for one that everybody sees.
CREATE TABLE saved_filters (
    id       TEXT COLLATE "C" PRIMARY KEY,
    owner    TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    query    TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    UNIQUE (owner, name)
);

-- Rules that people are writing and have not saved. base_hash is that of the text of the rule
-- that a draft is based on, or empty for a new rule.
CREATE TABLE rule_drafts (
    person    TEXT COLLATE "C" NOT NULL,
    rule_id   TEXT COLLATE "C" NOT NULL,
    text      TEXT NOT NULL,
    base_hash TEXT NOT NULL,
    saved_at  BIGINT NOT NULL,
    PRIMARY KEY (person, rule_id)
);
CREATE INDEX rule_drafts_saved ON rule_drafts (saved_at);
