-- +goose Up

-- How a notice reaches people: the lines of the routes that led there, until
-- when it waits to be told with others, and when it goes on to the next in line.
ALTER TABLE notices ADD COLUMN subscriptions TEXT;
ALTER TABLE notices ADD COLUMN wait_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE notices ADD COLUMN wait_for TEXT NOT NULL DEFAULT '';
ALTER TABLE notices ADD COLUMN escalate_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE notices ADD COLUMN escalate_to TEXT NOT NULL DEFAULT '';
ALTER TABLE notices ADD COLUMN told_in TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE notices ADD COLUMN held_as TEXT NOT NULL DEFAULT '';
CREATE INDEX notices_waiting ON notices (wait_until) WHERE wait_until <> 0;
CREATE INDEX notices_escalating ON notices (escalate_at) WHERE escalate_at <> 0;
CREATE INDEX notices_counted ON notices (kind, (held <> ''));

-- A thread is an event at a destination. Those of releases before are filled
-- in, so that what follows finds its first message.
ALTER TABLE deliveries ADD COLUMN thread TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN amends BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE deliveries SET thread = (SELECT subject_id FROM notices WHERE notices.id = deliveries.notice_id)
    WHERE notice_id IN (SELECT id FROM notices WHERE subject = 'event');
CREATE INDEX deliveries_dead ON deliveries (channel) WHERE state = 'dead';
CREATE INDEX deliveries_thread ON deliveries (thread, destination, created_at, id) WHERE thread <> '';

ALTER TABLE events ADD COLUMN stage TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN dates TEXT;
ALTER TABLE event_articles ADD COLUMN stage TEXT NOT NULL DEFAULT '';
ALTER TABLE event_articles ADD COLUMN dates TEXT;
ALTER TABLE event_articles ADD COLUMN told_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE matches ADD COLUMN topic TEXT NOT NULL DEFAULT '';
ALTER TABLE opt_outs ADD COLUMN forced BOOLEAN NOT NULL DEFAULT FALSE;

-- How each event has stood since when, so that a digest can tell what became of
-- it. What is known is kept as it stands.
CREATE TABLE event_states (
    event_id TEXT COLLATE "C" NOT NULL REFERENCES events (id),
    revision INTEGER NOT NULL,
    known_at BIGINT NOT NULL,
    severity TEXT NOT NULL,
    official BOOLEAN NOT NULL,
    stage    TEXT NOT NULL,
    dates    TEXT,
    PRIMARY KEY (event_id, revision)
);
INSERT INTO event_states (event_id, revision, known_at, severity, official, stage, dates)
    SELECT id, revision, last_seen_at, severity, official, stage, dates FROM events;

-- What people ask for: silence for a while, and to work on an event.
CREATE TABLE mutes (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind      TEXT NOT NULL,
    target    TEXT COLLATE "C" NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    until     BIGINT NOT NULL,
    reason    TEXT NOT NULL,
    muted_by  TEXT NOT NULL,
    muted_at  BIGINT NOT NULL,
    ended_at  BIGINT NOT NULL,
    ended_by  TEXT NOT NULL
);
CREATE INDEX mutes_until ON mutes (until);

CREATE TABLE takes (
    event_id TEXT COLLATE "C" NOT NULL REFERENCES events (id),
    taken_by TEXT COLLATE "C" NOT NULL,
    taken_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, taken_by)
);

-- Keys that the program makes for itself, such as the one that signs the links
-- in mails.
CREATE TABLE signing_keys (
    name    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    secret  TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
