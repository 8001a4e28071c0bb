package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// What was compared when an article joined or opened an event comes back as it was
// stored.
func TestSimilarityIsStoredWithEventAndArticle(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		why := models.Similarity{Score: 1.25, ArticleID: "A0", Title: "A \x00title", Terms: []string{"銀行 (bank)"}, Against: "days"}
		scan := profileScan(t, s, "hkma", noon)
		c := &scan.Changes[0]
		c.Event.MayBelong = &models.MayBelong{EventID: "E0", Title: "Another", Similarity: why}
		c.Joined.Profile, c.Joined.Similarity = `{"at":"2026-03-02T12:00:00Z"}`, &why
		commit(t, s, scan)
		event, err := s.FindEvent(t.Context(), c.Event.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.Event.MayBelong, event.MayBelong); diff != "" {
			t.Errorf("may belong (-want +got):\n%s", diff)
		}
		in := event.Articles[0]
		if diff := cmp.Diff(&why, in.Similarity); diff != "" || in.Profile != c.Joined.Profile {
			t.Errorf("profile %q, similarity (-want +got):\n%s", in.Profile, diff)
		}
	})
}

func TestUnprofiledArticlesGetTheirProfileOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		old, recent := profileScan(t, s, "hkma", noon.AddDate(0, 0, -30)), models.Scan{}
		commit(t, s, old)
		recent = profileScan(t, s, "sfc", noon)
		commit(t, s, recent)
		_, before, err := s.Candidates(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		articles, err := s.UnprofiledArticles(t.Context(), noon.AddDate(0, 0, -15), 10)
		if err != nil || len(articles) != 1 {
			t.Fatalf("%d articles, %v; want the recent one", len(articles), err)
		}
		a := articles[0]
		if a.ID != recent.Articles[0].ID || a.Title == "" || a.Body == "" || !a.SeenAt.Equal(recent.Articles[0].SeenAt) {
			t.Errorf("article %+v", a)
		}
		for range 2 { // to add it again changes nothing
			if err := s.AddProfiles(t.Context(), []ArticleProfile{{a.ID, `{"title":["x"]}`, []string{"term:1:x", "term:1:y"}}}); err != nil {
				t.Fatal(err)
			}
		}
		events, after, err := s.Candidates(t.Context(), models.Lookup{Keys: []string{"term:1:y"}})
		if err != nil || len(events) != 1 || events[0].Articles[0].Profile != `{"title":["x"]}` {
			t.Errorf("events by a new key: %+v, %v", events, err)
		}
		if after <= before {
			t.Errorf("generation %d after %d: a plan from before would still be committed", after, before)
		}
		if left, err := s.UnprofiledArticles(t.Context(), noon.AddDate(0, 0, -15), 10); err != nil || len(left) != 0 {
			t.Errorf("%d articles left, %v", len(left), err)
		}
	})
}

// profileScan is a scan with one event of one article.
func profileScan(t *testing.T, s *Store, source string, at time.Time) models.Scan {
	t.Helper()
	state, err := s.SourceState(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	_, generation, err := s.Candidates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return scanOf(state, generation, article(source, "Licences of "+source, "A text of "+source, at))
}
