PRAGMA foreign_keys = OFF;
CREATE TABLE schema_migrations (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO schema_migrations VALUES (1, 0, 1, '2026-11-22 16:29:03');
INSERT INTO schema_migrations VALUES (2, 1, 1, '2026-11-22 16:29:03');
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
INSERT INTO source_states VALUES ('hkma', 1, '', '', '', 0, 0, 1772452800000000, 0, 0, 0, '', 'healthy', 0);
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
INSERT INTO articles VALUES ('01KJQ6PSG0XBAHCE3X0RW6X14J', 'hkma', '93ac21cc4fe18c6029168d9de1034d4c', '1', 'https://example.org/1', 'example.org/1', 'Coin rules', 'In short.', 'Coin rules, at length.', '', 'en', 1772449200000000, 'an hour ago', 1772452800000000, 'full', 0, 1, 'eb3648cc918a4e3137a4708416535a47', 'a6957ca7c1235569c1a9e6c5350fb086', 0);
INSERT INTO articles VALUES ('01KJQ6PSG05CVJW8ZAFWKX0SDA', 'hkma', 'aab9d5de3e3f0acc3678eee3fd25e080', '2', 'https://example.org/2', 'example.org/2', '穩定幣''條例', 'In short.', '穩定幣''條例, at length.', '', 'en', 1772449200000000, 'an hour ago', 1772452800000000, 'full', 0, 1, 'fd76d7903ebd9abc7743697b44e98b74', 'e266145f3c17af20951bbf0da3d9a052', 0);
CREATE TABLE article_revisions (
    article_id TEXT NOT NULL REFERENCES articles (id),
    revision   INTEGER NOT NULL,
    hash       TEXT NOT NULL,
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    seen_at    INTEGER NOT NULL,
    PRIMARY KEY (article_id, revision)
) STRICT;
INSERT INTO article_revisions VALUES ('01KJQ6PSG0XBAHCE3X0RW6X14J', 1, 'a6957ca7c1235569c1a9e6c5350fb086', 'Coin rules', 'Coin rules, at length.', 1772452800000000);
INSERT INTO article_revisions VALUES ('01KJQ6PSG05CVJW8ZAFWKX0SDA', 1, 'e266145f3c17af20951bbf0da3d9a052', '穩定幣''條例', '穩定幣''條例, at length.', 1772452800000000);
CREATE TABLE rule_revisions (
    rule_id       TEXT NOT NULL,
    hash          TEXT NOT NULL,
    text          TEXT NOT NULL,
    vocabulary    TEXT NOT NULL,
    first_used_at INTEGER NOT NULL,
    PRIMARY KEY (rule_id, hash)
) STRICT;
INSERT INTO rule_revisions VALUES ('coin', 'h1', 'id: coin
', '{}', 1772452800000000);
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
INSERT INTO matches VALUES (1, '01KJQ6PSG0XBAHCE3X0RW6X14J', 1, 0, 'coin', 'h1', 'Title', 'Because.', 'high', 'subject', 0, 0, '["desk"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', NULL, 1772452800000000);
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
INSERT INTO events VALUES ('01KJQ6PSG02ZRVY280Q7CH6ABS', 1, '', 'Coin rules', 'https://example.org/1', 'coin', 'high', 'subject', '["coin"]', '["Hong Kong"]', 0, 0, 1772452800000000, 1772452800000000);
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
INSERT INTO event_articles VALUES ('01KJQ6PSG0XBAHCE3X0RW6X14J', 0, '01KJQ6PSG02ZRVY280Q7CH6ABS', 'opened it', 1772452800000000, 'hkma', 'Source', 'press', 'Coin rules', 'https://example.org/1', 'example.org/1', 1772449200000000, 1772452800000000, 'subject', '[1,4294967295]');
CREATE TABLE event_keys (
    event_id TEXT NOT NULL REFERENCES events (id),
    key      TEXT NOT NULL,
    PRIMARY KEY (event_id, key)
) STRICT;
INSERT INTO event_keys VALUES ('01KJQ6PSG02ZRVY280Q7CH6ABS', 'link:example.org/1');
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
INSERT INTO notices VALUES ('17a675192975f481e9343fc4288b6bdf', 'alert', 'event', '01KJQ6PSG02ZRVY280Q7CH6ABS', 0, 'desk', 'high', 'on the route desk', '', '{"alert":{"event_id":"01KJQ6PSG02ZRVY280Q7CH6ABS","severity":"","official":false,"title":"Coin rules","link":"","excerpt":{"text":""},"why":null,"why_now":"","source":"","seen_at":"2026-03-02T12:00:00Z","zone":""}}', 1772452800000000);
INSERT INTO notices VALUES ('3f358edfbf5fbd70cd8d94b5db5ac4dd', 'alert', 'event', '01KJQ6PSG02ZRVY280Q7CH6ABS', 0, 'board', 'high', 'on the route desk', 'muted', '{"alert":{"event_id":"01KJQ6PSG02ZRVY280Q7CH6ABS","severity":"","official":false,"title":"Coin rules","link":"","excerpt":{"text":""},"why":null,"why_now":"","source":"","seen_at":"2026-03-02T12:00:00Z","zone":""}}', 1772452800000000);
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
INSERT INTO deliveries VALUES ('11bbdbde8005a7f02b228380ec314e9e', '17a675192975f481e9343fc4288b6bdf', 'slack', '', 'slack', 0, 'sent', 1, 1772452800000000, '', 0, 0, 1772452800000000, 'ts 1', '', 1772452800000000);
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
CREATE TABLE subscriptions (
    id            TEXT NOT NULL PRIMARY KEY,
    first_seen_at INTEGER NOT NULL
) STRICT;
CREATE TABLE opt_outs (
    subscription TEXT NOT NULL,
    address      TEXT NOT NULL,
    opted_out_at INTEGER NOT NULL,
    PRIMARY KEY (subscription, address)
) STRICT;
CREATE TABLE counters (
    name  TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO counters VALUES ('events', 1);
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
INSERT INTO audit VALUES (1, 1772452800000000, 'regwatch', 'article.seen', '01KJQ6PSG0XBAHCE3X0RW6X14J', '{"baseline":false,"body":"full","identity":"93ac21cc4fe18c6029168d9de1034d4c","revision":1,"source":"hkma","text":"a6957ca7c1235569c1a9e6c5350fb086"}', '', '08d46ecc4bd4d784315dbe53a0d2c53e');
INSERT INTO audit VALUES (2, 1772452800000000, 'regwatch', 'article.seen', '01KJQ6PSG05CVJW8ZAFWKX0SDA', '{"baseline":false,"body":"full","identity":"aab9d5de3e3f0acc3678eee3fd25e080","revision":1,"source":"hkma","text":"e266145f3c17af20951bbf0da3d9a052"}', '08d46ecc4bd4d784315dbe53a0d2c53e', 'c62f297e6d5b9d50096cc256590c817d');
INSERT INTO audit VALUES (3, 1772452800000000, 'regwatch', 'match.found', '01KJQ6PSG0XBAHCE3X0RW6X14J', '{"hits":1,"part":0,"revision":1,"rule":"coin","rule_hash":"h1","strength":"subject"}', 'c62f297e6d5b9d50096cc256590c817d', 'ce79c0c61d762b3eaec35ad214a05dce');
INSERT INTO audit VALUES (4, 1772452800000000, 'regwatch', 'event.opened', '01KJQ6PSG02ZRVY280Q7CH6ABS', '{"article":"01KJQ6PSG0XBAHCE3X0RW6X14J","change":"opened","part":0,"revision":1,"severity":"high"}', 'ce79c0c61d762b3eaec35ad214a05dce', 'd2be05751b6331f866f9de945cb38df6');
INSERT INTO audit VALUES (5, 1772452800000000, 'regwatch', 'notice.planned', '17a675192975f481e9343fc4288b6bdf', '{"deliveries":1,"event":"01KJQ6PSG02ZRVY280Q7CH6ABS","kind":"alert","reason":"on the route desk","recipient":"desk","revision":0}', 'd2be05751b6331f866f9de945cb38df6', 'a571312575ebbacacf54f41163ce2a0a');
INSERT INTO audit VALUES (6, 1772452800000000, 'regwatch', 'notice.held', '3f358edfbf5fbd70cd8d94b5db5ac4dd', '{"event":"01KJQ6PSG02ZRVY280Q7CH6ABS","held":"muted","kind":"alert","reason":"on the route desk","recipient":"board","revision":0}', 'a571312575ebbacacf54f41163ce2a0a', '2a6534947ed42e0d6d335336f2ccfdd3');
INSERT INTO audit VALUES (7, 1772452800000000, 'regwatch', 'delivery.sent', '11bbdbde8005a7f02b228380ec314e9e', '{"attempts":1,"channel":"slack","notice":"17a675192975f481e9343fc4288b6bdf","receipt":"ts 1"}', '2a6534947ed42e0d6d335336f2ccfdd3', '70f500acc931000a4f9dc92a296513c5');
INSERT INTO audit VALUES (8, 1772452800000000, 'regwatch', 'rules.loaded', '8fcac03ebf52efc378ebbb405839d53f', '{"rules":1}', '70f500acc931000a4f9dc92a296513c5', '045566c5ed49fadf934d8d2e15c565ad');
CREATE TABLE audit_head (
    name TEXT NOT NULL PRIMARY KEY,
    seq  INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_head VALUES ('audit', 8, '045566c5ed49fadf934d8d2e15c565ad');
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
