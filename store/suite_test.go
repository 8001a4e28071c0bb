package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/jackc/pgx/v5"

	"regwatch/models"
)

// postgresVariable names the environment variable that holds the DSN of a
// PostgreSQL database in which tests may create schemas; .ci/postgres.sh starts
// one.
const postgresVariable = "REGWATCH_TEST_POSTGRES"

// noon is when the tests happen.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// onEachEngine runs a behaviour on a fresh SQLite file, and on a fresh schema
// of PostgreSQL where there is one.
func onEachEngine(t *testing.T, behaviour func(t *testing.T, o Options)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { behaviour(t, freshSQLite(t)) })
	t.Run("postgres", func(t *testing.T) { behaviour(t, freshPostgres(t)) })
}

func freshSQLite(t testing.TB) Options {
	return Options{Path: filepath.Join(t.TempDir(), "regwatch.db")}
}

func freshPostgres(t testing.TB) Options {
	t.Helper()
	dsn := os.Getenv(postgresVariable)
	if dsn == "" {
		t.Skip(postgresVariable + " is not set, so there is no PostgreSQL to test on; .ci/postgres.sh starts one")
	}
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatalf("connect to %s: %v", postgresVariable, err)
	}
	name := "t" + strings.ToLower(rand.Text()[:12])
	if _, err := conn.Exec(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := conn.Exec(context.Background(), "DROP SCHEMA "+name+" CASCADE")
		if err := errors.Join(err, conn.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatalf("%s must be a postgres:// address: %v", postgresVariable, err)
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return Options{DSN: u.String()}
}

// freshLike is another database of the same engine.
func freshLike(t testing.TB, o Options) Options {
	if o.DSN != "" {
		return freshPostgres(t)
	}
	return freshSQLite(t)
}

func open(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// article is one that a feed gave and a scan has read.
func article(source, guid, title string, seen time.Time) models.Article {
	a := models.Article{
		SourceID: source, GUID: guid, Link: "https://example.org/" + guid, LinkKey: "example.org/" + guid,
		Identity: models.IdentityOf(guid, "https://example.org/"+guid),
		Title:    title, Summary: "In short.", Body: title + ", at length.", Language: "en",
		PublishedAt: seen.Add(-time.Hour), PublishedRaw: "an hour ago", SeenAt: seen,
		BodyState: models.BodyFull, Revision: 1, FeedHash: models.HashOf(title),
	}
	a.ID, a.Hash = models.NewID(seen, source, a.Identity), a.TextHash()
	return a
}

func match(a models.Article, rule string) models.Match {
	return models.Match{
		ArticleID: a.ID, Revision: a.Revision, RuleID: rule, RuleHash: "h1", RuleTitle: "Title", Why: "Because.",
		Severity: models.High, Strength: models.Subject, Routes: []string{"desk"},
		Hits: []models.Hit{{Field: models.InTitle, Start: 0, End: 4, Text: a.Title[:4], Term: "coin"}}, MatchedAt: a.SeenAt,
	}
}

func event(a models.Article, keys ...string) models.Event {
	return models.Event{
		ID: models.NewID(a.SeenAt, "event", a.ID), Revision: 1, Title: a.Title, Link: a.Link, LeadRule: "coin",
		Severity: models.High, Strength: models.Subject, RuleIDs: []string{"coin"}, Jurisdictions: []string{"Hong Kong"},
		FirstSeenAt: a.SeenAt, LastSeenAt: a.SeenAt, Keys: keys,
	}
}

func place(e models.Event, a models.Article) models.EventArticle {
	return models.EventArticle{
		ArticleID: a.ID, EventID: e.ID, JoinedBy: "opened it", JoinedAt: a.SeenAt, SourceID: a.SourceID, SourceName: "Source",
		Role: models.Press, Title: a.Title, Link: a.Link, LinkKey: a.LinkKey, PublishedAt: a.PublishedAt, SeenAt: a.SeenAt,
		Strength: models.Subject, Signature: []uint32{1, 4294967295},
	}
}

func alert(e models.Event, recipient string, at time.Time) models.Notice {
	n := models.Notice{
		Kind: models.NoticeAlert, Subject: "event", SubjectID: e.ID, Recipient: recipient, Severity: e.Severity,
		Reason: "on the route desk", CreatedAt: at,
		Content: models.Content{Alert: &models.Alert{EventID: e.ID, Title: e.Title, SeenAt: at.UTC()}},
	}
	n.ID = n.Key()
	n.Deliveries = []models.Delivery{models.NewDelivery(n.ID, "slack", "", at)}
	return n
}

// scanOf is the scan that saw an article, opened an event of it and owes an
// alert.
func scanOf(state models.SourceState, generation int64, a models.Article, keys ...string) models.Scan {
	e := event(a, keys...)
	return models.Scan{
		State: state, EventGeneration: generation, At: a.SeenAt,
		Articles: []models.Article{a},
		Rules:    []models.RuleRevision{{RuleID: "coin", Hash: "h1", Text: "id: coin\n", Vocabulary: "{}", FirstUsedAt: a.SeenAt}},
		Matches:  []models.Match{match(a, "coin")},
		Changes: []models.Change{{
			Kind: models.Opened, Event: e, Joined: place(e, a), Article: a, NewKeys: keys,
		}},
		Notices: []models.Notice{alert(e, "desk", a.SeenAt)},
	}
}

func commit(t testing.TB, s *Store, scan models.Scan) {
	t.Helper()
	if err := s.Commit(t.Context(), scan); err != nil {
		t.Fatal(err)
	}
}

func counts(t testing.TB, s *Store) Counts {
	t.Helper()
	c, err := s.Counts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func soundAudit(t testing.TB, s *Store) {
	t.Helper()
	if n, err := s.VerifyAudit(t.Context()); err != nil {
		t.Errorf("after %d entries: %v", n, err)
	}
}

func TestACommittedScanIsReadBackAsItWas(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		state := models.SourceState{
			SourceID: "hkma", URL: "https://example.org/feed", ETag: `"1"`, LastModified: "Mon", BaselineAt: noon,
			AttemptedAt: noon, SucceededAt: noon.Add(time.Microsecond), LastNewAt: noon, Health: models.Healthy, Items: 3,
		}
		a := article("hkma", "1", "Coin rules", noon.Add(123*time.Microsecond))
		scan := scanOf(state, 0, a, "link:example.org/1", "headline:coin")
		commit(t, s, scan)

		state.Generation = 1
		got, err := s.SourceState(t.Context(), "hkma")
		if diff := cmp.Diff(state, got); err != nil || diff != "" {
			t.Errorf("SourceState: %v, mismatch (-want +got):\n%s", err, diff)
		}
		states, err := s.SourceStates(t.Context())
		if diff := cmp.Diff([]models.SourceState{state}, states); err != nil || diff != "" {
			t.Errorf("SourceStates: %v, mismatch (-want +got):\n%s", err, diff)
		}

		want := scan.Changes[0].Event
		want.Articles = []models.EventArticle{scan.Changes[0].Joined}
		want.Keys = []string{"headline:coin", "link:example.org/1"}
		want.Told = []string{"desk"}
		events, generation, err := s.Candidates(t.Context(), []string{"link:example.org/1", "headline:coin", "link:other"})
		if diff := cmp.Diff([]models.Event{want}, events); err != nil || diff != "" {
			t.Errorf("Candidates: %v, mismatch (-want +got):\n%s", err, diff)
		}
		if generation != 1 {
			t.Errorf("generation of events = %d, want 1", generation)
		}
		notices, err := s.Notices(t.Context(), noon, 10)
		if diff := cmp.Diff(scan.Notices, notices); err != nil || diff != "" {
			t.Errorf("Notices: %v, mismatch (-want +got):\n%s", err, diff)
		}
		var matches []models.Match
		if err := s.read.Find(&matches).Error; err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(scan.Matches, matches, cmpopts.IgnoreFields(models.Match{}, "ID")); diff != "" {
			t.Errorf("matches mismatch (-want +got):\n%s", diff)
		}
		var articles []models.Article
		if err := s.read.Find(&articles).Error; err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(scan.Articles, articles); diff != "" {
			t.Errorf("articles mismatch (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(Counts{Articles: 1, Matches: 1, Events: 1, Notices: 1, Due: 1, Audit: 4}, counts(t, s)); diff != "" {
			t.Errorf("Counts mismatch (-want +got):\n%s", diff)
		}
		soundAudit(t, s)
	})
}

func TestUnseenKeepsWhatIsNewOrChanged(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		stored := article("hkma", "1", "Coin rules", noon)
		stored.Baseline = true
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma"}, Articles: []models.Article{stored}, At: noon})

		given := func(guid, title string) models.Article {
			a := article("hkma", guid, title, noon.Add(time.Hour))
			a.ID, a.Revision, a.SeenAt = "", 0, time.Time{}
			return a
		}
		edited := given("1", "Coin rules, amended")
		asStored := edited
		asStored.ID, asStored.Hash, asStored.Revision, asStored.SeenAt, asStored.Baseline = stored.ID, stored.Hash, 1, noon, true
		tests := []struct {
			name   string
			source string
			given  []models.Article
			want   []models.Article
		}{
			{"as it was", "hkma", []models.Article{given("1", "Coin rules")}, nil},
			{"never seen", "hkma", []models.Article{given("2", "More")}, []models.Article{given("2", "More")}},
			{"edited", "hkma", []models.Article{edited}, []models.Article{asStored}},
			{"another source's", "sfc", []models.Article{given("1", "Coin rules")}, []models.Article{given("1", "Coin rules")}},
			{"twice in one feed", "hkma", []models.Article{given("2", "First"), given("2", "Second")}, []models.Article{given("2", "First")}},
			{"none", "hkma", nil, nil},
		}
		for _, tt := range tests {
			got, err := s.Unseen(t.Context(), tt.source, tt.given)
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("Unseen(%s): %v, mismatch (-want +got):\n%s", tt.name, err, diff)
			}
		}
	})
}

func TestAnOutdatedScanIsStaleAndStoresNothing(t *testing.T) {
	tests := []struct {
		name string
		scan func(models.Scan) models.Scan
		want error
	}{
		{"read after the first", func(sc models.Scan) models.Scan { return sc }, nil},
		{"of an older state", func(sc models.Scan) models.Scan { sc.State.Generation = 0; return sc }, models.ErrStale},
		{"of a state that never was", func(sc models.Scan) models.Scan { sc.State.Generation = 7; return sc }, models.ErrStale},
		{"of older events", func(sc models.Scan) models.Scan { sc.EventGeneration = 0; return sc }, models.ErrStale},
		{"of older events, which it does not change", func(sc models.Scan) models.Scan {
			sc.EventGeneration, sc.Changes, sc.Notices = 0, nil, nil
			return sc
		}, nil},
		{"of a new source, on older events", func(sc models.Scan) models.Scan {
			sc.State = models.SourceState{SourceID: "hkma", Generation: 0}
			return sc
		}, models.ErrStale},
		{"with an article that is stored with another text", func(sc models.Scan) models.Scan {
			sc.Articles = []models.Article{article("hkma", "1", "Coin rules", noon)}
			sc.Articles[0].Hash, sc.Changes = "other", nil
			return sc
		}, models.ErrStale},
		{"with a revision that skips one", func(sc models.Scan) models.Scan {
			a := article("hkma", "1", "Coin rules", noon)
			a.Revision, a.Hash = 3, "other"
			sc.Articles, sc.Changes = []models.Article{a}, nil
			return sc
		}, models.ErrStale},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				s := open(t, freshLike(t, o))
				commit(t, s, scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "1", "Coin rules", noon), "k1"))
				before := counts(t, s)

				second := scanOf(models.SourceState{SourceID: "hkma", Generation: 1}, 1, article("hkma", "2", "Bank rules", noon.Add(time.Minute)), "k2")
				if err := s.Commit(t.Context(), tt.scan(second)); !errors.Is(err, tt.want) {
					t.Fatalf("Commit = %v, want %v", err, tt.want)
				}
				if changed := counts(t, s) != before; changed != (tt.want == nil) {
					t.Errorf("stored %+v after %+v; a stale scan stores nothing, another something", counts(t, s), before)
				}
				soundAudit(t, s)
			})
		}
	})
}

func TestANewRevisionReplacesTheTextAndKeepsTheFormer(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := article("hkma", "1", "Coin rules", noon)
		a.BodyState = models.BodyWanted
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma"}, Articles: []models.Article{a}, At: noon})

		// The page could not be fetched: same text, one more try.
		tried := a
		tried.BodyTries = 1
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma", Generation: 1}, Articles: []models.Article{tried}, At: noon.Add(time.Hour)})
		wanted, err := s.Wanted(t.Context(), "hkma", 5)
		if diff := cmp.Diff([]models.Article{tried}, wanted); err != nil || diff != "" {
			t.Fatalf("Wanted: %v, mismatch (-want +got):\n%s", err, diff)
		}

		full := tried
		full.Body, full.BodyState, full.Revision = "The whole text.", models.BodyFull, 2
		full.Hash = full.TextHash()
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma", Generation: 2}, Articles: []models.Article{full}, At: noon.Add(2 * time.Hour)})
		if wanted, err := s.Wanted(t.Context(), "hkma", 5); err != nil || len(wanted) != 0 {
			t.Errorf("Wanted = %v, %v; want none once the page is there", wanted, err)
		}
		var revisions []models.ArticleRevision
		if err := s.read.Order("revision").Find(&revisions).Error; err != nil {
			t.Fatal(err)
		}
		want := []models.ArticleRevision{
			{ArticleID: a.ID, Revision: 1, Hash: a.Hash, Title: a.Title, Body: a.Body, SeenAt: noon},
			{ArticleID: a.ID, Revision: 2, Hash: full.Hash, Title: a.Title, Body: "The whole text.", SeenAt: noon.Add(2 * time.Hour)},
		}
		if diff := cmp.Diff(want, revisions); diff != "" {
			t.Errorf("revisions mismatch (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"article.seen", "article.revised"}, actions(t, s)); diff != "" {
			t.Errorf("audit mismatch (-want +got):\n%s", diff)
		}
	})
}

func actions(t testing.TB, s *Store) []string {
	t.Helper()
	entries, err := s.Audit(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Action)
	}
	return all
}

func TestCommittingTwiceStoresOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := article("hkma", "1", "Coin rules", noon)
		first := scanOf(models.SourceState{SourceID: "hkma"}, 0, a, "k1")
		commit(t, s, first)
		before := counts(t, s)

		// The same decisions once more, from a fresh reading.
		again := first
		again.State.Generation, again.EventGeneration = 1, 1
		again.Changes[0].Kind = models.Revised
		commit(t, s, again)
		before.Audit++ // that the event changed
		if diff := cmp.Diff(before, counts(t, s)); diff != "" {
			t.Errorf("Counts mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestAnArticleStaysInItsEvent(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := article("hkma", "1", "Coin rules", noon)
		first := scanOf(models.SourceState{SourceID: "hkma"}, 0, a, "k1")
		commit(t, s, first)

		second := scanOf(models.SourceState{SourceID: "sfc"}, 1, article("sfc", "2", "Bank rules", noon), "k2")
		second.Changes[0].Joined.ArticleID = a.ID
		err := s.Commit(t.Context(), second)
		if err == nil || errors.Is(err, models.ErrStale) || !strings.Contains(err.Error(), "article "+a.ID+" belongs to another event") {
			t.Errorf("Commit = %v, want it refused: the article has its event", err)
		}
		events, _, err := s.Candidates(t.Context(), []string{"k1", "k2"})
		if err != nil || len(events) != 1 || events[0].ID != first.Changes[0].Event.ID {
			t.Errorf("Candidates = %+v, %v; want the first event alone", events, err)
		}
	})
}

func TestHealthIsRecordedWhenItChanges(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		for i, h := range []models.Health{models.Healthy, models.Failing, models.Failing, models.Healthy, models.Healthy} {
			state := models.SourceState{SourceID: "hkma", Generation: int64(i), Health: h, LastError: "no answer"}
			commit(t, s, models.Scan{State: state, At: noon.Add(time.Duration(i) * time.Minute)})
		}
		if diff := cmp.Diff([]string{"source.failed", "source.recovered"}, actions(t, s)); diff != "" {
			t.Errorf("audit mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestManyKeysAreLookedUp(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		long := "link:" + strings.Repeat("x", 5000)
		commit(t, s, scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "1", "Coin rules", noon), "key 39999", long))
		keys := make([]string, 40_000)
		given := make([]models.Article, len(keys))
		for i := range keys {
			keys[i] = fmt.Sprintf("key %d", i)
			given[i] = models.Article{Identity: keys[i]}
		}
		for _, ask := range [][]string{keys, {long}} {
			events, _, err := s.Candidates(t.Context(), ask)
			if err != nil || len(events) != 1 {
				t.Errorf("Candidates(%d keys) = %d events, %v; want 1", len(ask), len(events), err)
			}
		}
		unseen, err := s.Unseen(t.Context(), "hkma", given)
		if err != nil || len(unseen) != len(given) {
			t.Errorf("Unseen = %d articles, %v; want %d", len(unseen), err, len(given))
		}
	})
}

func TestAMergedEventIsAnsweredByTheOneItBecame(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		var events []models.Event
		for i := range 3 {
			a := article("hkma", fmt.Sprint(i), fmt.Sprintf("Step %d", i), noon.Add(time.Duration(i)*time.Minute))
			scan := scanOf(models.SourceState{SourceID: "hkma", Generation: int64(i)}, int64(i), a, fmt.Sprintf("k%d", i))
			scan.Notices[0].Recipient = fmt.Sprintf("team %d", i)
			scan.Notices[0].ID = scan.Notices[0].Key()
			scan.Notices[0].Deliveries = nil
			commit(t, s, scan)
			events = append(events, scan.Changes[0].Event)
		}
		for i, e := range events[:2] { // 0 into 1, 1 into 2
			err := s.write.Table("events").Where("id = ?", e.ID).Update("merged_into", events[i+1].ID).Error
			if err != nil {
				t.Fatal(err)
			}
		}
		got, _, err := s.Candidates(t.Context(), []string{"k0"})
		if err != nil || len(got) != 1 || got[0].ID != events[2].ID {
			t.Fatalf("Candidates = %+v, %v; want event %s", got, err, events[2].ID)
		}
		if diff := cmp.Diff([]string{"team 0", "team 1", "team 2"}, got[0].Told); diff != "" {
			t.Errorf("Told mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestTimesSortAlikeWhateverTheirZone(t *testing.T) {
	hongKong := time.FixedZone("HKT", 8*60*60)
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		times := []time.Time{
			time.Date(2026, 3, 2, 9, 0, 0, 0, hongKong), // 01:00 UTC
			time.Date(2026, 3, 2, 1, 30, 0, 0, time.UTC),
			time.Date(2026, 3, 2, 9, 45, 0, 0, hongKong), // 01:45 UTC
			time.Date(2026, 3, 2, 2, 0, 0, 1000, time.UTC),
		}
		for i, at := range times {
			a := article("hkma", fmt.Sprint(i), fmt.Sprintf("Step %d", i), at)
			commit(t, s, scanOf(models.SourceState{SourceID: "hkma", Generation: int64(i)}, int64(i), a, "k"))
		}
		events, err := s.EventsBetween(t.Context(), times[0], times[3])
		if err != nil {
			t.Fatal(err)
		}
		var titles []string
		for _, e := range events {
			titles = append(titles, e.Title)
		}
		if diff := cmp.Diff([]string{"Step 0", "Step 1", "Step 2"}, titles); diff != "" {
			t.Errorf("EventsBetween mismatch (-want +got):\n%s", diff)
		}
		if got := events[0].FirstSeenAt; got != times[0].UTC() {
			t.Errorf("FirstSeenAt = %v, want %v in UTC", got, times[0].UTC())
		}
	})
}

func TestTextThatPostgresRefusesIsMendedOnBothEngines(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := article("hkma", "1", "Coin rules", noon)
		a.Title, a.Body = "Co\x00in", "a\xffb 幣 \xe5\xb9"
		commit(t, s, scanOf(models.SourceState{SourceID: "hkma", LastError: "\xfe"}, 0, a, "k\x00"))
		var got models.Article
		if err := s.read.First(&got).Error; err != nil {
			t.Fatal(err)
		}
		if got.Title != "Co in" || got.Body != "a?b 幣 ??" {
			t.Errorf("stored %q, %q; want what cannot be stored replaced byte for byte", got.Title, got.Body)
		}
	})
}
