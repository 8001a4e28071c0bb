package cli

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"regwatch/configs"
	"regwatch/internal/golden"
	"regwatch/internal/schedule"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/store"
)

// A bill becomes law within 14 months, in articles of six sources in three scripts. Readers of
// each language get alerts and follow-ups, a digest with the key dates, and find one timeline.
func TestLifeOfABill(t *testing.T) {
	if testing.Short() {
		t.Skip("goes through 14 months")
	}
	l := newLife(t)
	archive, err := txtar.ParseFile(filepath.Join("testdata", "life", "articles.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	l.now = noonOf(t, "2024-12-01")
	l.step() // first scans send nothing
	day := ""
	for _, f := range archive.Files {
		a, published := lifeArticle(t, f)
		l.until(published)
		l.feed[a.SourceID] = append(l.feed[a.SourceID], a)
		l.step()
		day = published.Format(time.DateOnly)
	}
	l.until(noonOf(t, day).AddDate(0, 0, 30))
	for _, reader := range lifeReaders {
		golden.Assert(t, filepath.Join("testdata", "life", reader+".txt"), []byte(l.got[reader].String()))
	}
	if err := l.store.Close(); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"-C", l.dir, "matters", "show", "穩定幣條例"}, &out, &errs); code != 0 {
		t.Fatalf("matters show: exit code %d\n%s", code, errs.String())
	}
	golden.Assert(t, filepath.Join("testdata", "life", "timeline.txt"), out.Bytes())
}

// lifeReaders are recipients; each is called as the language of the text around quotations.
var lifeReaders = []string{"en", "zh-Hant", "zh-Hans"}

// A life is a folder whose clock the test sets, with sources that publish what it gives them,
// and a channel that keeps what each reader is sent, as text.
type life struct {
	t       *testing.T
	dir     string
	now     time.Time
	store   *store.Store
	scan    *scanner.Scanner
	deliver *delivery.Worker
	feed    map[string][]models.Article // by source
	got     map[string]*strings.Builder // by reader
}

func newLife(t *testing.T) *life {
	t.Helper()
	l := &life{t: t, dir: filepath.Join(t.TempDir(), "watch"), feed: make(map[string][]models.Article), got: make(map[string]*strings.Builder)}
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"init", l.dir}, &out, &errs); code != 0 {
		t.Fatalf("init: exit code %d\n%s", code, errs.String())
	}
	set, problems := rules.Load(os.DirFS(filepath.Join(l.dir, "rules")))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	config, problems := configs.Load(l.dir)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	db, err := store.Open(t.Context(), store.Options{Path: config.Database.Path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	l.store = db
	if err := db.RecordRules(t.Context(), set.Revisions(), noonOf(t, "2024-12-01")); err != nil {
		t.Fatal(err)
	}
	every, err := schedule.Parse("* * * * *")
	if err != nil {
		t.Fatal(err)
	}
	settings := scanner.Settings{
		Sources: []models.Source{
			{ID: "gov", Name: "HK Government", Role: models.Government, Zone: "Asia/Hong_Kong"},
			{ID: "gov-zh", Name: "香港政府", Role: models.Government, Zone: "Asia/Hong_Kong"},
			{ID: "hkma", Name: "HKMA", Role: models.Regulator, Zone: "Asia/Hong_Kong"},
			{ID: "hkma-zh", Name: "金管局", Role: models.Regulator, Zone: "Asia/Hong_Kong"},
			{ID: "courier", Name: "Harbour Courier", Role: models.Press, Zone: "Asia/Hong_Kong"},
			{ID: "caijing", Name: "南方财经报", Role: models.Press, Zone: "Asia/Hong_Kong"},
		},
		Rules: set, Timing: scanner.Timing{Schedule: every}, LookBack: 24 * time.Hour,
		Routing: models.Routing{Recipients: make(map[string]models.Recipient), Routes: []models.Route{{Path: models.DefaultRoute}}},
	}
	for _, reader := range lifeReaders {
		to := []models.Destination{{Channel: "chat", Address: reader}}
		settings.Routing.Recipients[reader] = models.Recipient{Destinations: to, Zone: "Asia/Hong_Kong", Language: reader}
		settings.Routing.Routes[0].Lines = append(settings.Routing.Routes[0].Lines, models.RouteLine{Recipient: reader})
		settings.Digests = append(settings.Digests, models.DigestSubscription{
			ID: "monthly-" + reader, Title: "Monthly", To: to, Language: reader, Zone: "Asia/Hong_Kong", SkipEmpty: true,
			Recurrence: models.Recurrence{Every: models.Monthly, MonthDay: 1, At: 8 * time.Hour},
		})
		l.got[reader] = &strings.Builder{}
	}
	clock := func() time.Time { return l.now }
	log := slog.New(slog.DiscardHandler)
	l.deliver = &delivery.Worker{Outbox: db, Channels: map[string]delivery.Channel{"chat": l}, Now: clock, Log: log}
	l.scan = &scanner.Scanner{
		Store: db, DigestStore: db, Queue: db, KeyDateStore: db, Now: clock, Log: log,
		Settings: func() scanner.Settings { return settings },
		Open:     func(s models.Source) scanner.Reader { return lifeFeed{l, s.ID} },
	}
	return l
}

// A lifeFeed is what one source has published.
type lifeFeed struct {
	*life
	source string
}

// Fetch answers with the articles that the source has published.
func (f lifeFeed) Fetch(context.Context, models.Cursor) (models.Batch, error) {
	return models.Batch{Articles: f.feed[f.source], Items: len(f.feed[f.source])}, nil
}

// Complete has nothing to add.
func (f lifeFeed) Complete(_ context.Context, a models.Article) (models.Article, error) {
	return a, nil
}

// Send keeps a message as its reader sees it.
func (l *life) Send(_ context.Context, d models.Delivery) (string, error) {
	var r *render.Renderer
	text, err := r.Text(d.Notice, 100)
	if err != nil {
		return "", err
	}
	got := l.got[d.Address]
	thread := ""
	if d.Root != nil {
		thread = ", in the thread of " + d.Root.Receipt
	}
	number := fmt.Sprintf("#%d", strings.Count(got.String(), "\n=== ")+1)
	// The sources of a scan are read at once, so the audit has their entries in any order.
	text = regexp.MustCompile(`--head \d+:[0-9a-f]+`).ReplaceAllString(text, "--head HEAD")
	fmt.Fprintf(got, "\n=== %s %s, %s%s\n%s\n", number, d.Notice.Kind, l.now.Format("2006-01-02 15:04"), thread, strings.TrimSpace(text))
	return number, nil
}

// step scans, plans digests and delivers.
func (l *life) step() {
	l.t.Helper()
	if err := l.scan.All(l.t.Context(), nil, false); err != nil {
		l.t.Fatal(err)
	}
	if err := l.scan.Digests(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	if _, err := l.deliver.Drain(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
}

// until lets time go by, with a step each day at nine.
func (l *life) until(when time.Time) {
	l.t.Helper()
	for next := l.now.Truncate(24 * time.Hour).Add(25 * time.Hour); next.Before(when); next = next.Add(24 * time.Hour) {
		l.now = next
		if next.Day() == 1 {
			l.step()
		}
	}
	l.now = when
}

func noonOf(t *testing.T, day string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return at.Add(4 * time.Hour) // noon in Hong Kong
}

// lifeArticle reads a file of the archive: its name is "SOURCE 2006-01-02T15:04:05Z", its lines
// are the link, the title and the text.
func lifeArticle(t *testing.T, f txtar.File) (models.Article, time.Time) {
	t.Helper()
	source, when, _ := strings.Cut(f.Name, " ")
	published, err := time.Parse(time.RFC3339, when)
	lines := strings.SplitN(strings.TrimSpace(string(f.Data)), "\n", 3)
	if err != nil || len(lines) != 3 {
		t.Fatalf("%s: %d lines, %v", f.Name, len(lines), err)
	}
	language := "en"
	if slices.Contains([]string{"gov-zh", "hkma-zh"}, source) {
		language = "zh-Hant"
	} else if source == "caijing" {
		language = "zh-Hans"
	}
	return models.Article{
		SourceID: source, Link: lines[0], LinkKey: strings.TrimPrefix(lines[0], "https://"), Identity: models.IdentityOf("", lines[0]),
		Title: lines[1], Body: lines[2], PublishedAt: published, BodyState: models.BodyFull, Language: language, FeedHash: models.HashOf(lines[0]),
	}, published
}
