-- +goose Up

-- One row for each article, numbered in the order in which they were stored. A
-- number stays when the file is compacted, so the index can point to it. The
-- version is that of the folding under which the text was indexed; empty means
-- not yet.
CREATE TABLE article_index (
    num        INTEGER NOT NULL PRIMARY KEY,
    article_id TEXT NOT NULL UNIQUE REFERENCES articles (id),
    seen_at    INTEGER NOT NULL,
    version    TEXT NOT NULL
) STRICT;
CREATE INDEX article_index_seen ON article_index (seen_at, num);
CREATE INDEX article_index_version ON article_index (version, num);

INSERT INTO article_index (article_id, seen_at, version)
    SELECT id, seen_at, '' FROM articles ORDER BY seen_at, id;

-- The terms of each text, folded and cut by us, so that the tokenizer only has to
-- part them at spaces: ascii takes every letter beyond ASCII as part of a word.
-- No positions are kept and no text.
CREATE VIRTUAL TABLE articles_fts USING fts5 (
    terms, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '$'"
);
