package store

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regwatch/models"
)

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
		want.Notified = []models.Notified{{Recipient: "desk", Severity: scan.Notices[0].Severity, At: scan.Notices[0].Deliveries[0].CreatedAt, Destinations: []models.Destination{{Channel: "slack"}}}}
		events, generation, err := candidates(t, s, "link:example.org/1", "headline:coin", "link:other")
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
		wanted, err := s.ArticlesWithoutBody(t.Context(), "hkma", 5)
		if diff := cmp.Diff([]models.Article{tried}, wanted); err != nil || diff != "" {
			t.Fatalf("Wanted: %v, mismatch (-want +got):\n%s", err, diff)
		}

		full := tried
		full.Body, full.BodyState, full.Revision = "The whole text.", models.BodyFull, 2
		full.Hash = full.TextHash()
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma", Generation: 2}, Articles: []models.Article{full}, At: noon.Add(2 * time.Hour)})
		if wanted, err := s.ArticlesWithoutBody(t.Context(), "hkma", 5); err != nil || len(wanted) != 0 {
			t.Errorf("Wanted = %v, %v; want none once the page is there", wanted, err)
		}
		revisions, err := s.ArticleRevisions(t.Context(), a.ID)
		if err != nil {
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

func TestRevisedChangeReplacesStageAndDates(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		scan := scanOf(models.SourceState{SourceID: "hkma"}, 0, article("hkma", "1", "Coin rules", noon), "k1")
		commit(t, s, scan)

		scan.State.Generation, scan.EventGeneration = 1, 1
		c := &scan.Changes[0]
		c.Kind, c.Event.Revision, c.Event.Stage, c.Event.Dates = models.Revised, 2, "in-force", applyBy("2026-04-30")
		c.Joined.Stage, c.Joined.Dates, c.Joined.StatedAt = "in-force", applyBy("2026-04-30"), noon.Add(time.Hour)
		commit(t, s, scan)

		events, _, err := candidates(t, s, "k1")
		if err != nil || len(events) != 1 {
			t.Fatalf("Candidates = %+v, %v; want the event", events, err)
		}
		if diff := cmp.Diff(c.Joined, events[0].Articles[0]); diff != "" {
			t.Errorf("article mismatch (-want +got):\n%s", diff)
		}
		if e := events[0]; e.Stage != "in-force" || !cmp.Equal(e.Dates, applyBy("2026-04-30")) {
			t.Errorf("event has %q and %v", e.Stage, e.Dates)
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
		events, _, err := candidates(t, s, "k1", "k2")
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
