package main

import (
	"cmp"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
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
// phrases, in English and Chinese, with the index and, for some of them, without
// it. REGWATCH_BENCH_ARTICLES says how many articles are stored first, and
// REGWATCH_BENCH_DATA where articles.jsonl.gz and rules_100.json.gz are, of which
// they are made. What it found is in docs/decisions/backtest.md:
//
//	REGWATCH_BENCH_ARTICLES=100000 go test ./cmd/regwatch -run '^$' -bench History -benchtime 1x -timeout 2h -v
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
	stored, err := s.CountMatching(b.Context(), models.Candidate{}, time.Time{}, time.Time{})
	if err != nil {
		b.Fatal(err)
	}
	if stored == 0 {
		started := time.Now()
		size := shelve(b, s, texts, articles)
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
	for b.Loop() {
		measured := measure(b, s, sets)
		baseline := measure(b, everything{s}, sets[:5])
		for i, name := range []string{"newest50", "count", "total"} {
			with, without := measured[i], baseline[i]
			b.ReportMetric(ms(with[len(with)/2]), name+"-p50-ms")
			b.ReportMetric(ms(with[len(with)*9/10]), name+"-p90-ms")
			b.ReportMetric(ms(with[len(with)-1]), name+"-worst-ms")
			b.ReportMetric(ms(without[len(without)/2]), name+"-unindexed-ms")
		}
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// measure returns how long the newest 50 hits, the count of candidates and the
// exact total took for each rule, sorted.
func measure(b *testing.B, h scanner.History, sets []*rules.Set) [3][]time.Duration {
	var took [3][]time.Duration
	time3 := func(i int, work func() error) {
		start := time.Now()
		if err := work(); err != nil {
			b.Fatal(err)
		}
		took[i] = append(took[i], time.Since(start))
	}
	hits, candidates := 0, 0
	for _, set := range sets {
		q := scanner.Query{Rules: set, Limit: 50}
		candidate := set.Candidate("search")
		time3(0, func() error { _, err := scanner.Search(b.Context(), uncounted{h}, q); return err })
		time3(1, func() error {
			n, err := h.CountMatching(b.Context(), candidate, time.Time{}, time.Time{})
			candidates += n
			return err
		})
		q.All = true
		time3(2, func() error {
			r, err := scanner.Search(b.Context(), uncounted{h}, q)
			hits += r.Total
			return err
		})
	}
	b.Logf("%T: %d rules, %d candidates, %d hits", h, len(sets), candidates, hits)
	for i := range took {
		slices.Sort(took[i])
	}
	return took
}

// everything is a history whose every article is read.
type everything struct{ scanner.History }

func (e everything) ArticlesMatching(ctx context.Context, _ models.Candidate, since, until time.Time, before string, limit int) ([]models.Article, error) {
	return e.History.ArticlesMatching(ctx, models.Candidate{}, since, until, before, limit)
}

func (e everything) CountMatching(ctx context.Context, _ models.Candidate, since, until time.Time) (int, error) {
	return e.History.CountMatching(ctx, models.Candidate{}, since, until)
}

// uncounted leaves out the count that a search begins with, which is measured by
// itself.
type uncounted struct{ scanner.History }

func (uncounted) CountMatching(context.Context, models.Candidate, time.Time, time.Time) (int, error) {
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

// shelve stores articles whose sentences are drawn from two of the given texts
// each, with a word of their own, a minute apart; it returns their size.
func shelve(b *testing.B, s *store.Store, texts [][]string, articles int) (size int) {
	random := rand.New(rand.NewPCG(7, 7))
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	const perScan = 200
	for i := 0; i < articles; {
		scan := models.Scan{State: models.SourceState{SourceID: "bench", Generation: int64(i / perScan)}, At: at}
		for range min(perScan, articles-i) {
			one, two := texts[random.IntN(len(texts))], texts[random.IntN(len(texts))]
			var body strings.Builder
			for j := 1; j < max(len(one), len(two)); j++ {
				from := one
				if random.IntN(2) == 0 {
					from = two
				}
				if j < len(from) {
					body.WriteString(from[j])
				}
			}
			fmt.Fprintf(&body, "\n\nReference %x.", random.Uint64())
			a := models.Article{
				SourceID: "bench", Identity: fmt.Sprint(i), Title: one[0], Body: body.String(), SeenAt: at, PublishedAt: at,
				BodyState: models.BodyFull, Revision: 1,
			}
			a.ID, a.Hash = models.NewID(at, a.Identity), a.TextHash()
			scan.Articles = append(scan.Articles, a)
			size += len(a.Title) + len(a.Body)
			at = at.Add(time.Minute)
			i++
		}
		if err := s.Commit(b.Context(), scan); err != nil {
			b.Fatal(err)
		}
	}
	return size
}
