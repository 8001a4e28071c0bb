PRAGMA foreign_keys = OFF;
CREATE TABLE schema_migrations (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
INSERT INTO schema_migrations VALUES (1, 0, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (2, 1, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (3, 2, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (4, 3, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (5, 4, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (6, 5, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (7, 6, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (8, 7, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (9, 8, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (10, 9, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (11, 10, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (12, 11, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (13, 12, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (14, 13, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (15, 14, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (16, 15, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (17, 16, 1, '2026-03-02 12:00:00');
INSERT INTO schema_migrations VALUES (18, 17, 1, '2026-03-02 12:00:00');
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
, full_at INTEGER NOT NULL DEFAULT 0, body_hash TEXT NOT NULL DEFAULT '', moved_to TEXT NOT NULL DEFAULT '', moved_since INTEGER NOT NULL DEFAULT 0, adopted_at INTEGER NOT NULL DEFAULT 0, retry_at INTEGER NOT NULL DEFAULT 0, new_rate REAL NOT NULL DEFAULT 0, new_rate_at INTEGER NOT NULL DEFAULT 0, health_since INTEGER NOT NULL DEFAULT 0, usual_items INTEGER NOT NULL DEFAULT 0, last_overlap INTEGER NOT NULL DEFAULT 0, gap_since INTEGER NOT NULL DEFAULT 0, gap_until INTEGER NOT NULL DEFAULT 0, identity_policy TEXT NOT NULL DEFAULT '', memory TEXT NOT NULL DEFAULT '', last_failure TEXT NOT NULL DEFAULT '') STRICT;
INSERT INTO source_states VALUES ('harbour-authority', 10, 'https://harbour-authority.example.com/feed', '"v1"', 'Mon, 01 Dec 2025 12:00:00 GMT', 1764676800000000, 1772442000000000, 1772442000000000, 1764676800000000, 0, 0, '', 'healthy', 20, 1764676800000000, '01dab2b61d125830341cebd9c498fc8f', '', 0, 0, 0, 1.5, 1764676800000000, 1764676800000000, 20, 18, 0, 0, '', '', '');
INSERT INTO source_states VALUES ('harbour-post', 11, 'https://harbour-post.example.com/rss', '', '', 1764676800000000, 1772445600000000, 1772445600000000, 0, 1772456400000000, 4, 'the server answered 503 Service Unavailable', 'failing', 30, 0, '', '', 0, 0, 1772460000000000, 0.0, 0, 1772280000000000, 31, 0, 1772107200000000, 1772193600000000, '', '', '');
INSERT INTO source_states VALUES ('delta-gazette', 3, 'https://delta-gazette.example.com/', '', '', 1764676800000000, 1771761600000000, 1771761600000000, 1769860800000000, 0, 0, '', 'quiet', 5, 0, '', 'https://delta-gazette.example.com/new', 1770724800000000, 1771588800000000, 0, 0.0, 0, 1772366400000000, 0, 0, 0, 0, 'title', '', '');
INSERT INTO source_states VALUES ('old-wire', 1, 'https://old-wire.example.com/', '', '', 0, 1771761600000000, 0, 0, 0, 99, 'no such host', 'dead', 0, 0, '', '', 0, 0, 0, 0.0, 0, 1771156800000000, 0, 0, 0, 0, '', '', '');
INSERT INTO source_states VALUES ('notice-board', 2, 'https://notice-board.example.com/', '', '', 1772020800000000, 1772107200000000, 1772107200000000, 0, 0, 0, '', 'shrunk', 0, 0, '', '', 0, 0, 0, 0.0, 0, 1772020800000000, 0, 0, 0, 0, '', 'The whole page.', '');
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
    baseline      INTEGER NOT NULL, import_id TEXT NOT NULL DEFAULT '',
    UNIQUE (source_id, identity)
) STRICT;
INSERT INTO articles VALUES ('01KBFEY3G014WJ33PC6F2Y8ZSJ', 'harbour-authority', 'abc88fe144df8e5ce0ba43b4616c6535', 'old', 'https://harbour-authority.example.com/old', 'harbour-authority.example.com/old', 'Coin circular of last year', '', '', 'Newsroom', 'en', 1764673200000000, 'Tue, 02 Dec 2025 11:00:00 +0000', 1764676800000000, 'expired', 0, 1, 'b6439b3ba7e36b9427a6ccd8c4b0800a', 'b6439b3ba7e36b9427a6ccd8c4b0800a', 0, '');
INSERT INTO articles VALUES ('01KJAAQ6G0PSQWD7B0KVFG5656', 'notice-board', '21fbb0ba711aa1a367230c32d7031cff', 'page', 'https://notice-board.example.com/page', 'notice-board.example.com/page', 'Notice board', 'In short: Notice board', 'The whole page.', 'Newsroom', 'en', 1772017200000000, 'Wed, 25 Feb 2026 11:00:00 +0000', 1772020800000000, 'version', 0, 1, 'ec7dd145f13c467f8096161cd630c851', 'ec7dd145f13c467f8096161cd630c851', 0, '');
INSERT INTO articles VALUES ('01KJAAQ6G0ZWSGH78EFK7NYS22', 'notice-board', 'e8a1bd59f6006d13b11d4f55b8ae2259', 'wanted', 'https://notice-board.example.com/wanted', 'notice-board.example.com/wanted', 'Coin notice to be fetched', 'In short: Coin notice to be fetched', 'In short.', 'Newsroom', 'en', 1772017200000000, 'Wed, 25 Feb 2026 11:00:00 +0000', 1772020800000000, 'wanted', 2, 1, '16a0792c8976ac3a52dac6ca89bf01fe', '16a0792c8976ac3a52dac6ca89bf01fe', 0, '');
INSERT INTO articles VALUES ('01KJAAQ6G0KRZ74M2B242JRAM6', 'notice-board', '0fceab8654d5eeb3c709c010bd32a88a', 'failed', 'https://notice-board.example.com/failed', 'notice-board.example.com/failed', 'Coin notice that cannot be fetched', 'In short: Coin notice that cannot be fetched', 'In short.', 'Newsroom', 'en', 1772017200000000, 'Wed, 25 Feb 2026 11:00:00 +0000', 1772020800000000, 'failed', 5, 1, '525096156264946c00c9ff5bbf462a72', '525096156264946c00c9ff5bbf462a72', 0, '');
INSERT INTO articles VALUES ('01KJAAQ6G00R3XBTD5H03TDYKW', 'notice-board', '556b4034e7f3f6fb8f9c439fa5c27879', 'first', 'https://notice-board.example.com/first', 'notice-board.example.com/first', 'Coin notice of the first scan', 'In short: Coin notice of the first scan', '', 'Newsroom', 'zh-Hant', 1772017200000000, 'Wed, 25 Feb 2026 11:00:00 +0000', 1772020800000000, 'summary', 0, 1, '55bc0e1dae9800fe44388717d141ddf2', '55bc0e1dae9800fe44388717d141ddf2', 1, '');
INSERT INTO articles VALUES ('01KJAAQ6G0AAHBF2S7P54KX9YG', 'notice-board', '2ba3d53309cc7bb39d52e79b78c2fcdf', 'edited', 'https://notice-board.example.com/edited', 'notice-board.example.com/edited', 'Coin notice', 'In short: Coin notice', 'Comments by 1 May.', 'Newsroom', 'en', 1772017200000000, 'Wed, 25 Feb 2026 11:00:00 +0000', 1772020800000000, 'full', 0, 2, '6c38c189fe5aec7a9bd1fa32d56934fb', '44123c54ed0838e728021ac77be159f4', 0, '');
INSERT INTO articles VALUES ('01KHK54QG0S8S9QMEPRFQXB0SC', 'harbour-post', '6645677cc135bfd0c123e37a862419e1', 'coin-issuers-to-need-a-licence', 'https://harbour-post.example.com/coin-issuers-to-need-a-licence', 'harbour-post.example.com/coin-issuers-to-need-a-licence', 'Coin issuers to need a licence', 'In short: Coin issuers to need a licence', 'Coin issuers to need a licence.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1771239600000000, 'Mon, 16 Feb 2026 11:00:00 +0000', 1771243200000000, 'full', 0, 1, 'bc192ea1d812731f26814fba47ef25e3', 'bc192ea1d812731f26814fba47ef25e3', 0, '');
INSERT INTO articles VALUES ('01KHNQHEG067HYQBGFMG8P3ZN8', 'harbour-authority', '79ff2b985e591b1db0eef0ccddb10694', 'coin-licence-applications-open', 'https://harbour-authority.example.com/coin-licence-applications-open', 'harbour-authority.example.com/coin-licence-applications-open', 'Coin licence applications open', 'In short: Coin licence applications open', 'Coin licence applications open, as others report too.', 'Newsroom', 'en', 1771326000000000, 'Tue, 17 Feb 2026 11:00:00 +0000', 1771329600000000, 'full', 0, 1, 'c1952a0b651429fe8de70deae22810ad', 'c1952a0b651429fe8de70deae22810ad', 0, '');
INSERT INTO articles VALUES ('01KJ014AG01FZ69JXTRSC4KT7Q', 'delta-gazette', '7bca23b50ef20bae3455da538c26882c', 'coin-licence-reported-from-the-delta', 'https://delta-gazette.example.com/coin-licence-reported-from-the-delta', 'delta-gazette.example.com/coin-licence-reported-from-the-delta', 'Coin licence reported from the delta', 'In short: Coin licence reported from the delta', 'Coin licence reported from the delta.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1771671600000000, 'Sat, 21 Feb 2026 11:00:00 +0000', 1771675200000000, 'full', 0, 1, '0b01fcbb39d655ead8c051acb7e962e2', '0b01fcbb39d655ead8c051acb7e962e2', 0, '');
INSERT INTO articles VALUES ('01KJ55XRG0Y1G64K8SVRCEN590', 'harbour-post', 'eee6afdb7147797835515d27d85f68bd', 'coin-article-that-nobody-is-told-of', 'https://harbour-post.example.com/coin-article-that-nobody-is-told-of', 'harbour-post.example.com/coin-article-that-nobody-is-told-of', 'Coin article that nobody is told of', 'In short: Coin article that nobody is told of', 'Coin article that nobody is told of.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1771844400000000, 'Mon, 23 Feb 2026 11:00:00 +0000', 1771848000000000, 'full', 0, 1, '7414cbc0d420a454a1f24760d5cdeb64', '7414cbc0d420a454a1f24760d5cdeb64', 0, '');
INSERT INTO articles VALUES ('01KJ7RAFG02NE0PNSV9VE71X2N', 'harbour-post', 'ab0e25332cce5e478373f77c86cd80dc', 'coin-story-that-not-everybody-got', 'https://harbour-post.example.com/coin-story-that-not-everybody-got', 'harbour-post.example.com/coin-story-that-not-everybody-got', 'Coin story that not everybody got', 'In short: Coin story that not everybody got', 'Coin story that not everybody got.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1771930800000000, 'Tue, 24 Feb 2026 11:00:00 +0000', 1771934400000000, 'full', 0, 1, '137fee1c3157a23a84fcd26a46760aeb', '137fee1c3157a23a84fcd26a46760aeb', 0, '');
INSERT INTO articles VALUES ('01KJCX3XG0SFP3YFAYT4Z7F400', 'harbour-post', 'e00eef37ef001adf6e4e764acb1c7f85', 'coin-brief-one', 'https://harbour-post.example.com/coin-brief-one', 'harbour-post.example.com/coin-brief-one', 'Coin brief one', 'In short: Coin brief one', 'Coin brief one.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1772103600000000, 'Thu, 26 Feb 2026 11:00:00 +0000', 1772107200000000, 'full', 0, 1, '7cdf8f99d443692ccaf6f65e5057f97f', '7cdf8f99d443692ccaf6f65e5057f97f', 0, '');
INSERT INTO articles VALUES ('01KJCX3XG0WB6AEXGHCRXVVKDD', 'harbour-post', '719e2c4cab4357f1abf78d8dffe5a444', 'coin-brief-two', 'https://harbour-post.example.com/coin-brief-two', 'harbour-post.example.com/coin-brief-two', 'Coin brief two', 'In short: Coin brief two', 'Coin brief two.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1772103600000000, 'Thu, 26 Feb 2026 11:00:00 +0000', 1772107200000000, 'full', 0, 1, '9c622016642905c8053e4990be7ad6da', '9c622016642905c8053e4990be7ad6da', 0, '');
INSERT INTO articles VALUES ('01KJCX3XG0EH6JXBAJTPP5K77A', 'harbour-post', '4ab4d6b2db81c7d5ee3b4aa6caa5cdf2', 'coin-brief-three', 'https://harbour-post.example.com/coin-brief-three', 'harbour-post.example.com/coin-brief-three', 'Coin brief three', 'In short: Coin brief three', 'Coin brief three.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1772103600000000, 'Thu, 26 Feb 2026 11:00:00 +0000', 1772107200000000, 'full', 0, 1, '7f6d119f16f5c92c85b10a08d8c4e9ed', '7f6d119f16f5c92c85b10a08d8c4e9ed', 0, '');
INSERT INTO articles VALUES ('01KJCX3XG0TF370GFSP88W21WZ', 'harbour-post', 'dded48e7ce9daec94558c77767d7a879', 'coin-brief-four', 'https://harbour-post.example.com/coin-brief-four', 'harbour-post.example.com/coin-brief-four', 'Coin brief four', 'In short: Coin brief four', 'Coin brief four.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1772103600000000, 'Thu, 26 Feb 2026 11:00:00 +0000', 1772107200000000, 'full', 0, 1, 'ccee0386a415a5fa8f0f94a6bea5534c', 'ccee0386a415a5fa8f0f94a6bea5534c', 0, '');
INSERT INTO articles VALUES ('01KJPNHFC05XM616S4TR6YFKW5', 'harbour-authority', 'da04ad3155df517802a0491459a03076', 'coin-ban-that-went-to-the-next-in-line', 'https://harbour-authority.example.com/coin-ban-that-went-to-the-next-in-line', 'harbour-authority.example.com/coin-ban-that-went-to-the-next-in-line', 'Coin ban that went to the next in line', 'In short: Coin ban that went to the next in line', 'Coin ban that went to the next in line.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1772431200000000, 'Mon, 02 Mar 2026 06:00:00 +0000', 1772434800000000, 'full', 0, 1, 'c281fb96a09df25b221aa3ff920c23f2', 'c281fb96a09df25b221aa3ff920c23f2', 0, '');
INSERT INTO articles VALUES ('01KJQ2PKY0PM42W49X7QZ3TBZ7', 'harbour-authority', '3445d65cda97a52edf9b7d125a937930', 'coin-ban-that-nobody-has-taken', 'https://harbour-authority.example.com/coin-ban-that-nobody-has-taken', 'harbour-authority.example.com/coin-ban-that-nobody-has-taken', 'Coin ban that nobody has taken', 'In short: Coin ban that nobody has taken', 'Coin ban that nobody has taken.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1772445000000000, 'Mon, 02 Mar 2026 09:50:00 +0000', 1772448600000000, 'full', 0, 1, 'c1e5abcbcc118c1b1297de3fe4d74bca', 'c1e5abcbcc118c1b1297de3fe4d74bca', 0, '');
INSERT INTO articles VALUES ('01KJQ2REH0CR3PEMNPQYYM7DQ2', 'harbour-authority', '085f8699f822256121dda3105d52c2df', 'coin-ban-of-half-an-hour-ago', 'https://harbour-authority.example.com/coin-ban-of-half-an-hour-ago', 'harbour-authority.example.com/coin-ban-of-half-an-hour-ago', 'Coin ban of half an hour ago', 'In short: Coin ban of half an hour ago', 'Coin ban of half an hour ago.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1772445060000000, 'Mon, 02 Mar 2026 09:51:00 +0000', 1772448660000000, 'full', 0, 1, '07b501f2c948621558fb32a599f12183', '07b501f2c948621558fb32a599f12183', 0, '');
INSERT INTO articles VALUES ('01KJQ2T9402GH897MYF29F7BWJ', 'harbour-authority', 'a4c23bdc9b4cbd55c3090f35c0a809ac', 'coin-ban-that-dana-works-on', 'https://harbour-authority.example.com/coin-ban-that-dana-works-on', 'harbour-authority.example.com/coin-ban-that-dana-works-on', 'Coin ban that Dana works on', 'In short: Coin ban that Dana works on', 'Coin ban that Dana works on.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1772445120000000, 'Mon, 02 Mar 2026 09:52:00 +0000', 1772448720000000, 'full', 0, 1, '8ebbaea68189cf477b3b9fa4d8fb6e84', '8ebbaea68189cf477b3b9fa4d8fb6e84', 0, '');
INSERT INTO articles VALUES ('01KJQ4DHR0DECAP23P2NGC80K6', 'harbour-authority', 'b136fa0ccfa52d41d548ff14278677f3', 'coin-order-that-is-being-told', 'https://harbour-authority.example.com/coin-order-that-is-being-told', 'harbour-authority.example.com/coin-order-that-is-being-told', 'Coin order that is being told', 'In short: Coin order that is being told', 'Coin order that is being told.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1772446800000000, 'Mon, 02 Mar 2026 10:20:00 +0000', 1772450400000000, 'full', 0, 1, '505a006dff43bf5fd89d2fe5e6d63238', '505a006dff43bf5fd89d2fe5e6d63238', 0, '');
INSERT INTO articles VALUES ('01KJQ4ZVP08R17AQ0M3PJFYS3B', 'harbour-authority', '5c4ddc39aaad9fde289e47774fd70789', 'coin-order-that-waits-for-slack', 'https://harbour-authority.example.com/coin-order-that-waits-for-slack', 'harbour-authority.example.com/coin-order-that-waits-for-slack', 'Coin order that waits for Slack', 'In short: Coin order that waits for Slack', 'Coin order that waits for Slack.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1772447400000000, 'Mon, 02 Mar 2026 10:30:00 +0000', 1772451000000000, 'full', 0, 1, '79abb8e7578a8147fe53d58dcbe43d27', '79abb8e7578a8147fe53d58dcbe43d27', 0, '');
INSERT INTO articles VALUES ('01KJQ5J5M04RN7SAP77QGRFE42', 'harbour-post', '5a980c6a6969eb8e11fc9da00efe27ab', 'coin-order-as-the-press-has-it', 'https://harbour-post.example.com/coin-order-as-the-press-has-it', 'harbour-post.example.com/coin-order-as-the-press-has-it', 'Coin order as the press has it', 'In short: Coin order as the press has it', 'Coin order as the press has it, as others report too.', 'Newsroom', 'en', 1772448000000000, 'Mon, 02 Mar 2026 10:40:00 +0000', 1772451600000000, 'full', 0, 1, '963cf7c3af3168f7fdccbdef36e183b2', '963cf7c3af3168f7fdccbdef36e183b2', 0, '');
INSERT INTO articles VALUES ('01KJQ5VAK0RSQNC91FVBSJ0EP5', 'harbour-post', '31ca0292257117771f1eb59ccc2d59d3', 'coin-licence-form-published', 'https://harbour-post.example.com/coin-licence-form-published', 'harbour-post.example.com/coin-licence-form-published', 'Coin licence form published', 'In short: Coin licence form published', 'Coin licence form published, as others report too.', 'Newsroom', 'en', 1772448300000000, 'Mon, 02 Mar 2026 10:45:00 +0000', 1772451900000000, 'full', 0, 1, '84e6f8249097ad97e5ad425988a5d15c', '84e6f8249097ad97e5ad425988a5d15c', 0, '');
INSERT INTO articles VALUES ('01KJPRZB000TZ54Z72HP03K1E3', 'harbour-authority', '476a3cfd2a219069ecdbfc0d14e49ffa', 'coin-hearing-that-has-waited', 'https://harbour-authority.example.com/coin-hearing-that-has-waited', 'harbour-authority.example.com/coin-hearing-that-has-waited', 'Coin hearing that has waited', 'In short: Coin hearing that has waited', 'Coin hearing that has waited.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1772434800000000, 'Mon, 02 Mar 2026 07:00:00 +0000', 1772438400000000, 'full', 0, 1, '2195095d61a8fdb65fb70628c6836e1c', '2195095d61a8fdb65fb70628c6836e1c', 0, '');
INSERT INTO articles VALUES ('01KJPWD6M06H7PZGF5ZNR4XSJ2', 'harbour-authority', '3c78e3a47e38c57235cf6e3e3615271a', 'coin-hearing-that-waits', 'https://harbour-authority.example.com/coin-hearing-that-waits', 'harbour-authority.example.com/coin-hearing-that-waits', 'Coin hearing that waits', 'In short: Coin hearing that waits', 'Coin hearing that waits.

The text says more; it has ''quotes'' and 穩定幣.', 'Newsroom', 'en', 1772438400000000, 'Mon, 02 Mar 2026 08:00:00 +0000', 1772442000000000, 'full', 0, 1, '0b3198b23e485308d99c21cb88d10049', '0b3198b23e485308d99c21cb88d10049', 0, '');
INSERT INTO articles VALUES ('01KJPZV280HPGGTQCWTSP5G8GM', 'harbour-post', '91efbd20d6c3ac86e8dfb434b353beff', 'coin-hearing-moved', 'https://harbour-post.example.com/coin-hearing-moved', 'harbour-post.example.com/coin-hearing-moved', 'Coin hearing moved', 'In short: Coin hearing moved', 'Coin hearing moved, as others report too.', 'Newsroom', 'en', 1772442000000000, 'Mon, 02 Mar 2026 09:00:00 +0000', 1772445600000000, 'full', 0, 1, 'f5a5cc4c8d8898bc982eac13f282f333', 'f5a5cc4c8d8898bc982eac13f282f333', 0, '');
CREATE TABLE article_revisions (
    article_id TEXT NOT NULL REFERENCES articles (id),
    revision   INTEGER NOT NULL,
    hash       TEXT NOT NULL,
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    seen_at    INTEGER NOT NULL, fetched TEXT, stored_once INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (article_id, revision)
) STRICT;
INSERT INTO article_revisions VALUES ('01KBFEY3G014WJ33PC6F2Y8ZSJ', 1, 'b6439b3ba7e36b9427a6ccd8c4b0800a', 'Coin circular of last year', '', 1764676800000000, '{"url":"https://harbour-authority.example.com/old","status":200,"etag":"W/\"old\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJAAQ6G0PSQWD7B0KVFG5656', 1, 'ec7dd145f13c467f8096161cd630c851', 'Notice board', '', 1772020800000000, '{"url":"https://notice-board.example.com/page","status":200,"etag":"W/\"page\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJAAQ6G0ZWSGH78EFK7NYS22', 1, '16a0792c8976ac3a52dac6ca89bf01fe', 'Coin notice to be fetched', '', 1772020800000000, '{"url":"https://notice-board.example.com/wanted","status":200,"etag":"W/\"wanted\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJAAQ6G0KRZ74M2B242JRAM6', 1, '525096156264946c00c9ff5bbf462a72', 'Coin notice that cannot be fetched', '', 1772020800000000, '{"url":"https://notice-board.example.com/failed","status":200,"etag":"W/\"failed\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJAAQ6G00R3XBTD5H03TDYKW', 1, '55bc0e1dae9800fe44388717d141ddf2', 'Coin notice of the first scan', '', 1772020800000000, '{"url":"https://notice-board.example.com/first","status":200,"etag":"W/\"first\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJAAQ6G0AAHBF2S7P54KX9YG', 1, '909828743e5cd11a97cc2a939da1c453', 'Coin notice', 'Comments by 1 April.', 1772020800000000, '{"url":"https://notice-board.example.com/edited","status":200,"etag":"W/\"edited\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJAAQ6G0AAHBF2S7P54KX9YG', 2, '44123c54ed0838e728021ac77be159f4', 'Coin notice', '', 1772107200000000, '{"url":"https://notice-board.example.com/edited","status":200,"etag":"W/\"edited\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KHK54QG0S8S9QMEPRFQXB0SC', 1, 'bc192ea1d812731f26814fba47ef25e3', 'Coin issuers to need a licence', '', 1771243200000000, '{"url":"https://harbour-post.example.com/coin-issuers-to-need-a-licence","status":200,"etag":"W/\"coin-issuers-to-need-a-licence\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KHNQHEG067HYQBGFMG8P3ZN8', 1, 'c1952a0b651429fe8de70deae22810ad', 'Coin licence applications open', '', 1771329600000000, '{"url":"https://harbour-authority.example.com/coin-licence-applications-open","status":200,"etag":"W/\"coin-licence-applications-open\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJ014AG01FZ69JXTRSC4KT7Q', 1, '0b01fcbb39d655ead8c051acb7e962e2', 'Coin licence reported from the delta', '', 1771675200000000, '{"url":"https://delta-gazette.example.com/coin-licence-reported-from-the-delta","status":200,"etag":"W/\"coin-licence-reported-from-the-delta\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJ55XRG0Y1G64K8SVRCEN590', 1, '7414cbc0d420a454a1f24760d5cdeb64', 'Coin article that nobody is told of', '', 1771848000000000, '{"url":"https://harbour-post.example.com/coin-article-that-nobody-is-told-of","status":200,"etag":"W/\"coin-article-that-nobody-is-told-of\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJ7RAFG02NE0PNSV9VE71X2N', 1, '137fee1c3157a23a84fcd26a46760aeb', 'Coin story that not everybody got', '', 1771934400000000, '{"url":"https://harbour-post.example.com/coin-story-that-not-everybody-got","status":200,"etag":"W/\"coin-story-that-not-everybody-got\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJCX3XG0SFP3YFAYT4Z7F400', 1, '7cdf8f99d443692ccaf6f65e5057f97f', 'Coin brief one', '', 1772107200000000, '{"url":"https://harbour-post.example.com/coin-brief-one","status":200,"etag":"W/\"coin-brief-one\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJCX3XG0WB6AEXGHCRXVVKDD', 1, '9c622016642905c8053e4990be7ad6da', 'Coin brief two', '', 1772107200000000, '{"url":"https://harbour-post.example.com/coin-brief-two","status":200,"etag":"W/\"coin-brief-two\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJCX3XG0EH6JXBAJTPP5K77A', 1, '7f6d119f16f5c92c85b10a08d8c4e9ed', 'Coin brief three', '', 1772107200000000, '{"url":"https://harbour-post.example.com/coin-brief-three","status":200,"etag":"W/\"coin-brief-three\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJCX3XG0TF370GFSP88W21WZ', 1, 'ccee0386a415a5fa8f0f94a6bea5534c', 'Coin brief four', '', 1772107200000000, '{"url":"https://harbour-post.example.com/coin-brief-four","status":200,"etag":"W/\"coin-brief-four\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJPNHFC05XM616S4TR6YFKW5', 1, 'c281fb96a09df25b221aa3ff920c23f2', 'Coin ban that went to the next in line', '', 1772434800000000, '{"url":"https://harbour-authority.example.com/coin-ban-that-went-to-the-next-in-line","status":200,"etag":"W/\"coin-ban-that-went-to-the-next-in-line\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJQ2PKY0PM42W49X7QZ3TBZ7', 1, 'c1e5abcbcc118c1b1297de3fe4d74bca', 'Coin ban that nobody has taken', '', 1772448600000000, '{"url":"https://harbour-authority.example.com/coin-ban-that-nobody-has-taken","status":200,"etag":"W/\"coin-ban-that-nobody-has-taken\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJQ2REH0CR3PEMNPQYYM7DQ2', 1, '07b501f2c948621558fb32a599f12183', 'Coin ban of half an hour ago', '', 1772448660000000, '{"url":"https://harbour-authority.example.com/coin-ban-of-half-an-hour-ago","status":200,"etag":"W/\"coin-ban-of-half-an-hour-ago\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJQ2T9402GH897MYF29F7BWJ', 1, '8ebbaea68189cf477b3b9fa4d8fb6e84', 'Coin ban that Dana works on', '', 1772448720000000, '{"url":"https://harbour-authority.example.com/coin-ban-that-dana-works-on","status":200,"etag":"W/\"coin-ban-that-dana-works-on\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJQ4DHR0DECAP23P2NGC80K6', 1, '505a006dff43bf5fd89d2fe5e6d63238', 'Coin order that is being told', '', 1772450400000000, '{"url":"https://harbour-authority.example.com/coin-order-that-is-being-told","status":200,"etag":"W/\"coin-order-that-is-being-told\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJQ4ZVP08R17AQ0M3PJFYS3B', 1, '79abb8e7578a8147fe53d58dcbe43d27', 'Coin order that waits for Slack', '', 1772451000000000, '{"url":"https://harbour-authority.example.com/coin-order-that-waits-for-slack","status":200,"etag":"W/\"coin-order-that-waits-for-slack\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJQ5J5M04RN7SAP77QGRFE42', 1, '963cf7c3af3168f7fdccbdef36e183b2', 'Coin order as the press has it', '', 1772451600000000, '{"url":"https://harbour-post.example.com/coin-order-as-the-press-has-it","status":200,"etag":"W/\"coin-order-as-the-press-has-it\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJQ5VAK0RSQNC91FVBSJ0EP5', 1, '84e6f8249097ad97e5ad425988a5d15c', 'Coin licence form published', '', 1772451900000000, '{"url":"https://harbour-post.example.com/coin-licence-form-published","status":200,"etag":"W/\"coin-licence-form-published\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJPRZB000TZ54Z72HP03K1E3', 1, '2195095d61a8fdb65fb70628c6836e1c', 'Coin hearing that has waited', '', 1772438400000000, '{"url":"https://harbour-authority.example.com/coin-hearing-that-has-waited","status":200,"etag":"W/\"coin-hearing-that-has-waited\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJPWD6M06H7PZGF5ZNR4XSJ2', 1, '0b3198b23e485308d99c21cb88d10049', 'Coin hearing that waits', '', 1772442000000000, '{"url":"https://harbour-authority.example.com/coin-hearing-that-waits","status":200,"etag":"W/\"coin-hearing-that-waits\"","content_type":"text/html","content_language":"zh-HK"}', 1);
INSERT INTO article_revisions VALUES ('01KJPZV280HPGGTQCWTSP5G8GM', 1, 'f5a5cc4c8d8898bc982eac13f282f333', 'Coin hearing moved', '', 1772445600000000, '{"url":"https://harbour-post.example.com/coin-hearing-moved","status":200,"etag":"W/\"coin-hearing-moved\"","content_type":"text/html","content_language":"zh-HK"}', 1);
CREATE TABLE rule_revisions (
    rule_id       TEXT NOT NULL,
    hash          TEXT NOT NULL,
    text          TEXT NOT NULL,
    vocabulary    TEXT NOT NULL,
    first_used_at INTEGER NOT NULL,
    PRIMARY KEY (rule_id, hash)
) STRICT;
INSERT INTO rule_revisions VALUES ('coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'id: coin-issuers
title: Rule coin-issuers
severity: high
terms: [coin, 穩定幣]
# revision 1
', '{"coin":["coin","穩定幣"]}', 1764676800000000);
INSERT INTO rule_revisions VALUES ('custody', '33bd8480fd2397e22f82d68d2b3c46bd', 'id: custody
title: Rule custody
severity: high
terms: [coin, 穩定幣]
# revision 1
', '{"coin":["coin","穩定幣"]}', 1764676800000000);
INSERT INTO rule_revisions VALUES ('coin-issuers', 'b5f51a8d49b4a860bb618a451f042a11', 'id: coin-issuers
title: Rule coin-issuers
severity: high
terms: [coin, 穩定幣]
# revision 2
', '{"coin":["coin","穩定幣"]}', 1772366400000000);
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
    matched_at     INTEGER NOT NULL, topic TEXT NOT NULL DEFAULT '', outcome TEXT NOT NULL DEFAULT '', relevance TEXT, exception_id TEXT NOT NULL DEFAULT '',
    UNIQUE (article_id, revision, part, rule_id, rule_hash)
) STRICT;
INSERT INTO matches VALUES (1, '01KHK54QG0S8S9QMEPRFQXB0SC', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'high', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1771243200000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (2, '01KHNQHEG067HYQBGFMG8P3ZN8', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'high', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1771329600000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (3, '01KJ014AG01FZ69JXTRSC4KT7Q', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'medium', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1771675200000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (4, '01KJ55XRG0Y1G64K8SVRCEN590', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'low', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1771848000000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (5, '01KJ7RAFG02NE0PNSV9VE71X2N', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'medium', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1771934400000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (6, '01KJCX3XG0SFP3YFAYT4Z7F400', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'low', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1772107200000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (7, '01KJCX3XG0WB6AEXGHCRXVVKDD', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'low', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1772107200000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (8, '01KJCX3XG0EH6JXBAJTPP5K77A', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'low', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1772107200000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (9, '01KJCX3XG0TF370GFSP88W21WZ', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'low', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1772107200000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (10, '01KJPNHFC05XM616S4TR6YFKW5', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'critical', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1772434800000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (11, '01KJQ2PKY0PM42W49X7QZ3TBZ7', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'critical', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1772448600000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (12, '01KJQ2REH0CR3PEMNPQYYM7DQ2', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'critical', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1772448660000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (13, '01KJQ2T9402GH897MYF29F7BWJ', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'critical', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1772448720000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (14, '01KJQ4DHR0DECAP23P2NGC80K6', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'high', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1772450400000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (15, '01KJQ4ZVP08R17AQ0M3PJFYS3B', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'medium', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1772451000000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (16, '01KJQ5J5M04RN7SAP77QGRFE42', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'medium', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1772451600000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (17, '01KJQ5VAK0RSQNC91FVBSJ0EP5', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'high', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1772451900000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (18, '01KJPRZB000TZ54Z72HP03K1E3', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'medium', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1772438400000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (19, '01KJPWD6M06H7PZGF5ZNR4XSJ2', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'medium', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1772442000000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
INSERT INTO matches VALUES (20, '01KJPZV280HPGGTQCWTSP5G8GM', 1, 0, 'coin-issuers', '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'Rule coin-issuers', 'Affects whom we may issue for.', 'medium', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', '["licence"]', 1772445600000000, 'coins', '', '{"score":0,"model":"","level":"","reasons":null}', '');
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
, stage TEXT NOT NULL DEFAULT '', dates TEXT, digest_rules TEXT, stage_quote TEXT NOT NULL DEFAULT '', excepted_rules TEXT, may_belong TEXT, matter_id TEXT NOT NULL DEFAULT '', matter_set_at INTEGER NOT NULL DEFAULT 0, restates TEXT) STRICT;
INSERT INTO events VALUES ('01KHK54QG0XM31B8FKEG9W2ZWT', 3, '', 'Coin issuers to need a licence', 'https://harbour-post.example.com/coin-issuers-to-need-a-licence', 'coin-issuers', 'high', 'subject', '["coin-issuers"]', '["Hong Kong"]', 1, 0, 1771243200000000, 1772451900000000, 'transitional', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}]', NULL, '', NULL, NULL, '', 0, NULL);
INSERT INTO events VALUES ('01KJ014AG08XM09ZDXVQJBHXGB', 2, '01KHK54QG0XM31B8FKEG9W2ZWT', 'Coin licence reported from the delta', 'https://delta-gazette.example.com/coin-licence-reported-from-the-delta', 'coin-issuers', 'medium', 'subject', '["coin-issuers"]', '["Hong Kong"]', 0, 0, 1771675200000000, 1771675200000000, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', NULL, '', NULL, NULL, '', 0, NULL);
INSERT INTO events VALUES ('01KJ55XRG059TWY2GQD0E14QWE', 1, '', 'Coin article that nobody is told of', 'https://harbour-post.example.com/coin-article-that-nobody-is-told-of', 'coin-issuers', 'low', 'subject', '["coin-issuers"]', '["Hong Kong"]', 0, 0, 1771848000000000, 1771848000000000, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', NULL, '', NULL, NULL, '', 0, NULL);
INSERT INTO events VALUES ('01KJ7RAFG0GDTNMRHT5R5052C7', 1, '', 'Coin story that not everybody got', 'https://harbour-post.example.com/coin-story-that-not-everybody-got', 'coin-issuers', 'medium', 'subject', '["coin-issuers"]', '["Hong Kong"]', 0, 0, 1771934400000000, 1771934400000000, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', NULL, '', NULL, NULL, '', 0, NULL);
INSERT INTO events VALUES ('01KJCX3XG05ZEMTX748RBTW3MG', 1, '', 'Coin brief one', 'https://harbour-post.example.com/coin-brief-one', 'coin-issuers', 'low', 'subject', '["coin-issuers"]', '["Hong Kong"]', 0, 0, 1772107200000000, 1772107200000000, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', NULL, '', NULL, NULL, '', 0, NULL);
INSERT INTO events VALUES ('01KJCX3XG0A9XTGVCDMG1P4CE8', 1, '', 'Coin brief two', 'https://harbour-post.example.com/coin-brief-two', 'coin-issuers', 'low', 'subject', '["coin-issuers"]', '["Hong Kong"]', 0, 0, 1772107200000000, 1772107200000000, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', NULL, '', NULL, NULL, '', 0, NULL);
INSERT INTO events VALUES ('01KJCX3XG0142V2678A577402V', 1, '', 'Coin brief three', 'https://harbour-post.example.com/coin-brief-three', 'coin-issuers', 'low', 'subject', '["coin-issuers"]', '["Hong Kong"]', 0, 0, 1772107200000000, 1772107200000000, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', NULL, '', NULL, NULL, '', 0, NULL);
INSERT INTO events VALUES ('01KJCX3XG0E8XFVGQV0PD1DZH7', 1, '', 'Coin brief four', 'https://harbour-post.example.com/coin-brief-four', 'coin-issuers', 'low', 'subject', '["coin-issuers"]', '["Hong Kong"]', 0, 0, 1772107200000000, 1772107200000000, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', NULL, '', NULL, NULL, '', 0, NULL);
INSERT INTO events VALUES ('01KJPNHFC0A21FSY4HW182Y2BA', 1, '', 'Coin ban that went to the next in line', 'https://harbour-authority.example.com/coin-ban-that-went-to-the-next-in-line', 'coin-issuers', 'critical', 'subject', '["coin-issuers"]', '["Hong Kong"]', 0, 0, 1772434800000000, 1772434800000000, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', NULL, '', NULL, NULL, '', 0, NULL);
INSERT INTO events VALUES ('01KJQ2PKY0ZJ0S3D2ZJHJJ045K', 1, '', 'Coin ban that nobody has taken', 'https://harbour-authority.example.com/coin-ban-that-nobody-has-taken', 'coin-issuers', 'critical', 'subject', '["coin-issuers"]', '["Hong Kong"]', 0, 0, 1772448600000000, 1772448600000000, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', NULL, '', NULL, NULL, '', 0, NULL);
INSERT INTO events VALUES ('01KJQ2REH0TMD14J1RN2QPZYFA', 1, '', 'Coin ban of half an hour ago', 'https://harbour-authority.example.com/coin-ban-of-half-an-hour-ago', 'coin-issuers', 'critical', 'subject', '["coin-issuers"]', '["Hong Kong"]', 0, 0, 1772448660000000, 1772448660000000, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', NULL, '', NULL, NULL, '', 0, NULL);
INSERT INTO events VALUES ('01KJQ2T940CP005WQASD8D111K', 1, '', 'Coin ban that Dana works on', 'https://harbour-authority.example.com/coin-ban-that-dana-works-on', 'coin-issuers', 'critical', 'subject', '["coin-issuers"]', '["Hong Kong"]', 0, 0, 1772448720000000, 1772448720000000, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', NULL, '', NULL, NULL, '', 0, NULL);
INSERT INTO events VALUES ('01KJQ4DHR0PS4BZ0H2CT9T3HQG', 1, '', 'Coin order that is being told', 'https://harbour-authority.example.com/coin-order-that-is-being-told', 'coin-issuers', 'high', 'subject', '["coin-issuers"]', '["Hong Kong"]', 0, 0, 1772450400000000, 1772450400000000, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', NULL, '', NULL, NULL, '', 0, NULL);
INSERT INTO events VALUES ('01KJQ4ZVP02A1YCZVVFVXHV4VP', 2, '', 'Coin order that waits for Slack', 'https://harbour-authority.example.com/coin-order-that-waits-for-slack', 'coin-issuers', 'medium', 'subject', '["coin-issuers"]', '["Hong Kong"]', 0, 0, 1772451000000000, 1772451600000000, 'in force', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', NULL, '', NULL, NULL, '', 0, NULL);
INSERT INTO events VALUES ('01KJPRZB00CHFYPZETVV6XPJAX', 1, '', 'Coin hearing that has waited', 'https://harbour-authority.example.com/coin-hearing-that-has-waited', 'coin-issuers', 'medium', 'subject', '["coin-issuers"]', '["Hong Kong"]', 0, 0, 1772438400000000, 1772438400000000, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', NULL, '', NULL, NULL, '', 0, NULL);
INSERT INTO events VALUES ('01KJPWD6M0P5YCHWHZQYZW079T', 2, '', 'Coin hearing that waits', 'https://harbour-authority.example.com/coin-hearing-that-waits', 'coin-issuers', 'medium', 'subject', '["coin-issuers"]', '["Hong Kong"]', 0, 0, 1772442000000000, 1772445600000000, 'consultation', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', NULL, '', NULL, NULL, '', 0, NULL);
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
    signature    TEXT, stage TEXT NOT NULL DEFAULT '', dates TEXT, told_at INTEGER NOT NULL DEFAULT 0, stage_quote TEXT NOT NULL DEFAULT '', profile TEXT NOT NULL DEFAULT '', similarity TEXT, extract TEXT,
    PRIMARY KEY (article_id, part)
) STRICT;
INSERT INTO event_articles VALUES ('01KHK54QG0S8S9QMEPRFQXB0SC', 0, '01KHK54QG0XM31B8FKEG9W2ZWT', 'opened it', 1771243200000000, 'harbour-post', 'Harbour Post', 'press', 'Coin issuers to need a licence', 'https://harbour-post.example.com/coin-issuers-to-need-a-licence', 'harbour-post.example.com/coin-issuers-to-need-a-licence', 1771239600000000, 1771243200000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1771243200000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KHNQHEG067HYQBGFMG8P3ZN8', 0, '01KHK54QG0XM31B8FKEG9W2ZWT', 'the same text', 1771329600000000, 'harbour-authority', 'Harbour Authority', 'regulator', 'Coin licence applications open', 'https://harbour-authority.example.com/coin-licence-applications-open', 'harbour-authority.example.com/coin-licence-applications-open', 1771326000000000, 1771329600000000, 'subject', '[7,4294967295]', 'in force', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}]', 1771329600000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJ014AG01FZ69JXTRSC4KT7Q', 0, '01KJ014AG08XM09ZDXVQJBHXGB', 'opened it', 1771675200000000, 'delta-gazette', 'Delta Gazette', 'press', 'Coin licence reported from the delta', 'https://delta-gazette.example.com/coin-licence-reported-from-the-delta', 'delta-gazette.example.com/coin-licence-reported-from-the-delta', 1771671600000000, 1771675200000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1771675200000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJ55XRG0Y1G64K8SVRCEN590', 0, '01KJ55XRG059TWY2GQD0E14QWE', 'opened it', 1771848000000000, 'harbour-post', 'Harbour Post', 'press', 'Coin article that nobody is told of', 'https://harbour-post.example.com/coin-article-that-nobody-is-told-of', 'harbour-post.example.com/coin-article-that-nobody-is-told-of', 1771844400000000, 1771848000000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1771848000000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJ7RAFG02NE0PNSV9VE71X2N', 0, '01KJ7RAFG0GDTNMRHT5R5052C7', 'opened it', 1771934400000000, 'harbour-post', 'Harbour Post', 'press', 'Coin story that not everybody got', 'https://harbour-post.example.com/coin-story-that-not-everybody-got', 'harbour-post.example.com/coin-story-that-not-everybody-got', 1771930800000000, 1771934400000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1771934400000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJCX3XG0SFP3YFAYT4Z7F400', 0, '01KJCX3XG05ZEMTX748RBTW3MG', 'opened it', 1772107200000000, 'harbour-post', 'Harbour Post', 'press', 'Coin brief one', 'https://harbour-post.example.com/coin-brief-one', 'harbour-post.example.com/coin-brief-one', 1772103600000000, 1772107200000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1772107200000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJCX3XG0WB6AEXGHCRXVVKDD', 0, '01KJCX3XG0A9XTGVCDMG1P4CE8', 'opened it', 1772107200000000, 'harbour-post', 'Harbour Post', 'press', 'Coin brief two', 'https://harbour-post.example.com/coin-brief-two', 'harbour-post.example.com/coin-brief-two', 1772103600000000, 1772107200000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1772107200000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJCX3XG0EH6JXBAJTPP5K77A', 0, '01KJCX3XG0142V2678A577402V', 'opened it', 1772107200000000, 'harbour-post', 'Harbour Post', 'press', 'Coin brief three', 'https://harbour-post.example.com/coin-brief-three', 'harbour-post.example.com/coin-brief-three', 1772103600000000, 1772107200000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1772107200000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJCX3XG0TF370GFSP88W21WZ', 0, '01KJCX3XG0E8XFVGQV0PD1DZH7', 'opened it', 1772107200000000, 'harbour-post', 'Harbour Post', 'press', 'Coin brief four', 'https://harbour-post.example.com/coin-brief-four', 'harbour-post.example.com/coin-brief-four', 1772103600000000, 1772107200000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1772107200000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJPNHFC05XM616S4TR6YFKW5', 0, '01KJPNHFC0A21FSY4HW182Y2BA', 'opened it', 1772434800000000, 'harbour-authority', 'Harbour Authority', 'regulator', 'Coin ban that went to the next in line', 'https://harbour-authority.example.com/coin-ban-that-went-to-the-next-in-line', 'harbour-authority.example.com/coin-ban-that-went-to-the-next-in-line', 1772431200000000, 1772434800000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1772434800000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJQ2PKY0PM42W49X7QZ3TBZ7', 0, '01KJQ2PKY0ZJ0S3D2ZJHJJ045K', 'opened it', 1772448600000000, 'harbour-authority', 'Harbour Authority', 'regulator', 'Coin ban that nobody has taken', 'https://harbour-authority.example.com/coin-ban-that-nobody-has-taken', 'harbour-authority.example.com/coin-ban-that-nobody-has-taken', 1772445000000000, 1772448600000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1772448600000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJQ2REH0CR3PEMNPQYYM7DQ2', 0, '01KJQ2REH0TMD14J1RN2QPZYFA', 'opened it', 1772448660000000, 'harbour-authority', 'Harbour Authority', 'regulator', 'Coin ban of half an hour ago', 'https://harbour-authority.example.com/coin-ban-of-half-an-hour-ago', 'harbour-authority.example.com/coin-ban-of-half-an-hour-ago', 1772445060000000, 1772448660000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1772448660000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJQ2T9402GH897MYF29F7BWJ', 0, '01KJQ2T940CP005WQASD8D111K', 'opened it', 1772448720000000, 'harbour-authority', 'Harbour Authority', 'regulator', 'Coin ban that Dana works on', 'https://harbour-authority.example.com/coin-ban-that-dana-works-on', 'harbour-authority.example.com/coin-ban-that-dana-works-on', 1772445120000000, 1772448720000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1772448720000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJQ4DHR0DECAP23P2NGC80K6', 0, '01KJQ4DHR0PS4BZ0H2CT9T3HQG', 'opened it', 1772450400000000, 'harbour-authority', 'Harbour Authority', 'regulator', 'Coin order that is being told', 'https://harbour-authority.example.com/coin-order-that-is-being-told', 'harbour-authority.example.com/coin-order-that-is-being-told', 1772446800000000, 1772450400000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1772450400000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJQ4ZVP08R17AQ0M3PJFYS3B', 0, '01KJQ4ZVP02A1YCZVVFVXHV4VP', 'opened it', 1772451000000000, 'harbour-authority', 'Harbour Authority', 'regulator', 'Coin order that waits for Slack', 'https://harbour-authority.example.com/coin-order-that-waits-for-slack', 'harbour-authority.example.com/coin-order-that-waits-for-slack', 1772447400000000, 1772451000000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1772451000000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJQ5J5M04RN7SAP77QGRFE42', 0, '01KJQ4ZVP02A1YCZVVFVXHV4VP', 'the same text', 1772451600000000, 'harbour-post', 'Harbour Post', 'press', 'Coin order as the press has it', 'https://harbour-post.example.com/coin-order-as-the-press-has-it', 'harbour-post.example.com/coin-order-as-the-press-has-it', 1772448000000000, 1772451600000000, 'subject', '[7,4294967295]', 'in force', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1772451600000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJQ5VAK0RSQNC91FVBSJ0EP5', 0, '01KHK54QG0XM31B8FKEG9W2ZWT', 'the same text', 1772451900000000, 'harbour-post', 'Harbour Post', 'press', 'Coin licence form published', 'https://harbour-post.example.com/coin-licence-form-published', 'harbour-post.example.com/coin-licence-form-published', 1772448300000000, 1772451900000000, 'subject', '[7,4294967295]', 'transitional', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}]', 1772451900000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJPRZB000TZ54Z72HP03K1E3', 0, '01KJPRZB00CHFYPZETVV6XPJAX', 'opened it', 1772438400000000, 'harbour-authority', 'Harbour Authority', 'regulator', 'Coin hearing that has waited', 'https://harbour-authority.example.com/coin-hearing-that-has-waited', 'harbour-authority.example.com/coin-hearing-that-has-waited', 1772434800000000, 1772438400000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1772438400000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJPWD6M06H7PZGF5ZNR4XSJ2', 0, '01KJPWD6M0P5YCHWHZQYZW079T', 'opened it', 1772442000000000, 'harbour-authority', 'Harbour Authority', 'regulator', 'Coin hearing that waits', 'https://harbour-authority.example.com/coin-hearing-that-waits', 'harbour-authority.example.com/coin-hearing-that-waits', 1772438400000000, 1772442000000000, 'subject', '[7,4294967295]', 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1772442000000000, '', '', NULL, NULL);
INSERT INTO event_articles VALUES ('01KJPZV280HPGGTQCWTSP5G8GM', 0, '01KJPWD6M0P5YCHWHZQYZW079T', 'the same text', 1772445600000000, 'harbour-post', 'Harbour Post', 'press', 'Coin hearing moved', 'https://harbour-post.example.com/coin-hearing-moved', 'harbour-post.example.com/coin-hearing-moved', 1772442000000000, 1772445600000000, 'subject', '[7,4294967295]', 'consultation', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]', 1772445600000000, '', '', NULL, NULL);
CREATE TABLE event_keys (
    event_id TEXT NOT NULL REFERENCES events (id),
    key      TEXT NOT NULL,
    PRIMARY KEY (event_id, key)
) STRICT;
INSERT INTO event_keys VALUES ('01KHK54QG0XM31B8FKEG9W2ZWT', 'link:harbour-post.example.com/coin-issuers-to-need-a-licence');
INSERT INTO event_keys VALUES ('01KHK54QG0XM31B8FKEG9W2ZWT', 'title:451029e095d8376d45d53d278551db96');
INSERT INTO event_keys VALUES ('01KHK54QG0XM31B8FKEG9W2ZWT', 'link:harbour-authority.example.com/coin-licence-applications-open');
INSERT INTO event_keys VALUES ('01KJ014AG08XM09ZDXVQJBHXGB', 'link:delta-gazette.example.com/coin-licence-reported-from-the-delta');
INSERT INTO event_keys VALUES ('01KJ014AG08XM09ZDXVQJBHXGB', 'title:8a4394d11501b5a36311da1e97710cdb');
INSERT INTO event_keys VALUES ('01KJ55XRG059TWY2GQD0E14QWE', 'link:harbour-post.example.com/coin-article-that-nobody-is-told-of');
INSERT INTO event_keys VALUES ('01KJ55XRG059TWY2GQD0E14QWE', 'title:30213e166643a718f7fa303bc359a4a5');
INSERT INTO event_keys VALUES ('01KJ7RAFG0GDTNMRHT5R5052C7', 'link:harbour-post.example.com/coin-story-that-not-everybody-got');
INSERT INTO event_keys VALUES ('01KJ7RAFG0GDTNMRHT5R5052C7', 'title:5477cc2795e619bbf039c55ba84a4dde');
INSERT INTO event_keys VALUES ('01KJCX3XG05ZEMTX748RBTW3MG', 'link:harbour-post.example.com/coin-brief-one');
INSERT INTO event_keys VALUES ('01KJCX3XG05ZEMTX748RBTW3MG', 'title:0feeadeb6faa5c361e444c8c49a9f233');
INSERT INTO event_keys VALUES ('01KJCX3XG0A9XTGVCDMG1P4CE8', 'link:harbour-post.example.com/coin-brief-two');
INSERT INTO event_keys VALUES ('01KJCX3XG0A9XTGVCDMG1P4CE8', 'title:40dc7d3cc517709876d4a75a9cd02886');
INSERT INTO event_keys VALUES ('01KJCX3XG0142V2678A577402V', 'link:harbour-post.example.com/coin-brief-three');
INSERT INTO event_keys VALUES ('01KJCX3XG0142V2678A577402V', 'title:d14224fed4478145956d4e8edd613461');
INSERT INTO event_keys VALUES ('01KJCX3XG0E8XFVGQV0PD1DZH7', 'link:harbour-post.example.com/coin-brief-four');
INSERT INTO event_keys VALUES ('01KJCX3XG0E8XFVGQV0PD1DZH7', 'title:1634252097202b8c3b38016a1306b19c');
INSERT INTO event_keys VALUES ('01KJPNHFC0A21FSY4HW182Y2BA', 'link:harbour-authority.example.com/coin-ban-that-went-to-the-next-in-line');
INSERT INTO event_keys VALUES ('01KJPNHFC0A21FSY4HW182Y2BA', 'title:fc95b6cd337e296921f6c6e2bfc6696f');
INSERT INTO event_keys VALUES ('01KJQ2PKY0ZJ0S3D2ZJHJJ045K', 'link:harbour-authority.example.com/coin-ban-that-nobody-has-taken');
INSERT INTO event_keys VALUES ('01KJQ2PKY0ZJ0S3D2ZJHJJ045K', 'title:9eb9c89f36ffcc9407a093bc5d054b84');
INSERT INTO event_keys VALUES ('01KJQ2REH0TMD14J1RN2QPZYFA', 'link:harbour-authority.example.com/coin-ban-of-half-an-hour-ago');
INSERT INTO event_keys VALUES ('01KJQ2REH0TMD14J1RN2QPZYFA', 'title:7598c6baf9c9cbdbaf372b42e6f3dbe0');
INSERT INTO event_keys VALUES ('01KJQ2T940CP005WQASD8D111K', 'link:harbour-authority.example.com/coin-ban-that-dana-works-on');
INSERT INTO event_keys VALUES ('01KJQ2T940CP005WQASD8D111K', 'title:2de251fc96ea3941b925f4d57c70e544');
INSERT INTO event_keys VALUES ('01KJQ4DHR0PS4BZ0H2CT9T3HQG', 'link:harbour-authority.example.com/coin-order-that-is-being-told');
INSERT INTO event_keys VALUES ('01KJQ4DHR0PS4BZ0H2CT9T3HQG', 'title:96a05ae0957f408baff632d8bdd7d3cb');
INSERT INTO event_keys VALUES ('01KJQ4ZVP02A1YCZVVFVXHV4VP', 'link:harbour-authority.example.com/coin-order-that-waits-for-slack');
INSERT INTO event_keys VALUES ('01KJQ4ZVP02A1YCZVVFVXHV4VP', 'title:9508008a6731a60a7b3880e96b8e7c7a');
INSERT INTO event_keys VALUES ('01KJQ4ZVP02A1YCZVVFVXHV4VP', 'link:harbour-post.example.com/coin-order-as-the-press-has-it');
INSERT INTO event_keys VALUES ('01KHK54QG0XM31B8FKEG9W2ZWT', 'link:harbour-post.example.com/coin-licence-form-published');
INSERT INTO event_keys VALUES ('01KJPRZB00CHFYPZETVV6XPJAX', 'link:harbour-authority.example.com/coin-hearing-that-has-waited');
INSERT INTO event_keys VALUES ('01KJPRZB00CHFYPZETVV6XPJAX', 'title:319548026eaa4c3e2c65d00e2fde0562');
INSERT INTO event_keys VALUES ('01KJPWD6M0P5YCHWHZQYZW079T', 'link:harbour-authority.example.com/coin-hearing-that-waits');
INSERT INTO event_keys VALUES ('01KJPWD6M0P5YCHWHZQYZW079T', 'title:2f6b8a01a8e9145db23b7b1cdf1357e2');
INSERT INTO event_keys VALUES ('01KJPWD6M0P5YCHWHZQYZW079T', 'link:harbour-post.example.com/coin-hearing-moved');
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
    created_at       INTEGER NOT NULL, subscriptions TEXT, wait_until INTEGER NOT NULL DEFAULT 0, wait_for TEXT NOT NULL DEFAULT '', escalate_at INTEGER NOT NULL DEFAULT 0, escalate_to TEXT NOT NULL DEFAULT '', told_in TEXT NOT NULL DEFAULT '', held_as TEXT NOT NULL DEFAULT '', reasons TEXT, held_reasons TEXT, wait_reasons TEXT,
    UNIQUE (kind, subject, subject_id, subject_revision, recipient)
) STRICT;
INSERT INTO notices VALUES ('8fe7c64c27c6aa4987e87628925bcf43', 'alert', 'event', '01KHK54QG0XM31B8FKEG9W2ZWT', 1, 'partner', 'high', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","severity":"high","official":false,"jurisdictions":["Hong Kong"],"title":"Coin issuers to need a licence","link":"https://harbour-post.example.com/coin-issuers-to-need-a-licence","language":"en","excerpt":{"text":"Coin issuers to need a licence.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-16T11:00:00Z","seen_at":"2026-02-16T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771243200000000, '["coins/partner"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('cb1c6e550fcdc5b4f07435564c9dcf48', 'alert', 'event', '01KHK54QG0XM31B8FKEG9W2ZWT', 1, 'desk', 'high', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","severity":"high","official":false,"jurisdictions":["Hong Kong"],"title":"Coin issuers to need a licence","link":"https://harbour-post.example.com/coin-issuers-to-need-a-licence","language":"en","excerpt":{"text":"Coin issuers to need a licence.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-16T11:00:00Z","seen_at":"2026-02-16T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771243200000000, '["coins/desk"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('edfedaba5ed6b827c63923454e436361', 'alert', 'event', '01KHK54QG0XM31B8FKEG9W2ZWT', 1, 'legal', 'high', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","severity":"high","official":false,"jurisdictions":["Hong Kong"],"title":"Coin issuers to need a licence","link":"https://harbour-post.example.com/coin-issuers-to-need-a-licence","language":"en","excerpt":{"text":"Coin issuers to need a licence.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-16T11:00:00Z","seen_at":"2026-02-16T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771243200000000, '["coins/legal"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('085c2a292bb5232c34c70a9950bb17b0', 'update', 'event', '01KHK54QG0XM31B8FKEG9W2ZWT', 2, 'desk', 'high', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","severity":"high","official":true,"jurisdictions":["Hong Kong"],"title":"Coin issuers to need a licence","link":"https://harbour-post.example.com/coin-issuers-to-need-a-licence","language":"en","excerpt":{"text":"Coin issuers to need a licence.","marks":[[0,4]]},"stage":"in force","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"the stage is now in force","news":[{"kind":"stage","from":"proposed","to":"in force"}],"source":"Harbour Post","published_at":"2026-02-16T11:00:00Z","seen_at":"2026-02-16T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771329601000000, '["coins/desk"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('48d3c8b5bac9e6656e20537c8f5aea4c', 'amend', 'standing', '01KHK54QG0XM31B8FKEG9W2ZWT/2', 2, 'desk', 'high', 'what becomes of an event is shown where it was told', '', '{"standing":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","official":true,"stage":"in force","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}]}}', 1771329600000000, NULL, 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"what becomes of an event is shown where it was told"}}]', NULL, NULL);
INSERT INTO notices VALUES ('9e099fecad10c921ab0668a562f5ac69', 'update', 'event', '01KHK54QG0XM31B8FKEG9W2ZWT', 2, 'legal', 'high', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","severity":"high","official":true,"jurisdictions":["Hong Kong"],"title":"Coin issuers to need a licence","link":"https://harbour-post.example.com/coin-issuers-to-need-a-licence","language":"en","excerpt":{"text":"Coin issuers to need a licence.","marks":[[0,4]]},"stage":"in force","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"the stage is now in force","news":[{"kind":"stage","from":"proposed","to":"in force"}],"source":"Harbour Post","published_at":"2026-02-16T11:00:00Z","seen_at":"2026-02-16T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771329601000000, '["coins/legal"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('2ff238480458f88c6eaaffb7e69e6205', 'amend', 'standing', '01KHK54QG0XM31B8FKEG9W2ZWT/1771416000000000', 2, 'desk', 'high', 'what people say of an event is shown where it was told', '', '{"standing":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","official":true,"stage":"in force","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}],"takes":[{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"@Ana (U0ANA)","taken_at":"2026-02-18T12:00:00Z"}]}}', 1771416000000000, NULL, 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"what people say of an event is shown where it was told"}}]', NULL, NULL);
INSERT INTO notices VALUES ('857bbb55228d3eaf502315291d55770d', 'amend', 'standing', '01KHK54QG0XM31B8FKEG9W2ZWT/1771416000000000', 2, 'legal', 'high', 'what people say of an event is shown where it was told', '', '{"standing":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","official":true,"stage":"in force","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}],"takes":[{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"@Ana (U0ANA)","taken_at":"2026-02-18T12:00:00Z"}]}}', 1771416000000000, NULL, 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"what people say of an event is shown where it was told"}}]', NULL, NULL);
INSERT INTO notices VALUES ('9cf307537d3dcabbe4d3c4948a314d8a', 'amend', 'standing', '01KHK54QG0XM31B8FKEG9W2ZWT/1771502400000000', 2, 'legal', 'high', 'what people say of an event is shown where it was told', '', '{"standing":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","official":true,"stage":"in force","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}],"takes":[{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"@Ana (U0ANA)","taken_at":"2026-02-18T12:00:00Z"}],"mute":{"id":"01KHTWAWG0YH2Z57GNR3HBZNCA","kind":"event","target":"01KHK54QG0XM31B8FKEG9W2ZWT","until":"2026-02-26T12:00:00Z","reason":"known","by":"@ben (U0BEN)","muted_at":"2026-02-19T12:00:00Z"}}}', 1771502400000000, NULL, 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"what people say of an event is shown where it was told"}}]', NULL, NULL);
INSERT INTO notices VALUES ('f6d4567ba890b3aa74463d5cb7b2c9fe', 'amend', 'standing', '01KHK54QG0XM31B8FKEG9W2ZWT/1771502400000000', 2, 'desk', 'high', 'what people say of an event is shown where it was told', '', '{"standing":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","official":true,"stage":"in force","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}],"takes":[{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"@Ana (U0ANA)","taken_at":"2026-02-18T12:00:00Z"}],"mute":{"id":"01KHTWAWG0YH2Z57GNR3HBZNCA","kind":"event","target":"01KHK54QG0XM31B8FKEG9W2ZWT","until":"2026-02-26T12:00:00Z","reason":"known","by":"@ben (U0BEN)","muted_at":"2026-02-19T12:00:00Z"}}}', 1771502400000000, NULL, 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"what people say of an event is shown where it was told"}}]', NULL, NULL);
INSERT INTO notices VALUES ('4ed8d3d796603a669ce75ea5a0a37598', 'amend', 'standing', '01KHK54QG0XM31B8FKEG9W2ZWT/1771588800000000', 2, 'desk', 'high', 'what people say of an event is shown where it was told', '', '{"standing":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","official":true,"stage":"in force","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}],"takes":[{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"@Ana (U0ANA)","taken_at":"2026-02-18T12:00:00Z"}]}}', 1771588800000000, NULL, 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"what people say of an event is shown where it was told"}}]', NULL, NULL);
INSERT INTO notices VALUES ('acbac2c65941c68214235eab65b0dad7', 'amend', 'standing', '01KHK54QG0XM31B8FKEG9W2ZWT/1771588800000000', 2, 'legal', 'high', 'what people say of an event is shown where it was told', '', '{"standing":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","official":true,"stage":"in force","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}],"takes":[{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"@Ana (U0ANA)","taken_at":"2026-02-18T12:00:00Z"}]}}', 1771588800000000, NULL, 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"what people say of an event is shown where it was told"}}]', NULL, NULL);
INSERT INTO notices VALUES ('f7145dd364a1a76a58e11033272264ff', 'alert', 'event', '01KJ014AG08XM09ZDXVQJBHXGB', 1, 'partner', 'medium', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJ014AG08XM09ZDXVQJBHXGB","severity":"medium","official":false,"jurisdictions":["Hong Kong"],"title":"Coin licence reported from the delta","link":"https://delta-gazette.example.com/coin-licence-reported-from-the-delta","language":"en","excerpt":{"text":"Coin licence reported from the delta.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Delta Gazette","published_at":"2026-02-21T11:00:00Z","seen_at":"2026-02-21T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771675200000000, '["coins/partner"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('346d0c9da5eb90f7746dfa8e2942363c', 'alert', 'event', '01KJ55XRG059TWY2GQD0E14QWE', 1, 'held', 'low', 'route coins by coin-issuers', 'nobody has no destination', '{"language":"en","alert":{"event_id":"01KJ55XRG059TWY2GQD0E14QWE","severity":"low","official":false,"jurisdictions":["Hong Kong"],"title":"Coin article that nobody is told of","link":"https://harbour-post.example.com/coin-article-that-nobody-is-told-of","language":"en","excerpt":{"text":"Coin article that nobody is told of.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-23T11:00:00Z","seen_at":"2026-02-23T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771848000000000, '["coins/held"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', '[{"kind":"text","args":{"text":"nobody has no destination"}}]', NULL);
INSERT INTO notices VALUES ('3c1a37d68af2e050d6df78348b6ded60', 'alert', 'event', '01KJ55XRG059TWY2GQD0E14QWE', 1, 'held baseline', 'low', 'route coins by coin-issuers', 'first scan of Harbour Post: older than its look-back', '{"language":"en","alert":{"event_id":"01KJ55XRG059TWY2GQD0E14QWE","severity":"low","official":false,"jurisdictions":["Hong Kong"],"title":"Coin article that nobody is told of","link":"https://harbour-post.example.com/coin-article-that-nobody-is-told-of","language":"en","excerpt":{"text":"Coin article that nobody is told of.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-23T11:00:00Z","seen_at":"2026-02-23T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771848000000000, '["coins/held baseline"]', 0, '', 0, '', '', 'baseline', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', '[{"kind":"text","args":{"text":"first scan of Harbour Post: older than its look-back"}}]', NULL);
INSERT INTO notices VALUES ('46646b09af78e1369de953fde09a4c10', 'alert', 'event', '01KJ55XRG059TWY2GQD0E14QWE', 1, 'held told', 'low', 'route coins by coin-issuers', 'already told of this event; Harbour Post has the same text', '{"language":"en","alert":{"event_id":"01KJ55XRG059TWY2GQD0E14QWE","severity":"low","official":false,"jurisdictions":["Hong Kong"],"title":"Coin article that nobody is told of","link":"https://harbour-post.example.com/coin-article-that-nobody-is-told-of","language":"en","excerpt":{"text":"Coin article that nobody is told of.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-23T11:00:00Z","seen_at":"2026-02-23T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771848000000000, '["coins/held told"]', 0, '', 0, '', '', 'told', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', '[{"kind":"text","args":{"text":"already told of this event; Harbour Post has the same text"}}]', NULL);
INSERT INTO notices VALUES ('625b92f1af3f275cc21cbcd2ae891cd5', 'alert', 'event', '01KJ55XRG059TWY2GQD0E14QWE', 1, 'held muted', 'low', 'route coins by coin-issuers', 'the rule custody is muted until 9 Mar 20:00 HKT by Ben', '{"language":"en","alert":{"event_id":"01KJ55XRG059TWY2GQD0E14QWE","severity":"low","official":false,"jurisdictions":["Hong Kong"],"title":"Coin article that nobody is told of","link":"https://harbour-post.example.com/coin-article-that-nobody-is-told-of","language":"en","excerpt":{"text":"Coin article that nobody is told of.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-23T11:00:00Z","seen_at":"2026-02-23T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771848000000000, '["coins/held muted"]', 0, '', 0, '', '', 'muted', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', '[{"kind":"text","args":{"text":"the rule custody is muted until 9 Mar 20:00 HKT by Ben"}}]', NULL);
INSERT INTO notices VALUES ('981e48affbd951a56806ed8e07e63f33', 'alert', 'event', '01KJ55XRG059TWY2GQD0E14QWE', 1, 'held mention', 'low', 'route coins by coin-issuers', 'a mention only: coin-issuers (“Coin”)', '{"language":"en","alert":{"event_id":"01KJ55XRG059TWY2GQD0E14QWE","severity":"low","official":false,"jurisdictions":["Hong Kong"],"title":"Coin article that nobody is told of","link":"https://harbour-post.example.com/coin-article-that-nobody-is-told-of","language":"en","excerpt":{"text":"Coin article that nobody is told of.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-23T11:00:00Z","seen_at":"2026-02-23T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771848000000000, '["coins/held mention"]', 0, '', 0, '', '', 'mention', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', '[{"kind":"text","args":{"text":"a mention only: coin-issuers (“Coin”)"}}]', NULL);
INSERT INTO notices VALUES ('a6f473b79aaf9ce77ea5e68bbce7846a', 'alert', 'event', '01KJ55XRG059TWY2GQD0E14QWE', 1, 'held opted-out', 'low', 'route coins by coin-issuers', 'team has left coins/team', '{"language":"en","alert":{"event_id":"01KJ55XRG059TWY2GQD0E14QWE","severity":"low","official":false,"jurisdictions":["Hong Kong"],"title":"Coin article that nobody is told of","link":"https://harbour-post.example.com/coin-article-that-nobody-is-told-of","language":"en","excerpt":{"text":"Coin article that nobody is told of.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-23T11:00:00Z","seen_at":"2026-02-23T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771848000000000, '["coins/held opted-out"]', 0, '', 0, '', '', 'opted-out', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', '[{"kind":"text","args":{"text":"team has left coins/team"}}]', NULL);
INSERT INTO notices VALUES ('b99a5c2bb0a381c7f0efa0303a38e119', 'alert', 'event', '01KJ55XRG059TWY2GQD0E14QWE', 1, 'held draft', 'low', 'route coins by coin-issuers', 'only draft rules match: draft-coins (“Coin”)', '{"language":"en","alert":{"event_id":"01KJ55XRG059TWY2GQD0E14QWE","severity":"low","official":false,"jurisdictions":["Hong Kong"],"title":"Coin article that nobody is told of","link":"https://harbour-post.example.com/coin-article-that-nobody-is-told-of","language":"en","excerpt":{"text":"Coin article that nobody is told of.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-23T11:00:00Z","seen_at":"2026-02-23T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771848000000000, '["coins/held draft"]', 0, '', 0, '', '', 'draft', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', '[{"kind":"text","args":{"text":"only draft rules match: draft-coins (“Coin”)"}}]', NULL);
INSERT INTO notices VALUES ('f0f5b258fd68506273e564c160c0164c', 'alert', 'event', '01KJ55XRG059TWY2GQD0E14QWE', 1, 'held severity', 'low', 'route coins by coin-issuers', 'severity low is below the high that board asks for', '{"language":"en","alert":{"event_id":"01KJ55XRG059TWY2GQD0E14QWE","severity":"low","official":false,"jurisdictions":["Hong Kong"],"title":"Coin article that nobody is told of","link":"https://harbour-post.example.com/coin-article-that-nobody-is-told-of","language":"en","excerpt":{"text":"Coin article that nobody is told of.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-23T11:00:00Z","seen_at":"2026-02-23T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771848000000000, '["coins/held severity"]', 0, '', 0, '', '', 'severity', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', '[{"kind":"text","args":{"text":"severity low is below the high that board asks for"}}]', NULL);
INSERT INTO notices VALUES ('41bfc1b2075127353a389cd495ef0efa', 'digest', 'digest', '01KJ55XRG070CVS6P594Z3F4A7', 0, 'weekly', '', 'subscription weekly, 1 event', '', '{"language":"en","digest":{"id":"01KJ55XRG070CVS6P594Z3F4A7","subscription":"weekly","title":"","every":"weekly","from":"2026-02-16T12:00:00Z","to":"2026-02-23T12:00:00Z","zone":"Asia/Hong_Kong","late":false,"events":[{"event_id":"01KGXF9A000000000000000000","severity":"high","official":false,"rule_ids":["coin-issuers"],"title":"Coin issuers to need a licence","link":"","source":"","first_seen_at":"2026-02-16T12:00:00Z","articles":0,"new":false}],"weeks":["2026-02-23"],"counts":[{"rule_id":"coin-issuers","title":"Rule coin-issuers","events":1,"weeks":[1]}],"coverage":{"sources":5,"checked":3,"articles":12,"failing":[{"name":"Harbour Post","health":"failing","since":"2026-02-27T12:00:00Z","error":"503"}],"held":[{"why":"muted","events":1}]}}}', 1771848000000000, '["weekly"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"subscription weekly, 1 event"}}]', NULL, NULL);
INSERT INTO notices VALUES ('ec1ceab15fa1f614fadad964d952a912', 'digest', 'digest', '01KJJ1XBG0YR5P36VGX9YFWTGF', 0, 'monthly', '', 'subscription monthly, 1 event', 'nothing happened and no date is near, and the subscription asks not to be told of that', '{"language":"en","digest":{"id":"01KJJ1XBG0YR5P36VGX9YFWTGF","subscription":"monthly","title":"","every":"monthly","from":"2026-01-28T12:00:00Z","to":"2026-02-28T12:00:00Z","zone":"Asia/Hong_Kong","late":false,"events":[{"event_id":"01KGXF9A000000000000000000","severity":"high","official":false,"rule_ids":["coin-issuers"],"title":"Coin issuers to need a licence","link":"","source":"","first_seen_at":"2026-01-28T12:00:00Z","articles":0,"new":false}],"weeks":["2026-02-28"],"counts":[{"rule_id":"coin-issuers","title":"Rule coin-issuers","events":1,"weeks":[1]}],"coverage":{"sources":5,"checked":3,"articles":12,"failing":[{"name":"Harbour Post","health":"failing","since":"2026-02-27T12:00:00Z","error":"503"}],"held":[{"why":"muted","events":1}]}}}', 1772280000000000, '["monthly"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"subscription monthly, 1 event"}}]', '[{"kind":"text","args":{"text":"nothing happened and no date is near, and the subscription asks not to be told of that"}}]', NULL);
INSERT INTO notices VALUES ('2a4442ab98862725e787db6bbf0feea4', 'alert', 'event', '01KJ7RAFG0GDTNMRHT5R5052C7', 1, 'partner', 'medium', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJ7RAFG0GDTNMRHT5R5052C7","severity":"medium","official":false,"jurisdictions":["Hong Kong"],"title":"Coin story that not everybody got","link":"https://harbour-post.example.com/coin-story-that-not-everybody-got","language":"en","excerpt":{"text":"Coin story that not everybody got.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-24T11:00:00Z","seen_at":"2026-02-24T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771934400000000, '["coins/partner"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('6eadc21dd7cadbafd90202a4ac998a36', 'alert', 'event', '01KJ7RAFG0GDTNMRHT5R5052C7', 1, 'desk', 'medium', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJ7RAFG0GDTNMRHT5R5052C7","severity":"medium","official":false,"jurisdictions":["Hong Kong"],"title":"Coin story that not everybody got","link":"https://harbour-post.example.com/coin-story-that-not-everybody-got","language":"en","excerpt":{"text":"Coin story that not everybody got.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-24T11:00:00Z","seen_at":"2026-02-24T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771934400000000, '["coins/desk"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('9b6712eab32a118151eef13936de7b04', 'alert', 'event', '01KJ7RAFG0GDTNMRHT5R5052C7', 1, 'legal', 'medium', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJ7RAFG0GDTNMRHT5R5052C7","severity":"medium","official":false,"jurisdictions":["Hong Kong"],"title":"Coin story that not everybody got","link":"https://harbour-post.example.com/coin-story-that-not-everybody-got","language":"en","excerpt":{"text":"Coin story that not everybody got.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-24T11:00:00Z","seen_at":"2026-02-24T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1771934400000000, '["coins/legal"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('e04ca39174b384ea6376f1cb0d70ec18', 'alert', 'event', '01KJCX3XG05ZEMTX748RBTW3MG', 1, 'board', 'low', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJCX3XG05ZEMTX748RBTW3MG","severity":"low","official":false,"jurisdictions":["Hong Kong"],"title":"Coin brief one","link":"https://harbour-post.example.com/coin-brief-one","language":"en","excerpt":{"text":"Coin brief one.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-26T11:00:00Z","seen_at":"2026-02-26T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1772107200000000, '["coins/board"]', 0, 'the board is told daily at 20:00 HKT', 0, '', '2ca9e391fba45806071338c01f9458ac', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, '[{"kind":"text","args":{"text":"the board is told daily at 20:00 HKT"}}]');
INSERT INTO notices VALUES ('b799b30014e584210056627d341e0ba9', 'alert', 'event', '01KJCX3XG0A9XTGVCDMG1P4CE8', 1, 'board', 'low', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJCX3XG0A9XTGVCDMG1P4CE8","severity":"low","official":false,"jurisdictions":["Hong Kong"],"title":"Coin brief two","link":"https://harbour-post.example.com/coin-brief-two","language":"en","excerpt":{"text":"Coin brief two.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-26T11:00:00Z","seen_at":"2026-02-26T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1772107200000000, '["coins/board"]', 0, 'the board is told daily at 20:00 HKT', 0, '', '2ca9e391fba45806071338c01f9458ac', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, '[{"kind":"text","args":{"text":"the board is told daily at 20:00 HKT"}}]');
INSERT INTO notices VALUES ('e09329b70f3e8f3ead3c15d4f4207175', 'alert', 'event', '01KJCX3XG0142V2678A577402V', 1, 'board', 'low', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJCX3XG0142V2678A577402V","severity":"low","official":false,"jurisdictions":["Hong Kong"],"title":"Coin brief three","link":"https://harbour-post.example.com/coin-brief-three","language":"en","excerpt":{"text":"Coin brief three.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-26T11:00:00Z","seen_at":"2026-02-26T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1772107200000000, '["coins/board"]', 0, 'the board is told daily at 20:00 HKT', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, '[{"kind":"text","args":{"text":"the board is told daily at 20:00 HKT"}}]');
INSERT INTO notices VALUES ('a295a67e499cf6717ee53edd0669f4d8', 'alert', 'event', '01KJCX3XG0E8XFVGQV0PD1DZH7', 1, 'board', 'low', 'route coins by coin-issuers', 'the rule coin-issuers is muted', '{"language":"en","alert":{"event_id":"01KJCX3XG0E8XFVGQV0PD1DZH7","severity":"low","official":false,"jurisdictions":["Hong Kong"],"title":"Coin brief four","link":"https://harbour-post.example.com/coin-brief-four","language":"en","excerpt":{"text":"Coin brief four.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Post","published_at":"2026-02-26T11:00:00Z","seen_at":"2026-02-26T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1772107200000000, '["coins/board"]', 0, 'the board is told daily at 20:00 HKT', 0, '', '', 'muted', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', '[{"kind":"text","args":{"text":"the rule coin-issuers is muted"}}]', '[{"kind":"text","args":{"text":"the board is told daily at 20:00 HKT"}}]');
INSERT INTO notices VALUES ('2ca9e391fba45806071338c01f9458ac', 'summary', 'recipient', 'board/1772193600000000', 0, 'board', 'low', '2 alerts that waited: the board is told daily at 20:00 HKT', '', '{"language":"en","summary":{"title":"","why":"They waited: the board is told daily at 20:00 HKT.","from":"2026-02-26T12:00:00Z","to":"2026-02-27T12:00:00Z","zone":"Asia/Hong_Kong","events":[{"event_id":"01KJCX3XG0A9XTGVCDMG1P4CE8","severity":"low","official":false,"topic":"coins","stage":"proposed","jurisdictions":["Hong Kong"],"rule_ids":["coin-issuers"],"title":"Coin brief two","link":"https://harbour-post.example.com/coin-brief-two","source":"Harbour Post","first_seen_at":"2026-02-26T12:00:00Z","articles":1,"new":true,"dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]},{"event_id":"01KJCX3XG05ZEMTX748RBTW3MG","severity":"low","official":false,"topic":"coins","stage":"proposed","jurisdictions":["Hong Kong"],"rule_ids":["coin-issuers"],"title":"Coin brief one","link":"https://harbour-post.example.com/coin-brief-one","source":"Harbour Post","first_seen_at":"2026-02-26T12:00:00Z","articles":1,"new":true,"dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]}]}}', 1772193600000000, '["coins/board"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"2 alerts that waited: the board is told daily at 20:00 HKT"}}]', NULL, NULL);
INSERT INTO notices VALUES ('24216777886a3ed9917f3ac5e62d107b', 'health', 'source', 'harbour-post', 1, 'ops', 'medium', 'the source has failed several times in a row', '', '{"language":"en","health":{"subject":"source","name":"Harbour Post","health":"failing","was":"healthy","since":"2026-02-27T12:00:00Z","error":"the server answered 503 Service Unavailable","zone":"Asia/Hong_Kong"}}', 1772280000000000, '["health/ops"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"the source has failed several times in a row"}}]', NULL, NULL);
INSERT INTO notices VALUES ('3a9a0ffc644ea53bab417f29281b897c', 'test', 'channel', 'slack', 1, 'desk', 'low', 'somebody asked for a test', '', '{"test":{"text":"This is a test message.","sent_at":"2026-02-28T12:00:00Z","zone":"Asia/Hong_Kong"}}', 1772280000000000, NULL, 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"somebody asked for a test"}}]', NULL, NULL);
INSERT INTO notices VALUES ('585baaae7bb1aca0fc53550e8ef4e43c', 'health', 'source', 'harbour-post/gap', 2, 'ops', 'medium', 'none of the articles in the answer was in the one before', 'a gap of this source was told less than a week ago', '{"language":"en","health":{"subject":"source","name":"Harbour Post","health":"healthy","since":"0001-01-01T00:00:00Z","gap":{"from":"2026-02-26T12:00:00Z","to":"2026-02-27T12:00:00Z"},"zone":"Asia/Hong_Kong"}}', 1772280000000000, '["health/ops"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"none of the articles in the answer was in the one before"}}]', '[{"kind":"text","args":{"text":"a gap of this source was told less than a week ago"}}]', NULL);
INSERT INTO notices VALUES ('dbc68d91e2bebd4f432c2b5fce6d4240', 'health', 'channel', 'mail:left@example.com', 1, 'ops', 'medium', 'the channel fails', '', '{"language":"en","health":{"subject":"channel","name":"mail:left@example.com","health":"failing","since":"2026-02-28T12:00:00Z","error":"550 5.1.1 no such user","dead":1,"zone":"Asia/Hong_Kong"}}', 1772280000000000, '["health/ops"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"the channel fails"}}]', NULL, NULL);
INSERT INTO notices VALUES ('3221fbeab2e3c3da14e517a87c4a1b85', 'health', 'subscription', 'coins/legal mail:legal@example.com', 20513, 'ops', 'medium', 'mail:legal@example.com asks to leave a subscription that is mandatory', '', '{"language":"en","health":{"subject":"subscription","name":"coins/legal","health":"","since":"2026-02-28T12:00:00Z","detail":"mail:legal@example.com","zone":"Asia/Hong_Kong"}}', 1772280000000000, '["health/ops"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"mail:legal@example.com asks to leave a subscription that is mandatory"}}]', NULL, NULL);
INSERT INTO notices VALUES ('00588b5fb363b836c1e7949eb6f85257', 'alert', 'event', '01KJPNHFC0A21FSY4HW182Y2BA', 1, 'desk', 'critical', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJPNHFC0A21FSY4HW182Y2BA","severity":"critical","official":false,"jurisdictions":["Hong Kong"],"title":"Coin ban that went to the next in line","link":"https://harbour-authority.example.com/coin-ban-that-went-to-the-next-in-line","language":"en","excerpt":{"text":"Coin ban that went to the next in line.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Authority","published_at":"2026-03-02T06:00:00Z","seen_at":"2026-03-02T07:00:00Z","zone":"Asia/Hong_Kong"}}', 1772434800000000, '["coins/desk"]', 0, '', 0, 'oncall', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('e685d4d38278a1c8e8ded5ecc87e9fc4', 'escalation', 'event', '01KJPNHFC0A21FSY4HW182Y2BA', 1, 'oncall', 'critical', 'route oncall, as nobody told by desk has taken it', '', '{"language":"en","alert":{"event_id":"01KJPNHFC0A21FSY4HW182Y2BA","severity":"critical","official":false,"jurisdictions":["Hong Kong"],"title":"Coin ban that went to the next in line","link":"https://harbour-authority.example.com/coin-ban-that-went-to-the-next-in-line","language":"en","excerpt":{"text":"Coin ban that went to the next in line.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Authority","published_at":"2026-03-02T06:00:00Z","seen_at":"2026-03-02T07:00:00Z","zone":"Asia/Hong_Kong"}}', 1772438400000000, '["coins/oncall"]', 0, '', 1772460000000000, 'board', '', '', '[{"kind":"text","args":{"text":"route oncall, as nobody told by desk has taken it"}}]', NULL, NULL);
INSERT INTO notices VALUES ('0d12cce3c5b3276ba775a3469c53d100', 'alert', 'event', '01KJQ2PKY0ZJ0S3D2ZJHJJ045K', 1, 'desk', 'critical', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJQ2PKY0ZJ0S3D2ZJHJJ045K","severity":"critical","official":false,"jurisdictions":["Hong Kong"],"title":"Coin ban that nobody has taken","link":"https://harbour-authority.example.com/coin-ban-that-nobody-has-taken","language":"en","excerpt":{"text":"Coin ban that nobody has taken.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Authority","published_at":"2026-03-02T09:50:00Z","seen_at":"2026-03-02T10:50:00Z","zone":"Asia/Hong_Kong"}}', 1772448600000000, '["coins/desk"]', 0, '', 1772452740000000, 'oncall', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('ecb619ac9f34a6ef3c2414129e0cf99a', 'alert', 'event', '01KJQ2REH0TMD14J1RN2QPZYFA', 1, 'desk', 'critical', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJQ2REH0TMD14J1RN2QPZYFA","severity":"critical","official":false,"jurisdictions":["Hong Kong"],"title":"Coin ban of half an hour ago","link":"https://harbour-authority.example.com/coin-ban-of-half-an-hour-ago","language":"en","excerpt":{"text":"Coin ban of half an hour ago.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Authority","published_at":"2026-03-02T09:51:00Z","seen_at":"2026-03-02T10:51:00Z","zone":"Asia/Hong_Kong"}}', 1772448660000000, '["coins/desk"]', 0, '', 1772454600000000, 'oncall', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('16053bb72e74dcca76206f6e85ba2867', 'alert', 'event', '01KJQ2T940CP005WQASD8D111K', 1, 'desk', 'critical', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJQ2T940CP005WQASD8D111K","severity":"critical","official":false,"jurisdictions":["Hong Kong"],"title":"Coin ban that Dana works on","link":"https://harbour-authority.example.com/coin-ban-that-dana-works-on","language":"en","excerpt":{"text":"Coin ban that Dana works on.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Authority","published_at":"2026-03-02T09:52:00Z","seen_at":"2026-03-02T10:52:00Z","zone":"Asia/Hong_Kong"}}', 1772448720000000, '["coins/desk"]', 0, '', 1772452680000000, 'oncall', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('26adef7ebf30c1baa91a87b4b959cb18', 'amend', 'standing', '01KHK54QG0XM31B8FKEG9W2ZWT/1772445600000000', 2, 'legal', 'high', 'what people say of an event is shown where it was told', '', '{"standing":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","official":true,"stage":"in force","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}],"takes":[{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"@Ana (U0ANA)","taken_at":"2026-02-18T12:00:00Z"},{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"dana@example.com","taken_at":"2026-02-21T13:00:00Z"}],"marks":[{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","rule_id":"coin-issuers","by":"dana@example.com","relevant":true,"rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","note":"wanted","marked_at":"2026-02-21T12:00:00Z"},{"event_id":"01KJ014AG08XM09ZDXVQJBHXGB","by":"dana@example.com","relevant":false,"rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","marked_at":"2026-02-21T13:00:00Z"}],"mute":{"id":"01KJ04J6407CEDSRMT3XY7QTXJ","kind":"event","target":"01KHK54QG0XM31B8FKEG9W2ZWT","recipient":"partner","until":"2026-03-07T12:00:00Z","by":"dana@example.com","muted_at":"2026-02-21T13:00:00Z"}}}', 1772445600000000, NULL, 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"what people say of an event is shown where it was told"}}]', NULL, NULL);
INSERT INTO notices VALUES ('5f7f9950934f495f3420112c7fcfb0b7', 'amend', 'standing', '01KHK54QG0XM31B8FKEG9W2ZWT/1772445600000000', 2, 'desk', 'high', 'what people say of an event is shown where it was told', '', '{"standing":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","official":true,"stage":"in force","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}],"takes":[{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"@Ana (U0ANA)","taken_at":"2026-02-18T12:00:00Z"},{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"dana@example.com","taken_at":"2026-02-21T13:00:00Z"}],"marks":[{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","rule_id":"coin-issuers","by":"dana@example.com","relevant":true,"rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","note":"wanted","marked_at":"2026-02-21T12:00:00Z"},{"event_id":"01KJ014AG08XM09ZDXVQJBHXGB","by":"dana@example.com","relevant":false,"rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","marked_at":"2026-02-21T13:00:00Z"}],"mute":{"id":"01KJ04J6407CEDSRMT3XY7QTXJ","kind":"event","target":"01KHK54QG0XM31B8FKEG9W2ZWT","recipient":"partner","until":"2026-03-07T12:00:00Z","by":"dana@example.com","muted_at":"2026-02-21T13:00:00Z"}}}', 1772445600000000, NULL, 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"what people say of an event is shown where it was told"}}]', NULL, NULL);
INSERT INTO notices VALUES ('03fa8524cd5dea2d2734a2898838a562', 'amend', 'standing', '01KHK54QG0XM31B8FKEG9W2ZWT/1772449200000000', 2, 'legal', 'high', 'what people say of an event is shown where it was told', '', '{"standing":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","official":true,"stage":"in force","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}],"takes":[{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"@Ana (U0ANA)","taken_at":"2026-02-18T12:00:00Z"},{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"dana@example.com","taken_at":"2026-02-21T13:00:00Z"}],"marks":[{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","rule_id":"coin-issuers","by":"dana@example.com","relevant":true,"rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","note":"wanted","marked_at":"2026-02-21T12:00:00Z"},{"event_id":"01KJ014AG08XM09ZDXVQJBHXGB","by":"dana@example.com","relevant":false,"rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","marked_at":"2026-02-21T13:00:00Z"},{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"@ben (U0BEN)","relevant":false,"rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","marked_at":"2026-03-02T11:00:00Z"}],"mute":{"id":"01KJ04J6407CEDSRMT3XY7QTXJ","kind":"event","target":"01KHK54QG0XM31B8FKEG9W2ZWT","recipient":"partner","until":"2026-03-07T12:00:00Z","by":"dana@example.com","muted_at":"2026-02-21T13:00:00Z"}}}', 1772449200000000, NULL, 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"what people say of an event is shown where it was told"}}]', NULL, NULL);
INSERT INTO notices VALUES ('2e7480fccf016297b73be833635b2c08', 'amend', 'standing', '01KHK54QG0XM31B8FKEG9W2ZWT/1772449200000000', 2, 'desk', 'high', 'what people say of an event is shown where it was told', '', '{"standing":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","official":true,"stage":"in force","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}],"takes":[{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"@Ana (U0ANA)","taken_at":"2026-02-18T12:00:00Z"},{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"dana@example.com","taken_at":"2026-02-21T13:00:00Z"}],"marks":[{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","rule_id":"coin-issuers","by":"dana@example.com","relevant":true,"rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","note":"wanted","marked_at":"2026-02-21T12:00:00Z"},{"event_id":"01KJ014AG08XM09ZDXVQJBHXGB","by":"dana@example.com","relevant":false,"rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","marked_at":"2026-02-21T13:00:00Z"},{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","by":"@ben (U0BEN)","relevant":false,"rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","marked_at":"2026-03-02T11:00:00Z"}],"mute":{"id":"01KJ04J6407CEDSRMT3XY7QTXJ","kind":"event","target":"01KHK54QG0XM31B8FKEG9W2ZWT","recipient":"partner","until":"2026-03-07T12:00:00Z","by":"dana@example.com","muted_at":"2026-02-21T13:00:00Z"}}}', 1772449200000000, NULL, 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"what people say of an event is shown where it was told"}}]', NULL, NULL);
INSERT INTO notices VALUES ('7cabc179235893cbcaa962fd59e40adf', 'health', 'channel', 'hook', 2, 'ops', 'high', 'the channel fails', '', '{"language":"en","health":{"subject":"channel","name":"hook","health":"failing","since":"2026-03-02T11:10:00Z","error":"the webhook''s receiver answered 503","zone":"Asia/Hong_Kong"}}', 1772449800000000, '["health/ops"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"the channel fails"}}]', NULL, NULL);
INSERT INTO notices VALUES ('c6f3f92f5cb765d47a1a47b2ecc2ed4c', 'digest', 'digest', '01KJQ44CS097QXT921F0PN18JJ', 0, 'daily', '', 'subscription daily, 1 event', '', '{"language":"en","digest":{"id":"01KJQ44CS097QXT921F0PN18JJ","subscription":"daily","title":"","every":"daily","from":"2026-03-01T11:15:00Z","to":"2026-03-02T11:15:00Z","zone":"Asia/Hong_Kong","late":false,"events":[{"event_id":"01KGXF9A000000000000000000","severity":"high","official":false,"rule_ids":["coin-issuers"],"title":"Coin issuers to need a licence","link":"","source":"","first_seen_at":"2026-03-01T11:15:00Z","articles":0,"new":false}],"weeks":["2026-03-02"],"counts":[{"rule_id":"coin-issuers","title":"Rule coin-issuers","events":1,"weeks":[1]}],"coverage":{"sources":5,"checked":3,"articles":12,"failing":[{"name":"Harbour Post","health":"failing","since":"2026-02-27T12:00:00Z","error":"503"}],"held":[{"why":"muted","events":1}]}}}', 1772450100000000, '["daily"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"subscription daily, 1 event"}}]', NULL, NULL);
INSERT INTO notices VALUES ('15b6a934d3569fe18db73a5005bf6ddd', 'alert', 'event', '01KJQ4DHR0PS4BZ0H2CT9T3HQG', 1, 'partner', 'high', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJQ4DHR0PS4BZ0H2CT9T3HQG","severity":"high","official":false,"jurisdictions":["Hong Kong"],"title":"Coin order that is being told","link":"https://harbour-authority.example.com/coin-order-that-is-being-told","language":"en","excerpt":{"text":"Coin order that is being told.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Authority","published_at":"2026-03-02T10:20:00Z","seen_at":"2026-03-02T11:20:00Z","zone":"Asia/Hong_Kong"}}', 1772450400000000, '["coins/partner"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('93e144ee10cae5fafde18af7cf50e724', 'alert', 'event', '01KJQ4DHR0PS4BZ0H2CT9T3HQG', 1, 'treasury', 'high', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJQ4DHR0PS4BZ0H2CT9T3HQG","severity":"high","official":false,"jurisdictions":["Hong Kong"],"title":"Coin order that is being told","link":"https://harbour-authority.example.com/coin-order-that-is-being-told","language":"en","excerpt":{"text":"Coin order that is being told.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Authority","published_at":"2026-03-02T10:20:00Z","seen_at":"2026-03-02T11:20:00Z","zone":"Asia/Hong_Kong"}}', 1772450400000000, '["coins/treasury"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('fd9c44cc5ef049b901883397e3336d55', 'alert', 'event', '01KJQ4DHR0PS4BZ0H2CT9T3HQG', 1, 'auditors', 'high', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJQ4DHR0PS4BZ0H2CT9T3HQG","severity":"high","official":false,"jurisdictions":["Hong Kong"],"title":"Coin order that is being told","link":"https://harbour-authority.example.com/coin-order-that-is-being-told","language":"en","excerpt":{"text":"Coin order that is being told.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Authority","published_at":"2026-03-02T10:20:00Z","seen_at":"2026-03-02T11:20:00Z","zone":"Asia/Hong_Kong"}}', 1772450400000000, '["coins/auditors"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('19e484baf25c5a5436f384c3b5a42d43', 'alert', 'event', '01KJQ4ZVP02A1YCZVVFVXHV4VP', 1, 'legal', 'medium', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJQ4ZVP02A1YCZVVFVXHV4VP","severity":"medium","official":false,"jurisdictions":["Hong Kong"],"title":"Coin order that waits for Slack","link":"https://harbour-authority.example.com/coin-order-that-waits-for-slack","language":"en","excerpt":{"text":"Coin order that waits for Slack.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Authority","published_at":"2026-03-02T10:30:00Z","seen_at":"2026-03-02T11:30:00Z","zone":"Asia/Hong_Kong"}}', 1772451000000000, '["coins/legal"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('b8a0d98ec8cd934aef81c7e70b5764be', 'alert', 'event', '01KJQ4ZVP02A1YCZVVFVXHV4VP', 1, 'pager', 'medium', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJQ4ZVP02A1YCZVVFVXHV4VP","severity":"medium","official":false,"jurisdictions":["Hong Kong"],"title":"Coin order that waits for Slack","link":"https://harbour-authority.example.com/coin-order-that-waits-for-slack","language":"en","excerpt":{"text":"Coin order that waits for Slack.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Authority","published_at":"2026-03-02T10:30:00Z","seen_at":"2026-03-02T11:30:00Z","zone":"Asia/Hong_Kong"}}', 1772451000000000, '["coins/pager"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('f8c66b140e6dad7e753c8b152023ae58', 'update', 'event', '01KJQ4ZVP02A1YCZVVFVXHV4VP', 2, 'pager', 'medium', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJQ4ZVP02A1YCZVVFVXHV4VP","severity":"medium","official":false,"jurisdictions":["Hong Kong"],"title":"Coin order that waits for Slack","link":"https://harbour-authority.example.com/coin-order-that-waits-for-slack","language":"en","excerpt":{"text":"Coin order that waits for Slack.","marks":[[0,4]]},"stage":"in force","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"the stage is now in force","news":[{"kind":"stage","from":"proposed","to":"in force"}],"source":"Harbour Authority","published_at":"2026-03-02T10:30:00Z","seen_at":"2026-03-02T11:30:00Z","zone":"Asia/Hong_Kong"}}', 1772451600000000, '["coins/pager"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('2c430dffa76ba98617e24c0a015ea094', 'update', 'event', '01KHK54QG0XM31B8FKEG9W2ZWT', 3, 'legal', 'high', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KHK54QG0XM31B8FKEG9W2ZWT","severity":"high","official":true,"jurisdictions":["Hong Kong"],"title":"Coin issuers to need a licence","link":"https://harbour-post.example.com/coin-issuers-to-need-a-licence","language":"en","excerpt":{"text":"Coin issuers to need a licence.","marks":[[0,4]]},"stage":"transitional","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"the stage is now transitional","news":[{"kind":"stage","from":"proposed","to":"transitional"}],"source":"Harbour Post","published_at":"2026-03-02T10:45:00Z","seen_at":"2026-03-02T11:45:00Z","zone":"Asia/Hong_Kong"}}', 1772451900000000, '["coins/legal"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, NULL);
INSERT INTO notices VALUES ('eff5d77b249ebf4f86e4775f5fbe3435', 'summary', 'recipient', 'board/1772452200000000', 0, 'board', 'low', '2 alerts that waited: the board is told daily at 20:00 HKT', '', '{"language":"en","summary":{"title":"","why":"They waited: the board is told daily at 20:00 HKT.","from":"2026-03-01T11:50:00Z","to":"2026-03-02T11:50:00Z","zone":"Asia/Hong_Kong","events":null}}', 1772452200000000, '["coins/board"]', 0, '', 0, '', '', '', '[{"kind":"text","args":{"text":"2 alerts that waited: the board is told daily at 20:00 HKT"}}]', NULL, NULL);
INSERT INTO notices VALUES ('ab2a34ff571135f76d1b11233d81b857', 'alert', 'event', '01KJPRZB00CHFYPZETVV6XPJAX', 1, 'night', 'medium', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJPRZB00CHFYPZETVV6XPJAX","severity":"medium","official":false,"jurisdictions":["Hong Kong"],"title":"Coin hearing that has waited","link":"https://harbour-authority.example.com/coin-hearing-that-has-waited","language":"en","excerpt":{"text":"Coin hearing that has waited.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Authority","published_at":"2026-03-02T07:00:00Z","seen_at":"2026-03-02T08:00:00Z","zone":"Asia/Hong_Kong"}}', 1772438400000000, '["coins/night"]', 1772452500000000, 'outside the hours Mon to Fri 08:00 to 19:00 HKT', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, '[{"kind":"text","args":{"text":"outside the hours Mon to Fri 08:00 to 19:00 HKT"}}]');
INSERT INTO notices VALUES ('232fba385dea9b6e351b11f7a20683f4', 'alert', 'event', '01KJPWD6M0P5YCHWHZQYZW079T', 1, 'night', 'medium', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJPWD6M0P5YCHWHZQYZW079T","severity":"medium","official":false,"jurisdictions":["Hong Kong"],"title":"Coin hearing that waits","link":"https://harbour-authority.example.com/coin-hearing-that-waits","language":"en","excerpt":{"text":"Coin hearing that waits.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Authority","published_at":"2026-03-02T08:00:00Z","seen_at":"2026-03-02T09:00:00Z","zone":"Asia/Hong_Kong"}}', 1772442000000000, '["coins/night"]', 1772496000000000, 'outside the hours Mon to Fri 08:00 to 19:00 HKT', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, '[{"kind":"text","args":{"text":"outside the hours Mon to Fri 08:00 to 19:00 HKT"}}]');
INSERT INTO notices VALUES ('676411f8e9629fb41e030160d5a3f121', 'alert', 'event', '01KJPWD6M0P5YCHWHZQYZW079T', 1, 'readers', 'medium', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJPWD6M0P5YCHWHZQYZW079T","severity":"medium","official":false,"jurisdictions":["Hong Kong"],"title":"Coin hearing that waits","link":"https://harbour-authority.example.com/coin-hearing-that-waits","language":"en","excerpt":{"text":"Coin hearing that waits.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Authority","published_at":"2026-03-02T08:00:00Z","seen_at":"2026-03-02T09:00:00Z","zone":"Asia/Hong_Kong"}}', 1772442000000000, '["coins/readers"]', 1772798400000000, 'the readers are told weekly on Friday at 17:00 HKT', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, '[{"kind":"text","args":{"text":"the readers are told weekly on Friday at 17:00 HKT"}}]');
INSERT INTO notices VALUES ('8bf592d597faa6429507df0d34d7f170', 'alert', 'event', '01KJPWD6M0P5YCHWHZQYZW079T', 1, 'board', 'medium', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJPWD6M0P5YCHWHZQYZW079T","severity":"medium","official":false,"jurisdictions":["Hong Kong"],"title":"Coin hearing that waits","link":"https://harbour-authority.example.com/coin-hearing-that-waits","language":"en","excerpt":{"text":"Coin hearing that waits.","marks":[[0,4]]},"stage":"proposed","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"new event","source":"Harbour Authority","published_at":"2026-03-02T08:00:00Z","seen_at":"2026-03-02T09:00:00Z","zone":"Asia/Hong_Kong"}}', 1772442000000000, '["coins/board"]', 1772539200000000, 'the board is told daily at 20:00 HKT', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, '[{"kind":"text","args":{"text":"the board is told daily at 20:00 HKT"}}]');
INSERT INTO notices VALUES ('4275c1f46924c07bd4a55f3736281ed5', 'update', 'event', '01KJPWD6M0P5YCHWHZQYZW079T', 2, 'burst', 'medium', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJPWD6M0P5YCHWHZQYZW079T","severity":"medium","official":false,"jurisdictions":["Hong Kong"],"title":"Coin hearing that waits","link":"https://harbour-authority.example.com/coin-hearing-that-waits","language":"en","excerpt":{"text":"Coin hearing that waits.","marks":[[0,4]]},"stage":"consultation","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"the stage is now consultation","news":[{"kind":"stage","from":"proposed","to":"consultation"}],"source":"Harbour Authority","published_at":"2026-03-02T08:00:00Z","seen_at":"2026-03-02T09:00:00Z","zone":"Asia/Hong_Kong"}}', 1772445600000000, '["coins/burst"]', 1772452980000000, '10 alerts within 10 minutes', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, '[{"kind":"text","args":{"text":"10 alerts within 10 minutes"}}]');
INSERT INTO notices VALUES ('608f22b074d46ea8ce3350241192f94e', 'update', 'event', '01KJPWD6M0P5YCHWHZQYZW079T', 2, 'night', 'medium', 'route coins by coin-issuers', '', '{"language":"en","alert":{"event_id":"01KJPWD6M0P5YCHWHZQYZW079T","severity":"medium","official":false,"jurisdictions":["Hong Kong"],"title":"Coin hearing that waits","link":"https://harbour-authority.example.com/coin-hearing-that-waits","language":"en","excerpt":{"text":"Coin hearing that waits.","marks":[[0,4]]},"stage":"consultation","dates":[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}],"why":[{"rule_id":"coin-issuers","rule_title":"Rule coin-issuers","revision":"2befc6","why":"Affects whom we may issue for.","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"tags":["licence"],"why_now":"the stage is now consultation","news":[{"kind":"stage","from":"proposed","to":"consultation"}],"source":"Harbour Authority","published_at":"2026-03-02T08:00:00Z","seen_at":"2026-03-02T09:00:00Z","zone":"Asia/Hong_Kong"}}', 1772445600000000, '["coins/night"]', 1772499600000000, 'outside the hours Mon to Fri 08:00 to 19:00 HKT', 0, '', '', '', '[{"kind":"text","args":{"text":"route coins by coin-issuers"}}]', NULL, '[{"kind":"text","args":{"text":"outside the hours Mon to Fri 08:00 to 19:00 HKT"}}]');
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
    created_at  INTEGER NOT NULL, thread TEXT NOT NULL DEFAULT '', amends INTEGER NOT NULL DEFAULT 0,
    UNIQUE (notice_id, destination, resend)
) STRICT;
INSERT INTO deliveries VALUES ('f89f58daf61b4d7e8665d03658884fa8', '8fe7c64c27c6aa4987e87628925bcf43', 'hook', '', 'hook', 0, 'sent', 1, 1771243200000000, '', 0, 1771243260000000, 1771243261000000, 'f89f58daf61b4d7e8665d03658884fa8', '', 1771243200000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 0);
INSERT INTO deliveries VALUES ('c159cc43ca5081d49da9181b529a7e84', 'cb1c6e550fcdc5b4f07435564c9dcf48', 'slack', '', 'slack', 0, 'sent', 1, 1771243200000000, '', 0, 1771243260000000, 1771243261000000, 'C0DESK/1772400001.000100', '', 1771243200000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 0);
INSERT INTO deliveries VALUES ('e14cf721008a2e6673761cb5420f8f62', 'edfedaba5ed6b827c63923454e436361', 'slack', '#legal', 'slack:#legal', 0, 'sent', 1, 1771243200000000, '', 0, 1771243260000000, 1771243261000000, 'C0LEGAL/1772400002.000100', '', 1771243200000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 0);
INSERT INTO deliveries VALUES ('f23454d0e894b881d18d5681495366af', 'edfedaba5ed6b827c63923454e436361', 'mail', 'legal@example.com', 'mail:legal@example.com', 0, 'sent', 1, 1771243200000001, '', 0, 1771243260000000, 1771243261000000, '<edfedaba5ed6b827c63923454e436361.f23454@regwatch.example.com>', '', 1771243200000001, '01KHK54QG0XM31B8FKEG9W2ZWT', 0);
INSERT INTO deliveries VALUES ('0132907053853f0d3d1cba018278a290', '085c2a292bb5232c34c70a9950bb17b0', 'slack', '', 'slack', 0, 'sent', 1, 1771329601000000, '', 0, 1771329660000000, 1771329661000000, 'C0DESK/1772400003.000100', '', 1771329601000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 0);
INSERT INTO deliveries VALUES ('50ba1fb0f2f9bdfe5d36a8c27f228dcf', '48d3c8b5bac9e6656e20537c8f5aea4c', 'slack', '', 'slack', 0, 'sent', 1, 1771329600000000, '', 0, 1771329660000000, 1771329661000000, 'C0DESK/1772400001.000100', '', 1771329600000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 1);
INSERT INTO deliveries VALUES ('64f35adec663e4333a41a77459d40ae0', '9e099fecad10c921ab0668a562f5ac69', 'mail', 'legal@example.com', 'mail:legal@example.com', 0, 'sent', 1, 1771329601000000, '', 0, 1771329660000000, 1771329661000000, '<9e099fecad10c921ab0668a562f5ac69.64f35a@regwatch.example.com>', '', 1771329601000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 0);
INSERT INTO deliveries VALUES ('1a32ab6a4d55d8c9351ad0a0d296b517', '2ff238480458f88c6eaaffb7e69e6205', 'slack', '', 'slack', 0, 'sent', 1, 1771416000000000, '', 0, 1771416060000000, 1771416061000000, 'C0DESK/1772400001.000100', '', 1771416000000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 1);
INSERT INTO deliveries VALUES ('d35cf56b98f1831c3a91ddb501f9ea4d', '857bbb55228d3eaf502315291d55770d', 'slack', '#legal', 'slack:#legal', 0, 'sent', 1, 1771416000000000, '', 0, 1771416060000000, 1771416061000000, 'C0LEGAL/1772400002.000100', '', 1771416000000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 1);
INSERT INTO deliveries VALUES ('49a71635a170bc4d364fb61eb4565b0d', '9cf307537d3dcabbe4d3c4948a314d8a', 'slack', '#legal', 'slack:#legal', 0, 'sent', 1, 1771502400000000, '', 0, 1771502460000000, 1771502461000000, 'C0LEGAL/1772400002.000100', '', 1771502400000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 1);
INSERT INTO deliveries VALUES ('1da0565485a318bfd97d96998f6d40fa', 'f6d4567ba890b3aa74463d5cb7b2c9fe', 'slack', '', 'slack', 0, 'sent', 1, 1771502400000000, '', 0, 1771502460000000, 1771502461000000, 'C0DESK/1772400001.000100', '', 1771502400000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 1);
INSERT INTO deliveries VALUES ('305725980bca7a17ecb0bbeb5cfea72c', '4ed8d3d796603a669ce75ea5a0a37598', 'slack', '', 'slack', 0, 'sent', 1, 1771588800000000, '', 0, 1771588860000000, 1771588861000000, 'C0DESK/1772400001.000100', '', 1771588800000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 1);
INSERT INTO deliveries VALUES ('c0032009fa5e4bf3af053553566d4c4e', 'acbac2c65941c68214235eab65b0dad7', 'slack', '#legal', 'slack:#legal', 0, 'sent', 1, 1771588800000000, '', 0, 1771588860000000, 1771588861000000, 'C0LEGAL/1772400002.000100', '', 1771588800000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 1);
INSERT INTO deliveries VALUES ('fae8132d4a31a10e03916991f1130f05', 'f7145dd364a1a76a58e11033272264ff', 'hook', '', 'hook', 0, 'sent', 1, 1771675200000000, '', 0, 1771675260000000, 1771675261000000, 'fae8132d4a31a10e03916991f1130f05', '', 1771675200000000, '01KJ014AG08XM09ZDXVQJBHXGB', 0);
INSERT INTO deliveries VALUES ('f501501dc62416c523dcd62796007256', '41bfc1b2075127353a389cd495ef0efa', 'mail', 'team@example.com', 'mail:team@example.com', 0, 'sent', 1, 1771848000000000, '', 0, 1771848060000000, 1771848061000000, '<41bfc1b2075127353a389cd495ef0efa.f50150@regwatch.example.com>', '', 1771848000000000, '', 0);
INSERT INTO deliveries VALUES ('1d0dd73e967497dd49f5f8610c8072e7', '41bfc1b2075127353a389cd495ef0efa', 'mail', 'board@example.com', 'mail:board@example.com', 0, 'sent', 1, 1771848000000001, '', 0, 1771848060000000, 1771848061000000, '<41bfc1b2075127353a389cd495ef0efa.1d0dd7@regwatch.example.com>', '', 1771848000000001, '', 0);
INSERT INTO deliveries VALUES ('890d33ad4554d201c0cf1550f659d7fd', '2a4442ab98862725e787db6bbf0feea4', 'hook', '', 'hook', 0, 'dropped', 0, 1771934400000000, '', 0, 0, 0, '', 'dropped by ada: the partner has left', 1771934400000000, '01KJ7RAFG0GDTNMRHT5R5052C7', 0);
INSERT INTO deliveries VALUES ('0303d8c5a81dbf3cadcd91eafa5d6dc4', '6eadc21dd7cadbafd90202a4ac998a36', 'slack', '', 'slack', 0, 'sent', 1, 1771938060000000, '', 0, 1771941660000000, 1771941661000000, 'C0DESK/1772400004.000100', '', 1771934400000000, '01KJ7RAFG0GDTNMRHT5R5052C7', 0);
INSERT INTO deliveries VALUES ('939bcb031d3ed4880e37d3de52a01e70', '9b6712eab32a118151eef13936de7b04', 'mail', 'left@example.com', 'mail:left@example.com', 0, 'dead', 1, 1771934400000000, '', 0, 1771934460000000, 0, '', '550 5.1.1 no such user', 1771934400000000, '01KJ7RAFG0GDTNMRHT5R5052C7', 0);
INSERT INTO deliveries VALUES ('7553ff13b70121ca9f2fd15cdc3f7f32', '6eadc21dd7cadbafd90202a4ac998a36', 'slack', '', 'slack', 1, 'sent', 1, 1772020800000000, '', 0, 1772020800000000, 1772020801000000, 'C0DESK/1772400005.000100', '', 1772020800000000, '', 0);
INSERT INTO deliveries VALUES ('f4ec54092733f1df098c51524de500f9', 'e09329b70f3e8f3ead3c15d4f4207175', 'mail', 'board@example.com', 'mail:board@example.com', 0, 'sent', 1, 1772107200000000, '', 0, 1772193660000000, 1772193661000000, '<e09329b70f3e8f3ead3c15d4f4207175.f4ec54@regwatch.example.com>', '', 1772107200000000, '01KJCX3XG0142V2678A577402V', 0);
INSERT INTO deliveries VALUES ('a370014833ec8a67ee024caec8bfe89d', '2ca9e391fba45806071338c01f9458ac', 'mail', 'board@example.com', 'mail:board@example.com', 0, 'sent', 1, 1772193600000000, '', 0, 1772193660000000, 1772193661000000, '<2ca9e391fba45806071338c01f9458ac.a37001@regwatch.example.com>', '', 1772193600000000, '', 0);
INSERT INTO deliveries VALUES ('aba702d770bb6279dd88e4f3c8e6d0cc', '24216777886a3ed9917f3ac5e62d107b', 'mail', 'ops@example.com', 'mail:ops@example.com', 0, 'sent', 1, 1772280000000000, '', 0, 1772280060000000, 1772280061000000, '<24216777886a3ed9917f3ac5e62d107b.aba702@regwatch.example.com>', '', 1772280000000000, '', 0);
INSERT INTO deliveries VALUES ('70cf4c117d6f19a63771614ad6840909', '3a9a0ffc644ea53bab417f29281b897c', 'slack', '', 'slack', 0, 'sent', 1, 1772280000000000, '', 0, 1772280060000000, 1772280061000000, 'C0DESK/1772400006.000100', '', 1772280000000000, '', 0);
INSERT INTO deliveries VALUES ('7002342a558067f3aa088c4c7e6d0063', 'dbc68d91e2bebd4f432c2b5fce6d4240', 'mail', 'ops@example.com', 'mail:ops@example.com', 0, 'sent', 1, 1772280000000000, '', 0, 1772280060000000, 1772280061000000, '<dbc68d91e2bebd4f432c2b5fce6d4240.700234@regwatch.example.com>', '', 1772280000000000, '', 0);
INSERT INTO deliveries VALUES ('26aad8a3656664cc8d5c577741132261', '3221fbeab2e3c3da14e517a87c4a1b85', 'mail', 'ops@example.com', 'mail:ops@example.com', 0, 'sent', 1, 1772280000000000, '', 0, 1772280060000000, 1772280061000000, '<3221fbeab2e3c3da14e517a87c4a1b85.26aad8@regwatch.example.com>', '', 1772280000000000, '', 0);
INSERT INTO deliveries VALUES ('3313dc5bce7594310963738a3d7df418', '00588b5fb363b836c1e7949eb6f85257', 'slack', '', 'slack', 0, 'sent', 1, 1772434800000000, '', 0, 1772434860000000, 1772434861000000, 'C0DESK/1772400007.000100', '', 1772434800000000, '01KJPNHFC0A21FSY4HW182Y2BA', 0);
INSERT INTO deliveries VALUES ('708d861aef955924cd780dbdd3dca78d', 'e685d4d38278a1c8e8ded5ecc87e9fc4', 'mail', 'oncall@example.com', 'mail:oncall@example.com', 0, 'sent', 1, 1772438400000000, '', 0, 1772438460000000, 1772438461000000, '<e685d4d38278a1c8e8ded5ecc87e9fc4.708d86@regwatch.example.com>', '', 1772438400000000, '01KJPNHFC0A21FSY4HW182Y2BA', 0);
INSERT INTO deliveries VALUES ('fab10dc4357c80cf92cd9239f4d50643', '0d12cce3c5b3276ba775a3469c53d100', 'slack', '', 'slack', 0, 'sent', 1, 1772448600000000, '', 0, 1772448900000000, 1772448901000000, 'C0DESK/1772400008.000100', '', 1772448600000000, '01KJQ2PKY0ZJ0S3D2ZJHJJ045K', 0);
INSERT INTO deliveries VALUES ('80aa2beaac354e582c2f5fab6ab09e5e', 'ecb619ac9f34a6ef3c2414129e0cf99a', 'slack', '', 'slack', 0, 'sent', 1, 1772448660000000, '', 0, 1772448900000000, 1772448901000000, 'C0DESK/1772400009.000100', '', 1772448660000000, '01KJQ2REH0TMD14J1RN2QPZYFA', 0);
INSERT INTO deliveries VALUES ('a9033a9079d8cd8f3900b2e46c204b4c', '16053bb72e74dcca76206f6e85ba2867', 'slack', '', 'slack', 0, 'sent', 1, 1772448720000000, '', 0, 1772448900000000, 1772448901000000, 'C0DESK/1772400010.000100', '', 1772448720000000, '01KJQ2T940CP005WQASD8D111K', 0);
INSERT INTO deliveries VALUES ('7cc09c76ecab6b6762a5474c9326c5db', '26adef7ebf30c1baa91a87b4b959cb18', 'slack', '#legal', 'slack:#legal', 0, 'dropped', 0, 1772445600000000, '', 0, 0, 0, '', 'superseded by a newer update of the same message', 1772445600000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 1);
INSERT INTO deliveries VALUES ('d440185fb46d3b2570d75275ef965236', '5f7f9950934f495f3420112c7fcfb0b7', 'slack', '', 'slack', 0, 'dropped', 0, 1772445600000000, '', 0, 0, 0, '', 'superseded by a newer update of the same message', 1772445600000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 1);
INSERT INTO deliveries VALUES ('af9aa9e2150b0bf60beec6b3f0967a8a', '03fa8524cd5dea2d2734a2898838a562', 'slack', '#legal', 'slack:#legal', 0, 'due', 0, 1772449200000000, '', 0, 0, 0, '', '', 1772449200000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 1);
INSERT INTO deliveries VALUES ('f40275e17fac711eed0a3cec989740b0', '2e7480fccf016297b73be833635b2c08', 'slack', '', 'slack', 0, 'due', 0, 1772449200000000, '', 0, 0, 0, '', '', 1772449200000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 1);
INSERT INTO deliveries VALUES ('3c9f7dfa54835a70c735eccf83058fba', '7cabc179235893cbcaa962fd59e40adf', 'mail', 'ops@example.com', 'mail:ops@example.com', 0, 'due', 0, 1772449800000000, '', 0, 0, 0, '', '', 1772449800000000, '', 0);
INSERT INTO deliveries VALUES ('7499aaf756c8f90837474b39a8f33a94', 'c6f3f92f5cb765d47a1a47b2ecc2ed4c', 'mail', 'team@example.com', 'mail:team@example.com', 0, 'due', 0, 1772450100000000, '', 0, 0, 0, '', '', 1772450100000000, '', 0);
INSERT INTO deliveries VALUES ('ba8c7c217c5a41d8b84345ed78d072d8', '15b6a934d3569fe18db73a5005bf6ddd', 'hook', '', 'hook', 0, 'due', 3, 1772452920000000, '', 0, 1772450460000000, 0, '', 'the webhook''s receiver answered 503', 1772450400000000, '01KJQ4DHR0PS4BZ0H2CT9T3HQG', 0);
INSERT INTO deliveries VALUES ('d16fb9723a6b3c2efb1e06097af2b5ee', '93e144ee10cae5fafde18af7cf50e724', 'chat', '', 'chat', 0, 'due', 0, 1772450400000000, 'TOKENd16fb9723a6b3c2efb1e0', 1772450520000000, 1772450460000000, 0, '', '', 1772450400000000, '01KJQ4DHR0PS4BZ0H2CT9T3HQG', 0);
INSERT INTO deliveries VALUES ('2e374325b885450313f9ce9e738db7f5', 'fd9c44cc5ef049b901883397e3336d55', 'post', 'audit@example.com', 'post:audit@example.com', 0, 'due', 0, 1772450400000000, 'TOKEN2e374325b885450313f9c', 1772452920000000, 1772452740000000, 0, '', '', 1772450400000000, '01KJQ4DHR0PS4BZ0H2CT9T3HQG', 0);
INSERT INTO deliveries VALUES ('118fc09340feeb664a580d13dd193cd0', '19e484baf25c5a5436f384c3b5a42d43', 'slack', '#legal', 'slack:#legal', 0, 'due', 0, 1772451000000000, '', 0, 0, 0, '', '', 1772451000000000, '01KJQ4ZVP02A1YCZVVFVXHV4VP', 0);
INSERT INTO deliveries VALUES ('698ed0b0b7b9faad1b34d6ae092a8bed', '19e484baf25c5a5436f384c3b5a42d43', 'mail', 'legal@example.com', 'mail:legal@example.com', 0, 'due', 0, 1772451000000001, '', 0, 0, 0, '', '', 1772451000000001, '01KJQ4ZVP02A1YCZVVFVXHV4VP', 0);
INSERT INTO deliveries VALUES ('274161e3eaa5253217b2f7e6abfe891d', 'b8a0d98ec8cd934aef81c7e70b5764be', 'limited', '', 'limited', 0, 'due', 0, 1772453400000000, '', 0, 0, 0, '', 'Slack asks to wait 2340 s', 1772451000000000, '01KJQ4ZVP02A1YCZVVFVXHV4VP', 0);
INSERT INTO deliveries VALUES ('b966189125f678bf2846a2452f849f62', 'f8c66b140e6dad7e753c8b152023ae58', 'limited', '', 'limited', 0, 'due', 0, 1772451600000000, '', 0, 0, 0, '', '', 1772451600000000, '01KJQ4ZVP02A1YCZVVFVXHV4VP', 0);
INSERT INTO deliveries VALUES ('3df26dd88bafde5366c023fe55b8d072', '2c430dffa76ba98617e24c0a015ea094', 'slack', '#legal', 'slack:#legal', 0, 'due', 0, 1772451900000000, '', 0, 0, 0, '', '', 1772451900000000, '01KHK54QG0XM31B8FKEG9W2ZWT', 0);
INSERT INTO deliveries VALUES ('27d7ce0b3e61af53eb8167f08515fa7a', '2c430dffa76ba98617e24c0a015ea094', 'mail', 'legal@example.com', 'mail:legal@example.com', 0, 'due', 0, 1772451900000001, '', 0, 0, 0, '', '', 1772451900000001, '01KHK54QG0XM31B8FKEG9W2ZWT', 0);
INSERT INTO deliveries VALUES ('e7ec305eef54e43112d8b0a25497e476', 'eff5d77b249ebf4f86e4775f5fbe3435', 'mail', 'board@example.com', 'mail:board@example.com', 0, 'due', 0, 1772452200000000, '', 0, 0, 0, '', '', 1772452200000000, '', 0);
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
INSERT INTO digest_issues VALUES ('01KJ55XRG070CVS6P594Z3F4A7', 'weekly', '2026-02-23', 1771243200000000, 1771848000000000, 0, '["41bfc1b2075127353a389cd495ef0efa"]', 1771848000000000);
INSERT INTO digest_issues VALUES ('01KJJ1XBG0YR5P36VGX9YFWTGF', 'monthly', '2026-02-28', 1769601600000000, 1772280000000000, 0, '["ec1ceab15fa1f614fadad964d952a912"]', 1772280000000000);
INSERT INTO digest_issues VALUES ('01KJQ44CS097QXT921F0PN18JJ', 'daily', '2026-03-02', 1772363700000000, 1772450100000000, 0, '["c6f3f92f5cb765d47a1a47b2ecc2ed4c"]', 1772450100000000);
CREATE TABLE subscriptions (
    id            TEXT NOT NULL PRIMARY KEY,
    first_seen_at INTEGER NOT NULL
) STRICT;
INSERT INTO subscriptions VALUES ('weekly', 1769860800000000);
INSERT INTO subscriptions VALUES ('daily', 1769860800000000);
INSERT INTO subscriptions VALUES ('monthly', 1769860800000000);
CREATE TABLE opt_outs (
    subscription TEXT NOT NULL,
    address      TEXT NOT NULL,
    opted_out_at INTEGER NOT NULL, forced INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (subscription, address)
) STRICT;
INSERT INTO opt_outs VALUES ('coins/team', 'mail:team@example.com', 1770811200000000, 1);
INSERT INTO opt_outs VALUES ('weekly', 'mail:Team@EXAMPLE.com', 1770897600000000, 0);
INSERT INTO opt_outs VALUES ('daily', 'mail:info@bücher.example.com', 1771070400000000, 1);
INSERT INTO opt_outs VALUES ('gone/nobody', 'slack:C0OLD', 1771156800000000, 0);
CREATE TABLE counters (
    name  TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO counters VALUES ('events', 36);
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
INSERT INTO audit VALUES (1, 1764676800000000, 'regwatch', 'rules.loaded', '7ccfd1e9ae8d7d731f079a5c32d8da36', '{"rules":2}', '', '104227fc988fe5a13c800146ba4bd24d');
INSERT INTO audit VALUES (2, 1772366400000000, 'regwatch', 'rules.loaded', '7c2480c2d2a397c61a616ceeb87cf5a3', '{"rules":2}', '104227fc988fe5a13c800146ba4bd24d', 'b63b28ac2d927e8d57c662c10f35b3d2');
INSERT INTO audit VALUES (3, 1764676800000000, 'regwatch', 'article.seen', '01KBFEY3G014WJ33PC6F2Y8ZSJ', '{"baseline":false,"body":"full","identity":"abc88fe144df8e5ce0ba43b4616c6535","revision":1,"source":"harbour-authority","text":"b6439b3ba7e36b9427a6ccd8c4b0800a"}', 'b63b28ac2d927e8d57c662c10f35b3d2', 'c947b4bc1f1e5d817ee1f742cffb8126');
INSERT INTO audit VALUES (4, 1772280000000000, 'regwatch', 'source.failed', 'harbour-post', '{"error":"the server answered 503 Service Unavailable","failures":4}', 'c947b4bc1f1e5d817ee1f742cffb8126', 'beef2edb415886d8b07cf8e0f72b9f36');
INSERT INTO audit VALUES (5, 1772280000000000, 'regwatch', 'source.gap', 'harbour-post', '{"from":"2026-02-26T12:00:00Z","to":"2026-02-27T12:00:00Z"}', 'beef2edb415886d8b07cf8e0f72b9f36', 'ef5c13b5e8c7a223bba29538a12a9bc7');
INSERT INTO audit VALUES (6, 1772366400000000, 'regwatch', 'source.quiet', 'delta-gazette', '{"items":5,"last_new":"2026-01-31T12:00:00Z","usual":0}', 'ef5c13b5e8c7a223bba29538a12a9bc7', '8124eba3465a729cdcb69223e7563b02');
INSERT INTO audit VALUES (7, 1771761600000000, 'regwatch', 'source.dead', 'old-wire', '{"error":"no such host","failures":99}', '8124eba3465a729cdcb69223e7563b02', 'ea6d6a6481c9d3b954e02f1a63cf2ce4');
INSERT INTO audit VALUES (8, 1772020800000000, 'regwatch', 'source.shrunk', 'notice-board', '{"items":0,"last_new":"0001-01-01T00:00:00Z","usual":0}', 'ea6d6a6481c9d3b954e02f1a63cf2ce4', '5d7a714de9bdf003f9edd75764f9f31a');
INSERT INTO audit VALUES (9, 1772020800000000, 'regwatch', 'article.seen', '01KJAAQ6G0PSQWD7B0KVFG5656', '{"baseline":false,"body":"version","identity":"21fbb0ba711aa1a367230c32d7031cff","revision":1,"source":"notice-board","text":"ec7dd145f13c467f8096161cd630c851"}', '5d7a714de9bdf003f9edd75764f9f31a', '12ebe42dbb8b22b8e98d2d1183b89c2f');
INSERT INTO audit VALUES (10, 1772020800000000, 'regwatch', 'article.seen', '01KJAAQ6G0ZWSGH78EFK7NYS22', '{"baseline":false,"body":"wanted","identity":"e8a1bd59f6006d13b11d4f55b8ae2259","revision":1,"source":"notice-board","text":"16a0792c8976ac3a52dac6ca89bf01fe"}', '12ebe42dbb8b22b8e98d2d1183b89c2f', '2209eb7603e83580040f49114f6d2319');
INSERT INTO audit VALUES (11, 1772020800000000, 'regwatch', 'article.seen', '01KJAAQ6G0KRZ74M2B242JRAM6', '{"baseline":false,"body":"failed","identity":"0fceab8654d5eeb3c709c010bd32a88a","revision":1,"source":"notice-board","text":"525096156264946c00c9ff5bbf462a72"}', '2209eb7603e83580040f49114f6d2319', '912937fcdefa34cb1c6bd074ef3dd7a3');
INSERT INTO audit VALUES (12, 1772020800000000, 'regwatch', 'article.seen', '01KJAAQ6G00R3XBTD5H03TDYKW', '{"baseline":true,"body":"summary","identity":"556b4034e7f3f6fb8f9c439fa5c27879","revision":1,"source":"notice-board","text":"55bc0e1dae9800fe44388717d141ddf2"}', '912937fcdefa34cb1c6bd074ef3dd7a3', 'c2538851dfe29e104d1eeae1204b64f3');
INSERT INTO audit VALUES (13, 1772020800000000, 'regwatch', 'article.seen', '01KJAAQ6G0AAHBF2S7P54KX9YG', '{"baseline":false,"body":"full","identity":"2ba3d53309cc7bb39d52e79b78c2fcdf","revision":1,"source":"notice-board","text":"909828743e5cd11a97cc2a939da1c453"}', 'c2538851dfe29e104d1eeae1204b64f3', '2e59d5062a3b41ef6e447bcd48066693');
INSERT INTO audit VALUES (14, 1772107200000000, 'regwatch', 'article.revised', '01KJAAQ6G0AAHBF2S7P54KX9YG', '{"baseline":false,"body":"full","identity":"2ba3d53309cc7bb39d52e79b78c2fcdf","revision":2,"source":"notice-board","text":"44123c54ed0838e728021ac77be159f4"}', '2e59d5062a3b41ef6e447bcd48066693', '789d61e13feb721a731c2eccf8218c8d');
INSERT INTO audit VALUES (15, 1772366400000000, 'regwatch', 'text.expired', '4ce932ae5ff6768760b4ee86d04e0212', '{"articles":1,"before":"2026-01-01T12:00:00Z","revisions":0}', '789d61e13feb721a731c2eccf8218c8d', '1edab0480020015fbbf22c657ef90b53');
INSERT INTO audit VALUES (16, 1771243200000000, 'regwatch', 'article.seen', '01KHK54QG0S8S9QMEPRFQXB0SC', '{"baseline":false,"body":"full","identity":"6645677cc135bfd0c123e37a862419e1","revision":1,"source":"harbour-post","text":"bc192ea1d812731f26814fba47ef25e3"}', '1edab0480020015fbbf22c657ef90b53', '8cc90341eaba0ec226b874475473f671');
INSERT INTO audit VALUES (17, 1771243200000000, 'regwatch', 'match.found', '01KHK54QG0S8S9QMEPRFQXB0SC', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', '8cc90341eaba0ec226b874475473f671', '17a47313763246239a56c74a3a461e66');
INSERT INTO audit VALUES (18, 1771243200000000, 'regwatch', 'event.opened', '01KHK54QG0XM31B8FKEG9W2ZWT', '{"article":"01KHK54QG0S8S9QMEPRFQXB0SC","change":"opened","part":0,"revision":1,"severity":"high"}', '17a47313763246239a56c74a3a461e66', 'd518b6470e1231529e3ab40e47e1b809');
INSERT INTO audit VALUES (19, 1771243200000000, 'regwatch', 'notice.planned', '8fe7c64c27c6aa4987e87628925bcf43', '{"deliveries":1,"event":"01KHK54QG0XM31B8FKEG9W2ZWT","kind":"alert","reason":"route coins by coin-issuers","recipient":"partner","revision":1}', 'd518b6470e1231529e3ab40e47e1b809', 'c19a37cf74639c63858a78a05e6fa62e');
INSERT INTO audit VALUES (20, 1771243200000000, 'regwatch', 'notice.planned', 'cb1c6e550fcdc5b4f07435564c9dcf48', '{"deliveries":1,"event":"01KHK54QG0XM31B8FKEG9W2ZWT","kind":"alert","reason":"route coins by coin-issuers","recipient":"desk","revision":1}', 'c19a37cf74639c63858a78a05e6fa62e', 'ed69d5711547d0baff5492c55d4fffe1');
INSERT INTO audit VALUES (21, 1771243200000000, 'regwatch', 'notice.planned', 'edfedaba5ed6b827c63923454e436361', '{"deliveries":2,"event":"01KHK54QG0XM31B8FKEG9W2ZWT","kind":"alert","reason":"route coins by coin-issuers","recipient":"legal","revision":1}', 'ed69d5711547d0baff5492c55d4fffe1', 'ff9defb93a021f4d599ff383a276132f');
INSERT INTO audit VALUES (22, 1771243261000000, 'regwatch', 'delivery.sent', 'c159cc43ca5081d49da9181b529a7e84', '{"attempts":1,"channel":"slack","notice":"cb1c6e550fcdc5b4f07435564c9dcf48","receipt":"C0DESK/1772400001.000100"}', 'ff9defb93a021f4d599ff383a276132f', '27068eb9596a0ae0ec313af92273bedf');
INSERT INTO audit VALUES (23, 1771243261000000, 'regwatch', 'delivery.sent', 'e14cf721008a2e6673761cb5420f8f62', '{"attempts":1,"channel":"slack","notice":"edfedaba5ed6b827c63923454e436361","receipt":"C0LEGAL/1772400002.000100"}', '27068eb9596a0ae0ec313af92273bedf', 'd1dafdecf45ace5828f10ad7b269903c');
INSERT INTO audit VALUES (24, 1771243261000000, 'regwatch', 'delivery.sent', 'f23454d0e894b881d18d5681495366af', '{"attempts":1,"channel":"mail","notice":"edfedaba5ed6b827c63923454e436361","receipt":"\u003cedfedaba5ed6b827c63923454e436361.f23454@regwatch.example.com\u003e"}', 'd1dafdecf45ace5828f10ad7b269903c', '6e751b7c818dd3e5a63bfcc7fecca01e');
INSERT INTO audit VALUES (25, 1771243261000000, 'regwatch', 'delivery.sent', 'f89f58daf61b4d7e8665d03658884fa8', '{"attempts":1,"channel":"hook","notice":"8fe7c64c27c6aa4987e87628925bcf43","receipt":"f89f58daf61b4d7e8665d03658884fa8"}', '6e751b7c818dd3e5a63bfcc7fecca01e', 'b8b207b117edd68f60186cfae589b381');
INSERT INTO audit VALUES (26, 1771329600000000, 'regwatch', 'article.seen', '01KHNQHEG067HYQBGFMG8P3ZN8', '{"baseline":false,"body":"full","identity":"79ff2b985e591b1db0eef0ccddb10694","revision":1,"source":"harbour-authority","text":"c1952a0b651429fe8de70deae22810ad"}', 'b8b207b117edd68f60186cfae589b381', 'b94553ea5c7e40eccecf8b41cd5ecb59');
INSERT INTO audit VALUES (27, 1771329600000000, 'regwatch', 'match.found', '01KHNQHEG067HYQBGFMG8P3ZN8', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', 'b94553ea5c7e40eccecf8b41cd5ecb59', 'a3e297a0f97d0dfc7e5c5a7ddccbad94');
INSERT INTO audit VALUES (28, 1771329600000000, 'regwatch', 'event.changed', '01KHK54QG0XM31B8FKEG9W2ZWT', '{"article":"01KHNQHEG067HYQBGFMG8P3ZN8","change":"copied","part":0,"revision":2,"severity":"high"}', 'a3e297a0f97d0dfc7e5c5a7ddccbad94', 'd4299d4d96675ae9d0bcb7113011ea36');
INSERT INTO audit VALUES (29, 1771329600000000, 'regwatch', 'notice.planned', '085c2a292bb5232c34c70a9950bb17b0', '{"deliveries":1,"event":"01KHK54QG0XM31B8FKEG9W2ZWT","kind":"update","reason":"route coins by coin-issuers","recipient":"desk","revision":2}', 'd4299d4d96675ae9d0bcb7113011ea36', '22221eb5d106072b4be545d6e1c1e278');
INSERT INTO audit VALUES (30, 1771329600000000, 'regwatch', 'notice.planned', '48d3c8b5bac9e6656e20537c8f5aea4c', '{"deliveries":1,"kind":"amend","reason":"what becomes of an event is shown where it was told","recipient":"desk","revision":2,"standing":"01KHK54QG0XM31B8FKEG9W2ZWT/2"}', '22221eb5d106072b4be545d6e1c1e278', 'ff82eb09c02075c003eb560710aa1c72');
INSERT INTO audit VALUES (31, 1771329600000000, 'regwatch', 'notice.planned', '9e099fecad10c921ab0668a562f5ac69', '{"deliveries":1,"event":"01KHK54QG0XM31B8FKEG9W2ZWT","kind":"update","reason":"route coins by coin-issuers","recipient":"legal","revision":2}', 'ff82eb09c02075c003eb560710aa1c72', 'e6711eb1ede9f958d583903ab24d47eb');
INSERT INTO audit VALUES (32, 1771329661000000, 'regwatch', 'delivery.sent', '50ba1fb0f2f9bdfe5d36a8c27f228dcf', '{"attempts":1,"channel":"slack","notice":"48d3c8b5bac9e6656e20537c8f5aea4c","receipt":"C0DESK/1772400001.000100"}', 'e6711eb1ede9f958d583903ab24d47eb', '65f8e8bc1cba18de527dc98dbe7a75ac');
INSERT INTO audit VALUES (33, 1771329661000000, 'regwatch', 'delivery.sent', '0132907053853f0d3d1cba018278a290', '{"attempts":1,"channel":"slack","notice":"085c2a292bb5232c34c70a9950bb17b0","receipt":"C0DESK/1772400003.000100"}', '65f8e8bc1cba18de527dc98dbe7a75ac', '06d109d585d01265677988886e9db818');
INSERT INTO audit VALUES (34, 1771329661000000, 'regwatch', 'delivery.sent', '64f35adec663e4333a41a77459d40ae0', '{"attempts":1,"channel":"mail","notice":"9e099fecad10c921ab0668a562f5ac69","receipt":"\u003c9e099fecad10c921ab0668a562f5ac69.64f35a@regwatch.example.com\u003e"}', '06d109d585d01265677988886e9db818', '0fa24c06d822fb3a101820d426331bff');
INSERT INTO audit VALUES (35, 1771416000000000, '@Ana (U0ANA)', 'event.taken', '01KHK54QG0XM31B8FKEG9W2ZWT', 'null', '0fa24c06d822fb3a101820d426331bff', '2eae902ccd326b8b53f218b2d566f0f4');
INSERT INTO audit VALUES (36, 1771416000000000, '@Ana (U0ANA)', 'notice.planned', '2ff238480458f88c6eaaffb7e69e6205', '{"deliveries":1,"kind":"amend","reason":"what people say of an event is shown where it was told","recipient":"desk","revision":2,"standing":"01KHK54QG0XM31B8FKEG9W2ZWT/1771416000000000"}', '2eae902ccd326b8b53f218b2d566f0f4', '17982e6d862b09725334c833c56fbce1');
INSERT INTO audit VALUES (37, 1771416000000000, '@Ana (U0ANA)', 'notice.planned', '857bbb55228d3eaf502315291d55770d', '{"deliveries":1,"kind":"amend","reason":"what people say of an event is shown where it was told","recipient":"legal","revision":2,"standing":"01KHK54QG0XM31B8FKEG9W2ZWT/1771416000000000"}', '17982e6d862b09725334c833c56fbce1', 'e380d71ea5820cb3c50070213814110e');
INSERT INTO audit VALUES (38, 1771416061000000, 'regwatch', 'delivery.sent', '1a32ab6a4d55d8c9351ad0a0d296b517', '{"attempts":1,"channel":"slack","notice":"2ff238480458f88c6eaaffb7e69e6205","receipt":"C0DESK/1772400001.000100"}', 'e380d71ea5820cb3c50070213814110e', 'cfa7dc5a7de1cae308b490ed3d40686c');
INSERT INTO audit VALUES (39, 1771416061000000, 'regwatch', 'delivery.sent', 'd35cf56b98f1831c3a91ddb501f9ea4d', '{"attempts":1,"channel":"slack","notice":"857bbb55228d3eaf502315291d55770d","receipt":"C0LEGAL/1772400002.000100"}', 'cfa7dc5a7de1cae308b490ed3d40686c', '3b1e22c1d4c18465ee6e0c92714e8875');
INSERT INTO audit VALUES (40, 1771502400000000, '@ben (U0BEN)', 'mute.set', '01KHK54QG0XM31B8FKEG9W2ZWT', '{"kind":"event","mute":"01KHTWAWG0YH2Z57GNR3HBZNCA","reason":"known","until":"2026-02-26T12:00:00Z"}', '3b1e22c1d4c18465ee6e0c92714e8875', '2106ad9c5ce85a1eeaa48b1f2fb0f807');
INSERT INTO audit VALUES (41, 1771502400000000, '@ben (U0BEN)', 'notice.planned', '9cf307537d3dcabbe4d3c4948a314d8a', '{"deliveries":1,"kind":"amend","reason":"what people say of an event is shown where it was told","recipient":"legal","revision":2,"standing":"01KHK54QG0XM31B8FKEG9W2ZWT/1771502400000000"}', '2106ad9c5ce85a1eeaa48b1f2fb0f807', '2b891641aabc9b5d611654118fe8ebca');
INSERT INTO audit VALUES (42, 1771502400000000, '@ben (U0BEN)', 'notice.planned', 'f6d4567ba890b3aa74463d5cb7b2c9fe', '{"deliveries":1,"kind":"amend","reason":"what people say of an event is shown where it was told","recipient":"desk","revision":2,"standing":"01KHK54QG0XM31B8FKEG9W2ZWT/1771502400000000"}', '2b891641aabc9b5d611654118fe8ebca', '340639ab10d508bb21762612b03336ab');
INSERT INTO audit VALUES (43, 1771502461000000, 'regwatch', 'delivery.sent', '1da0565485a318bfd97d96998f6d40fa', '{"attempts":1,"channel":"slack","notice":"f6d4567ba890b3aa74463d5cb7b2c9fe","receipt":"C0DESK/1772400001.000100"}', '340639ab10d508bb21762612b03336ab', '488ff45989600ed510d5e42768de46b6');
INSERT INTO audit VALUES (44, 1771502461000000, 'regwatch', 'delivery.sent', '49a71635a170bc4d364fb61eb4565b0d', '{"attempts":1,"channel":"slack","notice":"9cf307537d3dcabbe4d3c4948a314d8a","receipt":"C0LEGAL/1772400002.000100"}', '488ff45989600ed510d5e42768de46b6', 'ebe9d98a6d48ceb6b2f1c9df77e80aba');
INSERT INTO audit VALUES (45, 1771588800000000, '@ben (U0BEN)', 'mute.ended', '01KHK54QG0XM31B8FKEG9W2ZWT', '{"kind":"event","mute":"01KHTWAWG0YH2Z57GNR3HBZNCA","until":"2026-02-26T12:00:00Z"}', 'ebe9d98a6d48ceb6b2f1c9df77e80aba', 'a74ace500f7441775d848790470253b6');
INSERT INTO audit VALUES (46, 1771588800000000, '@ben (U0BEN)', 'notice.planned', '4ed8d3d796603a669ce75ea5a0a37598', '{"deliveries":1,"kind":"amend","reason":"what people say of an event is shown where it was told","recipient":"desk","revision":2,"standing":"01KHK54QG0XM31B8FKEG9W2ZWT/1771588800000000"}', 'a74ace500f7441775d848790470253b6', 'd83cac3a4f38c7e02b73e6f6dae40ad4');
INSERT INTO audit VALUES (47, 1771588800000000, '@ben (U0BEN)', 'notice.planned', 'acbac2c65941c68214235eab65b0dad7', '{"deliveries":1,"kind":"amend","reason":"what people say of an event is shown where it was told","recipient":"legal","revision":2,"standing":"01KHK54QG0XM31B8FKEG9W2ZWT/1771588800000000"}', 'd83cac3a4f38c7e02b73e6f6dae40ad4', '6e54d123b81a2780c21e9feca1406c95');
INSERT INTO audit VALUES (48, 1771588861000000, 'regwatch', 'delivery.sent', '305725980bca7a17ecb0bbeb5cfea72c', '{"attempts":1,"channel":"slack","notice":"4ed8d3d796603a669ce75ea5a0a37598","receipt":"C0DESK/1772400001.000100"}', '6e54d123b81a2780c21e9feca1406c95', 'd3de4acff55f7a3cb8fd85d0f66e2545');
INSERT INTO audit VALUES (49, 1771588861000000, 'regwatch', 'delivery.sent', 'c0032009fa5e4bf3af053553566d4c4e', '{"attempts":1,"channel":"slack","notice":"acbac2c65941c68214235eab65b0dad7","receipt":"C0LEGAL/1772400002.000100"}', 'd3de4acff55f7a3cb8fd85d0f66e2545', '1e1e850372547376ba46043e3a8c1711');
INSERT INTO audit VALUES (50, 1771675200000000, 'dana@example.com', 'event.marked', '01KHK54QG0XM31B8FKEG9W2ZWT', '{"note":"wanted","relevant":true,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9"}', '1e1e850372547376ba46043e3a8c1711', 'bc145abfa01dde48f6c6e7752cf20577');
INSERT INTO audit VALUES (51, 1771675200000000, 'regwatch', 'article.seen', '01KJ014AG01FZ69JXTRSC4KT7Q', '{"baseline":false,"body":"full","identity":"7bca23b50ef20bae3455da538c26882c","revision":1,"source":"delta-gazette","text":"0b01fcbb39d655ead8c051acb7e962e2"}', 'bc145abfa01dde48f6c6e7752cf20577', 'eb1269b89a88102caa5cb5a9224101bb');
INSERT INTO audit VALUES (52, 1771675200000000, 'regwatch', 'match.found', '01KJ014AG01FZ69JXTRSC4KT7Q', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', 'eb1269b89a88102caa5cb5a9224101bb', '4a92d4c1c02230d60102443f801ad881');
INSERT INTO audit VALUES (53, 1771675200000000, 'regwatch', 'event.opened', '01KJ014AG08XM09ZDXVQJBHXGB', '{"article":"01KJ014AG01FZ69JXTRSC4KT7Q","change":"opened","part":0,"revision":1,"severity":"medium"}', '4a92d4c1c02230d60102443f801ad881', 'e1eba0b0e3d58ac292414a31bd57ae40');
INSERT INTO audit VALUES (54, 1771675200000000, 'regwatch', 'notice.planned', 'f7145dd364a1a76a58e11033272264ff', '{"deliveries":1,"event":"01KJ014AG08XM09ZDXVQJBHXGB","kind":"alert","reason":"route coins by coin-issuers","recipient":"partner","revision":1}', 'e1eba0b0e3d58ac292414a31bd57ae40', 'd47c4128ea0985bec4c3ed635ee4ac72');
INSERT INTO audit VALUES (55, 1771675261000000, 'regwatch', 'delivery.sent', 'fae8132d4a31a10e03916991f1130f05', '{"attempts":1,"channel":"hook","notice":"f7145dd364a1a76a58e11033272264ff","receipt":"fae8132d4a31a10e03916991f1130f05"}', 'd47c4128ea0985bec4c3ed635ee4ac72', 'ad6afe220448b7eefada6aad98b67ccd');
INSERT INTO audit VALUES (56, 1771678800000000, 'dana@example.com', 'event.taken', '01KJ014AG08XM09ZDXVQJBHXGB', 'null', 'ad6afe220448b7eefada6aad98b67ccd', '9402ae4405b334044a6571d8fec54afe');
INSERT INTO audit VALUES (57, 1771678800000000, 'dana@example.com', 'event.marked', '01KJ014AG08XM09ZDXVQJBHXGB', '{"note":"","relevant":false,"rule":"","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9"}', '9402ae4405b334044a6571d8fec54afe', 'b627dac9992b3ae2e7c598f97ea37569');
INSERT INTO audit VALUES (58, 1771678800000000, 'dana@example.com', 'mute.set', '01KJ014AG08XM09ZDXVQJBHXGB', '{"kind":"event","mute":"01KJ04J6407CEDSRMT3XY7QTXJ","reason":"","recipient":"partner","until":"2026-03-07T12:00:00Z"}', 'b627dac9992b3ae2e7c598f97ea37569', '9a54e87bfcd1c5905074ae2a0edafd25');
INSERT INTO audit VALUES (59, 1771761600000000, 'regwatch', 'event.changed', '01KJ014AG08XM09ZDXVQJBHXGB', '{"article":"01KJ014AG01FZ69JXTRSC4KT7Q","change":"revised","part":0,"revision":2,"severity":"medium"}', '9a54e87bfcd1c5905074ae2a0edafd25', '5e65cd45cec8dc8af977fc94c494d07b');
INSERT INTO audit VALUES (60, 1771848000000000, 'regwatch', 'article.seen', '01KJ55XRG0Y1G64K8SVRCEN590', '{"baseline":false,"body":"full","identity":"eee6afdb7147797835515d27d85f68bd","revision":1,"source":"harbour-post","text":"7414cbc0d420a454a1f24760d5cdeb64"}', '5e65cd45cec8dc8af977fc94c494d07b', '4ed4fb1cf6d7e74c5a05e118223b0c27');
INSERT INTO audit VALUES (61, 1771848000000000, 'regwatch', 'match.found', '01KJ55XRG0Y1G64K8SVRCEN590', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', '4ed4fb1cf6d7e74c5a05e118223b0c27', 'beb94ff64425deb3a695367bb77fb855');
INSERT INTO audit VALUES (62, 1771848000000000, 'regwatch', 'event.opened', '01KJ55XRG059TWY2GQD0E14QWE', '{"article":"01KJ55XRG0Y1G64K8SVRCEN590","change":"opened","part":0,"revision":1,"severity":"low"}', 'beb94ff64425deb3a695367bb77fb855', 'c11c635fe6b2b2238361821088ae9ce5');
INSERT INTO audit VALUES (63, 1771848000000000, 'regwatch', 'notice.held', '346d0c9da5eb90f7746dfa8e2942363c', '{"event":"01KJ55XRG059TWY2GQD0E14QWE","held":"nobody has no destination","kind":"alert","reason":"route coins by coin-issuers","recipient":"held","revision":1}', 'c11c635fe6b2b2238361821088ae9ce5', 'f5104de2820a1fd91e3ef604854e6d1e');
INSERT INTO audit VALUES (64, 1771848000000000, 'regwatch', 'notice.held', '3c1a37d68af2e050d6df78348b6ded60', '{"event":"01KJ55XRG059TWY2GQD0E14QWE","held":"first scan of Harbour Post: older than its look-back","kind":"alert","reason":"route coins by coin-issuers","recipient":"held baseline","revision":1}', 'f5104de2820a1fd91e3ef604854e6d1e', '8dcaf3e40342215f1eadb0cac7bb228d');
INSERT INTO audit VALUES (65, 1771848000000000, 'regwatch', 'notice.held', '46646b09af78e1369de953fde09a4c10', '{"event":"01KJ55XRG059TWY2GQD0E14QWE","held":"already told of this event; Harbour Post has the same text","kind":"alert","reason":"route coins by coin-issuers","recipient":"held told","revision":1}', '8dcaf3e40342215f1eadb0cac7bb228d', 'a382182c95c072e0d701ba585ee1a196');
INSERT INTO audit VALUES (66, 1771848000000000, 'regwatch', 'notice.held', '625b92f1af3f275cc21cbcd2ae891cd5', '{"event":"01KJ55XRG059TWY2GQD0E14QWE","held":"the rule custody is muted until 9 Mar 20:00 HKT by Ben","kind":"alert","reason":"route coins by coin-issuers","recipient":"held muted","revision":1}', 'a382182c95c072e0d701ba585ee1a196', '4fde46074dcae2a1ecc5499ad6876c04');
INSERT INTO audit VALUES (67, 1771848000000000, 'regwatch', 'notice.held', '981e48affbd951a56806ed8e07e63f33', '{"event":"01KJ55XRG059TWY2GQD0E14QWE","held":"a mention only: coin-issuers (“Coin”)","kind":"alert","reason":"route coins by coin-issuers","recipient":"held mention","revision":1}', '4fde46074dcae2a1ecc5499ad6876c04', '9d34db955000cc65e1047a99114e0f7b');
INSERT INTO audit VALUES (68, 1771848000000000, 'regwatch', 'notice.held', 'a6f473b79aaf9ce77ea5e68bbce7846a', '{"event":"01KJ55XRG059TWY2GQD0E14QWE","held":"team has left coins/team","kind":"alert","reason":"route coins by coin-issuers","recipient":"held opted-out","revision":1}', '9d34db955000cc65e1047a99114e0f7b', '57525ce5429f9d6ec7210304a5776161');
INSERT INTO audit VALUES (69, 1771848000000000, 'regwatch', 'notice.held', 'b99a5c2bb0a381c7f0efa0303a38e119', '{"event":"01KJ55XRG059TWY2GQD0E14QWE","held":"only draft rules match: draft-coins (“Coin”)","kind":"alert","reason":"route coins by coin-issuers","recipient":"held draft","revision":1}', '57525ce5429f9d6ec7210304a5776161', '4f30edb8a0edd5f2dd344ad7791001cf');
INSERT INTO audit VALUES (70, 1771848000000000, 'regwatch', 'notice.held', 'f0f5b258fd68506273e564c160c0164c', '{"event":"01KJ55XRG059TWY2GQD0E14QWE","held":"severity low is below the high that board asks for","kind":"alert","reason":"route coins by coin-issuers","recipient":"held severity","revision":1}', '4f30edb8a0edd5f2dd344ad7791001cf', 'aee200a7eea1f53bc6ab300d36af6975');
INSERT INTO audit VALUES (71, 1771848000000000, 'regwatch', 'digest.made', '01KJ55XRG070CVS6P594Z3F4A7', '{"day":"2026-02-23","from":"2026-02-16T12:00:00Z","late":false,"notices":1,"subscription":"weekly","to":"2026-02-23T12:00:00Z"}', 'aee200a7eea1f53bc6ab300d36af6975', 'd3be7ad1c7998c598983ad9b2d48b1c2');
INSERT INTO audit VALUES (72, 1771848000000000, 'regwatch', 'notice.planned', '41bfc1b2075127353a389cd495ef0efa', '{"deliveries":2,"digest":"01KJ55XRG070CVS6P594Z3F4A7","kind":"digest","reason":"subscription weekly, 1 event","recipient":"weekly","revision":0}', 'd3be7ad1c7998c598983ad9b2d48b1c2', 'b657fd287ec6c93076dfbe2b7937026d');
INSERT INTO audit VALUES (73, 1771848061000000, 'regwatch', 'delivery.sent', 'f501501dc62416c523dcd62796007256', '{"attempts":1,"channel":"mail","notice":"41bfc1b2075127353a389cd495ef0efa","receipt":"\u003c41bfc1b2075127353a389cd495ef0efa.f50150@regwatch.example.com\u003e"}', 'b657fd287ec6c93076dfbe2b7937026d', 'dc87cb3b94579674cf02bcaaba2942e0');
INSERT INTO audit VALUES (74, 1771848061000000, 'regwatch', 'delivery.sent', '1d0dd73e967497dd49f5f8610c8072e7', '{"attempts":1,"channel":"mail","notice":"41bfc1b2075127353a389cd495ef0efa","receipt":"\u003c41bfc1b2075127353a389cd495ef0efa.1d0dd7@regwatch.example.com\u003e"}', 'dc87cb3b94579674cf02bcaaba2942e0', 'e2b935f58570f2c8d03cb1234a213bcc');
INSERT INTO audit VALUES (75, 1772280000000000, 'regwatch', 'digest.made', '01KJJ1XBG0YR5P36VGX9YFWTGF', '{"day":"2026-02-28","from":"2026-01-28T12:00:00Z","late":false,"notices":1,"subscription":"monthly","to":"2026-02-28T12:00:00Z"}', 'e2b935f58570f2c8d03cb1234a213bcc', 'ebe74a78e61d95058cb3bf4b41f9c79a');
INSERT INTO audit VALUES (76, 1772280000000000, 'regwatch', 'notice.held', 'ec1ceab15fa1f614fadad964d952a912', '{"digest":"01KJJ1XBG0YR5P36VGX9YFWTGF","held":"nothing happened and no date is near, and the subscription asks not to be told of that","kind":"digest","reason":"subscription monthly, 1 event","recipient":"monthly","revision":0}', 'ebe74a78e61d95058cb3bf4b41f9c79a', 'c1cf4e42a23077427d6c1fe6bcf266bd');
INSERT INTO audit VALUES (77, 1771934400000000, 'regwatch', 'article.seen', '01KJ7RAFG02NE0PNSV9VE71X2N', '{"baseline":false,"body":"full","identity":"ab0e25332cce5e478373f77c86cd80dc","revision":1,"source":"harbour-post","text":"137fee1c3157a23a84fcd26a46760aeb"}', 'c1cf4e42a23077427d6c1fe6bcf266bd', '566b5f22e6f481df627f78e83b3d812b');
INSERT INTO audit VALUES (78, 1771934400000000, 'regwatch', 'match.found', '01KJ7RAFG02NE0PNSV9VE71X2N', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', '566b5f22e6f481df627f78e83b3d812b', '7dd0b99e2bda29e96f920c8ce4b72887');
INSERT INTO audit VALUES (79, 1771934400000000, 'regwatch', 'event.opened', '01KJ7RAFG0GDTNMRHT5R5052C7', '{"article":"01KJ7RAFG02NE0PNSV9VE71X2N","change":"opened","part":0,"revision":1,"severity":"medium"}', '7dd0b99e2bda29e96f920c8ce4b72887', 'c5c1601ecc4dff8e22a9d442ba0754e4');
INSERT INTO audit VALUES (80, 1771934400000000, 'regwatch', 'notice.planned', '2a4442ab98862725e787db6bbf0feea4', '{"deliveries":1,"event":"01KJ7RAFG0GDTNMRHT5R5052C7","kind":"alert","reason":"route coins by coin-issuers","recipient":"partner","revision":1}', 'c5c1601ecc4dff8e22a9d442ba0754e4', 'b8fa043619fcb8bf1200eaed98ee0a6c');
INSERT INTO audit VALUES (81, 1771934400000000, 'regwatch', 'notice.planned', '6eadc21dd7cadbafd90202a4ac998a36', '{"deliveries":1,"event":"01KJ7RAFG0GDTNMRHT5R5052C7","kind":"alert","reason":"route coins by coin-issuers","recipient":"desk","revision":1}', 'b8fa043619fcb8bf1200eaed98ee0a6c', 'b1f33684664301b8bc0bc85cb09bd369');
INSERT INTO audit VALUES (82, 1771934400000000, 'regwatch', 'notice.planned', '9b6712eab32a118151eef13936de7b04', '{"deliveries":1,"event":"01KJ7RAFG0GDTNMRHT5R5052C7","kind":"alert","reason":"route coins by coin-issuers","recipient":"legal","revision":1}', 'b1f33684664301b8bc0bc85cb09bd369', '7ffb87d4b04e572dac052b43fd29bcef');
INSERT INTO audit VALUES (83, 1771934460000000, 'regwatch', 'delivery.dead', '939bcb031d3ed4880e37d3de52a01e70', '{"attempts":1,"channel":"mail","notice":"9b6712eab32a118151eef13936de7b04","reason":"550 5.1.1 no such user"}', '7ffb87d4b04e572dac052b43fd29bcef', '5790b6175a303f96c207e3d43e9477bc');
INSERT INTO audit VALUES (84, 1771934460000000, 'regwatch', 'delivery.dead', '0303d8c5a81dbf3cadcd91eafa5d6dc4', '{"attempts":1,"channel":"slack","notice":"6eadc21dd7cadbafd90202a4ac998a36","reason":"the bot is not in the channel"}', '5790b6175a303f96c207e3d43e9477bc', '6be81debcdb9e2cf03fa8b6cf7e2ea6b');
INSERT INTO audit VALUES (85, 1771938060000000, 'ada', 'delivery.retried', '0303d8c5a81dbf3cadcd91eafa5d6dc4', '{"attempts":1,"channel":"slack","notice":"6eadc21dd7cadbafd90202a4ac998a36","reason":"the bot is not in the channel","was":"dead"}', '6be81debcdb9e2cf03fa8b6cf7e2ea6b', 'e00d0b67f98dfad29ec84707513e6c96');
INSERT INTO audit VALUES (86, 1771941661000000, 'regwatch', 'delivery.sent', '0303d8c5a81dbf3cadcd91eafa5d6dc4', '{"attempts":1,"channel":"slack","notice":"6eadc21dd7cadbafd90202a4ac998a36","receipt":"C0DESK/1772400004.000100"}', 'e00d0b67f98dfad29ec84707513e6c96', '7f735d7d3bfd18e9199422abf9719a02');
INSERT INTO audit VALUES (87, 1771934460000000, 'ada', 'delivery.dropped', '890d33ad4554d201c0cf1550f659d7fd', '{"channel":"hook","notice":"2a4442ab98862725e787db6bbf0feea4","reason":"the partner has left","was":"due"}', '7f735d7d3bfd18e9199422abf9719a02', '150277e22ab11ed0fd7a59f5f2416cd7');
INSERT INTO audit VALUES (88, 1772020800000000, 'ada', 'delivery.asked', '7553ff13b70121ca9f2fd15cdc3f7f32', '{"address":"","channel":"slack","notice":"6eadc21dd7cadbafd90202a4ac998a36","resend":1}', '150277e22ab11ed0fd7a59f5f2416cd7', '8f9d92f3901a42a12206389a3c42e287');
INSERT INTO audit VALUES (89, 1772020801000000, 'regwatch', 'delivery.sent', '7553ff13b70121ca9f2fd15cdc3f7f32', '{"attempts":1,"channel":"slack","notice":"6eadc21dd7cadbafd90202a4ac998a36","receipt":"C0DESK/1772400005.000100"}', '8f9d92f3901a42a12206389a3c42e287', 'cea92cce3ce5bc1b0e8c14799494017d');
INSERT INTO audit VALUES (90, 1772107200000000, 'regwatch', 'article.seen', '01KJCX3XG0SFP3YFAYT4Z7F400', '{"baseline":false,"body":"full","identity":"e00eef37ef001adf6e4e764acb1c7f85","revision":1,"source":"harbour-post","text":"7cdf8f99d443692ccaf6f65e5057f97f"}', 'cea92cce3ce5bc1b0e8c14799494017d', 'c094d5fe6062050fb43d272f9579a17d');
INSERT INTO audit VALUES (91, 1772107200000000, 'regwatch', 'match.found', '01KJCX3XG0SFP3YFAYT4Z7F400', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', 'c094d5fe6062050fb43d272f9579a17d', 'aaf8487880e47ef049f708a9acf1274e');
INSERT INTO audit VALUES (92, 1772107200000000, 'regwatch', 'event.opened', '01KJCX3XG05ZEMTX748RBTW3MG', '{"article":"01KJCX3XG0SFP3YFAYT4Z7F400","change":"opened","part":0,"revision":1,"severity":"low"}', 'aaf8487880e47ef049f708a9acf1274e', '4bd3041846bb232d2e6df925c97d6196');
INSERT INTO audit VALUES (93, 1772107200000000, 'regwatch', 'notice.waiting', 'e04ca39174b384ea6376f1cb0d70ec18', '{"event":"01KJCX3XG05ZEMTX748RBTW3MG","kind":"alert","reason":"route coins by coin-issuers","recipient":"board","revision":1,"until":"2026-02-27T12:00:00Z","waits_for":"the board is told daily at 20:00 HKT"}', '4bd3041846bb232d2e6df925c97d6196', '3e125ae6fcef4fe8bf0142830cd8039e');
INSERT INTO audit VALUES (94, 1772107200000000, 'regwatch', 'article.seen', '01KJCX3XG0WB6AEXGHCRXVVKDD', '{"baseline":false,"body":"full","identity":"719e2c4cab4357f1abf78d8dffe5a444","revision":1,"source":"harbour-post","text":"9c622016642905c8053e4990be7ad6da"}', '3e125ae6fcef4fe8bf0142830cd8039e', 'b034400ac69e1cb01a729f99be118e1e');
INSERT INTO audit VALUES (95, 1772107200000000, 'regwatch', 'match.found', '01KJCX3XG0WB6AEXGHCRXVVKDD', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', 'b034400ac69e1cb01a729f99be118e1e', '8e1522c2532ec07a167724d8c26e48ce');
INSERT INTO audit VALUES (96, 1772107200000000, 'regwatch', 'event.opened', '01KJCX3XG0A9XTGVCDMG1P4CE8', '{"article":"01KJCX3XG0WB6AEXGHCRXVVKDD","change":"opened","part":0,"revision":1,"severity":"low"}', '8e1522c2532ec07a167724d8c26e48ce', '9b408ab0ccc2e1aac9298d1ef1fb9bfc');
INSERT INTO audit VALUES (97, 1772107200000000, 'regwatch', 'notice.waiting', 'b799b30014e584210056627d341e0ba9', '{"event":"01KJCX3XG0A9XTGVCDMG1P4CE8","kind":"alert","reason":"route coins by coin-issuers","recipient":"board","revision":1,"until":"2026-02-27T12:00:00Z","waits_for":"the board is told daily at 20:00 HKT"}', '9b408ab0ccc2e1aac9298d1ef1fb9bfc', 'd2e3ef7913181a20633e88b756854b35');
INSERT INTO audit VALUES (98, 1772107200000000, 'regwatch', 'article.seen', '01KJCX3XG0EH6JXBAJTPP5K77A', '{"baseline":false,"body":"full","identity":"4ab4d6b2db81c7d5ee3b4aa6caa5cdf2","revision":1,"source":"harbour-post","text":"7f6d119f16f5c92c85b10a08d8c4e9ed"}', 'd2e3ef7913181a20633e88b756854b35', '6da702b6198f938bd9a7c8d3b4d2f821');
INSERT INTO audit VALUES (99, 1772107200000000, 'regwatch', 'match.found', '01KJCX3XG0EH6JXBAJTPP5K77A', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', '6da702b6198f938bd9a7c8d3b4d2f821', 'edf5b1207d1f3d2c2e3a034b4dec3795');
INSERT INTO audit VALUES (100, 1772107200000000, 'regwatch', 'event.opened', '01KJCX3XG0142V2678A577402V', '{"article":"01KJCX3XG0EH6JXBAJTPP5K77A","change":"opened","part":0,"revision":1,"severity":"low"}', 'edf5b1207d1f3d2c2e3a034b4dec3795', 'b8a13d127a89e9ec102a02e772452b57');
INSERT INTO audit VALUES (101, 1772107200000000, 'regwatch', 'notice.waiting', 'e09329b70f3e8f3ead3c15d4f4207175', '{"event":"01KJCX3XG0142V2678A577402V","kind":"alert","reason":"route coins by coin-issuers","recipient":"board","revision":1,"until":"2026-02-27T12:00:00Z","waits_for":"the board is told daily at 20:00 HKT"}', 'b8a13d127a89e9ec102a02e772452b57', '2bae13a40616e939f257d04a24a3f689');
INSERT INTO audit VALUES (102, 1772107200000000, 'regwatch', 'article.seen', '01KJCX3XG0TF370GFSP88W21WZ', '{"baseline":false,"body":"full","identity":"dded48e7ce9daec94558c77767d7a879","revision":1,"source":"harbour-post","text":"ccee0386a415a5fa8f0f94a6bea5534c"}', '2bae13a40616e939f257d04a24a3f689', 'ad3c64665e1d56c6c2654c8a7bd6545f');
INSERT INTO audit VALUES (103, 1772107200000000, 'regwatch', 'match.found', '01KJCX3XG0TF370GFSP88W21WZ', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', 'ad3c64665e1d56c6c2654c8a7bd6545f', 'b8d148313031b8a7b9188316873e8b24');
INSERT INTO audit VALUES (104, 1772107200000000, 'regwatch', 'event.opened', '01KJCX3XG0E8XFVGQV0PD1DZH7', '{"article":"01KJCX3XG0TF370GFSP88W21WZ","change":"opened","part":0,"revision":1,"severity":"low"}', 'b8d148313031b8a7b9188316873e8b24', 'a03d86b8ca63140d40994887cbd3521a');
INSERT INTO audit VALUES (105, 1772107200000000, 'regwatch', 'notice.waiting', 'a295a67e499cf6717ee53edd0669f4d8', '{"event":"01KJCX3XG0E8XFVGQV0PD1DZH7","kind":"alert","reason":"route coins by coin-issuers","recipient":"board","revision":1,"until":"2026-02-27T12:00:00Z","waits_for":"the board is told daily at 20:00 HKT"}', 'a03d86b8ca63140d40994887cbd3521a', '0d25e51f20d793c422da420a54e46809');
INSERT INTO audit VALUES (106, 1772193600000000, 'regwatch', 'notice.held', 'a295a67e499cf6717ee53edd0669f4d8', '{"event":"01KJCX3XG0E8XFVGQV0PD1DZH7","held":"the rule coin-issuers is muted","kind":"alert","recipient":"board"}', '0d25e51f20d793c422da420a54e46809', 'c8e8cea50b208161b0d1d96df00184a2');
INSERT INTO audit VALUES (107, 1772193600000000, 'regwatch', 'notice.released', 'b799b30014e584210056627d341e0ba9', '{"event":"01KJCX3XG0A9XTGVCDMG1P4CE8","kind":"alert","recipient":"board","told_in":"2ca9e391fba45806071338c01f9458ac"}', 'c8e8cea50b208161b0d1d96df00184a2', 'c6b18ff04c080f1713ce3344d077a132');
INSERT INTO audit VALUES (108, 1772193600000000, 'regwatch', 'notice.released', 'e04ca39174b384ea6376f1cb0d70ec18', '{"event":"01KJCX3XG05ZEMTX748RBTW3MG","kind":"alert","recipient":"board","told_in":"2ca9e391fba45806071338c01f9458ac"}', 'c6b18ff04c080f1713ce3344d077a132', '8e94178c334f6b17bf85853b7d4461dc');
INSERT INTO audit VALUES (109, 1772193600000000, 'regwatch', 'notice.released', 'e09329b70f3e8f3ead3c15d4f4207175', '{"deliveries":1,"event":"01KJCX3XG0142V2678A577402V","kind":"alert","recipient":"board"}', '8e94178c334f6b17bf85853b7d4461dc', '084ed974ffa4f1a63d2d20fcf855724d');
INSERT INTO audit VALUES (110, 1772193600000000, 'regwatch', 'notice.planned', '2ca9e391fba45806071338c01f9458ac', '{"deliveries":1,"kind":"summary","reason":"2 alerts that waited: the board is told daily at 20:00 HKT","recipient":"board","revision":0}', '084ed974ffa4f1a63d2d20fcf855724d', 'f5b43c0b94f7bb1bcaa1d1b69872aa5d');
INSERT INTO audit VALUES (111, 1772193661000000, 'regwatch', 'delivery.sent', 'f4ec54092733f1df098c51524de500f9', '{"attempts":1,"channel":"mail","notice":"e09329b70f3e8f3ead3c15d4f4207175","receipt":"\u003ce09329b70f3e8f3ead3c15d4f4207175.f4ec54@regwatch.example.com\u003e"}', 'f5b43c0b94f7bb1bcaa1d1b69872aa5d', '5178c8c171c7fccc46d82db178a810ea');
INSERT INTO audit VALUES (112, 1772193661000000, 'regwatch', 'delivery.sent', 'a370014833ec8a67ee024caec8bfe89d', '{"attempts":1,"channel":"mail","notice":"2ca9e391fba45806071338c01f9458ac","receipt":"\u003c2ca9e391fba45806071338c01f9458ac.a37001@regwatch.example.com\u003e"}', '5178c8c171c7fccc46d82db178a810ea', '992e7a35a1ee536eb2b4567dc223e4bf');
INSERT INTO audit VALUES (113, 1772280000000000, 'regwatch', 'notice.planned', '24216777886a3ed9917f3ac5e62d107b', '{"deliveries":1,"kind":"health","reason":"the source has failed several times in a row","recipient":"ops","revision":1,"source":"harbour-post"}', '992e7a35a1ee536eb2b4567dc223e4bf', 'd4e0d6fc3ead7142eec547dcba67bad8');
INSERT INTO audit VALUES (114, 1772280000000000, 'regwatch', 'notice.planned', '3a9a0ffc644ea53bab417f29281b897c', '{"channel":"slack","deliveries":1,"kind":"test","reason":"somebody asked for a test","recipient":"desk","revision":1}', 'd4e0d6fc3ead7142eec547dcba67bad8', '96833b0729753cfd927a27adda56b05b');
INSERT INTO audit VALUES (115, 1772280000000000, 'regwatch', 'notice.held', '585baaae7bb1aca0fc53550e8ef4e43c', '{"held":"a gap of this source was told less than a week ago","kind":"health","reason":"none of the articles in the answer was in the one before","recipient":"ops","revision":2,"source":"harbour-post/gap"}', '96833b0729753cfd927a27adda56b05b', '24aaa205fddfa3201c095d5221c16c9f');
INSERT INTO audit VALUES (116, 1772280000000000, 'regwatch', 'notice.planned', 'dbc68d91e2bebd4f432c2b5fce6d4240', '{"channel":"mail:left@example.com","deliveries":1,"kind":"health","reason":"the channel fails","recipient":"ops","revision":1}', '24aaa205fddfa3201c095d5221c16c9f', '087132153c2c7a4b6ef0a036fff8c086');
INSERT INTO audit VALUES (117, 1772280000000000, 'mail:legal@example.com', 'subscription.leave_asked', 'coins/legal', '{"address":"mail:legal@example.com"}', '087132153c2c7a4b6ef0a036fff8c086', 'ebd9b4f71d25c5be1ec4db3345d98d72');
INSERT INTO audit VALUES (118, 1772280000000000, 'mail:legal@example.com', 'notice.planned', '3221fbeab2e3c3da14e517a87c4a1b85', '{"deliveries":1,"kind":"health","reason":"mail:legal@example.com asks to leave a subscription that is mandatory","recipient":"ops","revision":20513,"subscription":"coins/legal mail:legal@example.com"}', 'ebd9b4f71d25c5be1ec4db3345d98d72', '71a6dc88d7dd740617cccebfa95360bf');
INSERT INTO audit VALUES (119, 1772280061000000, 'regwatch', 'delivery.sent', '26aad8a3656664cc8d5c577741132261', '{"attempts":1,"channel":"mail","notice":"3221fbeab2e3c3da14e517a87c4a1b85","receipt":"\u003c3221fbeab2e3c3da14e517a87c4a1b85.26aad8@regwatch.example.com\u003e"}', '71a6dc88d7dd740617cccebfa95360bf', 'e6918046a9cb56ab2124bef725bb95e1');
INSERT INTO audit VALUES (120, 1772280061000000, 'regwatch', 'delivery.sent', '7002342a558067f3aa088c4c7e6d0063', '{"attempts":1,"channel":"mail","notice":"dbc68d91e2bebd4f432c2b5fce6d4240","receipt":"\u003cdbc68d91e2bebd4f432c2b5fce6d4240.700234@regwatch.example.com\u003e"}', 'e6918046a9cb56ab2124bef725bb95e1', '409a3f63bc72f4bfe1b80728d06d4f89');
INSERT INTO audit VALUES (121, 1772280061000000, 'regwatch', 'delivery.sent', 'aba702d770bb6279dd88e4f3c8e6d0cc', '{"attempts":1,"channel":"mail","notice":"24216777886a3ed9917f3ac5e62d107b","receipt":"\u003c24216777886a3ed9917f3ac5e62d107b.aba702@regwatch.example.com\u003e"}', '409a3f63bc72f4bfe1b80728d06d4f89', '16187f637f9abc2089c4c321311906c9');
INSERT INTO audit VALUES (122, 1772280061000000, 'regwatch', 'delivery.sent', '70cf4c117d6f19a63771614ad6840909', '{"attempts":1,"channel":"slack","notice":"3a9a0ffc644ea53bab417f29281b897c","receipt":"C0DESK/1772400006.000100"}', '16187f637f9abc2089c4c321311906c9', '122d3536b1c9d3760c4067371a323b94');
INSERT INTO audit VALUES (123, 1772434800000000, 'regwatch', 'article.seen', '01KJPNHFC05XM616S4TR6YFKW5', '{"baseline":false,"body":"full","identity":"da04ad3155df517802a0491459a03076","revision":1,"source":"harbour-authority","text":"c281fb96a09df25b221aa3ff920c23f2"}', '122d3536b1c9d3760c4067371a323b94', 'd5c008f303c11c6e309e5694742944e3');
INSERT INTO audit VALUES (124, 1772434800000000, 'regwatch', 'match.found', '01KJPNHFC05XM616S4TR6YFKW5', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', 'd5c008f303c11c6e309e5694742944e3', 'cb4b2f5eefb2ea7387535924fdbbbdea');
INSERT INTO audit VALUES (125, 1772434800000000, 'regwatch', 'event.opened', '01KJPNHFC0A21FSY4HW182Y2BA', '{"article":"01KJPNHFC05XM616S4TR6YFKW5","change":"opened","part":0,"revision":1,"severity":"critical"}', 'cb4b2f5eefb2ea7387535924fdbbbdea', 'dc90d1cc44503a435883796d1384d845');
INSERT INTO audit VALUES (126, 1772434800000000, 'regwatch', 'notice.planned', '00588b5fb363b836c1e7949eb6f85257', '{"deliveries":1,"event":"01KJPNHFC0A21FSY4HW182Y2BA","kind":"alert","reason":"route coins by coin-issuers","recipient":"desk","revision":1}', 'dc90d1cc44503a435883796d1384d845', 'db219d70267702e2b409d0a67dea7f81');
INSERT INTO audit VALUES (127, 1772434861000000, 'regwatch', 'delivery.sent', '3313dc5bce7594310963738a3d7df418', '{"attempts":1,"channel":"slack","notice":"00588b5fb363b836c1e7949eb6f85257","receipt":"C0DESK/1772400007.000100"}', 'db219d70267702e2b409d0a67dea7f81', '33459e7bcd25e1dbba5b9567b38d1b3f');
INSERT INTO audit VALUES (128, 1772438400000000, 'regwatch', 'notice.escalated', '00588b5fb363b836c1e7949eb6f85257', '{"event":"01KJPNHFC0A21FSY4HW182Y2BA","notices":1,"recipient":"desk","to":"oncall"}', '33459e7bcd25e1dbba5b9567b38d1b3f', '7b74f902ae8b7bd8f4dfb0c64f5ca89b');
INSERT INTO audit VALUES (129, 1772438400000000, 'regwatch', 'notice.planned', 'e685d4d38278a1c8e8ded5ecc87e9fc4', '{"deliveries":1,"event":"01KJPNHFC0A21FSY4HW182Y2BA","kind":"escalation","reason":"route oncall, as nobody told by desk has taken it","recipient":"oncall","revision":1}', '7b74f902ae8b7bd8f4dfb0c64f5ca89b', 'f17417556345daa3865586d69e973a49');
INSERT INTO audit VALUES (130, 1772438461000000, 'regwatch', 'delivery.sent', '708d861aef955924cd780dbdd3dca78d', '{"attempts":1,"channel":"mail","notice":"e685d4d38278a1c8e8ded5ecc87e9fc4","receipt":"\u003ce685d4d38278a1c8e8ded5ecc87e9fc4.708d86@regwatch.example.com\u003e"}', 'f17417556345daa3865586d69e973a49', 'a7b657241210a05b07c8aa75d1195053');
INSERT INTO audit VALUES (131, 1772448600000000, 'regwatch', 'article.seen', '01KJQ2PKY0PM42W49X7QZ3TBZ7', '{"baseline":false,"body":"full","identity":"3445d65cda97a52edf9b7d125a937930","revision":1,"source":"harbour-authority","text":"c1e5abcbcc118c1b1297de3fe4d74bca"}', 'a7b657241210a05b07c8aa75d1195053', 'e0f295bc0d2562d65c9268a25b65d6d2');
INSERT INTO audit VALUES (132, 1772448600000000, 'regwatch', 'match.found', '01KJQ2PKY0PM42W49X7QZ3TBZ7', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', 'e0f295bc0d2562d65c9268a25b65d6d2', 'f63969102523ff1d40c7864115f1d939');
INSERT INTO audit VALUES (133, 1772448600000000, 'regwatch', 'event.opened', '01KJQ2PKY0ZJ0S3D2ZJHJJ045K', '{"article":"01KJQ2PKY0PM42W49X7QZ3TBZ7","change":"opened","part":0,"revision":1,"severity":"critical"}', 'f63969102523ff1d40c7864115f1d939', 'b94b29519f281fa3a9f2ba35a80f6461');
INSERT INTO audit VALUES (134, 1772448600000000, 'regwatch', 'notice.planned', '0d12cce3c5b3276ba775a3469c53d100', '{"deliveries":1,"event":"01KJQ2PKY0ZJ0S3D2ZJHJJ045K","kind":"alert","reason":"route coins by coin-issuers","recipient":"desk","revision":1}', 'b94b29519f281fa3a9f2ba35a80f6461', 'bfdbc066223a211a99c0ade2d9630602');
INSERT INTO audit VALUES (135, 1772448660000000, 'regwatch', 'article.seen', '01KJQ2REH0CR3PEMNPQYYM7DQ2', '{"baseline":false,"body":"full","identity":"085f8699f822256121dda3105d52c2df","revision":1,"source":"harbour-authority","text":"07b501f2c948621558fb32a599f12183"}', 'bfdbc066223a211a99c0ade2d9630602', 'e88a6f57d18f2c986f13ea1accb50245');
INSERT INTO audit VALUES (136, 1772448660000000, 'regwatch', 'match.found', '01KJQ2REH0CR3PEMNPQYYM7DQ2', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', 'e88a6f57d18f2c986f13ea1accb50245', '7bb13e721e412cca7b9e91114bc2c959');
INSERT INTO audit VALUES (137, 1772448660000000, 'regwatch', 'event.opened', '01KJQ2REH0TMD14J1RN2QPZYFA', '{"article":"01KJQ2REH0CR3PEMNPQYYM7DQ2","change":"opened","part":0,"revision":1,"severity":"critical"}', '7bb13e721e412cca7b9e91114bc2c959', '8db4c78295c5e1cfd43149047884c910');
INSERT INTO audit VALUES (138, 1772448660000000, 'regwatch', 'notice.planned', 'ecb619ac9f34a6ef3c2414129e0cf99a', '{"deliveries":1,"event":"01KJQ2REH0TMD14J1RN2QPZYFA","kind":"alert","reason":"route coins by coin-issuers","recipient":"desk","revision":1}', '8db4c78295c5e1cfd43149047884c910', '4b75ffcc0a27a9b78cf6ad45cd829794');
INSERT INTO audit VALUES (139, 1772448720000000, 'regwatch', 'article.seen', '01KJQ2T9402GH897MYF29F7BWJ', '{"baseline":false,"body":"full","identity":"a4c23bdc9b4cbd55c3090f35c0a809ac","revision":1,"source":"harbour-authority","text":"8ebbaea68189cf477b3b9fa4d8fb6e84"}', '4b75ffcc0a27a9b78cf6ad45cd829794', 'cf64f3ad14455fb1bfa8bddf727b69cd');
INSERT INTO audit VALUES (140, 1772448720000000, 'regwatch', 'match.found', '01KJQ2T9402GH897MYF29F7BWJ', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', 'cf64f3ad14455fb1bfa8bddf727b69cd', '872ff6ea7d2ede5add05be27d5fbcb07');
INSERT INTO audit VALUES (141, 1772448720000000, 'regwatch', 'event.opened', '01KJQ2T940CP005WQASD8D111K', '{"article":"01KJQ2T9402GH897MYF29F7BWJ","change":"opened","part":0,"revision":1,"severity":"critical"}', '872ff6ea7d2ede5add05be27d5fbcb07', '1cf522dd18869becf4852a15d5e838f9');
INSERT INTO audit VALUES (142, 1772448720000000, 'regwatch', 'notice.planned', '16053bb72e74dcca76206f6e85ba2867', '{"deliveries":1,"event":"01KJQ2T940CP005WQASD8D111K","kind":"alert","reason":"route coins by coin-issuers","recipient":"desk","revision":1}', '1cf522dd18869becf4852a15d5e838f9', 'e9af179fc77979d587d262abf288aa08');
INSERT INTO audit VALUES (143, 1772448901000000, 'regwatch', 'delivery.sent', 'fab10dc4357c80cf92cd9239f4d50643', '{"attempts":1,"channel":"slack","notice":"0d12cce3c5b3276ba775a3469c53d100","receipt":"C0DESK/1772400008.000100"}', 'e9af179fc77979d587d262abf288aa08', '66e4102eb01aa600655b438482a07211');
INSERT INTO audit VALUES (144, 1772448901000000, 'regwatch', 'delivery.sent', '80aa2beaac354e582c2f5fab6ab09e5e', '{"attempts":1,"channel":"slack","notice":"ecb619ac9f34a6ef3c2414129e0cf99a","receipt":"C0DESK/1772400009.000100"}', '66e4102eb01aa600655b438482a07211', '2f155e1277fcfe79777612c2ee2c71e2');
INSERT INTO audit VALUES (145, 1772448901000000, 'regwatch', 'delivery.sent', 'a9033a9079d8cd8f3900b2e46c204b4c', '{"attempts":1,"channel":"slack","notice":"16053bb72e74dcca76206f6e85ba2867","receipt":"C0DESK/1772400010.000100"}', '2f155e1277fcfe79777612c2ee2c71e2', 'a09283670c59760da9990eb8f17de0af');
INSERT INTO audit VALUES (146, 1772449200000000, 'dana@example.com', 'event.taken', '01KJQ2T940CP005WQASD8D111K', 'null', 'a09283670c59760da9990eb8f17de0af', '236382d13a9c5cb84a5048931611433f');
INSERT INTO audit VALUES (147, 1770724800000000, 'mail:team@example.com', 'subscription.left', 'coins/team', '{"address":"mail:team@example.com","forced":false}', '236382d13a9c5cb84a5048931611433f', 'ed0f1d26e99b54b8a8e94d1dc750f377');
INSERT INTO audit VALUES (148, 1770811200000000, 'mail:team@example.com', 'subscription.left', 'coins/team', '{"address":"mail:team@Example.com","forced":true}', 'ed0f1d26e99b54b8a8e94d1dc750f377', '6afa539e99a57a813669ac5f1fb8f94b');
INSERT INTO audit VALUES (149, 1770897600000000, 'mail:team@example.com', 'subscription.left', 'weekly', '{"address":"mail:Team@EXAMPLE.com","forced":false}', '6afa539e99a57a813669ac5f1fb8f94b', 'c0b0356f5262c1c1fe5e702d8aa68d20');
INSERT INTO audit VALUES (150, 1770984000000000, 'mail:team@example.com', 'subscription.left', 'daily', '{"address":"mail:info@bücher.example.com","forced":false}', 'c0b0356f5262c1c1fe5e702d8aa68d20', '098ba7d890569bc589f5348d4c41a43b');
INSERT INTO audit VALUES (151, 1771070400000000, 'mail:team@example.com', 'subscription.left', 'daily', '{"address":"mail:info@xn--bcher-kva.example.com","forced":true}', '098ba7d890569bc589f5348d4c41a43b', '446a71ea36880f83b9fd0fe4315dca70');
INSERT INTO audit VALUES (152, 1771156800000000, 'mail:team@example.com', 'subscription.left', 'gone/nobody', '{"address":"slack:C0OLD","forced":false}', '446a71ea36880f83b9fd0fe4315dca70', '29d413585b982166def01d711ccb441d');
INSERT INTO audit VALUES (153, 1771156800000000, 'mail:team@example.com', 'subscription.left', 'weekly', '{"address":"mail:back@example.com","forced":false}', '29d413585b982166def01d711ccb441d', '9f50dcdac7eae4756ae097bee11a5139');
INSERT INTO audit VALUES (154, 1771243200000000, 'mail:back@example.com', 'subscription.returned', 'weekly', '{"address":"mail:back@example.com"}', '9f50dcdac7eae4756ae097bee11a5139', '397566a8708b33cb5bfea2febbdd21a8');
INSERT INTO audit VALUES (155, 1772193600000000, '@ben (U0BEN)', 'mute.set', 'custody', '{"kind":"rule","mute":"01KJFFGMG0P218WNP4E4BV2QM8","reason":"too much of it","until":"2026-03-09T12:00:00Z"}', '397566a8708b33cb5bfea2febbdd21a8', 'a2c8eaddb4a34c95933893d48ef05fb4');
INSERT INTO audit VALUES (156, 1772193600000000, 'ada', 'mute.set', 'delta-gazette', '{"kind":"source","mute":"01KJFFGMG0MQZPJATWVBKTJ7T7","reason":"","recipient":"legal","until":"2026-03-05T12:00:00Z"}', 'a2c8eaddb4a34c95933893d48ef05fb4', '4841ca2bdee7888592c4be4c4bd536e8');
INSERT INTO audit VALUES (157, 1771588800000000, 'ada', 'mute.set', 'coin-issuers', '{"kind":"rule","mute":"01KHXEQKG0G94SMVG3K4MGFX24","reason":"","until":"2026-02-21T12:00:00Z"}', '4841ca2bdee7888592c4be4c4bd536e8', 'dbfb6310a3d5e15e07495fa8508d2f7b');
INSERT INTO audit VALUES (158, 1769860800000000, 'ada', 'links.revoked', '2', '{"version":2}', 'dbfb6310a3d5e15e07495fa8508d2f7b', 'b9493c6d8650c8d6833e1561a6509fd2');
INSERT INTO audit VALUES (159, 1772445600000000, '@Ana (U0ANA)', 'mute.set', '01KHK54QG0XM31B8FKEG9W2ZWT', '{"kind":"event","mute":"01KJPZV280YWY8JHEAXTTS6FDD","reason":"","until":"2026-03-09T12:00:00Z"}', 'b9493c6d8650c8d6833e1561a6509fd2', '49ee81e621c7e34554e7c2ffb3675970');
INSERT INTO audit VALUES (160, 1772445600000000, '@Ana (U0ANA)', 'notice.planned', '26adef7ebf30c1baa91a87b4b959cb18', '{"deliveries":1,"kind":"amend","reason":"what people say of an event is shown where it was told","recipient":"legal","revision":2,"standing":"01KHK54QG0XM31B8FKEG9W2ZWT/1772445600000000"}', '49ee81e621c7e34554e7c2ffb3675970', '25a15da7362f53eca42ece897724b0da');
INSERT INTO audit VALUES (161, 1772445600000000, '@Ana (U0ANA)', 'notice.planned', '5f7f9950934f495f3420112c7fcfb0b7', '{"deliveries":1,"kind":"amend","reason":"what people say of an event is shown where it was told","recipient":"desk","revision":2,"standing":"01KHK54QG0XM31B8FKEG9W2ZWT/1772445600000000"}', '25a15da7362f53eca42ece897724b0da', '33eca7fde6b09a80819f678e521e4f01');
INSERT INTO audit VALUES (162, 1772449200000000, '@ben (U0BEN)', 'event.marked', '01KHK54QG0XM31B8FKEG9W2ZWT', '{"note":"","relevant":false,"rule":"","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9"}', '33eca7fde6b09a80819f678e521e4f01', 'eafa5530f8b208936f164e5fa4b9827f');
INSERT INTO audit VALUES (163, 1772449200000000, '@ben (U0BEN)', 'notice.planned', '03fa8524cd5dea2d2734a2898838a562', '{"deliveries":1,"kind":"amend","reason":"what people say of an event is shown where it was told","recipient":"legal","revision":2,"standing":"01KHK54QG0XM31B8FKEG9W2ZWT/1772449200000000"}', 'eafa5530f8b208936f164e5fa4b9827f', '5868099713dd050f0cc560bf805e55dd');
INSERT INTO audit VALUES (164, 1772449200000000, '@ben (U0BEN)', 'delivery.dropped', '7cc09c76ecab6b6762a5474c9326c5db', '{"channel":"slack","notice":"26adef7ebf30c1baa91a87b4b959cb18","superseded_by":"03fa8524cd5dea2d2734a2898838a562"}', '5868099713dd050f0cc560bf805e55dd', '562974353471e247adf25d610eed0d8d');
INSERT INTO audit VALUES (165, 1772449200000000, '@ben (U0BEN)', 'notice.planned', '2e7480fccf016297b73be833635b2c08', '{"deliveries":1,"kind":"amend","reason":"what people say of an event is shown where it was told","recipient":"desk","revision":2,"standing":"01KHK54QG0XM31B8FKEG9W2ZWT/1772449200000000"}', '562974353471e247adf25d610eed0d8d', '8df28da7791ebf3bb84f7fef2effd897');
INSERT INTO audit VALUES (166, 1772449200000000, '@ben (U0BEN)', 'delivery.dropped', 'd440185fb46d3b2570d75275ef965236', '{"channel":"slack","notice":"5f7f9950934f495f3420112c7fcfb0b7","superseded_by":"2e7480fccf016297b73be833635b2c08"}', '8df28da7791ebf3bb84f7fef2effd897', 'eb53e90e7adeb451b4b0850be5c70c54');
INSERT INTO audit VALUES (167, 1772449800000000, 'regwatch', 'notice.planned', '7cabc179235893cbcaa962fd59e40adf', '{"channel":"hook","deliveries":1,"kind":"health","reason":"the channel fails","recipient":"ops","revision":2}', 'eb53e90e7adeb451b4b0850be5c70c54', 'd1f4d6401f4225665a174dc43621eb8c');
INSERT INTO audit VALUES (168, 1772450100000000, 'regwatch', 'digest.made', '01KJQ44CS097QXT921F0PN18JJ', '{"day":"2026-03-02","from":"2026-03-01T11:15:00Z","late":false,"notices":1,"subscription":"daily","to":"2026-03-02T11:15:00Z"}', 'd1f4d6401f4225665a174dc43621eb8c', 'b9b4cae6353703ef38ae96eb58d8a49d');
INSERT INTO audit VALUES (169, 1772450100000000, 'regwatch', 'notice.planned', 'c6f3f92f5cb765d47a1a47b2ecc2ed4c', '{"deliveries":1,"digest":"01KJQ44CS097QXT921F0PN18JJ","kind":"digest","reason":"subscription daily, 1 event","recipient":"daily","revision":0}', 'b9b4cae6353703ef38ae96eb58d8a49d', '963506a05d9db4ce8f32f5095364cfd0');
INSERT INTO audit VALUES (170, 1772450400000000, 'regwatch', 'article.seen', '01KJQ4DHR0DECAP23P2NGC80K6', '{"baseline":false,"body":"full","identity":"b136fa0ccfa52d41d548ff14278677f3","revision":1,"source":"harbour-authority","text":"505a006dff43bf5fd89d2fe5e6d63238"}', '963506a05d9db4ce8f32f5095364cfd0', '8ce2b34cfe581380912bfcde5c6afac2');
INSERT INTO audit VALUES (171, 1772450400000000, 'regwatch', 'match.found', '01KJQ4DHR0DECAP23P2NGC80K6', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', '8ce2b34cfe581380912bfcde5c6afac2', 'df7ed392d018b82441dd58aa9c1095a7');
INSERT INTO audit VALUES (172, 1772450400000000, 'regwatch', 'event.opened', '01KJQ4DHR0PS4BZ0H2CT9T3HQG', '{"article":"01KJQ4DHR0DECAP23P2NGC80K6","change":"opened","part":0,"revision":1,"severity":"high"}', 'df7ed392d018b82441dd58aa9c1095a7', 'be7bd8a55db7c1d422de9e72a8ebaf28');
INSERT INTO audit VALUES (173, 1772450400000000, 'regwatch', 'notice.planned', '15b6a934d3569fe18db73a5005bf6ddd', '{"deliveries":1,"event":"01KJQ4DHR0PS4BZ0H2CT9T3HQG","kind":"alert","reason":"route coins by coin-issuers","recipient":"partner","revision":1}', 'be7bd8a55db7c1d422de9e72a8ebaf28', '224909b383b5f8794556436e5602fef1');
INSERT INTO audit VALUES (174, 1772450400000000, 'regwatch', 'notice.planned', '93e144ee10cae5fafde18af7cf50e724', '{"deliveries":1,"event":"01KJQ4DHR0PS4BZ0H2CT9T3HQG","kind":"alert","reason":"route coins by coin-issuers","recipient":"treasury","revision":1}', '224909b383b5f8794556436e5602fef1', '721bd4ae5da83fd6d5bcb8f67d00980b');
INSERT INTO audit VALUES (175, 1772450400000000, 'regwatch', 'notice.planned', 'fd9c44cc5ef049b901883397e3336d55', '{"deliveries":1,"event":"01KJQ4DHR0PS4BZ0H2CT9T3HQG","kind":"alert","reason":"route coins by coin-issuers","recipient":"auditors","revision":1}', '721bd4ae5da83fd6d5bcb8f67d00980b', 'e055b42a2186adc7d23bfe659fbe3429');
INSERT INTO audit VALUES (176, 1772450460000000, 'regwatch', 'delivery.failed', 'ba8c7c217c5a41d8b84345ed78d072d8', '{"attempts":3,"channel":"hook","notice":"15b6a934d3569fe18db73a5005bf6ddd","reason":"the webhook''s receiver answered 503"}', 'e055b42a2186adc7d23bfe659fbe3429', '38827a6de79a78eab5573ec9115103b7');
INSERT INTO audit VALUES (177, 1772451000000000, 'regwatch', 'article.seen', '01KJQ4ZVP08R17AQ0M3PJFYS3B', '{"baseline":false,"body":"full","identity":"5c4ddc39aaad9fde289e47774fd70789","revision":1,"source":"harbour-authority","text":"79abb8e7578a8147fe53d58dcbe43d27"}', '38827a6de79a78eab5573ec9115103b7', '74fa7f657fc174090bde5bb92b18fca1');
INSERT INTO audit VALUES (178, 1772451000000000, 'regwatch', 'match.found', '01KJQ4ZVP08R17AQ0M3PJFYS3B', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', '74fa7f657fc174090bde5bb92b18fca1', '85bb0c0a0c1c1981920f50eafc16d46f');
INSERT INTO audit VALUES (179, 1772451000000000, 'regwatch', 'event.opened', '01KJQ4ZVP02A1YCZVVFVXHV4VP', '{"article":"01KJQ4ZVP08R17AQ0M3PJFYS3B","change":"opened","part":0,"revision":1,"severity":"medium"}', '85bb0c0a0c1c1981920f50eafc16d46f', '3d809012afb38389209c40d66b911311');
INSERT INTO audit VALUES (180, 1772451000000000, 'regwatch', 'notice.planned', '19e484baf25c5a5436f384c3b5a42d43', '{"deliveries":2,"event":"01KJQ4ZVP02A1YCZVVFVXHV4VP","kind":"alert","reason":"route coins by coin-issuers","recipient":"legal","revision":1}', '3d809012afb38389209c40d66b911311', '867853f916d4857ce08a73cee8725e54');
INSERT INTO audit VALUES (181, 1772451000000000, 'regwatch', 'notice.planned', 'b8a0d98ec8cd934aef81c7e70b5764be', '{"deliveries":1,"event":"01KJQ4ZVP02A1YCZVVFVXHV4VP","kind":"alert","reason":"route coins by coin-issuers","recipient":"pager","revision":1}', '867853f916d4857ce08a73cee8725e54', '9a9d77edf1ac6e5c5b52caf8a76d046f');
INSERT INTO audit VALUES (182, 1772451600000000, 'regwatch', 'article.seen', '01KJQ5J5M04RN7SAP77QGRFE42', '{"baseline":false,"body":"full","identity":"5a980c6a6969eb8e11fc9da00efe27ab","revision":1,"source":"harbour-post","text":"963cf7c3af3168f7fdccbdef36e183b2"}', '9a9d77edf1ac6e5c5b52caf8a76d046f', 'effd3c7b8e8f786655afcc655179a1c2');
INSERT INTO audit VALUES (183, 1772451600000000, 'regwatch', 'match.found', '01KJQ5J5M04RN7SAP77QGRFE42', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', 'effd3c7b8e8f786655afcc655179a1c2', '1765edc97ddfad2309cc164e2e762363');
INSERT INTO audit VALUES (184, 1772451600000000, 'regwatch', 'event.changed', '01KJQ4ZVP02A1YCZVVFVXHV4VP', '{"article":"01KJQ5J5M04RN7SAP77QGRFE42","change":"copied","part":0,"revision":2,"severity":"medium"}', '1765edc97ddfad2309cc164e2e762363', '93ef33cbc0764f8bb129b6c5d91ace68');
INSERT INTO audit VALUES (185, 1772451600000000, 'regwatch', 'notice.planned', 'f8c66b140e6dad7e753c8b152023ae58', '{"deliveries":1,"event":"01KJQ4ZVP02A1YCZVVFVXHV4VP","kind":"update","reason":"route coins by coin-issuers","recipient":"pager","revision":2}', '93ef33cbc0764f8bb129b6c5d91ace68', '918a27a12c36d4a6b48ba36889f02013');
INSERT INTO audit VALUES (186, 1772451900000000, 'regwatch', 'article.seen', '01KJQ5VAK0RSQNC91FVBSJ0EP5', '{"baseline":false,"body":"full","identity":"31ca0292257117771f1eb59ccc2d59d3","revision":1,"source":"harbour-post","text":"84e6f8249097ad97e5ad425988a5d15c"}', '918a27a12c36d4a6b48ba36889f02013', '55bc2c932a51705a1b2eca14fdaed219');
INSERT INTO audit VALUES (187, 1772451900000000, 'regwatch', 'match.found', '01KJQ5VAK0RSQNC91FVBSJ0EP5', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', '55bc2c932a51705a1b2eca14fdaed219', 'b3a78c6f0b63a94e314f674dc62456d5');
INSERT INTO audit VALUES (188, 1772451900000000, 'regwatch', 'event.changed', '01KHK54QG0XM31B8FKEG9W2ZWT', '{"article":"01KJQ5VAK0RSQNC91FVBSJ0EP5","change":"copied","part":0,"revision":3,"severity":"high"}', 'b3a78c6f0b63a94e314f674dc62456d5', '07d80e506fde135af79cedc3543586e9');
INSERT INTO audit VALUES (189, 1772451900000000, 'regwatch', 'notice.planned', '2c430dffa76ba98617e24c0a015ea094', '{"deliveries":2,"event":"01KHK54QG0XM31B8FKEG9W2ZWT","kind":"update","reason":"route coins by coin-issuers","recipient":"legal","revision":3}', '07d80e506fde135af79cedc3543586e9', 'ecaffb49c707315e98359cec88b5ea9f');
INSERT INTO audit VALUES (190, 1772452200000000, 'regwatch', 'notice.planned', 'eff5d77b249ebf4f86e4775f5fbe3435', '{"deliveries":1,"kind":"summary","reason":"2 alerts that waited: the board is told daily at 20:00 HKT","recipient":"board","revision":0}', 'ecaffb49c707315e98359cec88b5ea9f', 'ba65bd21dfbb9158682b0f41894769cc');
INSERT INTO audit VALUES (191, 1772438400000000, 'regwatch', 'article.seen', '01KJPRZB000TZ54Z72HP03K1E3', '{"baseline":false,"body":"full","identity":"476a3cfd2a219069ecdbfc0d14e49ffa","revision":1,"source":"harbour-authority","text":"2195095d61a8fdb65fb70628c6836e1c"}', 'ba65bd21dfbb9158682b0f41894769cc', '02712d423b5ad29edd76c3e67f64054a');
INSERT INTO audit VALUES (192, 1772438400000000, 'regwatch', 'match.found', '01KJPRZB000TZ54Z72HP03K1E3', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', '02712d423b5ad29edd76c3e67f64054a', '86aab2dab951dc7524e7b3720facd3fb');
INSERT INTO audit VALUES (193, 1772438400000000, 'regwatch', 'event.opened', '01KJPRZB00CHFYPZETVV6XPJAX', '{"article":"01KJPRZB000TZ54Z72HP03K1E3","change":"opened","part":0,"revision":1,"severity":"medium"}', '86aab2dab951dc7524e7b3720facd3fb', '9129502026df851d89ef187490f2628b');
INSERT INTO audit VALUES (194, 1772438400000000, 'regwatch', 'notice.waiting', 'ab2a34ff571135f76d1b11233d81b857', '{"event":"01KJPRZB00CHFYPZETVV6XPJAX","kind":"alert","reason":"route coins by coin-issuers","recipient":"night","revision":1,"until":"2026-03-02T11:55:00Z","waits_for":"outside the hours Mon to Fri 08:00 to 19:00 HKT"}', '9129502026df851d89ef187490f2628b', '16d17617b3462d806d416bf04ad3d8df');
INSERT INTO audit VALUES (195, 1772442000000000, 'regwatch', 'article.seen', '01KJPWD6M06H7PZGF5ZNR4XSJ2', '{"baseline":false,"body":"full","identity":"3c78e3a47e38c57235cf6e3e3615271a","revision":1,"source":"harbour-authority","text":"0b3198b23e485308d99c21cb88d10049"}', '16d17617b3462d806d416bf04ad3d8df', '194abde22516a957d7542af92f16ac09');
INSERT INTO audit VALUES (196, 1772442000000000, 'regwatch', 'match.found', '01KJPWD6M06H7PZGF5ZNR4XSJ2', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', '194abde22516a957d7542af92f16ac09', '8e578d7519622a38b3a35c7a9f9989f2');
INSERT INTO audit VALUES (197, 1772442000000000, 'regwatch', 'event.opened', '01KJPWD6M0P5YCHWHZQYZW079T', '{"article":"01KJPWD6M06H7PZGF5ZNR4XSJ2","change":"opened","part":0,"revision":1,"severity":"medium"}', '8e578d7519622a38b3a35c7a9f9989f2', '0153fa6bc44473115d44944ebd66daac');
INSERT INTO audit VALUES (198, 1772442000000000, 'regwatch', 'notice.waiting', '232fba385dea9b6e351b11f7a20683f4', '{"event":"01KJPWD6M0P5YCHWHZQYZW079T","kind":"alert","reason":"route coins by coin-issuers","recipient":"night","revision":1,"until":"2026-03-03T00:00:00Z","waits_for":"outside the hours Mon to Fri 08:00 to 19:00 HKT"}', '0153fa6bc44473115d44944ebd66daac', 'e7fecd80e71a8157cf631499fa908c48');
INSERT INTO audit VALUES (199, 1772442000000000, 'regwatch', 'notice.waiting', '676411f8e9629fb41e030160d5a3f121', '{"event":"01KJPWD6M0P5YCHWHZQYZW079T","kind":"alert","reason":"route coins by coin-issuers","recipient":"readers","revision":1,"until":"2026-03-06T12:00:00Z","waits_for":"the readers are told weekly on Friday at 17:00 HKT"}', 'e7fecd80e71a8157cf631499fa908c48', '6fcd1aca7726dd087a19cd92cc37929f');
INSERT INTO audit VALUES (200, 1772442000000000, 'regwatch', 'notice.waiting', '8bf592d597faa6429507df0d34d7f170', '{"event":"01KJPWD6M0P5YCHWHZQYZW079T","kind":"alert","reason":"route coins by coin-issuers","recipient":"board","revision":1,"until":"2026-03-03T12:00:00Z","waits_for":"the board is told daily at 20:00 HKT"}', '6fcd1aca7726dd087a19cd92cc37929f', 'b2e1cf8349e93702e70da13001ba9b33');
INSERT INTO audit VALUES (201, 1772445600000000, 'regwatch', 'article.seen', '01KJPZV280HPGGTQCWTSP5G8GM', '{"baseline":false,"body":"full","identity":"91efbd20d6c3ac86e8dfb434b353beff","revision":1,"source":"harbour-post","text":"f5a5cc4c8d8898bc982eac13f282f333"}', 'b2e1cf8349e93702e70da13001ba9b33', '229472035b6c512a48a766f7c4820a29');
INSERT INTO audit VALUES (202, 1772445600000000, 'regwatch', 'match.found', '01KJPZV280HPGGTQCWTSP5G8GM', '{"hits":1,"part":0,"revision":1,"rule":"coin-issuers","rule_hash":"2befc658c0f75b0c9fbdf0e86e3ea7f9","strength":"subject"}', '229472035b6c512a48a766f7c4820a29', '448edfed77c284d90bc71b6ddaddbc78');
INSERT INTO audit VALUES (203, 1772445600000000, 'regwatch', 'event.changed', '01KJPWD6M0P5YCHWHZQYZW079T', '{"article":"01KJPZV280HPGGTQCWTSP5G8GM","change":"copied","part":0,"revision":2,"severity":"medium"}', '448edfed77c284d90bc71b6ddaddbc78', 'd6a459d76ce9b2e4bd9718a168e9ef8b');
INSERT INTO audit VALUES (204, 1772445600000000, 'regwatch', 'notice.waiting', '4275c1f46924c07bd4a55f3736281ed5', '{"event":"01KJPWD6M0P5YCHWHZQYZW079T","kind":"update","reason":"route coins by coin-issuers","recipient":"burst","revision":2,"until":"2026-03-02T12:03:00Z","waits_for":"10 alerts within 10 minutes"}', 'd6a459d76ce9b2e4bd9718a168e9ef8b', '5c135207650b57722d1c51ad1ac028da');
INSERT INTO audit VALUES (205, 1772445600000000, 'regwatch', 'notice.waiting', '608f22b074d46ea8ce3350241192f94e', '{"event":"01KJPWD6M0P5YCHWHZQYZW079T","kind":"update","reason":"route coins by coin-issuers","recipient":"night","revision":2,"until":"2026-03-03T01:00:00Z","waits_for":"outside the hours Mon to Fri 08:00 to 19:00 HKT"}', '5c135207650b57722d1c51ad1ac028da', 'a471e9ca1a89a54f7f1c425391af792d');
INSERT INTO audit VALUES (206, 1772020800000000, 'dana@example.com', 'model.proposed', 'coin-issuers', '{"base":"base","irrelevant":5,"model":"aaaaaaaaaaaa","relevant":7}', 'a471e9ca1a89a54f7f1c425391af792d', '071413cf581e70b94313adf2d67b60cf');
INSERT INTO audit VALUES (207, 1772020800000000, 'dana@example.com', 'model.accepted', 'coin-issuers', '{"model":"aaaaaaaaaaaa"}', '071413cf581e70b94313adf2d67b60cf', '8752c6161d55245466f801e23f053345');
INSERT INTO audit VALUES (208, 1772366400000000, 'dana@example.com', 'model.proposed', 'coin-issuers', '{"base":"base","irrelevant":5,"model":"bbbbbbbbbbbb","relevant":7}', '8752c6161d55245466f801e23f053345', '26e8aa9d5bdeb1e10d31417702287264');
INSERT INTO audit VALUES (209, 1772020800000000, 'dana@example.com', 'exception.added', '01KJAAQ6G063YDE1YB070702WZ', '{"query":"title:staff","reason":"no rules","scope":"rule","target":"coin-issuers","until":"2026-03-12T12:00:00Z"}', '26e8aa9d5bdeb1e10d31417702287264', '77a0a005962d83151f30e1507af926d3');
INSERT INTO audit VALUES (210, 1772366400000000, 'dana@example.com', 'exception.extended', '01KJAAQ6G063YDE1YB070702WZ', '{"before":"2026-03-12T12:00:00Z","until":"2026-05-26T12:00:00Z"}', '77a0a005962d83151f30e1507af926d3', 'fd5695eba903a683544be093a368f7b0');
INSERT INTO audit VALUES (211, 1772193600000000, 'dana@example.com', 'event.closed', '01KJQ2T940CP005WQASD8D111K', '{"reason":"no licence needed"}', 'fd5695eba903a683544be093a368f7b0', 'ae06d63b50c71432277dd4cd30248ec4');
INSERT INTO audit VALUES (212, 1772193600000000, '@Ana (U0ANA)', 'event.due_set', '01KHK54QG0XM31B8FKEG9W2ZWT', '{"day":"2026-03-20","was":""}', 'ae06d63b50c71432277dd4cd30248ec4', 'dcaf212d20a63233548baca8fa44459d');
INSERT INTO audit VALUES (213, 1772280000000000, '@Ana (U0ANA)', 'event.note_added', '01KHK54QG0XM31B8FKEG9W2ZWT', '{"note":"01KJJ1XBG08F68RTVXJ3YBQ491","text_hash":"ab9e0c5645b06d441f4dda56532f5198"}', 'dcaf212d20a63233548baca8fa44459d', 'e3cae83ee95aac9dfac9bed985c80752');
INSERT INTO audit VALUES (214, 1772280000000000, '@ben (U0BEN)', 'event.note_added', '01KHK54QG0XM31B8FKEG9W2ZWT', '{"note":"01KJJ1XBG0W27GYE637F5182P1","text_hash":"810f4abc9d9a2184445229a74c7c5b23"}', 'e3cae83ee95aac9dfac9bed985c80752', '3055179aaadb5e48789ff595e996c505');
INSERT INTO audit VALUES (215, 1772366400000000, '@ben (U0BEN)', 'event.note_removed', '01KHK54QG0XM31B8FKEG9W2ZWT', '{"note":"01KJJ1XBG0W27GYE637F5182P1","text_hash":"810f4abc9d9a2184445229a74c7c5b23"}', '3055179aaadb5e48789ff595e996c505', 'fb5b4b542da333621c6424552fcb6bff');
INSERT INTO audit VALUES (216, 1772366400000000, '@Ana (U0ANA)', 'event.read', '01KHK54QG0XM31B8FKEG9W2ZWT', '{"revision":3}', 'fb5b4b542da333621c6424552fcb6bff', 'b85a0474ce5e54797cf9a618e7a57885');
INSERT INTO audit VALUES (217, 1772366400000000, '@Ana (U0ANA)', 'event.read', '01KJQ2T940CP005WQASD8D111K', '{"revision":1}', 'b85a0474ce5e54797cf9a618e7a57885', '0d3473d7f16e8ae5a47297d6c7d0f694');
INSERT INTO audit VALUES (218, 1772366400000000, '@Ana (U0ANA)', 'event.unread', '01KJQ2T940CP005WQASD8D111K', 'null', '0d3473d7f16e8ae5a47297d6c7d0f694', '46cc1db5a940478cc07d16584a1c17de');
INSERT INTO audit VALUES (219, 1772366400000000, '@Ana (U0ANA)', 'filter.saved', '01KJMMA2G0D7GN7KM3X9AZ8225', '{"name":"Licensing","query":"stage=licensing","team":true}', '46cc1db5a940478cc07d16584a1c17de', '592522b820088c1f87cf70a1669a3283');
INSERT INTO audit VALUES (220, 1772366400000000, '@ben (U0BEN)', 'filter.saved', '01KJMMA2G03VV1Y8CCSKFZ907R', '{"name":"Bans","query":"rule=crypto-ban","team":false}', '592522b820088c1f87cf70a1669a3283', 'ab854a019dcdb800a406217cfcdab6c2');
INSERT INTO audit VALUES (221, 1772366400000000, '@Ana (U0ANA)', 'report.created', '01KJMMA2G0SRSA69ZN6Y8K8DPT', '{"title":"Monthly"}', 'ab854a019dcdb800a406217cfcdab6c2', 'ce6e4f93448f6f25256bd6c327f899c3');
INSERT INTO audit VALUES (222, 1772366400000000, '@Ana (U0ANA)', 'report.finished', '01KJMMA2G0SRSA69ZN6Y8K8DPT', '{"content_hash":"a43c0aad1b3343c15b8b14d403b8bd2624fe4c20390c924013fff1ef1def754d","events":0,"title":"Monthly","version":1}', 'ce6e4f93448f6f25256bd6c327f899c3', '2cb0b062ff11ae826af1c0bd5259620e');
CREATE TABLE audit_head (
    name TEXT NOT NULL PRIMARY KEY,
    seq  INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT;
INSERT INTO audit_head VALUES ('audit', 222, '2cb0b062ff11ae826af1c0bd5259620e');
CREATE TABLE article_index (
    num        INTEGER NOT NULL PRIMARY KEY,
    article_id TEXT NOT NULL UNIQUE REFERENCES articles (id),
    seen_at    INTEGER NOT NULL,
    version    TEXT NOT NULL
, dated_at INTEGER NOT NULL DEFAULT 0, imported INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO article_index VALUES (1, '01KBFEY3G014WJ33PC6F2Y8ZSJ', 1764676800000000, '3', 1764673200000000, 0);
INSERT INTO article_index VALUES (2, '01KJAAQ6G0PSQWD7B0KVFG5656', 1772020800000000, '3', 1772017200000000, 0);
INSERT INTO article_index VALUES (3, '01KJAAQ6G0ZWSGH78EFK7NYS22', 1772020800000000, '3', 1772017200000000, 0);
INSERT INTO article_index VALUES (4, '01KJAAQ6G0KRZ74M2B242JRAM6', 1772020800000000, '3', 1772017200000000, 0);
INSERT INTO article_index VALUES (5, '01KJAAQ6G00R3XBTD5H03TDYKW', 1772020800000000, '3', 1772017200000000, 0);
INSERT INTO article_index VALUES (6, '01KJAAQ6G0AAHBF2S7P54KX9YG', 1772020800000000, '3', 1772017200000000, 0);
INSERT INTO article_index VALUES (7, '01KHK54QG0S8S9QMEPRFQXB0SC', 1771243200000000, '3', 1771239600000000, 0);
INSERT INTO article_index VALUES (8, '01KHNQHEG067HYQBGFMG8P3ZN8', 1771329600000000, '3', 1771326000000000, 0);
INSERT INTO article_index VALUES (9, '01KJ014AG01FZ69JXTRSC4KT7Q', 1771675200000000, '3', 1771671600000000, 0);
INSERT INTO article_index VALUES (10, '01KJ55XRG0Y1G64K8SVRCEN590', 1771848000000000, '3', 1771844400000000, 0);
INSERT INTO article_index VALUES (11, '01KJ7RAFG02NE0PNSV9VE71X2N', 1771934400000000, '3', 1771930800000000, 0);
INSERT INTO article_index VALUES (12, '01KJCX3XG0SFP3YFAYT4Z7F400', 1772107200000000, '3', 1772103600000000, 0);
INSERT INTO article_index VALUES (13, '01KJCX3XG0WB6AEXGHCRXVVKDD', 1772107200000000, '3', 1772103600000000, 0);
INSERT INTO article_index VALUES (14, '01KJCX3XG0EH6JXBAJTPP5K77A', 1772107200000000, '3', 1772103600000000, 0);
INSERT INTO article_index VALUES (15, '01KJCX3XG0TF370GFSP88W21WZ', 1772107200000000, '3', 1772103600000000, 0);
INSERT INTO article_index VALUES (16, '01KJPNHFC05XM616S4TR6YFKW5', 1772434800000000, '3', 1772431200000000, 0);
INSERT INTO article_index VALUES (17, '01KJQ2PKY0PM42W49X7QZ3TBZ7', 1772448600000000, '3', 1772445000000000, 0);
INSERT INTO article_index VALUES (18, '01KJQ2REH0CR3PEMNPQYYM7DQ2', 1772448660000000, '3', 1772445060000000, 0);
INSERT INTO article_index VALUES (19, '01KJQ2T9402GH897MYF29F7BWJ', 1772448720000000, '3', 1772445120000000, 0);
INSERT INTO article_index VALUES (20, '01KJQ4DHR0DECAP23P2NGC80K6', 1772450400000000, '3', 1772446800000000, 0);
INSERT INTO article_index VALUES (21, '01KJQ4ZVP08R17AQ0M3PJFYS3B', 1772451000000000, '3', 1772447400000000, 0);
INSERT INTO article_index VALUES (22, '01KJQ5J5M04RN7SAP77QGRFE42', 1772451600000000, '3', 1772448000000000, 0);
INSERT INTO article_index VALUES (23, '01KJQ5VAK0RSQNC91FVBSJ0EP5', 1772451900000000, '3', 1772448300000000, 0);
INSERT INTO article_index VALUES (24, '01KJPRZB000TZ54Z72HP03K1E3', 1772438400000000, '3', 1772434800000000, 0);
INSERT INTO article_index VALUES (25, '01KJPWD6M06H7PZGF5ZNR4XSJ2', 1772442000000000, '3', 1772438400000000, 0);
INSERT INTO article_index VALUES (26, '01KJPZV280HPGGTQCWTSP5G8GM', 1772445600000000, '3', 1772442000000000, 0);
CREATE VIRTUAL TABLE articles_fts USING fts5 (
    terms, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '$'"
);
DELETE FROM articles_fts_data;
INSERT INTO articles_fts_data VALUES (1, X'1A8248');
INSERT INTO articles_fts_data VALUES (10, X'00000000FF00000102061A00061101010113000015010101141400000102010115150000010301011616000001040101171700000105010118180000010000');
INSERT INTO articles_fts_data VALUES (137438953473, X'0000004703306173160104636F696E16010368617316010269741601056F72646572160205746865727316010570726573731601067265706F72741601037468651602026F6F1604050706050808080906');
INSERT INTO articles_fts_data VALUES (274877906945, X'0000004503306173170104636F696E170104666F726D1701076C6963656E63651701066F74686572731701097075626C69736865641701067265706F7274170103746F6F17040507070A090C09');
INSERT INTO articles_fts_data VALUES (412316860417, X'0000006D0430616E64180104636F696E180103686173180206656172696E6718010269741801046D6F726518010671756F746573180104736179731801047465787418020368617418030165180106776169746564180106E5AE9AE5B881180202B881180106E7A8B3E5AE9A18040607060905070907070604090905');
INSERT INTO articles_fts_data VALUES (549755813889, X'0000006C0430616E64190104636F696E190103686173190206656172696E6719010269741901046D6F726519010671756F7465731901047361797319010474657874190203686174190301651901057761697473190106E5AE9AE5B881190202B881190106E7A8B3E5AE9A19040607060905070907070604080905');
INSERT INTO articles_fts_data VALUES (687194767361, X'0000003A033061731A0104636F696E1A010768656172696E671A01056D6F7665641A01066F74686572731A01067265706F72741A0103746F6F1A0405070A080909');
INSERT INTO articles_fts_data VALUES (2336462209025, X'000002AF02303106010161070202676F1202016E120301640702010101010101010101010101020B70706C69636174696F6E73080206727469636C650A02017308010362616E1001010102016503010303696E671402046F617264020204726965660C01010102017906010663616E6E6F74040207697263756C61720102036F696E010201010101010101010101010101010101010103066D6D656E747306010464616E61130204656C74610901096576657279626F64790B01076665746368656403010204697273740502026F7215030275720F0203726F6D090103676F740B010468616C6612030173070201010101010101010101010102036F7572120102696E03010C0201730A0A0305737565727307020174070201010101010101010101010101046C6173740102066963656E636507010103026E651001036D61790602036F7265070201010101010101010101010101046E65656407030278741002056F626F64790A070301740B0403696365020101010101026F660104050802016E130301650C020370656E080204726465721401020574686572730801047061676502010671756F746573070201010101010101010101010101067265706F72740807026564090104736179730702010101010101010101010101020363616E050204686F7274030102046C61636B150204746F72790B010574616B656E1102036578740702010101010101010101010101020368617404060105010201010301650203020201010101010101010101010103037265650E02016F03040903026C640A0A03016F080202776F0D01057761697473150203656E74100204686F6C650202046F726B7313010479656172010106E5AE9AE5B88107020101010101010101010101010202B88107020101010101010101010101010106E7A8B3E5AE9A07020101010101010101010101010404040504110E0904090506070A04090A190907070C0B070505060607110607050811070B050613070509040A08040406080807160905140608070708130D13060606040508060707071612');
DELETE FROM articles_fts_idx;
INSERT INTO articles_fts_idx VALUES (1, X'', 2);
INSERT INTO articles_fts_idx VALUES (2, X'', 2);
INSERT INTO articles_fts_idx VALUES (3, X'', 2);
INSERT INTO articles_fts_idx VALUES (4, X'', 2);
INSERT INTO articles_fts_idx VALUES (5, X'', 2);
INSERT INTO articles_fts_idx VALUES (17, X'', 2);
DELETE FROM articles_fts_docsize;
INSERT INTO articles_fts_docsize VALUES (1, X'05', 4);
INSERT INTO articles_fts_docsize VALUES (2, X'05', 2);
INSERT INTO articles_fts_docsize VALUES (3, X'07', 2);
INSERT INTO articles_fts_docsize VALUES (4, X'08', 2);
INSERT INTO articles_fts_docsize VALUES (5, X'06', 2);
INSERT INTO articles_fts_docsize VALUES (6, X'06', 3);
INSERT INTO articles_fts_docsize VALUES (7, X'11', 5);
INSERT INTO articles_fts_docsize VALUES (8, X'08', 6);
INSERT INTO articles_fts_docsize VALUES (9, X'10', 7);
INSERT INTO articles_fts_docsize VALUES (10, X'12', 8);
INSERT INTO articles_fts_docsize VALUES (11, X'11', 9);
INSERT INTO articles_fts_docsize VALUES (12, X'0E', 10);
INSERT INTO articles_fts_docsize VALUES (13, X'0E', 11);
INSERT INTO articles_fts_docsize VALUES (14, X'0E', 12);
INSERT INTO articles_fts_docsize VALUES (15, X'0E', 13);
INSERT INTO articles_fts_docsize VALUES (16, X'13', 14);
INSERT INTO articles_fts_docsize VALUES (17, X'10', 15);
INSERT INTO articles_fts_docsize VALUES (18, X'12', 16);
INSERT INTO articles_fts_docsize VALUES (19, X'11', 17);
INSERT INTO articles_fts_docsize VALUES (20, X'11', 18);
INSERT INTO articles_fts_docsize VALUES (21, X'11', 19);
INSERT INTO articles_fts_docsize VALUES (22, X'0A', 20);
INSERT INTO articles_fts_docsize VALUES (23, X'08', 21);
INSERT INTO articles_fts_docsize VALUES (24, X'0F', 22);
INSERT INTO articles_fts_docsize VALUES (25, X'0F', 23);
INSERT INTO articles_fts_docsize VALUES (26, X'07', 24);
DELETE FROM articles_fts_config;
INSERT INTO articles_fts_config VALUES ('version', 4);
CREATE TABLE marks (
    event_id  TEXT NOT NULL REFERENCES events (id),
    rule_id   TEXT NOT NULL,
    marked_by TEXT NOT NULL,
    relevant  INTEGER NOT NULL,
    rule_hash TEXT NOT NULL,
    note      TEXT NOT NULL,
    marked_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, rule_id, marked_by)
) STRICT;
INSERT INTO marks VALUES ('01KHK54QG0XM31B8FKEG9W2ZWT', 'coin-issuers', 'dana@example.com', 1, '2befc658c0f75b0c9fbdf0e86e3ea7f9', 'wanted', 1771675200000000);
INSERT INTO marks VALUES ('01KJ014AG08XM09ZDXVQJBHXGB', '', 'dana@example.com', 0, '2befc658c0f75b0c9fbdf0e86e3ea7f9', '', 1771678800000000);
INSERT INTO marks VALUES ('01KHK54QG0XM31B8FKEG9W2ZWT', '', '@ben (U0BEN)', 0, '2befc658c0f75b0c9fbdf0e86e3ea7f9', '', 1772449200000000);
CREATE TABLE event_states (
    event_id TEXT NOT NULL REFERENCES events (id),
    revision INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    severity TEXT NOT NULL,
    official INTEGER NOT NULL,
    stage    TEXT NOT NULL,
    dates    TEXT,
    PRIMARY KEY (event_id, revision)
) STRICT;
INSERT INTO event_states VALUES ('01KHK54QG0XM31B8FKEG9W2ZWT', 1, 1771243200000000, 'high', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KHK54QG0XM31B8FKEG9W2ZWT', 2, 1771329600000000, 'high', 1, 'in force', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}]');
INSERT INTO event_states VALUES ('01KJ014AG08XM09ZDXVQJBHXGB', 1, 1771675200000000, 'medium', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KJ55XRG059TWY2GQD0E14QWE', 1, 1771848000000000, 'low', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KJ7RAFG0GDTNMRHT5R5052C7', 1, 1771934400000000, 'medium', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KJCX3XG05ZEMTX748RBTW3MG', 1, 1772107200000000, 'low', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KJCX3XG0A9XTGVCDMG1P4CE8', 1, 1772107200000000, 'low', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KJCX3XG0142V2678A577402V', 1, 1772107200000000, 'low', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KJCX3XG0E8XFVGQV0PD1DZH7', 1, 1772107200000000, 'low', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KJPNHFC0A21FSY4HW182Y2BA', 1, 1772434800000000, 'critical', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KJQ2PKY0ZJ0S3D2ZJHJJ045K', 1, 1772448600000000, 'critical', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KJQ2REH0TMD14J1RN2QPZYFA', 1, 1772448660000000, 'critical', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KJQ2T940CP005WQASD8D111K', 1, 1772448720000000, 'critical', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KJQ4DHR0PS4BZ0H2CT9T3HQG', 1, 1772450400000000, 'high', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KJQ4ZVP02A1YCZVVFVXHV4VP', 1, 1772451000000000, 'medium', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KJQ4ZVP02A1YCZVVFVXHV4VP', 2, 1772451600000000, 'medium', 0, 'in force', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KHK54QG0XM31B8FKEG9W2ZWT', 3, 1772451900000000, 'high', 1, 'transitional', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"},{"day":"2026-06-01","kind":"effective","quote":"from 1 June"}]');
INSERT INTO event_states VALUES ('01KJPRZB00CHFYPZETVV6XPJAX', 1, 1772438400000000, 'medium', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KJPWD6M0P5YCHWHZQYZW079T', 1, 1772442000000000, 'medium', 0, 'proposed', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
INSERT INTO event_states VALUES ('01KJPWD6M0P5YCHWHZQYZW079T', 2, 1772445600000000, 'medium', 0, 'consultation', '[{"day":"2026-03-31","kind":"deadline","quote":"by 31 March"}]');
CREATE TABLE mutes (
    id        TEXT NOT NULL PRIMARY KEY,
    kind      TEXT NOT NULL,
    target    TEXT NOT NULL,
    recipient TEXT NOT NULL,
    until     INTEGER NOT NULL,
    reason    TEXT NOT NULL,
    muted_by  TEXT NOT NULL,
    muted_at  INTEGER NOT NULL,
    ended_at  INTEGER NOT NULL,
    ended_by  TEXT NOT NULL
) STRICT;
INSERT INTO mutes VALUES ('01KHTWAWG0YH2Z57GNR3HBZNCA', 'event', '01KHK54QG0XM31B8FKEG9W2ZWT', '', 1772107200000000, 'known', '@ben (U0BEN)', 1771502400000000, 1771588800000000, '@ben (U0BEN)');
INSERT INTO mutes VALUES ('01KJ04J6407CEDSRMT3XY7QTXJ', 'event', '01KJ014AG08XM09ZDXVQJBHXGB', 'partner', 1772884800000000, '', 'dana@example.com', 1771678800000000, 0, '');
INSERT INTO mutes VALUES ('01KJFFGMG0P218WNP4E4BV2QM8', 'rule', 'custody', '', 1773057600000000, 'too much of it', '@ben (U0BEN)', 1772193600000000, 0, '');
INSERT INTO mutes VALUES ('01KJFFGMG0MQZPJATWVBKTJ7T7', 'source', 'delta-gazette', 'legal', 1772712000000000, '', 'ada', 1772193600000000, 0, '');
INSERT INTO mutes VALUES ('01KHXEQKG0G94SMVG3K4MGFX24', 'rule', 'coin-issuers', '', 1771675200000000, '', 'ada', 1771588800000000, 0, '');
INSERT INTO mutes VALUES ('01KJPZV280YWY8JHEAXTTS6FDD', 'event', '01KHK54QG0XM31B8FKEG9W2ZWT', '', 1773057600000000, '', '@Ana (U0ANA)', 1772445600000000, 0, '');
CREATE TABLE takes (
    event_id TEXT NOT NULL REFERENCES events (id),
    taken_by TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, taken_by)
) STRICT;
INSERT INTO takes VALUES ('01KHK54QG0XM31B8FKEG9W2ZWT', '@Ana (U0ANA)', 1771416000000000);
INSERT INTO takes VALUES ('01KJ014AG08XM09ZDXVQJBHXGB', 'dana@example.com', 1771678800000000);
INSERT INTO takes VALUES ('01KJQ2T940CP005WQASD8D111K', 'dana@example.com', 1772449200000000);
CREATE TABLE signing_keys (
    name    TEXT NOT NULL PRIMARY KEY,
    secret  TEXT NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;
INSERT INTO signing_keys VALUES ('links/2', '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 1769860800000000);
CREATE TABLE verified_addresses (
    address     TEXT NOT NULL PRIMARY KEY,
    written     TEXT NOT NULL,
    required    INTEGER NOT NULL,
    added_at    INTEGER NOT NULL,
    asked_at    INTEGER NOT NULL,
    reported_at INTEGER NOT NULL,
    verified_at INTEGER NOT NULL,
    verified_by TEXT NOT NULL
) STRICT;
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
INSERT INTO relevance_models VALUES ('coin-issuers', 'aaaaaaaaaaaa', '{"rule": "coin-issuers"}', 'base', 7, 5, 'accepted', 1772020800000000, 1772020800000000, 'dana@example.com');
INSERT INTO relevance_models VALUES ('coin-issuers', 'bbbbbbbbbbbb', '{"rule": "coin-issuers"}', 'base', 7, 5, 'proposed', 1772366400000000, 0, '');
CREATE TABLE exceptions (
    id           TEXT PRIMARY KEY,
    scope        TEXT NOT NULL,
    target       TEXT NOT NULL,
    query        TEXT NOT NULL,
    reason       TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    from_event   TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    until        INTEGER NOT NULL,
    ended_at     INTEGER NOT NULL,
    ended_by     TEXT NOT NULL,
    extended     INTEGER NOT NULL,
    until_before INTEGER NOT NULL
) STRICT;
INSERT INTO exceptions VALUES ('01KJAAQ6G063YDE1YB070702WZ', 'rule', 'coin-issuers', 'title:staff', 'no rules', 'dana@example.com', '', 1772020800000000, 1779796800000000, 0, '', 1, 1773316800000000);
CREATE TABLE imports (
    id          TEXT NOT NULL PRIMARY KEY,
    file        TEXT NOT NULL,
    hash        TEXT NOT NULL, -- of the file
    imported_by TEXT NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER NOT NULL, -- 0: it was interrupted
    added       INTEGER NOT NULL,
    undone_at   INTEGER NOT NULL,
    undone_by   TEXT NOT NULL
) STRICT;
CREATE TABLE article_marks (
    article_id TEXT NOT NULL REFERENCES articles (id),
    rule_id    TEXT NOT NULL,
    marked_by  TEXT NOT NULL,
    relevant   INTEGER NOT NULL,
    rule_hash  TEXT NOT NULL,
    note       TEXT NOT NULL,
    marked_at  INTEGER NOT NULL,
    PRIMARY KEY (article_id, rule_id, marked_by)
) STRICT;
CREATE TABLE event_links (
    id        TEXT PRIMARY KEY,
    kind      TEXT NOT NULL,
    event_id  TEXT NOT NULL REFERENCES events (id),
    other_id  TEXT NOT NULL REFERENCES events (id),
    articles  TEXT,
    made_by   TEXT NOT NULL,
    reason    TEXT NOT NULL,
    made_at   INTEGER NOT NULL,
    undone_at INTEGER NOT NULL,
    undone_by TEXT NOT NULL
) STRICT;
CREATE TABLE source_passages (
    source_id TEXT PRIMARY KEY,
    articles  TEXT NOT NULL
) STRICT;
CREATE TABLE known_passages (
    hash          INTEGER NOT NULL,
    source_id     TEXT NOT NULL,
    site          TEXT NOT NULL,
    headlines     INTEGER NOT NULL,
    tail          INTEGER NOT NULL,
    official      INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    last_seen_at  INTEGER NOT NULL,
    PRIMARY KEY (hash, source_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE matters (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL,
    names       TEXT,
    first_event TEXT NOT NULL,
    first_at    INTEGER NOT NULL
) STRICT;
CREATE TABLE recent_keys (
    week     INTEGER NOT NULL,
    key      TEXT NOT NULL,
    event_id TEXT NOT NULL,
    PRIMARY KEY (week, key, event_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE users (
    name          TEXT PRIMARY KEY,
    folded        TEXT NOT NULL UNIQUE,
    role          TEXT NOT NULL,
    login         TEXT NOT NULL,
    subject       TEXT NOT NULL,
    password      TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    created_by    TEXT NOT NULL,
    changed_at    INTEGER NOT NULL,
    last_login_at INTEGER NOT NULL,
    sessions_from INTEGER NOT NULL
, disabled_at INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    data       BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE event_work (
    event_id     TEXT PRIMARY KEY REFERENCES events (id),
    closed_at    INTEGER NOT NULL,
    closed_by    TEXT NOT NULL,
    close_reason TEXT NOT NULL,
    due_day      TEXT NOT NULL,
    due_by       TEXT NOT NULL,
    due_set_at   INTEGER NOT NULL
) STRICT;
INSERT INTO event_work VALUES ('01KJQ2T940CP005WQASD8D111K', 1772193600000000, 'dana@example.com', 'no licence needed', '', '', 0);
INSERT INTO event_work VALUES ('01KHK54QG0XM31B8FKEG9W2ZWT', 0, '', '', '2026-03-20', '@Ana (U0ANA)', 1772193600000000);
CREATE TABLE event_notes (
    id         TEXT PRIMARY KEY,
    event_id   TEXT NOT NULL REFERENCES events (id),
    text       TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    removed_at INTEGER NOT NULL,
    removed_by TEXT NOT NULL
) STRICT;
INSERT INTO event_notes VALUES ('01KJJ1XBG08F68RTVXJ3YBQ491', '01KHK54QG0XM31B8FKEG9W2ZWT', 'Counsel: ''file by'' 穩定幣', '@Ana (U0ANA)', 1772280000000000, 0, '');
INSERT INTO event_notes VALUES ('01KJJ1XBG0W27GYE637F5182P1', '01KHK54QG0XM31B8FKEG9W2ZWT', 'wrong event', '@ben (U0BEN)', 1772280000000000, 1772366400000000, '@ben (U0BEN)');
CREATE TABLE event_reads (
    person   TEXT NOT NULL,
    event_id TEXT NOT NULL REFERENCES events (id),
    revision INTEGER NOT NULL,
    read_at  INTEGER NOT NULL,
    PRIMARY KEY (person, event_id)
) STRICT, WITHOUT ROWID;
INSERT INTO event_reads VALUES ('@Ana (U0ANA)', '01KHK54QG0XM31B8FKEG9W2ZWT', 3, 1772366400000000);
CREATE TABLE saved_filters (
    id       TEXT PRIMARY KEY,
    owner    TEXT NOT NULL,
    name     TEXT NOT NULL,
    query    TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    UNIQUE (owner, name)
) STRICT;
INSERT INTO saved_filters VALUES ('01KJMMA2G0D7GN7KM3X9AZ8225', '', 'Licensing', 'stage=licensing', '@Ana (U0ANA)', 1772366400000000);
INSERT INTO saved_filters VALUES ('01KJMMA2G03VV1Y8CCSKFZ907R', '@ben (U0BEN)', 'Bans', 'rule=crypto-ban', '@ben (U0BEN)', 1772366400000000);
CREATE TABLE rule_drafts (
    person    TEXT NOT NULL,
    rule_id   TEXT NOT NULL,
    text      TEXT NOT NULL,
    base_hash TEXT NOT NULL,
    saved_at  INTEGER NOT NULL,
    PRIMARY KEY (person, rule_id)
) STRICT;
INSERT INTO rule_drafts VALUES ('@Ana (U0ANA)', 'coin-issuers', 'id: coin-issuers
', 'aa', 1772366400000000);
CREATE TABLE scan_hours (
    hour      INTEGER NOT NULL,
    source_id TEXT NOT NULL,
    scans     INTEGER NOT NULL,
    failed    INTEGER NOT NULL,
    PRIMARY KEY (hour, source_id)
) STRICT, WITHOUT ROWID;
INSERT INTO scan_hours VALUES (490188, 'harbour-authority', 1, 0);
INSERT INTO scan_hours VALUES (492012, 'harbour-post', 1, 1);
INSERT INTO scan_hours VALUES (492036, 'harbour-authority', 1, 0);
INSERT INTO scan_hours VALUES (492132, 'delta-gazette', 1, 0);
INSERT INTO scan_hours VALUES (492156, 'delta-gazette', 1, 0);
INSERT INTO scan_hours VALUES (492156, 'old-wire', 1, 1);
INSERT INTO scan_hours VALUES (492180, 'harbour-post', 1, 1);
INSERT INTO scan_hours VALUES (492204, 'harbour-post', 1, 1);
INSERT INTO scan_hours VALUES (492228, 'notice-board', 1, 0);
INSERT INTO scan_hours VALUES (492252, 'harbour-post', 4, 4);
INSERT INTO scan_hours VALUES (492252, 'notice-board', 1, 0);
INSERT INTO scan_hours VALUES (492300, 'harbour-post', 1, 1);
INSERT INTO scan_hours VALUES (492324, 'delta-gazette', 1, 0);
INSERT INTO scan_hours VALUES (492343, 'harbour-authority', 1, 0);
INSERT INTO scan_hours VALUES (492344, 'harbour-authority', 1, 0);
INSERT INTO scan_hours VALUES (492345, 'harbour-authority', 1, 0);
INSERT INTO scan_hours VALUES (492346, 'harbour-authority', 3, 0);
INSERT INTO scan_hours VALUES (492346, 'harbour-post', 1, 1);
INSERT INTO scan_hours VALUES (492347, 'harbour-authority', 2, 0);
INSERT INTO scan_hours VALUES (492347, 'harbour-post', 2, 2);
CREATE TABLE event_days (
    day      TEXT NOT NULL,
    event_id TEXT NOT NULL,
    kind     TEXT NOT NULL,
    PRIMARY KEY (day, event_id, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO event_days VALUES ('2026-03-31', '01KHK54QG0XM31B8FKEG9W2ZWT', 'deadline');
INSERT INTO event_days VALUES ('2026-03-31', '01KJ014AG08XM09ZDXVQJBHXGB', 'deadline');
INSERT INTO event_days VALUES ('2026-03-31', '01KJ55XRG059TWY2GQD0E14QWE', 'deadline');
INSERT INTO event_days VALUES ('2026-03-31', '01KJ7RAFG0GDTNMRHT5R5052C7', 'deadline');
INSERT INTO event_days VALUES ('2026-03-31', '01KJCX3XG0142V2678A577402V', 'deadline');
INSERT INTO event_days VALUES ('2026-03-31', '01KJCX3XG05ZEMTX748RBTW3MG', 'deadline');
INSERT INTO event_days VALUES ('2026-03-31', '01KJCX3XG0A9XTGVCDMG1P4CE8', 'deadline');
INSERT INTO event_days VALUES ('2026-03-31', '01KJCX3XG0E8XFVGQV0PD1DZH7', 'deadline');
INSERT INTO event_days VALUES ('2026-03-31', '01KJPNHFC0A21FSY4HW182Y2BA', 'deadline');
INSERT INTO event_days VALUES ('2026-03-31', '01KJPRZB00CHFYPZETVV6XPJAX', 'deadline');
INSERT INTO event_days VALUES ('2026-03-31', '01KJPWD6M0P5YCHWHZQYZW079T', 'deadline');
INSERT INTO event_days VALUES ('2026-03-31', '01KJQ2PKY0ZJ0S3D2ZJHJJ045K', 'deadline');
INSERT INTO event_days VALUES ('2026-03-31', '01KJQ2REH0TMD14J1RN2QPZYFA', 'deadline');
INSERT INTO event_days VALUES ('2026-03-31', '01KJQ2T940CP005WQASD8D111K', 'deadline');
INSERT INTO event_days VALUES ('2026-03-31', '01KJQ4DHR0PS4BZ0H2CT9T3HQG', 'deadline');
INSERT INTO event_days VALUES ('2026-03-31', '01KJQ4ZVP02A1YCZVVFVXHV4VP', 'deadline');
INSERT INTO event_days VALUES ('2026-06-01', '01KHK54QG0XM31B8FKEG9W2ZWT', 'effective');
CREATE TABLE api_tokens (
    id           TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    user_name    TEXT NOT NULL,
    scopes       TEXT NOT NULL,
    hash         TEXT NOT NULL UNIQUE,
    created_at   INTEGER NOT NULL,
    created_by   TEXT NOT NULL,
    expires_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    revoked_at   INTEGER NOT NULL,
    revoked_by   TEXT NOT NULL
) STRICT;
CREATE TABLE api_requests (
    token_id     TEXT NOT NULL REFERENCES api_tokens (id),
    key          TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    started_at   INTEGER NOT NULL,
    status       INTEGER NOT NULL,
    headers      TEXT NOT NULL,
    body         TEXT NOT NULL,
    PRIMARY KEY (token_id, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE reports (
    id                TEXT PRIMARY KEY,
    title             TEXT NOT NULL,
    title_key         TEXT NOT NULL,
    revision          INTEGER NOT NULL,
    finished_revision INTEGER NOT NULL,
    versions          INTEGER NOT NULL,
    draft             TEXT NOT NULL,
    created_at        INTEGER NOT NULL,
    created_by        TEXT NOT NULL,
    changed_at        INTEGER NOT NULL,
    changed_by        TEXT NOT NULL,
    deleted_at        INTEGER NOT NULL
) STRICT;
INSERT INTO reports VALUES ('01KJMMA2G0SRSA69ZN6Y8K8DPT', 'Monthly', 'monthly', 1, 1, 1, '{"from":"2026-01-31T12:00:00Z","to":"2026-03-01T12:00:00Z","filter":{},"items":[]}', 1772366400000000, '@Ana (U0ANA)', 1772366400000000, '@Ana (U0ANA)', 0);
CREATE TABLE report_versions (
    report_id   TEXT NOT NULL REFERENCES reports (id),
    number      INTEGER NOT NULL,
    content     TEXT NOT NULL,
    hash        TEXT NOT NULL,
    events      INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    finished_by TEXT NOT NULL,
    PRIMARY KEY (report_id, number)
) STRICT;
INSERT INTO report_versions VALUES ('01KJMMA2G0SRSA69ZN6Y8K8DPT', 1, '{"title":"Monthly","events":[]}', 'a43c0aad1b3343c15b8b14d403b8bd2624fe4c20390c924013fff1ef1def754d', 0, 1772366400000000, '@Ana (U0ANA)');
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
CREATE INDEX article_index_seen ON article_index (seen_at, num);
CREATE INDEX article_index_version ON article_index (version, num);
CREATE INDEX notices_waiting ON notices (wait_until) WHERE wait_until <> 0;
CREATE INDEX notices_escalating ON notices (escalate_at) WHERE escalate_at <> 0;
CREATE INDEX notices_counted ON notices (kind, (held <> ''));
CREATE INDEX deliveries_dead ON deliveries (channel) WHERE state = 'dead';
CREATE INDEX deliveries_thread ON deliveries (thread, destination, created_at, id) WHERE thread <> '';
CREATE INDEX mutes_until ON mutes (until);
CREATE INDEX deliveries_unverified ON deliveries (destination) WHERE state = 'unverified';
CREATE INDEX matches_excepted ON matches (exception_id, matched_at) WHERE exception_id <> '';
CREATE INDEX articles_imported ON articles (import_id, published_at) WHERE import_id <> '';
CREATE INDEX articles_scanned ON articles (seen_at) WHERE import_id = '';
CREATE INDEX event_links_event ON event_links (event_id) WHERE undone_at = 0;
CREATE INDEX event_links_other ON event_links (other_id) WHERE undone_at = 0;
CREATE INDEX known_passages_last_seen ON known_passages (last_seen_at);
CREATE INDEX events_matter ON events (matter_id) WHERE matter_id <> '';
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX event_notes_event ON event_notes (event_id);
CREATE INDEX rule_drafts_saved ON rule_drafts (saved_at);
CREATE INDEX article_revisions_twice ON article_revisions (article_id, revision) WHERE NOT stored_once;
CREATE TRIGGER articles_keep_text BEFORE UPDATE OF revision ON articles
WHEN NEW.revision <> OLD.revision AND OLD.body <> ''
BEGIN
    UPDATE article_revisions SET body = OLD.body WHERE article_id = OLD.id AND revision = OLD.revision AND body = '';
END;
CREATE TRIGGER events_days_new AFTER INSERT ON events WHEN NEW.dates LIKE '[{%'
BEGIN
    INSERT INTO event_days (day, event_id, kind) SELECT DISTINCT COALESCE(value ->> 'day', ''), NEW.id, COALESCE(value ->> 'kind', '') FROM json_each(NEW.dates);
END;
CREATE TRIGGER events_days_changed AFTER UPDATE OF dates ON events WHEN NEW.dates IS NOT OLD.dates
BEGIN
    DELETE FROM event_days WHERE event_id = OLD.id
        AND day IN (SELECT value ->> 'day' FROM json_each(CASE WHEN OLD.dates LIKE '[{%' THEN OLD.dates ELSE '[]' END));
    INSERT INTO event_days (day, event_id, kind)
        SELECT DISTINCT COALESCE(value ->> 'day', ''), NEW.id, COALESCE(value ->> 'kind', '') FROM json_each(CASE WHEN NEW.dates LIKE '[{%' THEN NEW.dates ELSE '[]' END);
END;
CREATE INDEX api_requests_started ON api_requests (started_at);
CREATE INDEX reports_by_title ON reports (title_key, id);
