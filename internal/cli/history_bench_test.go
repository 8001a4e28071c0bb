package cli

import (
	"cmp"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"regwatch/models"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/store"
)

// BenchmarkHistory searches a history for rules of one to three groups of
// phrases, in English and Chinese: in all of it, in its last 90 days, beside the
// database's own index alone, of which nothing is read, and, for three of them,
// beside reading all. REGWATCH_BENCH_ARTICLES says how many articles are stored
// first, and REGWATCH_BENCH_DATA where articles.jsonl.gz and rules_100.json.gz are,
// of which they are made. REGWATCH_BENCH_SQLITE names a file and
// REGWATCH_BENCH_POSTGRES a DSN that keep them for the next time. What it found is
// in docs/decisions/backtest.md:
//
//	make history ARTICLES=100000
func BenchmarkHistory(b *testing.B) {
	articles, err := strconv.Atoi(cmp.Or(os.Getenv("REGWATCH_BENCH_ARTICLES"), "1000"))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("sqlite", func(b *testing.B) {
		path := cmp.Or(os.Getenv("REGWATCH_BENCH_SQLITE"), filepath.Join(b.TempDir(), "regwatch.db"))
		benchHistory(b, articles, store.Options{Path: path})
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(info.Size())/1e6, "MB")
		b.ReportMetric(float64(indexSize(b, path))/1e6, "index-MB")
	})
	b.Run("postgres", func(b *testing.B) {
		dsn := os.Getenv("REGWATCH_BENCH_POSTGRES")
		if dsn == "" {
			dsn = freshSchema(b)
		}
		benchHistory(b, articles, store.Options{DSN: dsn})
	})
}

func indexSize(b *testing.B, path string) (size int64) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow("SELECT SUM(LENGTH(block)) FROM articles_fts_data").Scan(&size); err != nil {
		b.Fatal(err)
	}
	return size
}

// mostReadWhole is how many articles are also read without the index: that takes minutes for 200,000.
const mostReadWhole = 200_000

// A benchRule is met by a text with a phrase of every group and none of none.
type benchRule struct {
	Groups [][]string
	None   []string
}

func (r benchRule) query() string {
	var groups []string
	for _, g := range r.Groups {
		groups = append(groups, `("`+strings.Join(g, `" OR "`)+`")`)
	}
	q := strings.Join(groups, " AND ")
	for _, n := range r.None {
		q += ` NOT "` + n + `"`
	}
	return q
}

func benchHistory(b *testing.B, articles int, o store.Options) {
	data := cmp.Or(os.Getenv("REGWATCH_BENCH_DATA"), "../../../shared/match")
	texts := benchTexts(b, filepath.Join(data, "articles.jsonl.gz"))
	s, err := store.Open(b.Context(), o)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	stored, err := s.CountMatching(b.Context(), models.Candidate{}, models.ArticleWindow{})
	if err != nil {
		b.Fatal(err)
	}
	if stored == 0 {
		started := time.Now()
		size := fill(b, s, o, texts, articles)
		b.Logf("%d articles of %d bytes stored in %v", articles, size/articles, time.Since(started).Round(time.Second))
	}

	var given []benchRule
	readGzipJSON(b, filepath.Join(data, "rules_100.json.gz"), func(d *json.Decoder) error { return d.Decode(&given) })
	var sets []*rules.Set
	for _, r := range given {
		set, problems := rules.Search(r.query())
		if len(problems) > 0 {
			b.Fatalf("%s: %v", r.query(), problems)
		}
		sets = append(sets, set)
	}
	db := rawDatabase(b, o)
	defer db.Close()
	for b.Loop() {
		t := timing{db: db, postgres: o.DSN != ""}
		printTiming(b, "", measure(b, t, s, sets))
		printTiming(b, "-90d", measure(b, t, pastWindow{s, newestOf(b, s).AddDate(0, 0, -90)}, sets))
		printTiming(b, "-alone", measureAlone(b, t, sets))
		if articles <= mostReadWhole {
			printTiming(b, "-unindexed", measure(b, t, everything{s}, sets[:3]))
		}
	}
}

// The questions that are measured of each rule.
var questions = [3]string{"newest50", "count", "total"}

// A timing is how long each question took for each rule by the clock, and for all rules together in processor time.
type timing struct {
	db       *sql.DB
	postgres bool

	took [3][]time.Duration
	cpu  [3]time.Duration
}

// ask asks a question of every rule.
func (t *timing) ask(b *testing.B, question int, sets []*rules.Set, work func(*rules.Set) error) {
	b.Helper()
	before := cpuTime(b.Context(), t.db, t.postgres)
	for _, set := range sets {
		start := time.Now()
		if err := work(set); err != nil {
			b.Fatal(err)
		}
		t.took[question] = append(t.took[question], time.Since(start))
	}
	t.cpu[question] = cpuTime(b.Context(), t.db, t.postgres) - before
}

func printTiming(b *testing.B, way string, t timing) {
	for i, name := range questions {
		took := t.took[i]
		slices.Sort(took)
		n := len(took)
		b.ReportMetric(ms(took[n/2]), name+way+"-p50-ms")
		b.Logf("%-10s %-10s %9.1f p50 %9.1f p90 %9.1f worst, ms of %d rules; %9.1f ms of processor time each",
			name, way, ms(took[n/2]), ms(took[n*9/10]), ms(took[n-1]), n, ms(t.cpu[i])/float64(n))
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// measure takes the newest 50 hits, the count of candidates and the exact total
// of each rule.
func measure(b *testing.B, t timing, h scanner.History, sets []*rules.Set) timing {
	hits, candidates := 0, 0
	t.ask(b, 0, sets, func(set *rules.Set) error {
		_, err := scanner.Search(b.Context(), uncounted{h}, scanner.Query{Rules: set, Limit: 50})
		return err
	})
	t.ask(b, 1, sets, func(set *rules.Set) error {
		n, err := h.CountMatching(b.Context(), set.Candidate("search"), models.ArticleWindow{})
		candidates += n
		return err
	})
	t.ask(b, 2, sets, func(set *rules.Set) error {
		r, err := scanner.Search(b.Context(), uncounted{h}, scanner.Query{Rules: set, Limit: 50, All: true})
		hits += r.Total
		return err
	})
	b.Logf("%T: %d rules, %d candidates, %d hits", h, len(sets), candidates, hits)
	return t
}

// measureAlone asks the database's own index for the same words by itself: the
// numbers of the newest 50, of which nothing is read, and of all. The sum keeps PostgreSQL from reading the index of numbers
// in place of that of terms, as in the store.
func measureAlone(b *testing.B, t timing, sets []*rules.Set) timing {
	write := ftsQuery
	from := "FROM articles_fts WHERE articles_fts MATCH $1"
	num := "rowid"
	if t.postgres {
		write, from, num = tsQuery, "FROM article_index WHERE terms @@ CAST($1 AS tsquery)", "num + 0"
	}
	ask := func(query, words string) error {
		rows, err := t.db.QueryContext(b.Context(), query, words)
		if err != nil {
			return err
		}
		for rows.Next() {
		}
		return errors.Join(rows.Err(), rows.Close())
	}
	for i, query := range []string{"SELECT " + num + " " + from + " ORDER BY " + num + " DESC LIMIT 50", "SELECT COUNT(*) " + from, "SELECT " + num + " " + from} {
		t.ask(b, i, sets, func(set *rules.Set) error { return ask(query, write(set.Candidate("search"))) })
	}
	return t
}

// ftsQuery and tsQuery write a candidate as a person would for each database.
func ftsQuery(c models.Candidate) string {
	return writeCandidate(c, " AND ", " OR ", func(term string) string { return `"` + strings.ReplaceAll(term, `"`, `""`) + `"` }, "*")
}

func tsQuery(c models.Candidate) string {
	return writeCandidate(c, " & ", " | ", func(term string) string { return "'" + strings.ReplaceAll(term, "'", "''") + "'" }, ":*")
}

func writeCandidate(c models.Candidate, and, or string, quote func(string) string, prefix string) string {
	switch c.Asks {
	case models.HasTerm:
		return quote(c.Term)
	case models.HasPrefix:
		return quote(c.Term) + prefix
	}
	join := or
	if c.Asks == models.AllOf {
		join = and
	}
	var parts []string
	for _, p := range c.Parts {
		parts = append(parts, writeCandidate(p, and, or, quote, prefix))
	}
	return "(" + strings.Join(parts, join) + ")"
}

// A pastWindow is a history from a time on.
type pastWindow struct {
	scanner.History
	since time.Time
}

func (w pastWindow) ArticlesMatching(ctx context.Context, c models.Candidate, window models.ArticleWindow, before string, limit int) ([]models.Article, error) {
	window.Since = w.since
	return w.History.ArticlesMatching(ctx, c, window, before, limit)
}

func (w pastWindow) CountMatching(ctx context.Context, c models.Candidate, window models.ArticleWindow) (int, error) {
	window.Since = w.since
	return w.History.CountMatching(ctx, c, window)
}

func newestOf(b *testing.B, h scanner.History) time.Time {
	newest, err := h.ArticlesMatching(b.Context(), models.Candidate{}, models.ArticleWindow{}, "", 1)
	if err != nil || len(newest) == 0 {
		b.Fatal("no article is stored", err)
	}
	return newest[0].SeenAt
}

// everything is a history whose every article is read.
type everything struct{ scanner.History }

func (e everything) ArticlesMatching(ctx context.Context, _ models.Candidate, w models.ArticleWindow, before string, limit int) ([]models.Article, error) {
	return e.History.ArticlesMatching(ctx, models.Candidate{}, w, before, limit)
}

func (e everything) CountMatching(ctx context.Context, _ models.Candidate, w models.ArticleWindow) (int, error) {
	return e.History.CountMatching(ctx, models.Candidate{}, w)
}

// uncounted leaves out the count that a search begins with, which is measured by
// itself.
type uncounted struct{ scanner.History }

func (uncounted) CountMatching(context.Context, models.Candidate, models.ArticleWindow) (int, error) {
	return 0, nil
}

// benchTexts returns sentences by article.
func benchTexts(b *testing.B, path string) [][]string {
	var texts [][]string
	readGzipJSON(b, path, func(d *json.Decoder) error {
		for {
			var a struct{ Title, Body string }
			if err := d.Decode(&a); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			texts = append(texts, append([]string{a.Title}, strings.SplitAfter(strings.ReplaceAll(a.Body, "。", "。 "), ". ")...))
		}
	})
	return texts
}

func readGzipJSON(b *testing.B, path string, read func(*json.Decoder) error) {
	b.Helper()
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		b.Skipf("%s is not here; REGWATCH_BENCH_DATA names the folder with the articles and rules", path)
	}
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	if err := read(json.NewDecoder(z)); err != nil {
		b.Fatal(err)
	}
}
