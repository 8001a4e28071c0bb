package store

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"regwatch/internal/text"
	"regwatch/models"
)

// A search reads the index of words, whatever the database expects of the words and whatever
// else the query asks for. PostgreSQL by itself reads the terms of all rows for many of these.
func TestSearchReadsTheIndex(t *testing.T) {
	queries := map[string]models.Candidate{
		"common":             asks("common"),
		"rare":               asks("rare"),
		"absent":             asks("absent"),
		"common prefix":      asks("comm*"),
		"rare prefix":        asks("rar*"),
		"common and common":  asks("common often"),
		"common and rare":    asks("common rare"),
		"common or common":   asks("common|often"),
		"common or rare":     asks("rare|common"),
		"prefix or term":     asks("oft*|rare"),
		"and of ors":         asks("common|rare often|half*"),
		"or of ands":         models.Either(asks("common often"), asks("half rare"), asks("comm* half")),
		"or of many absents": asks("a1|a2|a3|a4|a5|a6|a7|a8|a9|b1|b2|b3|b4|b5|b6|b7|b8|b9"),
	}
	since, until := noon.Add(4000*time.Minute), noon.Add(4900*time.Minute)
	windows := map[string]models.ArticleWindow{
		"all": {}, "since": {Since: since}, "until": {Until: until}, "a window": {Since: since, Until: until},
		"by seen": {Since: since, Until: until, By: models.BySeen}, "by published": {Since: since, Until: until, By: models.ByPublished},
		"imported": {Since: since, Until: until, By: models.Imported},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		last := fillIndex(t, s, 5000)
		for _, state := range []string{"indexed", "one article is not indexed"} {
			if state != "indexed" {
				if err := s.write.Exec("UPDATE article_index SET version = '' WHERE article_id = ?", last).Error; err != nil {
					t.Fatal(err)
				}
			}
			for name, c := range queries {
				for window, w := range windows {
					plans := plansOf(t, s, func() error {
						page, err := s.ArticlesMatching(t.Context(), c, w, "", 3)
						if err != nil || len(page) == 0 {
							return err
						}
						if _, err = s.ArticlesMatching(t.Context(), c, w, page[len(page)-1].ID, 3); err != nil {
							return err
						}
						_, err = s.CountMatching(t.Context(), c, w)
						return err
					})
					for _, p := range plans {
						if !p.readsIndex() {
							t.Errorf("%s, %s, %s: the index is not read:\n%s\n%s", state, name, window, p.statement, p.plan)
						}
					}
				}
			}
		}
	})
}

// The table of the test above is such that PostgreSQL, left to itself, does not read the index.
func TestPostgresBySelfReadsAllRows(t *testing.T) {
	s := open(t, freshPostgres(t))
	fillIndex(t, s, 5000)
	for _, setting := range []string{"on", "off"} {
		err := s.read.Transaction(func(tx *gorm.DB) error {
			q, err := postgresIndex{}.search(tx, asks("common"), false)
			if err != nil {
				return err
			}
			if setting == "on" {
				if err := tx.Exec("SET LOCAL enable_seqscan = on").Error; err != nil {
					return err
				}
			}
			p := explainedPlan{statement: q.count()}
			var lines []string
			err = tx.Raw("EXPLAIN "+p.statement, q.args...).Scan(&lines).Error
			p.plan = strings.Join(lines, "\n")
			if p.readsIndex() != (setting == "off") {
				t.Errorf("enable_seqscan = %s: the index is read: %t\n%s", setting, p.readsIndex(), p.plan)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// fillIndex stores articles a minute apart that have only an index, and returns the ID of the
// last. "common", "often" and "half" are in most of them, "rare" is in few.
func fillIndex(t testing.TB, s *Store, articles int) (last string) {
	t.Helper()
	// Numbers from 1, on both engines.
	const numbers = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < ?) "
	id := "SUBSTR('0000' || n, LENGTH('0000' || n) - 4)"
	exec := func(query string, args ...any) {
		t.Helper()
		if err := s.write.Exec(query, args...).Error; err != nil {
			t.Fatal(err)
		}
	}
	no := map[bool]string{true: "0", false: "false"}[s.sidecar != nil]
	exec(`INSERT INTO articles (id, source_id, identity, guid, link, link_key, title, summary, body, author, language, published_at, published_raw, seen_at, body_state, body_tries, revision, feed_hash, hash, baseline) `+
		numbers+`SELECT `+id+`, 'hkma', CAST(n AS text), '', '', '', '', '', '', '', '', 0, '', CAST(? AS bigint) + CAST(n AS bigint) * 60000000, 'full', 0, 1, '', '', `+no+` FROM t`, articles, microsOf(noon))
	exec("INSERT INTO article_index (article_id, seen_at, version) SELECT id, seen_at, ? FROM articles ORDER BY id", text.Version)
	var rows []struct{ Num int64 }
	if err := s.read.Raw("SELECT num FROM article_index ORDER BY num").Scan(&rows).Error; err != nil {
		t.Fatal(err)
	}
	texts := make([]indexedText, len(rows))
	for i, r := range rows {
		words := []string{fmt.Sprintf("own%d", i)}
		for word, holds := range map[string]bool{"common": i%10 != 0, "often": i%3 != 0, "half": i%2 == 0, "rare": i%1000 == 7} {
			if holds {
				words = append(words, word)
			}
		}
		texts[i] = indexedText{num: r.Num, terms: unique(words)}
	}
	if err := s.write.Transaction(func(tx *gorm.DB) error { return s.engine.index().put(tx, texts) }); err != nil {
		t.Fatal(err)
	}
	exec("ANALYZE")
	var ids []string
	if err := s.read.Raw("SELECT MAX(id) FROM articles").Scan(&ids).Error; err != nil {
		t.Fatal(err)
	}
	return ids[0]
}

// An explainedPlan is how the database runs a statement.
type explainedPlan struct{ statement, plan string }

// readsIndex reports whether a statement finds terms by their index, and nothing by reading
// all rows of a table.
func (p explainedPlan) readsIndex() bool {
	if strings.Contains(p.statement, "@@") {
		return strings.Contains(p.plan, "Bitmap Index Scan on article_index_terms") && !strings.Contains(p.plan, "Seq Scan")
	}
	reads := strings.Contains(p.plan, "VIRTUAL TABLE INDEX") && strings.Contains(p.plan, ":M")
	return reads && !strings.Contains(p.plan, "SCAN a\n") && !strings.Contains(p.plan, "SCAN a ")
}

// plansOf returns how the database runs the statements of searches that read terms, in their
// transactions and so with their settings.
func plansOf(t testing.TB, s *Store, search func() error) (plans []explainedPlan) {
	t.Helper()
	explain := "EXPLAIN "
	if s.sidecar != nil {
		explain = "EXPLAIN QUERY PLAN "
	}
	err := s.read.Callback().Row().Before("gorm:row").Register("test:plan", func(tx *gorm.DB) {
		asked := tx.Statement.SQL.String()
		if !strings.Contains(asked, "@@") && !strings.Contains(asked, "MATCH") {
			return
		}
		rows, err := tx.Statement.ConnPool.QueryContext(t.Context(), explain+asked, tx.Statement.Vars...)
		if err != nil {
			t.Errorf("%s%s: %v", explain, asked, err)
			return
		}
		plan, err := planOf(rows)
		if err != nil {
			t.Error(err)
		}
		plans = append(plans, explainedPlan{asked, plan})
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := search(); err != nil {
		t.Error(err)
	}
	if err := s.read.Callback().Row().Remove("test:plan"); err != nil {
		t.Fatal(err)
	}
	if len(plans) == 0 {
		t.Error("no statement of the search was seen")
	}
	return plans
}

// planOf returns the last column of the rows, a line each.
func planOf(rows *sql.Rows) (string, error) {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	var plan strings.Builder
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(string)
		}
		if err := rows.Scan(values...); err != nil {
			return "", err
		}
		fmt.Fprintln(&plan, *values[len(values)-1].(*string))
	}
	return plan.String(), rows.Err()
}
