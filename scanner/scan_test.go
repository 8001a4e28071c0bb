package scanner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regwatch/internal/schedule"
	"regwatch/models"
	"regwatch/rules"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

const coinRule = `id: coin
title: Coins
why: It matters.
status: active
severity: high
terms:
  coin: [stablecoin, 穩定幣]
when: {terms: coin, in: [title, lead]}
examples:
  match: [{title: A stablecoin is issued}]
  ignore: [{title: A bond is issued}]
`

// A memory is a store that keeps everything in maps.
type memory struct {
	mu         sync.Mutex
	states     map[string]models.SourceState
	articles   map[string]models.Article
	events     map[string]models.Event
	generation int64
	notices    map[string]models.Notice
	commits    []models.Scan
	stale      int // commits still to be refused
	onStale    func()
	reads      int // of states
}

func newMemory() *memory {
	return &memory{states: map[string]models.SourceState{}, articles: map[string]models.Article{}, events: map[string]models.Event{}, notices: map[string]models.Notice{}}
}

func (m *memory) SourceStates(_ context.Context, ids ...string) ([]models.SourceState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads++
	var states []models.SourceState
	for id, state := range m.states {
		if len(ids) == 0 || slices.Contains(ids, id) {
			state.SourceID = id
			states = append(states, state)
		}
	}
	return states, nil
}

func (m *memory) Unseen(_ context.Context, source string, batch []models.Article) ([]models.Article, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []models.Article
	for _, a := range batch {
		k, known := m.articles[source+a.Identity]
		if known && k.FeedHash == a.FeedHash {
			continue
		}
		if known {
			a.ID, a.Hash, a.Revision, a.SeenAt, a.Baseline = k.ID, k.Hash, k.Revision, k.SeenAt, k.Baseline
		}
		out = append(out, a)
	}
	return out, nil
}

func (m *memory) ArticlesWithoutBody(_ context.Context, source string, limit int) ([]models.Article, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []models.Article
	for _, a := range m.articles {
		if a.SourceID == source && a.BodyState == models.BodyWanted && len(out) < limit {
			out = append(out, a)
		}
	}
	return out, nil
}

// Candidates has no limits, so tests of scans show what is decided without them.
func (m *memory) Candidates(_ context.Context, lookups ...models.Lookup) ([]models.Event, int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var keys []string
	for _, l := range lookups {
		keys = append(keys, l.Keys...)
	}
	var out []models.Event
	for _, e := range m.events {
		e.Keys = slices.DeleteFunc(slices.Clone(e.Keys), func(k string) bool { return !slices.Contains(keys, k) })
		if len(e.Keys) > 0 {
			out = append(out, e)
		}
	}
	return out, m.generation, nil
}

func (m *memory) Matters(context.Context, ...string) ([]models.Matter, error) { return nil, nil }

func (m *memory) Histories(_ context.Context, ids []string) (map[string]models.Event, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make(map[string]models.Event)
	for _, id := range ids {
		e, stored := m.events[id]
		if !stored {
			continue
		}
		for _, n := range m.notices {
			if n.SubjectID == e.ID && n.Kind == models.NoticeAlert && !n.IsHeld() {
				e.Notified = append(e.Notified, models.Notified{Recipient: n.Recipient, Severity: n.Severity, Rules: []string{"coin"}, Stage: n.Content.Alert.Stage})
			}
		}
		out[id] = e
	}
	return out, nil
}

func (m *memory) Commit(_ context.Context, scan models.Scan) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stale > 0 {
		m.stale--
		if m.onStale != nil {
			m.onStale()
		}
		return models.ErrStale
	}
	if scan.State.Generation != m.states[scan.State.SourceID].Generation || (len(scan.Changes) > 0 && scan.EventGeneration != m.generation) {
		return models.ErrStale
	}
	if scan.Applied == nil {
		scan.State.Generation++
		m.states[scan.State.SourceID] = scan.State
	}
	for _, a := range scan.Articles {
		m.articles[a.SourceID+a.Identity] = a
	}
	for _, c := range scan.Changes {
		c.Event.Keys = slices.Concat(m.events[c.Event.ID].Keys, c.NewKeys)
		m.events[c.Event.ID] = c.Event
		m.generation++
	}
	for _, n := range scan.Notices {
		if _, known := m.notices[n.ID]; !known {
			m.notices[n.ID] = n
		}
	}
	m.commits = append(m.commits, scan)
	return nil
}

// A script is a reader that answers what a test wrote.
type script struct {
	batch    models.Batch
	err      error
	complete func(models.Article) (models.Article, error)
	pages    int
}

func (s *script) Fetch(context.Context, models.Cursor) (models.Batch, error) { return s.batch, s.err }

func (s *script) Complete(_ context.Context, a models.Article) (models.Article, error) {
	s.pages++
	return s.complete(a)
}

func item(source, title string, age time.Duration) models.Article {
	link := "https://" + source + ".example/" + models.HashOf(title)
	return models.Article{
		SourceID: source, GUID: title, Link: link, LinkKey: link, Identity: models.IdentityOf(title, link), Title: title, Body: title + ".",
		PublishedAt: noon.Add(-age), BodyState: models.BodyFull, FeedHash: models.HashOf(title),
	}
}

func newScanner(t *testing.T, m *memory, readers map[string]*script) (*Scanner, *time.Time) {
	t.Helper()
	set, problems := rules.Load(fstest.MapFS{"coin.yaml": {Data: []byte(coinRule)}})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	every, err := schedule.Parse("*/10 * * * *")
	if err != nil {
		t.Fatal(err)
	}
	now := noon
	var list []models.Source
	for id := range readers {
		list = append(list, models.Source{ID: id, Name: "The " + id, Role: models.Press})
	}
	settings := Settings{
		Sources: list, Rules: set, Timing: Timing{Schedule: every}, LookBack: 24 * time.Hour, Limits: Limits{Pages: 3},
		Routing: models.Routing{
			Recipients: map[string]models.Recipient{"team": {Name: "team", Destinations: []models.Destination{{Channel: "terminal"}}, Zone: "UTC"}},
			Routes:     []models.Route{{Path: models.DefaultRoute, Lines: []models.RouteLine{{Recipient: "team"}}}},
			Health:     []string{"team"},
		},
	}
	return &Scanner{
		Store: m, Queue: m, Settings: func() Settings { return settings },
		Open: func(src models.Source) Reader { return readers[src.ID] },
		Now:  func() time.Time { return now },
		Log:  slog.New(slog.DiscardHandler),
	}, &now
}

// owed renders the notices of all commits: what is told, and what is held.
func (m *memory) owed() []string {
	var lines []string
	for _, scan := range m.commits {
		for _, n := range scan.Notices {
			what := ""
			switch {
			case n.Content.Alert != nil:
				what = n.Content.Alert.Title
			case n.Content.Health != nil:
				what = fmt.Sprintf("%s %s", n.Content.Health.Name, n.Content.Health.Health)
			}
			line := fmt.Sprintf("%s: %s", n.Kind, what)
			if n.IsHeld() {
				line = "held " + line
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func scanOnce(t *testing.T, s *Scanner, id string) Result {
	t.Helper()
	for _, src := range s.Settings().Sources {
		if src.ID == id {
			r, err := s.Scan(t.Context(), src)
			if err != nil {
				t.Fatalf("scan %s: %v", id, err)
			}
			return r
		}
	}
	t.Fatalf("no source %s", id)
	return Result{}
}

func TestAFirstScanIsSilentBeyondItsLookBack(t *testing.T) {
	m := newMemory()
	undated := item("a", "An undated stablecoin story", 0)
	undated.PublishedAt = time.Time{}
	reader := &script{batch: models.Batch{Items: 4, Articles: []models.Article{
		item("a", "A fresh stablecoin story", time.Hour), item("a", "An old stablecoin story", 48*time.Hour), undated, item("a", "A bond", time.Hour),
	}}}
	s, now := newScanner(t, m, map[string]*script{"a": reader})
	first := scanOnce(t, s, "a")
	if len(first.Articles) != 4 || first.Baseline != 2 {
		t.Errorf("%d articles, %d silent; want 4 and 2", len(first.Articles), first.Baseline)
	}
	*now = noon.Add(10 * time.Minute)
	reader.batch.Articles = append(reader.batch.Articles, item("a", "A story of last week about a stablecoin", 7*24*time.Hour))
	scanOnce(t, s, "a")
	want := []string{
		"held alert: An old stablecoin story",
		"alert: A fresh stablecoin story",
		"held alert: An undated stablecoin story",
		"alert: A story of last week about a stablecoin", // late, but not seen before
	}
	if diff := cmp.Diff(want, m.owed()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

// The whole of a watched page is kept, however much it says, and only what
// changed in it is matched and told.
func TestVersionsOfAPageAreKeptAndNotTold(t *testing.T) {
	m := newMemory()
	version := item("a", "Guidance", 0)
	version.Body, version.BodyState, version.Baseline = "All about a stablecoin.", models.BodyVersion, true
	change := item("a", "Guidance: each stablecoin needs a reserve", 0)
	change.PublishedAt = time.Time{}
	reader := &script{batch: models.Batch{Articles: []models.Article{version}, Cursor: models.Cursor{Memory: "one"}}}
	s, now := newScanner(t, m, map[string]*script{"a": reader})
	scanOnce(t, s, "a")
	*now = noon.Add(10 * time.Minute)
	version.Body, version.FeedHash = "All about a stablecoin. Each needs a reserve.", "two"
	reader.batch = models.Batch{Articles: []models.Article{version, change}, Cursor: models.Cursor{Memory: "two"}}
	second := scanOnce(t, s, "a")
	if diff := cmp.Diff([]string{"alert: Guidance: each stablecoin needs a reserve"}, m.owed()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
	if got := second.Articles[0]; got.Revision != 2 || got.ID == "" {
		t.Errorf("the second version is revision %d of article %q", got.Revision, got.ID)
	}
	if got := m.states["a"].Memory; got != "two" {
		t.Errorf("the source remembers %q; want what the last batch said", got)
	}
}

func TestEachReportOfADigestIsAnEventOfItsOwn(t *testing.T) {
	m := newMemory()
	digest := item("a", "Morning briefing: tolls and coins", time.Hour)
	digest.Body = "1. Port raises tolls in Japan\nShips pay more.\n\n2. Stablecoin bill passes in Kenya\nIt passed on Monday.\n\n3. Bank issues a stablecoin\nIt is pegged to the krona of Sweden."
	s, _ := newScanner(t, m, map[string]*script{"a": {batch: models.Batch{Articles: []models.Article{digest}}}})
	scanOnce(t, s, "a")
	if diff := cmp.Diff([]string{"alert: Stablecoin bill passes in Kenya", "alert: Bank issues a stablecoin"}, m.owed()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
	got := make(map[string][]string)
	for _, e := range m.events {
		got[e.Title] = e.Jurisdictions
	}
	want := map[string][]string{"Stablecoin bill passes in Kenya": {"Kenya"}, "Bank issues a stablecoin": {"Sweden"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events and where they play (-want +got):\n%s", diff)
	}
}

func TestAScanThatRepeatsOwesNothingNew(t *testing.T) {
	m := newMemory()
	s, now := newScanner(t, m, map[string]*script{"a": {batch: models.Batch{Articles: []models.Article{item("a", "A stablecoin story", time.Hour)}}}})
	for range 3 {
		scanOnce(t, s, "a")
		*now = now.Add(10 * time.Minute)
	}
	if diff := cmp.Diff([]string{"alert: A stablecoin story"}, m.owed()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

func TestAStaleScanDecidesAgain(t *testing.T) {
	m := newMemory()
	readers := map[string]*script{
		"a": {batch: models.Batch{Articles: []models.Article{item("a", "The stablecoin bill is now law in the city", time.Hour)}}},
		"b": {batch: models.Batch{Articles: []models.Article{item("b", "The stablecoin bill is now law in the city", time.Hour)}}},
	}
	s, _ := newScanner(t, m, readers)
	other, _ := newScanner(t, m, readers) // a second process on the same store
	m.stale = 1
	m.onStale = func() {
		m.mu.Unlock()
		defer m.mu.Lock()
		scanOnce(t, other, "b")
	}
	scanOnce(t, s, "a")
	want := []string{"alert: The stablecoin bill is now law in the city", "held update: The stablecoin bill is now law in the city"}
	if diff := cmp.Diff(want, m.owed()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
	if len(m.events) != 1 {
		t.Errorf("%d events of one story", len(m.events))
	}
}

type tooMany struct{ error }

func (tooMany) RetryAfter() time.Duration { return time.Hour }

type broken struct{ error }

func (broken) Failure() models.FailureKind { return models.FailureSourceServerFault }

func TestFailingSourceKeepsWhatSortOfFailureItIs(t *testing.T) {
	m := newMemory()
	reader := &script{err: fmt.Errorf("read: %w", broken{errors.New("it answered with status 503")})}
	s, now := newScanner(t, m, map[string]*script{"a": reader})
	scanOnce(t, s, "a")
	want := models.Failure{Kind: models.FailureSourceServerFault, Args: models.FailureArgs{Text: "read: it answered with status 503"}}
	if got := m.states["a"].Failure(); got.Kind != want.Kind || got.Args.Text != want.Args.Text {
		t.Errorf("after a failure: %s, want %s", got, want)
	}
	reader.err, *now = nil, now.Add(time.Hour)
	scanOnce(t, s, "a")
	if got := m.states["a"].Failure(); got.Kind != "" {
		t.Errorf("after a success: %s, want none", got)
	}
}

func TestAFailingSourceIsToldOnceAndKeepsItsCursor(t *testing.T) {
	m := newMemory()
	reader := &script{batch: models.Batch{Cursor: models.Cursor{ETag: "v1"}}}
	s, now := newScanner(t, m, map[string]*script{"a": reader})
	scanOnce(t, s, "a")
	reader.err = errors.New("the host does not answer")
	for range 5 {
		*now = now.Add(10 * time.Minute)
		if r := scanOnce(t, s, "a"); r.Err == nil {
			t.Fatal("the result does not say that the source failed")
		}
	}
	state := m.states["a"]
	if state.ETag != "v1" || state.Failures != 5 || state.LastError != "the host does not answer" || !state.SucceededAt.Equal(noon) {
		t.Errorf("state after failures: %+v", state)
	}
	reader.err = nil
	scanOnce(t, s, "a")
	if diff := cmp.Diff([]string{"health: The a failing", "health: The a healthy"}, m.owed()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}

	reader.err = tooMany{errors.New("asked to wait")}
	scanOnce(t, s, "a")
	if wait := m.states["a"].NotBefore.Sub(*now); wait != time.Hour {
		t.Errorf("left alone for %s, want the hour it asked for", wait)
	}
}

func TestPagesAreFetchedWithinABudgetAndOwedOtherwise(t *testing.T) {
	m := newMemory()
	var batch []models.Article
	for i := range 5 {
		a := item("a", fmt.Sprintf("Quiet headline number %d", i), time.Hour)
		a.BodyState = models.BodyWanted
		batch = append(batch, a)
	}
	down := true
	reader := &script{batch: models.Batch{Articles: batch}, complete: func(a models.Article) (models.Article, error) {
		if down {
			return models.Article{}, errors.New("page answers 500")
		}
		a.Body, a.BodyState = "A stablecoin is what "+a.Title+" is about.", models.BodyFull
		return a, nil
	}}
	s, now := newScanner(t, m, map[string]*script{"a": reader})
	if r := scanOnce(t, s, "a"); reader.pages != 3 || len(r.Warnings) != 1 {
		t.Errorf("%d pages asked for, %d warnings; want the budget of 3, and 1", reader.pages, len(r.Warnings))
	}
	if got := m.owed(); got != nil {
		t.Errorf("notices from quiet summaries: %v", got)
	}
	down = false
	for range 2 {
		*now = now.Add(10 * time.Minute)
		scanOnce(t, s, "a")
	}
	told := m.owed()
	slices.Sort(told)
	want := []string{"alert: Quiet headline number 0", "alert: Quiet headline number 1", "alert: Quiet headline number 2", "alert: Quiet headline number 3", "alert: Quiet headline number 4"}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("notices once the pages answer (-want +got):\n%s", diff)
	}
	for _, a := range m.articles {
		if a.Revision != 2 || a.BodyState != models.BodyFull {
			t.Errorf("%s: revision %d, body %s; want 2 and full", a.Title, a.Revision, a.BodyState)
		}
	}
}

func TestAPageThatNeverAnswersIsGivenUp(t *testing.T) {
	m := newMemory()
	a := item("a", "Quiet headline", time.Hour)
	a.BodyState = models.BodyWanted
	reader := &script{batch: models.Batch{Articles: []models.Article{a}}, complete: func(models.Article) (models.Article, error) {
		return models.Article{}, errors.New("page answers 404")
	}}
	s, now := newScanner(t, m, map[string]*script{"a": reader})
	for range 4 * 24 * 6 { // four days of a scan every ten minutes
		scanOnce(t, s, "a")
		*now = now.Add(10 * time.Minute)
	}
	stored := m.articles["a"+a.Identity]
	if reader.pages != len(pageWaits) || stored.BodyState != models.BodyFailed || stored.Revision != 1 {
		t.Errorf("asked %d times, body %s, revision %d; want %d, failed, 1", reader.pages, stored.BodyState, stored.Revision, len(pageWaits))
	}
}

// An hour's trouble of a site loses no page, and costs no notice.
func TestAPageThatComesBackIsRead(t *testing.T) {
	m := newMemory()
	a := item("a", "A stablecoin headline", time.Hour)
	a.BodyState = models.BodyWanted
	down := true
	reader := &script{batch: models.Batch{Articles: []models.Article{a}}, complete: func(a models.Article) (models.Article, error) {
		if down {
			return models.Article{}, errors.New("page answers 500")
		}
		a.Body, a.BodyState = "A stablecoin, at length.", models.BodyFull
		return a, nil
	}}
	s, now := newScanner(t, m, map[string]*script{"a": reader})
	for range 8 {
		scanOnce(t, s, "a")
		*now = now.Add(10 * time.Minute)
	}
	if diff := cmp.Diff([]string{"alert: A stablecoin headline"}, m.owed()); diff != "" {
		t.Errorf("while the page is down (-want +got):\n%s", diff)
	}
	down = false
	*now = now.Add(4 * time.Hour)
	scanOnce(t, s, "a")
	if stored := m.articles["a"+a.Identity]; stored.BodyState != models.BodyFull || stored.Revision != 2 {
		t.Errorf("body %s, revision %d; want full, 2", stored.BodyState, stored.Revision)
	}
}

func TestASourceThatAsksForPatienceIsAskedForNoFurtherPage(t *testing.T) {
	m := newMemory()
	var batch []models.Article
	for i := range 3 {
		a := item("a", fmt.Sprintf("Headline number %d", i), time.Hour)
		a.BodyState = models.BodyWanted
		batch = append(batch, a)
	}
	reader := &script{batch: models.Batch{Articles: batch}, complete: func(models.Article) (models.Article, error) {
		return models.Article{}, tooMany{errors.New("429")}
	}}
	s, _ := newScanner(t, m, map[string]*script{"a": reader})
	scanOnce(t, s, "a")
	if reader.pages != 1 {
		t.Errorf("asked for %d pages, want 1", reader.pages)
	}
	for _, a := range m.articles {
		if a.BodyTries != 0 || a.BodyState != models.BodyWanted {
			t.Errorf("%s: %d tries, body %s; want none, wanted", a.Title, a.BodyTries, a.BodyState)
		}
	}
}

// What needs no page is committed before the pages of others are fetched.
func TestOnePageKeepsNoOtherArticleWaiting(t *testing.T) {
	m := newMemory()
	slow := item("a", "A quiet headline", time.Hour)
	slow.BodyState = models.BodyWanted
	reader := &script{batch: models.Batch{Cursor: models.Cursor{ETag: "v2"}, Articles: []models.Article{slow, item("a", "A stablecoin story", time.Hour)}}}
	reader.complete = func(a models.Article) (models.Article, error) {
		if diff := cmp.Diff([]string{"alert: A stablecoin story"}, m.owed()); diff != "" {
			t.Errorf("while the page is fetched (-want +got):\n%s", diff)
		}
		if state := m.states["a"]; state.ETag != "" || !state.BaselineAt.IsZero() {
			t.Errorf("the cursor or the baseline has moved before all was committed: %+v", state)
		}
		a.Body, a.BodyState = "All about a stablecoin.", models.BodyFull
		return a, nil
	}
	s, _ := newScanner(t, m, map[string]*script{"a": reader})
	r := scanOnce(t, s, "a")
	if len(r.Articles) != 2 || len(r.Notices) != 2 {
		t.Errorf("the result has %d articles and %d notices; want 2 and 2", len(r.Articles), len(r.Notices))
	}
	if state := m.states["a"]; state.ETag != "v2" || state.BaselineAt.IsZero() {
		t.Errorf("after the scan: %+v", state)
	}
}

func TestAFirstScanThatBreaksOffIsNoBaseline(t *testing.T) {
	m := newMemory()
	reader := &script{batch: models.Batch{Partial: true, Articles: []models.Article{item("a", "An old stablecoin story", 48*time.Hour)}}}
	s, now := newScanner(t, m, map[string]*script{"a": reader})
	scanOnce(t, s, "a")
	*now = now.Add(10 * time.Minute)
	reader.batch.Partial = false
	reader.batch.Articles = append(reader.batch.Articles, item("a", "An older stablecoin story", 300*24*time.Hour))
	scanOnce(t, s, "a")
	if diff := cmp.Diff([]string{"held alert: An old stablecoin story", "held alert: An older stablecoin story"}, m.owed()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

// A source that is never read to its end, because one of its pages is always
// missing, is not silent for ever.
func TestASourceThatAlwaysBreaksOffAlerts(t *testing.T) {
	m := newMemory()
	undated := func(title string) models.Article {
		a := item("a", title, 0)
		a.PublishedAt = time.Time{}
		return a
	}
	reader := &script{batch: models.Batch{Partial: true, Articles: []models.Article{undated("An old stablecoin story")}}}
	s, now := newScanner(t, m, map[string]*script{"a": reader})
	scanOnce(t, s, "a")
	*now = now.Add(23 * time.Hour)
	reader.batch.Articles = append(reader.batch.Articles, undated("A stablecoin story that the first answer broke off before"))
	scanOnce(t, s, "a")
	*now = now.Add(time.Hour)
	scanOnce(t, s, "a")
	*now = now.Add(time.Hour)
	reader.batch.Articles = append(reader.batch.Articles, undated("A new stablecoin story"))
	scanOnce(t, s, "a")
	want := []string{
		"held alert: An old stablecoin story", "held alert: A stablecoin story that the first answer broke off before",
		"alert: A new stablecoin story",
	}
	if diff := cmp.Diff(want, m.owed(), cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

func TestWhatASourceMovesIsNoNews(t *testing.T) {
	m := newMemory()
	reader := &script{}
	s, now := newScanner(t, m, map[string]*script{"a": reader})
	scanOnce(t, s, "a")
	*now = noon.AddDate(0, 0, 30)
	reader.batch.Articles = []models.Article{
		item("a", "A stablecoin story of last year", 300*24*time.Hour),
		item("a", "A stablecoin story dated eight days before we came", 8*24*time.Hour),
	}
	scanOnce(t, s, "a")
	want := []string{"held alert: A stablecoin story of last year", "alert: A stablecoin story dated eight days before we came"}
	if diff := cmp.Diff(want, m.owed()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

func TestLookBackOfTheSourceAndOfTheConfiguration(t *testing.T) {
	for _, tt := range []struct {
		name     string
		lookBack time.Duration
		want     int // silent articles
	}{{"the configuration's day", 0, 1}, {"none", -1, 2}, {"the source's week", 7 * 24 * time.Hour, 0}} {
		m := newMemory()
		s, _ := newScanner(t, m, map[string]*script{"a": {batch: models.Batch{Articles: []models.Article{
			item("a", "A stablecoin story", time.Hour), item("a", "An older stablecoin story", 48*time.Hour),
		}}}})
		src := s.Settings().Sources[0]
		src.LookBack = tt.lookBack
		r, err := s.Scan(t.Context(), src)
		if err != nil || r.Baseline != tt.want {
			t.Errorf("%s: %d silent, %v; want %d", tt.name, r.Baseline, err, tt.want)
		}
	}
}

func TestAnEditIsARevisionAndNoNews(t *testing.T) {
	m := newMemory()
	a := item("a", "A stablecoin story", time.Hour)
	reader := &script{batch: models.Batch{Articles: []models.Article{a}}}
	s, now := newScanner(t, m, map[string]*script{"a": reader})
	scanOnce(t, s, "a")
	a.Body, a.FeedHash = "A stablecoin story, corrected.", "edited"
	reader.batch.Articles = []models.Article{a}
	*now = now.Add(10 * time.Minute)
	scanOnce(t, s, "a")
	if got := m.articles["a"+a.Identity].Revision; got != 2 {
		t.Errorf("revision %d, want 2", got)
	}
	if diff := cmp.Diff([]string{"alert: A stablecoin story", "held update: A stablecoin story"}, m.owed()); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

func TestBeingStoppedBlamesNobody(t *testing.T) {
	m := newMemory()
	ctx, cancel := context.WithCancel(t.Context())
	reader := &script{err: errors.New("cut off")}
	s, _ := newScanner(t, m, map[string]*script{"a": reader})
	cancel()
	if _, err := s.Scan(ctx, s.Settings().Sources[0]); !errors.Is(err, context.Canceled) {
		t.Errorf("Scan = %v, want canceled", err)
	}
	if len(m.commits) != 0 {
		t.Errorf("a failure was recorded: %+v", m.commits)
	}
}

func TestAPreviewCommitsNothing(t *testing.T) {
	m := newMemory()
	s, _ := newScanner(t, m, map[string]*script{"a": {batch: models.Batch{Articles: []models.Article{item("a", "A stablecoin story", time.Hour)}}}})
	r, err := s.Preview(t.Context(), s.Settings().Sources[0])
	if err != nil || len(r.Notices) != 1 || len(m.commits) != 0 {
		t.Errorf("Preview: %v, %d notices, %d commits; want one notice and no commit", err, len(r.Notices), len(m.commits))
	}
}

func TestOneFailingSourceStopsNoOther(t *testing.T) {
	m := newMemory()
	readers := map[string]*script{"bad": {err: errors.New("down")}}
	for i := range 20 {
		id := fmt.Sprintf("s%d", i)
		readers[id] = &script{batch: models.Batch{Articles: []models.Article{item(id, fmt.Sprintf("Stablecoin story %d %s", i, models.HashOf(id)), time.Hour)}}}
	}
	s, _ := newScanner(t, m, readers)
	if err := s.Pass(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(m.commits) != 21 || len(m.events) != 20 {
		t.Errorf("%d commits and %d events; want 21 and 20", len(m.commits), len(m.events))
	}
	// Nothing is due again until the next slot.
	if err := s.Pass(t.Context()); err != nil || len(m.commits) != 21 {
		t.Errorf("a second pass at once: %v, %d commits; want 21", err, len(m.commits))
	}
}

func TestPassReadsStatesOfAllSourcesAtOnce(t *testing.T) {
	m := newMemory()
	readers := make(map[string]*script)
	for i := range 20 {
		readers[fmt.Sprint("s", i)] = &script{}
	}
	s, _ := newScanner(t, m, readers)
	if err := s.Pass(t.Context()); err != nil || m.reads != 21 {
		t.Errorf("a pass with 20 sources that are due reads states %d times, %v; want once, and once for each commit", m.reads, err)
	}
	m.reads = 0
	if err := s.Pass(t.Context()); err != nil || m.reads != 1 {
		t.Errorf("a pass without a source that is due reads states %d times, %v; want once", m.reads, err)
	}
}
