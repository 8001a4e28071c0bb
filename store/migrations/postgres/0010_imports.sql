-- +goose Up

-- An import is an archive that a person loaded. Its articles are known and never alert.
CREATE TABLE imports (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    file        TEXT NOT NULL,
    hash        TEXT NOT NULL, -- of the file
    imported_by TEXT NOT NULL,
    started_at  BIGINT NOT NULL,
    finished_at BIGINT NOT NULL, -- 0: it was interrupted
    added       BIGINT NOT NULL,
    undone_at   BIGINT NOT NULL,
    undone_by   TEXT NOT NULL
);
ALTER TABLE articles ADD COLUMN import_id TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX articles_imported ON articles (import_id, published_at) WHERE import_id <> '';
CREATE INDEX articles_scanned ON articles (seen_at) WHERE import_id = '';

-- dated_at is when an article was published, or seen if that is unknown or earlier. It is 0
-- in rows that the release before writes during an upgrade.
ALTER TABLE article_index ADD COLUMN dated_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE article_index ADD COLUMN imported BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE article_index SET dated_at = (SELECT CASE WHEN published_at = 0 OR published_at > seen_at THEN seen_at ELSE published_at END
    FROM articles WHERE id = article_id);

-- What people say of an article for a rule, also where no event exists.
CREATE TABLE article_marks (
    article_id TEXT COLLATE "C" NOT NULL REFERENCES articles (id),
    rule_id    TEXT COLLATE "C" NOT NULL,
    marked_by  TEXT COLLATE "C" NOT NULL,
    relevant   BOOLEAN NOT NULL,
    rule_hash  TEXT COLLATE "C" NOT NULL,
    note       TEXT NOT NULL,
    marked_at  BIGINT NOT NULL,
    PRIMARY KEY (article_id, rule_id, marked_by)
);
