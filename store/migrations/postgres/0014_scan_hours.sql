-- +goose Up

-- Since when a user may not log in; 0 if the user may.
ALTER TABLE users ADD COLUMN disabled_at BIGINT NOT NULL DEFAULT 0;

-- How often each source was scanned in an hour, and how many of these scans failed. hour counts
-- from 1970. Hours before the program counted have no rows.
CREATE TABLE scan_hours (
    hour      BIGINT NOT NULL,
    source_id TEXT COLLATE "C" NOT NULL,
    scans     INTEGER NOT NULL,
    failed    INTEGER NOT NULL,
    PRIMARY KEY (hour, source_id)
);
