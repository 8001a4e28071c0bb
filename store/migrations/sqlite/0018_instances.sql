-- +goose Up

-- Which programs can run on these tables: those that know at least migration oldest. Each later migration sets it, and a
-- program refuses newer tables only if it is older than that.
CREATE TABLE schema_support (
    name   TEXT PRIMARY KEY,
    oldest INTEGER NOT NULL
) STRICT;
INSERT INTO schema_support (name, oldest) VALUES ('program', 18);

-- Programs that run on this database, one row each, and when they last said so. roles is a list with commas; config and
-- rules are the hashes of what is in force. Times are microseconds since 1970.
CREATE TABLE instances (
    id         TEXT PRIMARY KEY,
    machine    TEXT NOT NULL,
    pid        INTEGER NOT NULL,
    version    TEXT NOT NULL,
    roles      TEXT NOT NULL,
    config     TEXT NOT NULL,
    rules      TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT;

-- What one program does at a time: host:NAME is making requests to a host, leader is making digests, slack:CHANNEL is
-- receiving from Slack. token is new each time a lease is taken; empty: it was returned. Times are microseconds
-- since 1970.
CREATE TABLE leases (
    name    TEXT PRIMARY KEY,
    holder  TEXT NOT NULL,
    token   TEXT NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT;
CREATE INDEX leases_by_token ON leases (token) WHERE token <> '';

-- The pauses that hosts asked for with Retry-After. reason is a class of failures of sources.
CREATE TABLE host_cooldowns (
    host     TEXT PRIMARY KEY,
    reason   TEXT NOT NULL,
    since    INTEGER NOT NULL,
    ends_at  INTEGER NOT NULL
) STRICT;

-- The robots.txt of servers. body is its start, as far as it is read. problem says why it cannot be read, since
-- failing_since; empty: it was read. It is read again after ends_at.
CREATE TABLE host_robots (
    origin        TEXT PRIMARY KEY,
    body          TEXT NOT NULL,
    problem       TEXT NOT NULL,
    failing_since INTEGER NOT NULL,
    ends_at       INTEGER NOT NULL
) STRICT;
