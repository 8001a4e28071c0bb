-- +goose Up

-- Times are microseconds since 1970 UTC, 0 meaning never. Lists and frozen
-- content are JSON. What each key prevents is told in docs/operations.md.

CREATE TABLE source_states (
    source_id     TEXT NOT NULL PRIMARY KEY,
    generation    INTEGER NOT NULL,
    url           TEXT NOT NULL,
    e_tag         TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    baseline_at   INTEGER NOT NULL,
    attempted_at  INTEGER NOT NULL,
    succeeded_at  INTEGER NOT NULL,
    last_new_at   INTEGER NOT NULL,
    not_before    INTEGER NOT NULL,
    failures      INTEGER NOT NULL,
    last_error    TEXT NOT NULL,
    health        TEXT NOT NULL,
    items         INTEGER NOT NULL
) STRICT;

CREATE TABLE articles (
    id            TEXT NOT NULL PRIMARY KEY,
    source_id     TEXT NOT NULL,
    identity      TEXT NOT NULL,
    guid          TEXT NOT NULL,
    link          TEXT NOT NULL,
    link_key      TEXT NOT NULL,
    title         TEXT NOT NULL,
    summary       TEXT NOT NULL,
    body          TEXT NOT NULL,
    author        TEXT NOT NULL,
    language      TEXT NOT NULL,
    published_at  INTEGER NOT NULL,
    published_raw TEXT NOT NULL,
    seen_at       INTEGER NOT NULL,
    body_state    TEXT NOT NULL,
    body_tries    INTEGER NOT NULL,
    revision      INTEGER NOT NULL,
    feed_hash     TEXT NOT NULL,
    hash          TEXT NOT NULL,
    baseline      INTEGER NOT NULL,
    UNIQUE (source_id, identity)
) STRICT;
CREATE INDEX articles_link_key ON articles (link_key);
CREATE INDEX articles_seen ON articles (seen_at);
CREATE INDEX articles_wanted ON articles (source_id, body_tries, seen_at) WHERE body_state = 'wanted';

CREATE TABLE article_revisions (
    article_id TEXT NOT NULL REFERENCES articles (id),
    revision   INTEGER NOT NULL,
    hash       TEXT NOT NULL,
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    seen_at    INTEGER NOT NULL,
    PRIMARY KEY (article_id, revision)
) STRICT;
CREATE INDEX article_revisions_text ON article_revisions (seen_at) WHERE body <> '';

CREATE TABLE rule_revisions (
    rule_id       TEXT NOT NULL,
    hash          TEXT NOT NULL,
    text          TEXT NOT NULL,
    vocabulary    TEXT NOT NULL,
    first_used_at INTEGER NOT NULL,
    PRIMARY KEY (rule_id, hash)
) STRICT;

CREATE TABLE matches (
    id             INTEGER PRIMARY KEY,
    article_id     TEXT NOT NULL REFERENCES articles (id),
    revision       INTEGER NOT NULL,
    part           INTEGER NOT NULL,
    rule_id        TEXT NOT NULL,
    rule_hash      TEXT NOT NULL,
    rule_title     TEXT NOT NULL,
    why            TEXT NOT NULL,
    severity       TEXT NOT NULL,
    strength       TEXT NOT NULL,
    draft          INTEGER NOT NULL,
    mention_alerts INTEGER NOT NULL,
    routes         TEXT,
    hits           TEXT,
    tags           TEXT,
    matched_at     INTEGER NOT NULL,
    UNIQUE (article_id, revision, part, rule_id, rule_hash)
) STRICT;
CREATE INDEX matches_rule ON matches (rule_id, matched_at);

CREATE TABLE events (
    id            TEXT NOT NULL PRIMARY KEY,
    revision      INTEGER NOT NULL,
    merged_into   TEXT NOT NULL,
    title         TEXT NOT NULL,
    link          TEXT NOT NULL,
    lead_rule     TEXT NOT NULL,
    severity      TEXT NOT NULL,
    strength      TEXT NOT NULL,
    rule_ids      TEXT,
    jurisdictions TEXT,
    official      INTEGER NOT NULL,
    baseline      INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX events_first_seen ON events (first_seen_at);
CREATE INDEX events_last_seen ON events (last_seen_at);
CREATE INDEX events_merged ON events (merged_into) WHERE merged_into <> '';

CREATE TABLE event_articles (
    article_id   TEXT NOT NULL REFERENCES articles (id),
    part         INTEGER NOT NULL,
    event_id     TEXT NOT NULL REFERENCES events (id),
    joined_by    TEXT NOT NULL,
    joined_at    INTEGER NOT NULL,
    source_id    TEXT NOT NULL,
    source_name  TEXT NOT NULL,
    role         TEXT NOT NULL,
    title        TEXT NOT NULL,
    link         TEXT NOT NULL,
    link_key     TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    seen_at      INTEGER NOT NULL,
    strength     TEXT NOT NULL,
    signature    TEXT,
    PRIMARY KEY (article_id, part)
) STRICT;
CREATE INDEX event_articles_event ON event_articles (event_id);
CREATE INDEX event_articles_joined ON event_articles (joined_at);

CREATE TABLE event_keys (
    event_id TEXT NOT NULL REFERENCES events (id),
    key      TEXT NOT NULL,
    PRIMARY KEY (event_id, key)
) STRICT;
CREATE INDEX event_keys_key ON event_keys (key, event_id);

CREATE TABLE notices (
    id               TEXT NOT NULL PRIMARY KEY,
    kind             TEXT NOT NULL,
    subject          TEXT NOT NULL,
    subject_id       TEXT NOT NULL,
    subject_revision INTEGER NOT NULL,
    recipient        TEXT NOT NULL,
    severity         TEXT NOT NULL,
    reason           TEXT NOT NULL,
    held             TEXT NOT NULL,
    content          TEXT,
    created_at       INTEGER NOT NULL,
    UNIQUE (kind, subject, subject_id, subject_revision, recipient)
) STRICT;
CREATE INDEX notices_subject ON notices (subject, subject_id);
CREATE INDEX notices_created ON notices (created_at, id);

CREATE TABLE deliveries (
    id          TEXT NOT NULL PRIMARY KEY,
    notice_id   TEXT NOT NULL REFERENCES notices (id),
    channel     TEXT NOT NULL,
    address     TEXT NOT NULL,
    destination TEXT NOT NULL,
    resend      INTEGER NOT NULL,
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    not_before  INTEGER NOT NULL,
    lease_token TEXT NOT NULL,
    lease_until INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    sent_at     INTEGER NOT NULL,
    receipt     TEXT NOT NULL,
    last_error  TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (notice_id, destination, resend)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (channel, created_at, id) WHERE state = 'due';
CREATE INDEX deliveries_created ON deliveries (created_at, id);

CREATE TABLE digest_issues (
    id           TEXT NOT NULL PRIMARY KEY,
    subscription TEXT NOT NULL,
    local_date   TEXT NOT NULL,
    window_from  INTEGER NOT NULL,
    window_to    INTEGER NOT NULL,
    late         INTEGER NOT NULL,
    notice_ids   TEXT,
    created_at   INTEGER NOT NULL,
    UNIQUE (subscription, local_date),
    UNIQUE (subscription, window_from)
) STRICT;

CREATE TABLE subscriptions (
    id            TEXT NOT NULL PRIMARY KEY,
    first_seen_at INTEGER NOT NULL
) STRICT;

-- An opt-out outlives the configuration that it was made under, so it refers
-- to nothing.
CREATE TABLE opt_outs (
    subscription TEXT NOT NULL,
    address      TEXT NOT NULL,
    opted_out_at INTEGER NOT NULL,
    PRIMARY KEY (subscription, address)
) STRICT;

-- A counter guards what was read: who writes names the value that they saw.
CREATE TABLE counters (
    name  TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO counters (name, value) VALUES ('events', 0);

CREATE TABLE audit (
    seq       INTEGER NOT NULL PRIMARY KEY,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    action    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    detail    TEXT NOT NULL,
    prev_hash TEXT NOT NULL UNIQUE, -- one successor each: history cannot fork
    hash      TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX audit_subject ON audit (subject);
CREATE INDEX audit_rules ON audit (seq) WHERE action = 'rules.loaded';

-- The last entry of the audit, so that a shortened end is noticed too.
CREATE TABLE audit_head (
    name TEXT NOT NULL PRIMARY KEY,
    seq  INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_head (name, seq, hash) VALUES ('audit', 0, '');

-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is never changed');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is never shortened');
END;
-- +goose StatementEnd
