-- +goose Up

-- Reasons are data, which are put into words for each reader. The sentences of releases
-- before this one are kept as they are. The columns reason, held and wait_for keep a
-- short form for people who read the table, and held is still empty in what is sent.
ALTER TABLE notices ADD COLUMN reasons TEXT;
ALTER TABLE notices ADD COLUMN held_reasons TEXT;
ALTER TABLE notices ADD COLUMN wait_reasons TEXT;
UPDATE notices SET reasons = json_array(json_object('kind', 'text', 'args', json_object('text', reason))) WHERE reason <> '';
UPDATE notices SET held_reasons = json_array(json_object('kind', 'text', 'args', json_object('text', held))) WHERE held <> '';
UPDATE notices SET wait_reasons = json_array(json_object('kind', 'text', 'args', json_object('text', wait_for))) WHERE wait_for <> '';

-- Mail addresses that were confirmed, or wait for it. address is the destination as
-- addresses are compared; written is as regwatch.yaml has it.
CREATE TABLE verified_addresses (
    address     TEXT NOT NULL PRIMARY KEY,
    written     TEXT NOT NULL,
    required    INTEGER NOT NULL,
    added_at    INTEGER NOT NULL,
    asked_at    INTEGER NOT NULL,
    reported_at INTEGER NOT NULL,
    verified_at INTEGER NOT NULL,
    verified_by TEXT NOT NULL
) STRICT;
CREATE INDEX deliveries_unverified ON deliveries (destination) WHERE state = 'unverified';
-- What sort of failure last_error is, for readers of other languages.
ALTER TABLE source_states ADD COLUMN last_failure TEXT NOT NULL DEFAULT '';
