PRAGMA foreign_keys = OFF;
CREATE TABLE schema_migrations (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO schema_migrations VALUES (1, 0, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (2, 1, 1, '2026-03-02 12:00:00');
CREATE TABLE source_states (
    source_id     TEXT NOT NULL PRIMARY KEY,
    generation    INTEGER NOT NULL,
    url           TEXT NOT NULL,
    e_tag         TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    baseline_at   INTEGER NOT NULL,
    attempted_at  INTEGER NOT NULL,
    succeeded_at  INTEGER NOT NULL,
    last_new_at   INTEGER NOT NULL,
    not_before    INTEGER NOT NULL,
    failures      INTEGER NOT NULL,
    last_error    TEXT NOT NULL,
    health        TEXT NOT NULL,
    items         INTEGER NOT NULL
) STRICT;
INSERT INTO source_states VALUES ('harbour-authority', 3, 'https://harbour-authority.example.com/feed', '"v1"', '', 1772000000000000, 1772452000000000, 1772452000000000, 1772452000000000, 0, 0, '', 'healthy', 20);
INSERT INTO source_states VALUES ('harbour-post', 2, 'https://harbour-post.example.com/rss', '', '', 1772000000000000, 1772452000000000, 1772100000000000, 1772000000000000, 1772453000000000, 4, 'the server answered 503', 'failing', 9);
CREATE TABLE articles (
    id            TEXT NOT NULL PRIMARY KEY,
    source_id     TEXT NOT NULL,
    identity      TEXT NOT NULL,
    guid          TEXT NOT NULL,
    link          TEXT NOT NULL,
    link_key      TEXT NOT NULL,
    title         TEXT NOT NULL,
    summary       TEXT NOT NULL,
    body          TEXT NOT NULL,
    author        TEXT NOT NULL,
    language      TEXT NOT NULL,
    published_at  INTEGER NOT NULL,
    published_raw TEXT NOT NULL,
    seen_at       INTEGER NOT NULL,
    body_state    TEXT NOT NULL,
    body_tries    INTEGER NOT NULL,
    revision      INTEGER NOT NULL,
    feed_hash     TEXT NOT NULL,
    hash          TEXT NOT NULL,
    baseline      INTEGER NOT NULL,
    UNIQUE (source_id, identity)
) STRICT;
INSERT INTO articles VALUES ('01KJA0000000000000000000A1', 'harbour-authority', 'i1', 'g1', 'https://harbour-authority.example.com/1', 'harbour-authority.example.com/1', 'Coin issuers to need a licence', 'In short.', 'Coin issuers need a licence. It''s final.', '', 'en', 1772100000000000, 'yesterday', 1772100000000000, 'full', 0, 2, 'f1', 'x2', 0);
INSERT INTO articles VALUES ('01KJA0000000000000000000A2', 'harbour-post', 'i2', 'g2', 'https://harbour-post.example.com/2', 'harbour-post.example.com/2', '穩定幣條例', 'In short.', '穩定幣條例生效。', '', 'zh-Hant', 1772100000000000, '', 1772110000000000, 'summary', 0, 1, 'f2', 'y1', 0);
INSERT INTO articles VALUES ('01KJA0000000000000000000A3', 'harbour-post', 'i3', 'g3', 'https://harbour-post.example.com/3', 'harbour-post.example.com/3', 'Coin ban', '', '', '', '', 0, '', 1772200000000000, 'wanted', 2, 1, 'f3', 'z1', 0);
INSERT INTO articles VALUES ('01KJA0000000000000000000A4', 'harbour-post', 'i4', 'g4', 'https://harbour-post.example.com/4', 'harbour-post.example.com/4', 'Coin story of long ago', '', '', '', 'en', 0, '', 1771000000000000, 'expired', 0, 1, 'f4', 'w1', 1);
CREATE TABLE article_revisions (
    article_id TEXT NOT NULL REFERENCES articles (id),
    revision   INTEGER NOT NULL,
    hash       TEXT NOT NULL,
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    seen_at    INTEGER NOT NULL,
    PRIMARY KEY (article_id, revision)
) STRICT;
INSERT INTO article_revisions VALUES ('01KJA0000000000000000000A1', 1, 'x1', 'Coin issuers to need a licence', 'Coin issuers need a licence.', 1772100000000000);
INSERT INTO article_revisions VALUES ('01KJA0000000000000000000A1', 2, 'x2', 'Coin issuers to need a licence', 'Coin issuers need a licence. It''s final.', 1772150000000000);
INSERT INTO article_revisions VALUES ('01KJA0000000000000000000A2', 1, 'y1', '穩定幣條例', '穩定幣條例生效。', 1772110000000000);
INSERT INTO article_revisions VALUES ('01KJA0000000000000000000A3', 1, 'z1', 'Coin ban', '', 1772200000000000);
INSERT INTO article_revisions VALUES ('01KJA0000000000000000000A4', 1, 'w1', 'Coin story of long ago', '', 1771000000000000);
CREATE TABLE rule_revisions (
    rule_id       TEXT NOT NULL,
    hash          TEXT NOT NULL,
    text          TEXT NOT NULL,
    vocabulary    TEXT NOT NULL,
    first_used_at INTEGER NOT NULL,
    PRIMARY KEY (rule_id, hash)
) STRICT;
INSERT INTO rule_revisions VALUES ('coin-issuers', 'h1', 'id: coin-issuers', '{}', 1772000000000000);
INSERT INTO rule_revisions VALUES ('coin-issuers', 'h2', 'id: coin-issuers # 2', '{}', 1772100000000000);
CREATE TABLE matches (
    id             INTEGER PRIMARY KEY,
    article_id     TEXT NOT NULL REFERENCES articles (id),
    revision       INTEGER NOT NULL,
    part           INTEGER NOT NULL,
    rule_id        TEXT NOT NULL,
    rule_hash      TEXT NOT NULL,
    rule_title     TEXT NOT NULL,
    why            TEXT NOT NULL,
    severity       TEXT NOT NULL,
    strength       TEXT NOT NULL,
    draft          INTEGER NOT NULL,
    mention_alerts INTEGER NOT NULL,
    routes         TEXT,
    hits           TEXT,
    tags           TEXT,
    matched_at     INTEGER NOT NULL,
    UNIQUE (article_id, revision, part, rule_id, rule_hash)
) STRICT;
INSERT INTO matches VALUES (1, '01KJA0000000000000000000A1', 1, 0, 'coin-issuers', 'h1', 'Coin issuers', 'Because.', 'high', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', NULL, 1772100000000000);
INSERT INTO matches VALUES (2, '01KJA0000000000000000000A2', 1, 0, 'coin-issuers', 'h2', 'Coin issuers', '', 'high', 'mention', 1, 1, NULL, NULL, '["licence"]', 1772110000000000);
INSERT INTO matches VALUES (3, '01KJA0000000000000000000A3', 1, 1, 'coin-issuers', 'h2', 'Coin issuers', '', 'critical', 'subject', 0, 0, NULL, NULL, NULL, 1772200000000000);
CREATE TABLE events (
    id            TEXT NOT NULL PRIMARY KEY,
    revision      INTEGER NOT NULL,
    merged_into   TEXT NOT NULL,
    title         TEXT NOT NULL,
    link          TEXT NOT NULL,
    lead_rule     TEXT NOT NULL,
    severity      TEXT NOT NULL,
    strength      TEXT NOT NULL,
    rule_ids      TEXT,
    jurisdictions TEXT,
    official      INTEGER NOT NULL,
    baseline      INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL
) STRICT;
INSERT INTO events VALUES ('01KJA0000000000000000000E1', 2, '', 'Coin issuers to need a licence', 'https://harbour-authority.example.com/1', 'coin-issuers', 'high', 'subject', '["coin-issuers"]', '["Hong Kong"]', 1, 0, 1772100000000000, 1772150000000000);
INSERT INTO events VALUES ('01KJA0000000000000000000E2', 1, '01KJA0000000000000000000E1', '穩定幣條例', 'https://harbour-post.example.com/2', 'coin-issuers', 'low', 'mention', NULL, NULL, 0, 1, 1772110000000000, 1772110000000000);
INSERT INTO events VALUES ('01KJA0000000000000000000E3', 1, '', 'Coin ban', 'https://harbour-post.example.com/3', 'coin-issuers', 'critical', 'subject', '["coin-issuers"]', '[]', 0, 0, 1772200000000000, 1772200000000000);
CREATE TABLE event_articles (
    article_id   TEXT NOT NULL REFERENCES articles (id),
    part         INTEGER NOT NULL,
    event_id     TEXT NOT NULL REFERENCES events (id),
    joined_by    TEXT NOT NULL,
    joined_at    INTEGER NOT NULL,
    source_id    TEXT NOT NULL,
    source_name  TEXT NOT NULL,
    role         TEXT NOT NULL,
    title        TEXT NOT NULL,
    link         TEXT NOT NULL,
    link_key     TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    seen_at      INTEGER NOT NULL,
    strength     TEXT NOT NULL,
    signature    TEXT,
    PRIMARY KEY (article_id, part)
) STRICT;
INSERT INTO event_articles VALUES ('01KJA0000000000000000000A1', 0, '01KJA0000000000000000000E1', 'opened it', 1772100000000000, 'harbour-authority', 'Harbour Authority', 'regulator', 'Coin issuers to need a licence', 'https://harbour-authority.example.com/1', 'harbour-authority.example.com/1', 1772100000000000, 1772100000000000, 'subject', '[1,4294967295]');
INSERT INTO event_articles VALUES ('01KJA0000000000000000000A2', 0, '01KJA0000000000000000000E2', 'opened it', 1772110000000000, 'harbour-post', 'Harbour Post', 'press', '穩定幣條例', 'https://harbour-post.example.com/2', 'harbour-post.example.com/2', 1772100000000000, 1772110000000000, 'mention', NULL);
INSERT INTO event_articles VALUES ('01KJA0000000000000000000A3', 1, '01KJA0000000000000000000E3', 'opened it', 1772200000000000, 'harbour-post', 'Harbour Post', 'press', 'Coin ban', 'https://harbour-post.example.com/3', 'harbour-post.example.com/3', 0, 1772200000000000, 'subject', '[]');
CREATE TABLE event_keys (
    event_id TEXT NOT NULL REFERENCES events (id),
    key      TEXT NOT NULL,
    PRIMARY KEY (event_id, key)
) STRICT;
INSERT INTO event_keys VALUES ('01KJA0000000000000000000E1', 'link:harbour-authority.example.com/1');
INSERT INTO event_keys VALUES ('01KJA0000000000000000000E2', 'link:harbour-post.example.com/2');
INSERT INTO event_keys VALUES ('01KJA0000000000000000000E3', 'link:harbour-post.example.com/3');
CREATE TABLE notices (
    id               TEXT NOT NULL PRIMARY KEY,
    kind             TEXT NOT NULL,
    subject          TEXT NOT NULL,
    subject_id       TEXT NOT NULL,
    subject_revision INTEGER NOT NULL,
    recipient        TEXT NOT NULL,
    severity         TEXT NOT NULL,
    reason           TEXT NOT NULL,
    held             TEXT NOT NULL,
    content          TEXT,
    created_at       INTEGER NOT NULL,
    UNIQUE (kind, subject, subject_id, subject_revision, recipient)
) STRICT;
INSERT INTO notices VALUES ('n-alert', 'alert', 'event', '01KJA0000000000000000000E1', 1, 'desk', 'high', 'route coins by coin-issuers', '', '{"alert":{"event_id":"01KJA0000000000000000000E1","severity":"high","official":false,"title":"Coin issuers to need a licence","link":"https://harbour-authority.example.com/1","excerpt":{"text":"Coin issuers need a licence.","marks":[[0,4]]},"why":[{"rule_id":"coin-issuers","rule_title":"Coin issuers","revision":"h1","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"why_now":"new event","source":"Harbour Authority","seen_at":"2026-02-26T10:00:00Z","zone":"Asia/Hong_Kong"}}', 1772100000000000);
INSERT INTO notices VALUES ('n-update', 'update', 'event', '01KJA0000000000000000000E1', 2, 'desk', 'high', 'route coins by coin-issuers', '', '{"alert":{"event_id":"01KJA0000000000000000000E1","severity":"high","official":true,"title":"Coin issuers to need a licence","link":"https://harbour-authority.example.com/1","excerpt":{"text":""},"why":null,"why_now":"officially confirmed","source":"Harbour Authority","seen_at":"2026-02-26T10:00:00Z","zone":""}}', 1772150000000000);
INSERT INTO notices VALUES ('n-ban', 'alert', 'event', '01KJA0000000000000000000E3', 1, 'desk', 'critical', 'route coins by coin-issuers', '', '{"alert":{"event_id":"01KJA0000000000000000000E3","severity":"critical","official":false,"title":"Coin ban","link":"","excerpt":{"text":""},"why":null,"why_now":"","source":"","seen_at":"2026-02-27T13:46:40Z","zone":""}}', 1772200000000000);
INSERT INTO notices VALUES ('n-held', 'alert', 'event', '01KJA0000000000000000000E2', 1, 'desk', 'low', '', 'a mention only: coin-issuers', '{"alert":null}', 1772110000000000);
INSERT INTO notices VALUES ('n-health', 'health', 'source', 'harbour-post', 2, 'ops', 'medium', 'the source has failed several times in a row', '', '{"health":{"subject":"source","name":"Harbour Post","health":"failing","since":"2026-02-26T10:00:00Z","error":"503","zone":""}}', 1772300000000000);
INSERT INTO notices VALUES ('n-digest', 'digest', 'digest', '01KJA0000000000000000000D1', 0, 'weekly', '', 'subscription weekly', '', '{"digest":{"id":"01KJA0000000000000000000D1","subscription":"weekly","title":"","every":"weekly","from":"2026-02-16T10:00:00Z","to":"2026-02-23T10:00:00Z","zone":"UTC","late":false,"events":null,"counts":null,"coverage":{"sources":2,"checked":2,"articles":3}}}', 1772000000000000);
CREATE TABLE deliveries (
    id          TEXT NOT NULL PRIMARY KEY,
    notice_id   TEXT NOT NULL REFERENCES notices (id),
    channel     TEXT NOT NULL,
    address     TEXT NOT NULL,
    destination TEXT NOT NULL,
    resend      INTEGER NOT NULL,
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL,
    not_before  INTEGER NOT NULL,
    lease_token TEXT NOT NULL,
    lease_until INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    sent_at     INTEGER NOT NULL,
    receipt     TEXT NOT NULL,
    last_error  TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    UNIQUE (notice_id, destination, resend)
) STRICT;
INSERT INTO deliveries VALUES ('d-alert-slack', 'n-alert', 'slack', '', 'slack', 0, 'sent', 1, 1772100000000000, '', 0, 1772100001000000, 1772100002000000, 'C0DESK/1772100002.000100', '', 1772100000000000);
INSERT INTO deliveries VALUES ('d-alert-mail', 'n-alert', 'mail', 'legal@example.com', 'mail:legal@example.com', 0, 'sent', 2, 1772100000000000, '', 0, 1772100001000000, 1772100002000000, '<n-alert@regwatch.example.com>', '', 1772100000000000);
INSERT INTO deliveries VALUES ('d-alert-again', 'n-alert', 'slack', '', 'slack', 1, 'sent', 1, 1772120000000000, '', 0, 1772120001000000, 1772120002000000, 'C0DESK/1772120002.000100', '', 1772120000000000);
INSERT INTO deliveries VALUES ('d-update-slack', 'n-update', 'slack', '', 'slack', 0, 'due', 0, 1772150000000000, '', 0, 0, 0, '', '', 1772150000000000);
INSERT INTO deliveries VALUES ('d-update-mail', 'n-update', 'mail', 'legal@example.com', 'mail:legal@example.com', 0, 'due', 1, 1772452740000000, 'T1', 1772452750000000, 1772452700000000, 0, '', 'the server broke off', 1772150000000000);
INSERT INTO deliveries VALUES ('d-ban-slack', 'n-ban', 'slack', '', 'slack', 0, 'due', 0, 1772453400000000, '', 0, 0, 0, '', 'Slack asks to wait 700 s', 1772200000000000);
INSERT INTO deliveries VALUES ('d-ban-hook', 'n-ban', 'hook', '', 'hook', 0, 'due', 0, 1772200000000000, 'T2', 1772452860000000, 1772452790000000, 0, '', '', 1772200000000000);
INSERT INTO deliveries VALUES ('d-ban-mail', 'n-ban', 'mail', 'left@example.com', 'mail:left@example.com', 0, 'dead', 12, 1772200000000000, '', 0, 1772210000000000, 0, '', '550 no such user', 1772200000000000);
INSERT INTO deliveries VALUES ('d-health', 'n-health', 'mail', 'ops@example.com', 'mail:ops@example.com', 0, 'sent', 1, 1772300000000000, '', 0, 1772300001000000, 1772300002000000, '<n-health@regwatch.example.com>', '', 1772300000000000);
INSERT INTO deliveries VALUES ('d-digest', 'n-digest', 'mail', 'team@example.com', 'mail:team@example.com', 0, 'sent', 1, 1772000000000000, '', 0, 1772000001000000, 1772000002000000, '<n-digest@regwatch.example.com>', '', 1772000000000000);
CREATE TABLE digest_issues (
    id           TEXT NOT NULL PRIMARY KEY,
    subscription TEXT NOT NULL,
    local_date   TEXT NOT NULL,
    window_from  INTEGER NOT NULL,
    window_to    INTEGER NOT NULL,
    late         INTEGER NOT NULL,
    notice_ids   TEXT,
    created_at   INTEGER NOT NULL,
    UNIQUE (subscription, local_date),
    UNIQUE (subscription, window_from)
) STRICT;
INSERT INTO digest_issues VALUES ('01KJA0000000000000000000D1', 'weekly', '2026-02-23', 1771235200000000, 1771840000000000, 0, '["n-digest"]', 1772000000000000);
CREATE TABLE subscriptions (
    id            TEXT NOT NULL PRIMARY KEY,
    first_seen_at INTEGER NOT NULL
) STRICT;
INSERT INTO subscriptions VALUES ('weekly', 1771000000000000);
CREATE TABLE opt_outs (
    subscription TEXT NOT NULL,
    address      TEXT NOT NULL,
    opted_out_at INTEGER NOT NULL,
    PRIMARY KEY (subscription, address)
) STRICT;
INSERT INTO opt_outs VALUES ('weekly', 'mail:team@example.com', 1772010000000000);
INSERT INTO opt_outs VALUES ('weekly', 'mail:team@Example.com', 1772020000000000);
CREATE TABLE counters (
    name  TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO counters VALUES ('events', 3);
CREATE TABLE audit (
    seq       INTEGER NOT NULL PRIMARY KEY,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    action    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    detail    TEXT NOT NULL,
    prev_hash TEXT NOT NULL UNIQUE, -- one successor each: history cannot fork
    hash      TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO audit VALUES (1, 1772366400000000, 'regwatch', 'article.seen', '01KJA0000000000000000000A1', '{"of":"0001"}', '', '9f863358e56a72866427d1fc66214b7a');
INSERT INTO audit VALUES (2, 1772366400000000, 'regwatch', 'event.opened', '01KJA0000000000000000000E1', '{"of":"0001"}', '9f863358e56a72866427d1fc66214b7a', 'fd7de097ff7f4b277c49a2ea695d2853');
INSERT INTO audit VALUES (3, 1772366400000000, 'regwatch', 'notice.planned', 'n-alert', '{"of":"0001"}', 'fd7de097ff7f4b277c49a2ea695d2853', 'd66d71b166a212826c37601c7bb0f765');
INSERT INTO audit VALUES (4, 1772366400000000, 'regwatch', 'delivery.sent', 'd-alert-slack', '{"of":"0001"}', 'd66d71b166a212826c37601c7bb0f765', '2cc9fc40e58d4f9c9428355d2b88f385');
INSERT INTO audit VALUES (5, 1772366400000000, 'regwatch', 'notice.held', 'n-held', '{"of":"0001"}', '2cc9fc40e58d4f9c9428355d2b88f385', '5fccdc663e0b4cf6963e0f05776a4fb4');
INSERT INTO audit VALUES (6, 1772366400000000, 'regwatch', 'rules.loaded', '7dd4cfba407c16b6275b484dd42988b3', '{"of":"0001"}', '5fccdc663e0b4cf6963e0f05776a4fb4', '27bed4b24b5446e8b59d8b6a5d71b303');
CREATE TABLE audit_head (
    name TEXT NOT NULL PRIMARY KEY,
    seq  INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_head VALUES ('audit', 6, '27bed4b24b5446e8b59d8b6a5d71b303');
CREATE INDEX articles_link_key ON articles (link_key);
CREATE INDEX articles_seen ON articles (seen_at);
CREATE INDEX articles_wanted ON articles (source_id, body_tries, seen_at) WHERE body_state = 'wanted';
CREATE INDEX article_revisions_text ON article_revisions (seen_at) WHERE body <> '';
CREATE INDEX matches_rule ON matches (rule_id, matched_at);
CREATE INDEX events_first_seen ON events (first_seen_at);
CREATE INDEX events_last_seen ON events (last_seen_at);
CREATE INDEX events_merged ON events (merged_into) WHERE merged_into <> '';
CREATE INDEX event_articles_event ON event_articles (event_id);
CREATE INDEX event_articles_joined ON event_articles (joined_at);
CREATE INDEX event_keys_key ON event_keys (key, event_id);
CREATE INDEX notices_subject ON notices (subject, subject_id);
CREATE INDEX notices_created ON notices (created_at, id);
CREATE INDEX deliveries_due ON deliveries (channel, created_at, id) WHERE state = 'due';
CREATE INDEX deliveries_created ON deliveries (created_at, id);
CREATE INDEX audit_subject ON audit (subject);
CREATE INDEX audit_rules ON audit (seq) WHERE action = 'rules.loaded';
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is never changed');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit is never shortened');
END;
