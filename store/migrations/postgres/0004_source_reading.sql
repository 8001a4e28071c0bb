-- +goose Up

-- How a source is read: when its last full answer was and what it was, where its
-- address has moved to, when it is tried again after a failure, and how often it
-- publishes.
ALTER TABLE source_states ADD COLUMN full_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_states ADD COLUMN body_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE source_states ADD COLUMN moved_to TEXT NOT NULL DEFAULT '';
ALTER TABLE source_states ADD COLUMN moved_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_states ADD COLUMN adopted_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_states ADD COLUMN retry_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_states ADD COLUMN new_rate DOUBLE PRECISION NOT NULL DEFAULT 0;
ALTER TABLE source_states ADD COLUMN new_rate_at BIGINT NOT NULL DEFAULT 0;

-- How it fares: what is usual of it, and where something may have been missed.
ALTER TABLE source_states ADD COLUMN health_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_states ADD COLUMN usual_items BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_states ADD COLUMN last_overlap BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_states ADD COLUMN gap_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_states ADD COLUMN gap_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE source_states ADD COLUMN identity_policy TEXT NOT NULL DEFAULT '';
