-- +goose Up

-- What a source has to remember of its last answer to tell what is new in the
-- next: of a watched page, its text.
ALTER TABLE source_states ADD COLUMN memory TEXT NOT NULL DEFAULT '';
