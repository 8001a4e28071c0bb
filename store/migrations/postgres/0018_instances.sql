-- +goose Up

-- Which programs can run on these tables: those that know at least migration oldest. Each later migration sets it, and a
-- program refuses newer tables only if it is older than that.
CREATE TABLE schema_support (
    name   TEXT COLLATE "C" PRIMARY KEY,
    oldest BIGINT NOT NULL
);
INSERT INTO schema_support (name, oldest) VALUES ('program', 18);

-- Programs that run on this database, one row each, and when they last said so. roles is a list with commas; config and
-- rules are the hashes of what is in force. Times are microseconds since 1970, by the clock of the database.
CREATE TABLE instances (
    id         TEXT COLLATE "C" PRIMARY KEY,
    machine    TEXT NOT NULL,
    pid        BIGINT NOT NULL,
    version    TEXT NOT NULL,
    roles      TEXT NOT NULL,
    config     TEXT NOT NULL,
    rules      TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);

-- What one program does at a time: host:NAME is making requests to a host, leader is making digests, slack:CHANNEL is
-- receiving from Slack. token is new each time a lease is taken; empty: it was returned. ends_at is by the clock of the
-- database.
CREATE TABLE leases (
    name    TEXT COLLATE "C" PRIMARY KEY,
    holder  TEXT NOT NULL,
    token   TEXT COLLATE "C" NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX leases_by_token ON leases (token) WHERE token <> '';

-- The pauses that hosts asked for with Retry-After. reason is a class of failures of sources.
CREATE TABLE host_cooldowns (
    host     TEXT COLLATE "C" PRIMARY KEY,
    reason   TEXT NOT NULL,
    since    BIGINT NOT NULL,
    ends_at  BIGINT NOT NULL
);

-- The robots.txt of servers. body is its start, as far as it is read. problem says why it cannot be read, since
-- failing_since; empty: it was read. It is read again after ends_at.
CREATE TABLE host_robots (
    origin        TEXT COLLATE "C" PRIMARY KEY,
    body          TEXT NOT NULL,
    problem       TEXT NOT NULL,
    failing_since BIGINT NOT NULL,
    ends_at       BIGINT NOT NULL
);
