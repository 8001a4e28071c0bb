-- +goose Up

-- What the relevance model said of a match, and where the match is shown. Matches of
-- releases before this one were not scored, and alert.
ALTER TABLE matches ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
ALTER TABLE matches ADD COLUMN relevance TEXT;
ALTER TABLE events ADD COLUMN less_certain_rules TEXT;

-- The sentence or headline that a stage was read from.
ALTER TABLE events ADD COLUMN stage_quote TEXT NOT NULL DEFAULT '';
ALTER TABLE event_articles ADD COLUMN stage_quote TEXT NOT NULL DEFAULT '';

-- Models that were fitted to feedback. Of those accepted for a rule, the one decided
-- last is in use; without one, the shipped model is.
CREATE TABLE relevance_models (
    rule_id     TEXT NOT NULL,
    version     TEXT NOT NULL,
    file        TEXT NOT NULL,
    base        TEXT NOT NULL,
    relevant    INTEGER NOT NULL,
    irrelevant  INTEGER NOT NULL,
    state       TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    decided_at  INTEGER NOT NULL,
    decided_by  TEXT NOT NULL,
    PRIMARY KEY (rule_id, version)
) STRICT;
