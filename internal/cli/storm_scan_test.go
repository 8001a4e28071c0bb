package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"log"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"regwatch/internal/samplesite"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/sources"
	"regwatch/sources/fetch"
	"regwatch/store"
)

// The captured sites are beside the project, not in it.
const (
	capturedFeeds = "../../../shared/feeds/real"
	capturedLists = "../../../shared/listing"
)

// A town has sites of several kinds: feeds that publish, bulletins that the test writes,
// and captured files that never change.
type town struct {
	stream   *samplesite.Site
	more     *samplesite.Site // of whose titles bulletins are made
	captured map[string][]byte

	mu        sync.Mutex
	bulletins map[string][]samplesite.Article // by path, oldest first
}

// publish adds articles, some on every kind of site.
func (b *town) publish(n int) {
	b.stream.Publish(n)
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, path := range []string{"/list", "/api", "/bare.xml"} {
		for _, item := range b.more.Publish(1) {
			// The two streams count alike.
			item.Title = strings.ReplaceAll(item.Title, "REF-0", "REF-7")
			item.FeedID = path
			b.bulletins[path] = append(b.bulletins[path], item)
		}
	}
}

func (b *town) published() []samplesite.Article {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Concat(b.stream.Published(), b.bulletins["/list"], b.bulletins["/api"], b.bulletins["/bare.xml"])
}

func (b *town) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if body, ok := b.captured[r.URL.Path]; ok {
		if len(body)%2 == 0 {
			w.Header().Set("ETag", strconv.Quote(models.HashOf(string(body))))
		}
		http.ServeContent(w, r, r.URL.Path, time.Time{}, strings.NewReader(string(body)))
		return
	}
	items, ok := b.bulletins[r.URL.Path]
	if !ok {
		b.stream.ServeHTTP(w, r)
		return
	}
	var body strings.Builder
	list := slices.Backward(items)
	switch r.URL.Path {
	case "/list":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		body.WriteString("<!DOCTYPE html><html><head><title>News</title></head><body><ul>")
		for _, item := range list {
			fmt.Fprintf(&body, "<li><time>%s</time> <a href=\"/list%s\">%s</a></li>\n", item.At.Format("2006-01-02 15:04"), item.Link, html.EscapeString(item.Title))
		}
		body.WriteString("</ul></body></html>")
		w.Header().Set("ETag", fmt.Sprintf(`"list-%d"`, len(items)))
	case "/api":
		type record struct{ ID, Title, Link, Date string }
		records := []record{}
		for _, item := range list {
			records = append(records, record{item.Link, item.Title, "/api" + item.Link, item.At.Format(time.RFC3339)})
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("ETag", fmt.Sprintf(`"api-%d"`, len(items)))
		_ = json.NewEncoder(&body).Encode(map[string]any{"records": records})
	default: // a feed without ids and validators
		body.WriteString("<rss><channel><title>Bare</title>")
		for _, item := range list {
			fmt.Fprintf(&body, "<item><title>%s</title><link>http://%s/bare%s</link><pubDate>%s</pubDate></item>\n", html.EscapeString(item.Title), r.Host, item.Link, item.At.Format(time.RFC1123Z))
		}
		body.WriteString("</channel></rss>")
	}
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(body.String()))
}

// capture returns some of the captured files of a folder, at random.
func capture(t *testing.T, dice *rand.Rand, dir string, count int, extensions ...string) map[string][]byte {
	t.Helper()
	taken := make(map[string][]byte)
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && slices.Contains(extensions, filepath.Ext(path)) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Logf("the captured files in %s are not on this machine; the test goes on without them", dir)
		return taken
	}
	dice.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if len(taken) < count && len(body) < 200_000 {
			taken["/captured/"+strconv.Itoa(len(taken))+filepath.Ext(file)] = body
		}
	}
	return taken
}

// TestStormOfFaultySites scans sites of every kind while their servers fail in every
// way that storm knows, and restarts the program between two rounds. Each article must
// be stored once and sent once, nothing may hang or request a private address, and
// memory must stay within bounds. REGWATCH_STORM_SEED chooses another run.
func TestStormOfFaultySites(t *testing.T) {
	t.Parallel()
	seed := uint64(1)
	if s := os.Getenv("REGWATCH_STORM_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatalf("REGWATCH_STORM_SEED=%q; want a number", s)
		}
	}
	if testing.Short() {
		t.Skip("scans some 40 sources 15 times; not with -short")
	}
	t.Logf("REGWATCH_STORM_SEED=%d", seed)
	log.SetOutput(io.Discard) // as main does
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	dice := rand.New(rand.NewPCG(seed, 3))
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	site := &town{
		stream:    samplesite.NewStream(samplesite.StreamOptions{Seed: seed, Now: clock, Copies: -1, Noise: -1, Window: 500}),
		more:      samplesite.NewStream(samplesite.StreamOptions{Seed: seed + 1, Now: clock, Copies: -1, Noise: -1}),
		bulletins: map[string][]samplesite.Article{},
		captured:  map[string][]byte{},
	}
	feeds := capture(t, dice, capturedFeeds, 40, ".xml", ".rss", ".atom", ".rdf")
	for path, body := range capture(t, dice, capturedLists, 15, ".html") {
		site.captured["/lists"+path] = body
	}
	maps.Copy(site.captured, feeds)
	weather := newStorm(site, seed, keepOut(t))
	serving, stopServing := context.WithCancel(t.Context())
	defer stopServing()
	addresses := streets(serving, t, weather, len(site.captured)+2)
	list, reference := townSources(t, site, addresses)

	started := runtime.NumGoroutine()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	set, problems := rules.Load(os.DirFS(writeRule(t)))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	path := filepath.Join(t.TempDir(), "regwatch.db")
	memo := &memo{}
	failures := map[fetch.Reason]int{}
	const stormy, calm = 9, 6
	for round := range stormy + calm {
		weather.mu.Lock()
		weather.round, weather.share = round, 0.4
		if round >= stormy {
			weather.share = 0
		} else {
			weather.mu.Unlock()
			site.publish(3)
			weather.mu.Lock()
		}
		weather.mu.Unlock()
		pass(t, path, list, set, memo, clock, failures)
		now = now.Add(7 * time.Hour) // longer than a host or a failure makes anyone wait
	}
	stopServing()

	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	if grown := int64(after.Sys) - int64(before.Sys); grown > 400<<20 {
		t.Errorf("the process grew by %d MB", grown>>20)
	}
	for wait := time.Now(); runtime.NumGoroutine() > started+20 && time.Since(wait) < 5*time.Second; {
		time.Sleep(10 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > started+20 {
		t.Errorf("%d goroutines are left of %d", n, started)
	}
	told := judgeTold(t, site.published(), memo.texts)
	stored := judgeStored(t, path, site, reference)
	t.Logf("%d sources, %s; %d articles stored; injected: %v; failures: %v; memory grew by %d MB", len(list), told, stored, weather.injected, failures, (after.Sys-before.Sys)>>20)
	if len(weather.injected) < len(faults)*2/3 {
		t.Errorf("only %d of %d faults were injected", len(weather.injected), len(faults))
	}
}

func writeRule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "everything.yaml"), []byte(ruleForStream), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// townSources returns the sources of a town and, for those that are captured, the title
// and link of each article as they are read without faults.
func townSources(t *testing.T, site *town, addresses []string) (list []models.Source, reference map[string][]string) {
	t.Helper()
	add := func(id, address, path string) *models.Source {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, models.Source{
			ID: id, Name: id, Kind: sources.KindFeed, URL: address + path, Role: models.Press, Pages: models.PagesNever,
			LookBack: 3650 * 24 * time.Hour, AllowHosts: []string{u.Hostname()},
		})
		return &list[len(list)-1]
	}
	for _, f := range site.stream.Feeds() {
		add(f.ID, addresses[0], f.Path).Pages = models.PagesAuto
	}
	add("bare", addresses[1], "/bare.xml")
	src := add("list", addresses[1], "/list")
	src.Kind, src.Listing = sources.KindListing, models.Listing{Articles: "li", Title: models.Extractor{Select: "a"}, Date: models.Extractor{Select: "time"}}
	src = add("api", addresses[1], "/api")
	src.Kind, src.API = sources.KindAPI, models.API{Articles: ".records[]", ID: ".ID", Title: ".Title", Link: ".Link", Date: ".Date"}
	own := len(list)
	for i, path := range slices.Sorted(maps.Keys(site.captured)) {
		src := add(fmt.Sprintf("captured-%d", i), addresses[2+i], path)
		if strings.HasPrefix(path, "/lists") {
			src.Kind, src.Listing = sources.KindListing, models.Listing{Articles: "a[href]", Title: models.Extractor{Select: "a"}}
		}
	}
	reference = make(map[string][]string)
	client := sources.NewClient(sources.ClientOptions{})
	defer client.Close()
	kept := list[:own:own]
	for _, src := range list[own:] {
		batch, err := sources.Open(src, client).Fetch(t.Context(), models.Cursor{})
		if err != nil || len(batch.Articles) < 2 || batch.Partial {
			continue // nothing can be read from it
		}
		seen := make(map[string]bool)
		for _, a := range batch.Articles {
			if !seen[a.Identity] {
				seen[a.Identity] = true
				reference[src.ID] = append(reference[src.ID], a.Title+" | "+a.Link)
			}
		}
		kept = append(kept, src)
	}
	return kept, reference
}

// A memo is a channel that keeps its messages.
type memo struct {
	mu    sync.Mutex
	texts []string
}

func (m *memo) Send(_ context.Context, d models.Delivery) (string, error) {
	var shipped *render.Renderer
	text, err := shipped.Text(d.Notice, 10_000)
	if err != nil {
		return "", err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.texts = append(m.texts, text)
	return "memo", nil
}

// pass is one run of the program: it scans what is due, delivers and ends.
func pass(t *testing.T, path string, list []models.Source, set *rules.Set, memo *memo, now func() time.Time, failures map[fetch.Reason]int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // far more than a pass needs
	defer cancel()
	db, err := store.Open(ctx, store.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.RecordRules(ctx, set.Revisions(), now()); err != nil {
		t.Fatal(err)
	}
	client := sources.NewClient(sources.ClientOptions{Options: fetch.Options{Timeout: 400 * time.Millisecond, Now: now}})
	defer client.Close()
	var mu sync.Mutex
	scan := &scanner.Scanner{
		Store: db, DigestStore: db, Queue: db, KeyDateStore: db, Now: now, Log: slog.New(slog.DiscardHandler),
		Open: func(src models.Source) scanner.Reader { return sources.Open(src, client) },
		Settings: func() scanner.Settings {
			return scanner.Settings{
				Sources: list, Rules: set, Limits: scanner.Limits{Parallel: 16, Pages: 20},
				Routing: models.Routing{
					Recipients: map[string]models.Recipient{"team": {Name: "team", Destinations: []models.Destination{{Channel: "memo"}}, Zone: "UTC", Burst: models.Burst{Over: 1000}}},
					Routes:     []models.Route{{Path: models.DefaultRoute, Lines: []models.RouteLine{{Recipient: "team"}}}},
				},
			}
		},
		Report: func(r scanner.Result) {
			mu.Lock()
			defer mu.Unlock()
			if e, ok := errors.AsType[*fetch.Error](r.Err); ok {
				failures[e.Reason]++
			} else if r.Err != nil {
				t.Errorf("%s: an error that is not a *sources.Error: %v", r.Source.ID, r.Err)
			}
		},
	}
	if err := scan.Pass(ctx); err != nil {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Fatal("a pass hung")
	}
	deliverer := &delivery.Worker{Outbox: db, Channels: map[string]delivery.Channel{"memo": memo}, Now: now}
	if _, err := deliverer.Drain(ctx); err != nil {
		t.Fatal(err)
	}
}

func judgeTold(t *testing.T, published []samplesite.Article, texts []string) verdict {
	t.Helper()
	v, details := judge(published, texts)
	if v.stories == 0 || v.lost+v.doubled > 0 {
		t.Errorf("%s:\n%s", v, strings.Join(details, "\n"))
	}
	return v
}

// judgeStored compares the database with what was published.
func judgeStored(t *testing.T, path string, site *town, reference map[string][]string) (articles int) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	stored := make(map[string]map[string]int) // by source, how often
	for before := ""; ; {
		page, err := db.ArticlesMatching(t.Context(), models.Candidate{}, models.ArticleWindow{}, before, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, a := range page {
			key := a.Title + " | " + a.Link
			if reference[a.SourceID] == nil {
				key = storyToken.FindString(a.Title)
			}
			if stored[a.SourceID] == nil {
				stored[a.SourceID] = make(map[string]int)
			}
			stored[a.SourceID][key]++
			before = a.ID
		}
		articles += len(page)
	}
	want := make(map[string]map[string]int)
	expect := func(source, key string) {
		if want[source] == nil {
			want[source] = make(map[string]int)
		}
		want[source][key]++
	}
	for _, item := range site.published() {
		expect(strings.TrimSuffix(strings.TrimPrefix(item.FeedID, "/"), ".xml"), storyToken.FindString(item.Title))
	}
	for source, keys := range reference {
		for _, key := range keys {
			expect(source, key)
		}
	}
	for _, source := range slices.Sorted(maps.Keys(want)) {
		for _, key := range slices.Sorted(maps.Keys(want[source])) {
			if got := stored[source][key]; got != want[source][key] {
				t.Errorf("%s: %q is stored %d times, want %d", source, key, got, want[source][key])
			}
		}
		for _, key := range slices.Sorted(maps.Keys(stored[source])) {
			if want[source][key] == 0 {
				t.Errorf("%s: %q is stored %d times, and was never published", source, key, stored[source][key])
			}
		}
	}
	return articles
}
