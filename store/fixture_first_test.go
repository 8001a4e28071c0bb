package store

import (
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// firstRows are what the first schema could hold. Times are microseconds:
// 1772452800000000 is fixtureTime, a minute has 60000000.
const firstRows = `
INSERT INTO source_states VALUES
	('harbour-authority', 3, 'https://harbour-authority.example.com/feed', '"v1"', '', 1772000000000000, 1772452000000000, 1772452000000000, 1772452000000000, 0, 0, '', 'healthy', 20),
	('harbour-post', 2, 'https://harbour-post.example.com/rss', '', '', 1772000000000000, 1772452000000000, 1772100000000000, 1772000000000000, 1772453000000000, 4, 'the server answered 503', 'failing', 9);
INSERT INTO articles VALUES
	('01KJA0000000000000000000A1', 'harbour-authority', 'i1', 'g1', 'https://harbour-authority.example.com/1', 'harbour-authority.example.com/1', 'Coin issuers to need a licence', 'In short.', 'Coin issuers need a licence. It''s final.', '', 'en', 1772100000000000, 'yesterday', 1772100000000000, 'full', 0, 2, 'f1', 'x2', 0),
	('01KJA0000000000000000000A2', 'harbour-post', 'i2', 'g2', 'https://harbour-post.example.com/2', 'harbour-post.example.com/2', '穩定幣條例', 'In short.', '穩定幣條例生效。', '', 'zh-Hant', 1772100000000000, '', 1772110000000000, 'summary', 0, 1, 'f2', 'y1', 0),
	('01KJA0000000000000000000A3', 'harbour-post', 'i3', 'g3', 'https://harbour-post.example.com/3', 'harbour-post.example.com/3', 'Coin ban', '', '', '', '', 0, '', 1772200000000000, 'wanted', 2, 1, 'f3', 'z1', 0),
	('01KJA0000000000000000000A4', 'harbour-post', 'i4', 'g4', 'https://harbour-post.example.com/4', 'harbour-post.example.com/4', 'Coin story of long ago', '', '', '', 'en', 0, '', 1771000000000000, 'expired', 0, 1, 'f4', 'w1', 1);
INSERT INTO article_revisions VALUES
	('01KJA0000000000000000000A1', 1, 'x1', 'Coin issuers to need a licence', 'Coin issuers need a licence.', 1772100000000000),
	('01KJA0000000000000000000A1', 2, 'x2', 'Coin issuers to need a licence', 'Coin issuers need a licence. It''s final.', 1772150000000000),
	('01KJA0000000000000000000A2', 1, 'y1', '穩定幣條例', '穩定幣條例生效。', 1772110000000000),
	('01KJA0000000000000000000A3', 1, 'z1', 'Coin ban', '', 1772200000000000),
	('01KJA0000000000000000000A4', 1, 'w1', 'Coin story of long ago', '', 1771000000000000);
INSERT INTO rule_revisions VALUES ('coin-issuers', 'h1', 'id: coin-issuers', '{}', 1772000000000000), ('coin-issuers', 'h2', 'id: coin-issuers # 2', '{}', 1772100000000000);
INSERT INTO matches VALUES
	(1, '01KJA0000000000000000000A1', 1, 0, 'coin-issuers', 'h1', 'Coin issuers', 'Because.', 'high', 'subject', 0, 0, '["coins"]', '[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]', NULL, 1772100000000000),
	(2, '01KJA0000000000000000000A2', 1, 0, 'coin-issuers', 'h2', 'Coin issuers', '', 'high', 'mention', 1, 1, NULL, NULL, '["licence"]', 1772110000000000),
	(3, '01KJA0000000000000000000A3', 1, 1, 'coin-issuers', 'h2', 'Coin issuers', '', 'critical', 'subject', 0, 0, NULL, NULL, NULL, 1772200000000000);
INSERT INTO events VALUES
	('01KJA0000000000000000000E1', 2, '', 'Coin issuers to need a licence', 'https://harbour-authority.example.com/1', 'coin-issuers', 'high', 'subject', '["coin-issuers"]', '["Hong Kong"]', 1, 0, 1772100000000000, 1772150000000000),
	('01KJA0000000000000000000E2', 1, '01KJA0000000000000000000E1', '穩定幣條例', 'https://harbour-post.example.com/2', 'coin-issuers', 'low', 'mention', NULL, NULL, 0, 1, 1772110000000000, 1772110000000000),
	('01KJA0000000000000000000E3', 1, '', 'Coin ban', 'https://harbour-post.example.com/3', 'coin-issuers', 'critical', 'subject', '["coin-issuers"]', '[]', 0, 0, 1772200000000000, 1772200000000000);
INSERT INTO event_articles VALUES
	('01KJA0000000000000000000A1', 0, '01KJA0000000000000000000E1', 'opened it', 1772100000000000, 'harbour-authority', 'Harbour Authority', 'regulator', 'Coin issuers to need a licence', 'https://harbour-authority.example.com/1', 'harbour-authority.example.com/1', 1772100000000000, 1772100000000000, 'subject', '[1,4294967295]'),
	('01KJA0000000000000000000A2', 0, '01KJA0000000000000000000E2', 'opened it', 1772110000000000, 'harbour-post', 'Harbour Post', 'press', '穩定幣條例', 'https://harbour-post.example.com/2', 'harbour-post.example.com/2', 1772100000000000, 1772110000000000, 'mention', NULL),
	('01KJA0000000000000000000A3', 1, '01KJA0000000000000000000E3', 'opened it', 1772200000000000, 'harbour-post', 'Harbour Post', 'press', 'Coin ban', 'https://harbour-post.example.com/3', 'harbour-post.example.com/3', 0, 1772200000000000, 'subject', '[]');
INSERT INTO event_keys VALUES ('01KJA0000000000000000000E1', 'link:harbour-authority.example.com/1'), ('01KJA0000000000000000000E2', 'link:harbour-post.example.com/2'), ('01KJA0000000000000000000E3', 'link:harbour-post.example.com/3');
INSERT INTO notices VALUES
	('n-alert', 'alert', 'event', '01KJA0000000000000000000E1', 1, 'desk', 'high', 'route coins by coin-issuers', '', '{"alert":{"event_id":"01KJA0000000000000000000E1","severity":"high","official":false,"title":"Coin issuers to need a licence","link":"https://harbour-authority.example.com/1","excerpt":{"text":"Coin issuers need a licence.","marks":[[0,4]]},"why":[{"rule_id":"coin-issuers","rule_title":"Coin issuers","revision":"h1","hits":[{"field":"title","start":0,"end":4,"text":"Coin","term":"coin","paragraph":0}]}],"why_now":"new event","source":"Harbour Authority","seen_at":"2026-02-26T10:00:00Z","zone":"Asia/Hong_Kong"}}', 1772100000000000),
	('n-update', 'update', 'event', '01KJA0000000000000000000E1', 2, 'desk', 'high', 'route coins by coin-issuers', '', '{"alert":{"event_id":"01KJA0000000000000000000E1","severity":"high","official":true,"title":"Coin issuers to need a licence","link":"https://harbour-authority.example.com/1","excerpt":{"text":""},"why":null,"why_now":"officially confirmed","source":"Harbour Authority","seen_at":"2026-02-26T10:00:00Z","zone":""}}', 1772150000000000),
	('n-ban', 'alert', 'event', '01KJA0000000000000000000E3', 1, 'desk', 'critical', 'route coins by coin-issuers', '', '{"alert":{"event_id":"01KJA0000000000000000000E3","severity":"critical","official":false,"title":"Coin ban","link":"","excerpt":{"text":""},"why":null,"why_now":"","source":"","seen_at":"2026-02-27T13:46:40Z","zone":""}}', 1772200000000000),
	('n-held', 'alert', 'event', '01KJA0000000000000000000E2', 1, 'desk', 'low', '', 'a mention only: coin-issuers', '{"alert":null}', 1772110000000000),
	('n-health', 'health', 'source', 'harbour-post', 2, 'ops', 'medium', 'the source has failed several times in a row', '', '{"health":{"subject":"source","name":"Harbour Post","health":"failing","since":"2026-02-26T10:00:00Z","error":"503","zone":""}}', 1772300000000000),
	('n-digest', 'digest', 'digest', '01KJA0000000000000000000D1', 0, 'weekly', '', 'subscription weekly', '', '{"digest":{"id":"01KJA0000000000000000000D1","subscription":"weekly","title":"","every":"weekly","from":"2026-02-16T10:00:00Z","to":"2026-02-23T10:00:00Z","zone":"UTC","late":false,"events":null,"counts":null,"coverage":{"sources":2,"checked":2,"articles":3}}}', 1772000000000000);
INSERT INTO deliveries VALUES
	('d-alert-slack', 'n-alert', 'slack', '', 'slack', 0, 'sent', 1, 1772100000000000, '', 0, 1772100001000000, 1772100002000000, 'C0DESK/1772100002.000100', '', 1772100000000000),
	('d-alert-mail', 'n-alert', 'mail', 'legal@example.com', 'mail:legal@example.com', 0, 'sent', 2, 1772100000000000, '', 0, 1772100001000000, 1772100002000000, '<n-alert@regwatch.example.com>', '', 1772100000000000),
	('d-alert-again', 'n-alert', 'slack', '', 'slack', 1, 'sent', 1, 1772120000000000, '', 0, 1772120001000000, 1772120002000000, 'C0DESK/1772120002.000100', '', 1772120000000000),
	('d-update-slack', 'n-update', 'slack', '', 'slack', 0, 'due', 0, 1772150000000000, '', 0, 0, 0, '', '', 1772150000000000),
	('d-update-mail', 'n-update', 'mail', 'legal@example.com', 'mail:legal@example.com', 0, 'due', 1, 1772452740000000, 'T1', 1772452750000000, 1772452700000000, 0, '', 'the server broke off', 1772150000000000),
	('d-ban-slack', 'n-ban', 'slack', '', 'slack', 0, 'due', 0, 1772453400000000, '', 0, 0, 0, '', 'Slack asks to wait 700 s', 1772200000000000),
	('d-ban-hook', 'n-ban', 'hook', '', 'hook', 0, 'due', 0, 1772200000000000, 'T2', 1772452860000000, 1772452790000000, 0, '', '', 1772200000000000),
	('d-ban-mail', 'n-ban', 'mail', 'left@example.com', 'mail:left@example.com', 0, 'dead', 12, 1772200000000000, '', 0, 1772210000000000, 0, '', '550 no such user', 1772200000000000),
	('d-health', 'n-health', 'mail', 'ops@example.com', 'mail:ops@example.com', 0, 'sent', 1, 1772300000000000, '', 0, 1772300001000000, 1772300002000000, '<n-health@regwatch.example.com>', '', 1772300000000000),
	('d-digest', 'n-digest', 'mail', 'team@example.com', 'mail:team@example.com', 0, 'sent', 1, 1772000000000000, '', 0, 1772000001000000, 1772000002000000, '<n-digest@regwatch.example.com>', '', 1772000000000000);
INSERT INTO digest_issues VALUES ('01KJA0000000000000000000D1', 'weekly', '2026-02-23', 1771235200000000, 1771840000000000, 0, '["n-digest"]', 1772000000000000);
INSERT INTO subscriptions VALUES ('weekly', 1771000000000000);
INSERT INTO opt_outs VALUES ('weekly', 'mail:team@example.com', 1772010000000000), ('weekly', 'mail:team@Example.com', 1772020000000000);
UPDATE counters SET value = 3;
`

// only returns the migrations of SQLite up to a version.
func only(t testing.TB, version int64) fs.FS {
	t.Helper()
	kept := fstest.MapFS{}
	names, err := fs.Glob(shipped, "migrations/sqlite/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		n, err := strconv.ParseInt(filepath.Base(name)[:4], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		data, err := shipped.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if n <= version {
			kept[name] = &fstest.MapFile{Data: data}
		}
	}
	return kept
}

// addAudit appends entries to an audit, as the first program did.
func addAudit(t testing.TB, db *sql.DB) {
	t.Helper()
	last := models.AuditEntry{}
	for i, what := range [][2]string{
		{"article.seen", "01KJA0000000000000000000A1"},
		{"event.opened", "01KJA0000000000000000000E1"},
		{"notice.planned", "n-alert"},
		{"delivery.sent", "d-alert-slack"},
		{"notice.held", "n-held"},
		{"rules.loaded", models.HashOf("coin-issuers h2")},
	} {
		e := models.AuditEntry{
			Seq: int64(i + 1), At: ago(day), Actor: systemActor, Action: what[0], Subject: what[1], Detail: `{"of":"0001"}`, PrevHash: last.Hash,
		}
		e.Hash = hashOf(e)
		_, err := db.Exec("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?)", e.Seq, microsOf(e.At), e.Actor, e.Action, e.Subject, e.Detail, e.PrevHash, e.Hash)
		if err != nil {
			t.Fatal(err)
		}
		last = e
	}
	if _, err := db.Exec("UPDATE audit_head SET seq = ?, hash = ?", last.Seq, last.Hash); err != nil {
		t.Fatal(err)
	}
}

// TestFixtureOfTheFirstSchema makes the fixture of schema 0001 from the first
// migration and compares it with what is stored.
func TestFixtureOfTheFirstSchema(t *testing.T) {
	o := freshSQLite(t)
	first := o
	first.migrations = only(t, 1)
	db := raw(t, o.Path)
	if _, err := migrateSQLite(t.Context(), db, o.Path, first); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(firstRows + "UPDATE schema_migrations SET tstamp = '2026-03-02 12:00:00';"); err != nil {
		t.Fatal(err)
	}
	addAudit(t, db)
	got := dump(t, o.Path)
	path := fixturePath(1, o)
	stored, err := os.ReadFile(path)
	if err != nil && os.Getenv(fixtureVariable) != "" {
		write(t, path, got)
		return
	}
	if diff := cmp.Diff(string(stored), got); diff != "" || err != nil {
		t.Errorf("%v; the first migration no longer makes the database that it made (-stored +made):\n%s", err, diff)
	}
}
