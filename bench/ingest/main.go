// Command ingest measures what an article costs from the answer of its feed to the
// commit of what it causes, while the database fills.
//
// Articles are invented: words as frequent as in real texts, stories with several
// reports, copies. They are read by the reader of feeds, matched by a rule, grouped,
// planned and stored as a scan does it, without a network. Beside it a plain loop parses
// the same feeds and stores one row an article. Processor time is that of the process;
// that of a PostgreSQL server is not counted.
package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"testing/fstest"
	"time"

	"github.com/mmcdole/gofeed"
	_ "modernc.org/sqlite"

	"regwatch/internal/samplestream"
	"regwatch/models"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/sources"
	"regwatch/store"
)

type options struct {
	stream  samplestream.Options
	scans   int // articles in one
	at      []int
	window  int
	dsn     string
	profile string
	alone   bool
}

func main() {
	var o options
	var at string
	flag.Float64Var(&o.stream.Matching, "matching", 0.05, "share of articles that a rule matches")
	flag.BoolVar(&o.stream.Shared, "shared", false, "every article ends with sentences that many have")
	flag.Uint64Var(&o.stream.Seed, "seed", 1, "of the articles")
	flag.DurationVar(&o.stream.Every, "every", time.Minute, "between two articles")
	flag.IntVar(&o.scans, "batch", 10, "new articles in one scan")
	flag.StringVar(&at, "at", "1000,5000,10000", "stored articles at which the next are measured")
	flag.IntVar(&o.window, "window", 1000, "articles of one measurement")
	flag.StringVar(&o.dsn, "dsn", os.Getenv("REGWATCH_BENCH_POSTGRES"), "an empty PostgreSQL database in place of SQLite")
	flag.StringVar(&o.profile, "profile", "", "write a profile of the last measurement to this file")
	terms := flag.String("terms", "events/similarity/data/terms.tsv", "the words of the texts with their weights, the most frequent words the lightest; empty: invented words")
	flag.BoolVar(&o.alone, "alone", false, "leave out the plain loop")
	unchanged := flag.Int("unchanged", 0, "measure the scan of so many feeds of which no article is new, and nothing else")
	flag.Parse()
	for _, n := range strings.Split(at, ",") {
		v, err := strconv.Atoi(n)
		if err != nil {
			fail(err)
		}
		o.at = append(o.at, v)
	}
	var err error
	if o.stream.Words, err = samplestream.ReadWords(*terms); err != nil {
		fail(err)
	}
	o.stream.Begin = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	run := measure
	if *unchanged > 0 {
		run = func(o options) error { return measureUnchanged(o, *unchanged) }
	}
	if err := run(o); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "ingest:", err)
	os.Exit(1)
}

func measure(o options) error {
	dir, err := os.MkdirTemp("", "ingest")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Printf("%.0f %% match, shared sentences: %t, %d articles a scan\n", 100*o.stream.Matching, o.stream.Shared, o.scans)
	fmt.Printf("%-9s %9s %9s %12s %12s %10s   of the clock, in ms: read, unseen, candidates, plan context, decide, commit\n", "", "articles", "events", "processor", "clock", "bytes")
	if !o.alone {
		p, err := newPlain(filepath.Join(dir, "plain.db"))
		if err != nil {
			return err
		}
		if err := run(o, p); err != nil {
			return err
		}
	}
	r, err := newRegwatch(o, filepath.Join(dir, "regwatch.db"))
	if err != nil {
		return err
	}
	defer r.store.Close()
	return run(o, r)
}

// An ingester stores the articles of feeds.
type ingester interface {
	name() string
	ingest(ctx context.Context, source int, feed []byte, now time.Time) error
	state() (events, bytes int, phases []time.Duration) // so far
}

// sites is how many sources there are.
const sites = 40

func run(o options, in ingester) error {
	ctx := context.Background()
	s := samplestream.New(o.stream)
	stored, scan := 0, 0
	next := func(n int) (cpu, clock time.Duration, err error) {
		for done := 0; done < n; done += o.scans {
			var articles []samplestream.Article
			for range o.scans {
				articles = append(articles, s.Next())
			}
			source := scan % sites
			feed := samplestream.Atom(site(source), articles)
			scan++
			began, used := time.Now(), processorTime()
			if err := in.ingest(ctx, source, feed, articles[len(articles)-1].At.Add(time.Minute)); err != nil {
				return 0, 0, err
			}
			cpu += processorTime() - used
			clock += time.Since(began)
			stored += o.scans
		}
		return cpu, clock, nil
	}
	for i, at := range o.at {
		if n := at - stored - o.window; n > 0 {
			if _, _, err := next(n); err != nil {
				return err
			}
		}
		_, _, before := in.state()
		if o.profile != "" && i == len(o.at)-1 && in.name() == "regwatch" {
			f, err := os.Create(o.profile)
			if err != nil {
				return err
			}
			if err := pprof.StartCPUProfile(f); err != nil {
				return err
			}
			defer f.Close()
			defer pprof.StopCPUProfile()
		}
		n := stored
		cpu, clock, err := next(o.window)
		if err != nil {
			return err
		}
		n = stored - n
		events, after, phases := in.state()
		var parts []string
		for i := range phases {
			parts = append(parts, fmt.Sprintf("%.2f", ms(phases[i]-before[i], n)))
		}
		fmt.Printf("%-9s %9d %9d %9.2f ms %9.2f ms %10d   %s\n", in.name(), stored, events, ms(cpu, n), ms(clock, n), after/stored, strings.Join(parts, ", "))
	}
	return nil
}

func ms(d time.Duration, n int) float64 { return float64(d.Microseconds()) / 1000 / float64(n) }

func site(source int) string { return fmt.Sprintf("site%d.example.com", source) }

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A plain is a loop that parses feeds and stores a row an article.
type plain struct {
	db   *sql.DB
	path string
}

func newPlain(path string) (*plain, error) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec("CREATE TABLE articles (id INTEGER PRIMARY KEY, link TEXT NOT NULL UNIQUE, title TEXT NOT NULL, body TEXT NOT NULL, published_at INTEGER NOT NULL)")
	return &plain{db, path}, err
}

func (*plain) name() string { return "plain" }

func (p *plain) ingest(ctx context.Context, _ int, feed []byte, _ time.Time) error {
	f, err := gofeed.NewParser().ParseString(string(feed))
	if err != nil {
		return err
	}
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, i := range f.Items {
		_, err := tx.ExecContext(ctx, "INSERT INTO articles (link, title, body, published_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", i.Link, i.Title, i.Content, i.PublishedParsed.UnixMicro())
		if err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (p *plain) state() (events, bytes int, phases []time.Duration) {
	return 0, sizeOf(p.path), nil
}

func sizeOf(path string) int {
	total := 0
	for _, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err == nil {
			total += int(info.Size())
		}
	}
	return total
}

// A regwatch is a scanner with its store.
type regwatch struct {
	store   *store.Store
	scanner *scanner.Scanner
	client  *sources.Client
	path    string
	feed    []byte
	now     time.Time
	timed   *timedStore
	events  int
}

func newRegwatch(o options, path string) (*regwatch, error) {
	opts := store.Options{Path: path}
	if o.dsn != "" {
		opts = store.Options{DSN: o.dsn}
	}
	s, err := store.Open(context.Background(), opts)
	if err != nil {
		return nil, err
	}
	set, problems := rules.Load(fstest.MapFS{"coin.yaml": {Data: []byte(samplestream.Rule)}})
	if len(problems) > 0 {
		return nil, fmt.Errorf("%v", problems)
	}
	settings := scanner.Settings{
		Rules: set, LookBack: 24 * time.Hour,
		Routing: models.Routing{
			Recipients: map[string]models.Recipient{"team": {Name: "team", Destinations: []models.Destination{{Channel: "terminal"}}, Zone: "UTC"}},
			Routes:     []models.Route{{Path: models.DefaultRoute, Lines: []models.RouteLine{{Recipient: "team"}}}},
		},
	}
	r := &regwatch{store: s, client: sources.NewClient(sources.ClientOptions{}), path: path}
	r.timed = &timedStore{Store: s}
	r.scanner = &scanner.Scanner{
		Store: r.timed, Queue: r.timed, Settings: func() scanner.Settings { return settings }, Now: func() time.Time { return r.now },
		Log:  slog.New(slog.DiscardHandler),
		Open: func(src models.Source) scanner.Reader { return feedReader{Reader: sources.Open(src, r.client), r: r} },
	}
	return r, nil
}

func (*regwatch) name() string { return "regwatch" }

func (r *regwatch) ingest(ctx context.Context, source int, feed []byte, now time.Time) error {
	r.feed, r.now = feed, now
	src := models.Source{ID: fmt.Sprint("site", source), Name: fmt.Sprint("Site ", source), Kind: sources.KindFeed, URL: "https://" + site(source) + "/feed", Role: models.Press}
	began, before := time.Now(), r.timed.all()
	result, err := r.scanner.Scan(ctx, src)
	if err == nil {
		err = result.Err
	}
	r.timed.decide += time.Since(began) - (r.timed.all() - before)
	for _, c := range result.Changes {
		if c.Kind == models.Opened {
			r.events++
		}
	}
	return err
}

func (r *regwatch) state() (events, bytes int, phases []time.Duration) {
	t := r.timed
	return r.events, sizeOf(r.path), []time.Duration{t.read, t.unseen, t.candidates, t.context, t.decide, t.commit}
}

// A feedReader reads a feed without a network.
type feedReader struct {
	*sources.Reader
	r *regwatch
}

func (f feedReader) Fetch(ctx context.Context, _ models.Cursor) (models.Batch, error) {
	defer f.r.timed.add(&f.r.timed.read, time.Now())
	return f.Read(ctx, f.r.feed, http.Header{"Content-Type": {"application/atom+xml"}})
}

// A timedStore measures how long the parts of a scan take.
type timedStore struct {
	*store.Store
	read, unseen, candidates, context, decide, commit time.Duration
}

func (t *timedStore) all() time.Duration {
	return t.read + t.unseen + t.candidates + t.context + t.commit
}

func (t *timedStore) add(to *time.Duration, began time.Time) { *to += time.Since(began) }

func (t *timedStore) Unseen(ctx context.Context, source string, batch []models.Article) ([]models.Article, error) {
	defer t.add(&t.unseen, time.Now())
	return t.Store.Unseen(ctx, source, batch)
}

func (t *timedStore) Candidates(ctx context.Context, lookups ...models.Lookup) ([]models.Event, int64, error) {
	defer t.add(&t.candidates, time.Now())
	return t.Store.Candidates(ctx, lookups...)
}

func (t *timedStore) Histories(ctx context.Context, ids []string) (map[string]models.Event, error) {
	defer t.add(&t.candidates, time.Now())
	return t.Store.Histories(ctx, ids)
}

func (t *timedStore) PlanContext(ctx context.Context, now time.Time) (models.PlanContext, error) {
	defer t.add(&t.context, time.Now())
	return t.Store.PlanContext(ctx, now)
}

func (t *timedStore) Commit(ctx context.Context, scan models.Scan) error {
	defer t.add(&t.commit, time.Now())
	return t.Store.Commit(ctx, scan)
}
