-- +goose Up

-- Reasons are data, which are put into words for each reader. The sentences of releases
-- before this one are kept as they are. The columns reason, held and wait_for keep a
-- short form for people who read the table, and held is still empty in what is sent.
ALTER TABLE notices ADD COLUMN reasons TEXT;
ALTER TABLE notices ADD COLUMN held_reasons TEXT;
ALTER TABLE notices ADD COLUMN wait_reasons TEXT;
UPDATE notices SET reasons = json_build_array(json_build_object('kind', 'text', 'args', json_build_object('text', reason)))::text WHERE reason <> '';
UPDATE notices SET held_reasons = json_build_array(json_build_object('kind', 'text', 'args', json_build_object('text', held)))::text WHERE held <> '';
UPDATE notices SET wait_reasons = json_build_array(json_build_object('kind', 'text', 'args', json_build_object('text', wait_for)))::text WHERE wait_for <> '';

-- Mail addresses that were confirmed, or wait for it. address is the destination as
-- addresses are compared; written is as regwatch.yaml has it.
CREATE TABLE verified_addresses (
    address     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    written     TEXT NOT NULL,
    required    BOOLEAN NOT NULL,
    added_at    BIGINT NOT NULL,
    asked_at    BIGINT NOT NULL,
    reported_at BIGINT NOT NULL,
    verified_at BIGINT NOT NULL,
    verified_by TEXT NOT NULL
);
CREATE INDEX deliveries_unverified ON deliveries (destination) WHERE state = 'unverified';
-- What sort of failure last_error is, for readers of other languages.
ALTER TABLE source_states ADD COLUMN last_failure TEXT NOT NULL DEFAULT '';
