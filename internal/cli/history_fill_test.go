package cli

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"regwatch/models"
	"regwatch/store"
)

// fill stores articles whose sentences are drawn from two of the given texts
// each, with a word of their own, a minute apart; it returns their size. They go
// past the store, which then indexes them as it would an earlier version's.
func fill(b *testing.B, s *store.Store, o store.Options, texts [][]string, articles int) (size int) {
	postgres := o.DSN != ""
	db := rawDatabase(b, o)
	defer db.Close()
	exec := func(query string, args ...any) {
		if _, err := db.ExecContext(b.Context(), query, args...); err != nil {
			b.Fatal(err)
		}
	}
	random := rand.New(rand.NewPCG(7, 7))
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	const perInsert = 500
	for i := 0; i < articles; {
		var rows [][]any
		for range min(perInsert, articles-i) {
			title, body := mixed(random, texts)
			id := models.NewID(at, strconv.Itoa(i))
			rows = append(rows, []any{id, strconv.Itoa(i), title, body, at.UnixMicro()})
			size += len(title) + len(body)
			at = at.Add(time.Minute)
			i++
		}
		list, err := json.Marshal(rows)
		if err != nil {
			b.Fatal(err)
		}
		from, no := "FROM json_each($1) t", "0"
		if postgres {
			from, no = "FROM json_array_elements(CAST($1 AS json)) t", "false"
		}
		exec(`INSERT INTO articles SELECT t.value ->> 0, 'bench', t.value ->> 1, '', 'https://example.org/' || (t.value ->> 1), '', t.value ->> 2, '', t.value ->> 3,
			'', 'en', CAST(t.value ->> 4 AS bigint), '', CAST(t.value ->> 4 AS bigint), 'full', 0, 1, '', '', `+no+`, '' `+from, string(list))
	}
	exec("INSERT INTO article_index (article_id, seen_at, version) SELECT id, seen_at, '' FROM articles ORDER BY seen_at")
	if postgres { // an index is made faster of all than of one after the other
		exec("DROP INDEX article_index_terms")
	}
	for left := 1; left > 0; {
		var err error
		if left, err = s.Reindex(b.Context(), 50_000); err != nil {
			b.Fatal(err)
		}
	}
	if postgres {
		exec("CREATE INDEX article_index_terms ON article_index USING gin (terms)")
	} else { // one segment, as whenever retention has deleted texts
		exec("INSERT INTO articles_fts (articles_fts) VALUES ('optimize')")
	}
	exec("ANALYZE")
	return size
}

func rawDatabase(b *testing.B, o store.Options) *sql.DB {
	b.Helper()
	driver, dsn := "sqlite", o.Path+"?_pragma=busy_timeout(60000)"
	if o.DSN != "" {
		driver, dsn = "pgx", o.DSN
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

// mixed is a text of the sentences of two others and a word of its own.
func mixed(random *rand.Rand, texts [][]string) (title, body string) {
	one, two := texts[random.IntN(len(texts))], texts[random.IntN(len(texts))]
	var b strings.Builder
	for j := 1; j < max(len(one), len(two)); j++ {
		from := one
		if random.IntN(2) == 0 {
			from = two
		}
		if j < len(from) {
			b.WriteString(from[j])
		}
	}
	fmt.Fprintf(&b, "\n\nReference %x.", random.Uint64())
	return one[0], b.String()
}
