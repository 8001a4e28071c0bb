-- +goose Up

-- Tokens for the API. user_name is who had that name when the token was made. scopes is a list in
-- JSON. hash is the SHA-256 of the token, which is stored nowhere. expires_at, last_used_at and
-- revoked_at are microseconds since 1970; 0 in the last two: not yet.
CREATE TABLE api_tokens (
    id           TEXT COLLATE "C" PRIMARY KEY,
    name         TEXT COLLATE "C" NOT NULL,
    user_name    TEXT COLLATE "C" NOT NULL,
    scopes       TEXT NOT NULL,
    hash         TEXT COLLATE "C" NOT NULL UNIQUE,
    created_at   BIGINT NOT NULL,
    created_by   TEXT NOT NULL,
    expires_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    revoked_at   BIGINT NOT NULL,
    revoked_by   TEXT NOT NULL
);

-- Requests to the API that changed something, by the key that their client gave them, with their
-- answers. status is 0 until the answer is stored. Rows are deleted after 24 hours.
CREATE TABLE api_requests (
    token_id     TEXT COLLATE "C" NOT NULL REFERENCES api_tokens (id),
    key          TEXT COLLATE "C" NOT NULL,
    request_hash TEXT COLLATE "C" NOT NULL,
    started_at   BIGINT NOT NULL,
    status       INTEGER NOT NULL,
    headers      TEXT NOT NULL,
    body         TEXT NOT NULL,
    PRIMARY KEY (token_id, key)
);
CREATE INDEX api_requests_started ON api_requests (started_at);
