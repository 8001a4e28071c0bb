-- +goose Up

-- Reports for a committee. title_key is the title in its folded form, by which the report before is found. revision
-- rises with every change, and finished_revision is that of the last version; 0: none. versions is how many versions
-- were finished. draft is what a person edits, in JSON. Times are microseconds since 1970; deleted_at 0: not deleted.
CREATE TABLE reports (
    id                TEXT COLLATE "C" PRIMARY KEY,
    title             TEXT NOT NULL,
    title_key         TEXT COLLATE "C" NOT NULL,
    revision          INTEGER NOT NULL,
    finished_revision INTEGER NOT NULL,
    versions          INTEGER NOT NULL,
    draft             TEXT NOT NULL,
    created_at        BIGINT NOT NULL,
    created_by        TEXT NOT NULL,
    changed_at        BIGINT NOT NULL,
    changed_by        TEXT NOT NULL,
    deleted_at        BIGINT NOT NULL
);
CREATE INDEX reports_by_title ON reports (title_key, id);

-- Finished versions of reports. content is everything that the version says, in JSON, and hash its SHA-256 in hex,
-- which is in the audit too. No row is ever changed.
CREATE TABLE report_versions (
    report_id   TEXT COLLATE "C" NOT NULL REFERENCES reports (id),
    number      INTEGER NOT NULL,
    content     TEXT NOT NULL,
    hash        TEXT COLLATE "C" NOT NULL,
    events      INTEGER NOT NULL,
    finished_at BIGINT NOT NULL,
    finished_by TEXT NOT NULL,
    PRIMARY KEY (report_id, number)
);
