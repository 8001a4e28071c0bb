package app

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/samplestream"
	"regwatch/models"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/store"
)

// A streamScan is one way to scan a stream of articles.
type streamScan struct {
	stream    samplestream.Options
	batch     int  // articles in one scan
	restart   int  // after so many articles the database is closed and opened again; 0: never
	unlimited bool // candidates are read without limits
}

// unlimited is a store whose candidates are all events with a common key.
type unlimited struct{ *store.Store }

func (u unlimited) Candidates(ctx context.Context, lookups ...models.Lookup) ([]models.Event, int64, error) {
	for i := range lookups {
		lookups[i] = models.Lookup{Keys: lookups[i].Keys}
	}
	return u.Store.Candidates(ctx, lookups...)
}

// A batchReader is a source with one batch.
type batchReader struct{ batch models.Batch }

func (b *batchReader) Fetch(context.Context, models.Cursor) (models.Batch, error) {
	return b.batch, nil
}

func (b *batchReader) Complete(_ context.Context, a models.Article) (models.Article, error) {
	return a, nil
}

// run scans articles and returns the links of the articles of each event, and the events with
// how each article joined.
func (w streamScan) run(t *testing.T, articles int) (groups, joined []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "regwatch.db")
	open := func() *store.Store {
		s, err := store.Open(t.Context(), store.Options{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	set, problems := rules.Load(fstest.MapFS{"coin.yaml": {Data: []byte(samplestream.Rule)}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	settings := scanner.Settings{
		Rules: set, LookBack: 24 * time.Hour,
		Routing: models.Routing{
			Recipients: map[string]models.Recipient{"team": {Name: "team", Destinations: []models.Destination{{Channel: "terminal"}}, Zone: "UTC"}},
			Routes:     []models.Route{{Path: models.DefaultRoute, Lines: []models.RouteLine{{Recipient: "team"}}}},
		},
	}
	var now time.Time
	reader := &batchReader{}
	scan := func(s *store.Store) *scanner.Scanner {
		found := scanner.Store(s)
		if w.unlimited {
			found = unlimited{s}
		}
		return &scanner.Scanner{
			Store: found, Queue: s, Settings: func() scanner.Settings { return settings }, Now: func() time.Time { return now },
			Log: slog.New(slog.DiscardHandler), Open: func(models.Source) scanner.Reader { return reader },
		}
	}
	s := open()
	sc := scan(s)
	stream := samplestream.New(w.stream)
	for n := 0; n < articles; n += w.batch {
		if w.restart > 0 && n == w.restart {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = open()
			sc = scan(s)
		}
		source := fmt.Sprint("site", n/100%20) // the same for all ways
		reader.batch = models.Batch{}
		for range w.batch {
			a := stream.Next()
			link := fmt.Sprintf("https://%s.example.com/%d", source, a.Number)
			reader.batch.Articles = append(reader.batch.Articles, models.Article{
				SourceID: source, Link: link, LinkKey: link, Identity: models.IdentityOf(link, link), Title: a.Title, Body: a.Body,
				PublishedAt: a.At, BodyState: models.BodyFull, FeedHash: models.HashOf(a.Title, a.Body),
			})
			now = a.At.Add(time.Minute)
		}
		result, err := sc.Scan(t.Context(), models.Source{ID: source, Name: source, Role: models.Press})
		if err != nil || result.Err != nil {
			t.Fatal(err, result.Err)
		}
	}
	all, err := s.Events(t.Context(), store.EventFilter{To: now.AddDate(1, 0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		var links []string
		for _, in := range e.Articles {
			links = append(links, in.Link)
			joined = append(joined, fmt.Sprintf("%s in %s (%s, %s): %s %v", in.Link, e.Articles[0].Link, in.JoinedBy, e.Title, in.Title, in.Similarity))
		}
		slices.Sort(links)
		groups = append(groups, strings.Join(links, " "))
	}
	slices.Sort(groups)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return groups, joined
}

// The limits of what is read, how articles are divided among scans, and a restart in between
// change no event.
func TestEventsDoNotDependOnHowTheyAreRead(t *testing.T) {
	begin := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	const articles = 200
	for name, o := range map[string]samplestream.Options{
		"shared sentences": {Seed: 1, Matching: 1, Every: 20 * time.Minute, Shared: true},
		"slow":             {Seed: 2, Matching: 1, Every: 3 * time.Hour},
	} {
		o.Begin = begin
		groups, joined := streamScan{stream: o, batch: 10}.run(t, articles)
		if len(joined) != articles || len(groups) < articles/4 || len(groups) > articles*19/20 {
			t.Errorf("%s: %d articles are in %d events; want %d, and several in some", name, len(joined), len(groups), articles)
		}
		for other, w := range map[string]streamScan{
			"without limits": {stream: o, batch: 10, unlimited: true},
			"one by one":     {stream: o, batch: 1},
			"restarted":      {stream: o, batch: 10, restart: articles / 2},
		} {
			otherGroups, otherJoined := w.run(t, articles)
			if diff := cmp.Diff(groups, otherGroups); diff != "" {
				t.Errorf("%s: events differ %s (-ten a scan +%[2]s):\n%.3000s", name, other, diff)
			}
			// IDs and the order of articles that were seen at once depend on when they were seen.
			if diff := cmp.Diff(joined, otherJoined); diff != "" && w.batch == 10 {
				t.Errorf("%s: how articles joined differs %s (-ten a scan +%[2]s):\n%.3000s", name, other, diff)
			}
		}
	}
}
