-- +goose Up

-- Who may use the console. name is what the audit says, and folded the name in lower case.
-- password is a hash with its parameters. A person whom an identity provider or
-- a proxy names has none; subject is what the provider calls that person. Sessions that began
-- before sessions_from have ended.
CREATE TABLE users (
    name          TEXT PRIMARY KEY,
    folded        TEXT NOT NULL UNIQUE,
    role          TEXT NOT NULL,
    login         TEXT NOT NULL,
    subject       TEXT NOT NULL,
    password      TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    created_by    TEXT NOT NULL,
    changed_at    INTEGER NOT NULL,
    last_login_at INTEGER NOT NULL,
    sessions_from INTEGER NOT NULL
) STRICT;

-- Sessions in the console. The token of the cookie is stored as its hash only.
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    data       BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Whether the work on an event is done, and until when it is to be done. closed_at is 0 while
-- the event is open. due_day is a day of the calendar, or empty.
CREATE TABLE event_work (
    event_id     TEXT PRIMARY KEY REFERENCES events (id),
    closed_at    INTEGER NOT NULL,
    closed_by    TEXT NOT NULL,
    close_reason TEXT NOT NULL,
    due_day      TEXT NOT NULL,
    due_by       TEXT NOT NULL,
    due_set_at   INTEGER NOT NULL
) STRICT;

-- What people wrote about an event. removed_at is 0 while a note is shown.
CREATE TABLE event_notes (
    id         TEXT PRIMARY KEY,
    event_id   TEXT NOT NULL REFERENCES events (id),
    text       TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    removed_at INTEGER NOT NULL,
    removed_by TEXT NOT NULL
) STRICT;
CREATE INDEX event_notes_event ON event_notes (event_id);

-- Up to which revision a person has read an event.
CREATE TABLE event_reads (
    person   TEXT NOT NULL,
    event_id TEXT NOT NULL REFERENCES events (id),
    revision INTEGER NOT NULL,
    read_at  INTEGER NOT NULL,
    PRIMARY KEY (person, event_id)
) STRICT, WITHOUT ROWID;

-- Lists of events that people come back to. owner is empty for one that everybody sees.
CREATE TABLE saved_filters (
    id       TEXT PRIMARY KEY,
    owner    TEXT NOT NULL,
    name     TEXT NOT NULL,
    query    TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    UNIQUE (owner, name)
) STRICT;

-- Rules that people are writing and have not saved. base_hash is that of the text of the rule
-- that a draft is based on, or empty for a new rule.
CREATE TABLE rule_drafts (
    person    TEXT NOT NULL,
    rule_id   TEXT NOT NULL,
    text      TEXT NOT NULL,
    base_hash TEXT NOT NULL,
    saved_at  INTEGER NOT NULL,
    PRIMARY KEY (person, rule_id)
) STRICT;
CREATE INDEX rule_drafts_saved ON rule_drafts (saved_at);
