package store

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// revise commits the next revision of an article.
func revise(t *testing.T, s *Store, a models.Article, text string, at time.Time) models.Article {
	t.Helper()
	state, err := s.SourceState(t.Context(), a.SourceID)
	if err != nil {
		t.Fatal(err)
	}
	a.Body, a.FeedHash = text, models.HashOf(text)
	a.Hash = a.TextHash()
	a.Revision++
	commit(t, s, models.Scan{State: state, Articles: []models.Article{a}, At: at})
	return a
}

// The response that gave a text is stored with that revision and copied. Another response with
// the same text is not stored, and retention keeps what is.
func TestResponseOfATextIsKept(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := article("hkma", "1", "Coin rules", noon)
		a.Fetched = &models.Fetched{URL: "https://example.org/feed", Status: 200, ETag: "\"v1\"\x00\xff", ContentType: "text/xml"}
		commit(t, s, scanOf(models.SourceState{SourceID: "hkma"}, 0, a, "coin"))
		again := a
		again.Fetched, again.BodyTries = &models.Fetched{URL: "https://example.org/feed", Status: 200, ETag: `"v2"`}, 1
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma", Generation: 1}, Articles: []models.Article{again}, At: noon.Add(time.Hour)})
		again.Fetched = &models.Fetched{URL: "https://example.org/1", Status: 203, Date: "Mon, 30 Nov 2026 02:00:00 GMT", LastModified: "then", ContentLanguage: "zh-HK"}
		a = revise(t, s, again, "One day.", noon.Add(2*time.Hour))
		if _, err := s.Expire(t.Context(), noon.Add(24*time.Hour), noon.Add(72*time.Hour)); err != nil {
			t.Fatal(err)
		}
		to := open(t, freshSQLite(t))
		if err := s.CopyTo(t.Context(), to, nil); err != nil {
			t.Fatal(err)
		}
		want := []*models.Fetched{{URL: "https://example.org/feed", Status: 200, ETag: `"v1" ?`, ContentType: "text/xml"}, again.Fetched}
		for name, from := range map[string]*Store{"stored": s, "copied": to} {
			revisions, err := from.ArticleRevisions(t.Context(), a.ID)
			var got []*models.Fetched
			for _, r := range revisions {
				got = append(got, r.Fetched)
				if r.Body != "" {
					t.Errorf("%s: revision %d still has its text", name, r.Revision)
				}
			}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%s: %v, responses (-want +got):\n%s", name, err, diff)
			}
		}
	})
}

func TestEveryRevisionIsKept(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		a := article("hkma", "1", "Coin rules", noon)
		commit(t, s, scanOf(models.SourceState{SourceID: "hkma"}, 0, a, "coin"))
		first := models.ArticleRevision{ArticleID: a.ID, Revision: 1, Hash: a.Hash, Title: a.Title, Body: a.Body, SeenAt: noon}
		a = revise(t, s, a, "One day.", noon.Add(time.Hour))
		second := models.ArticleRevision{ArticleID: a.ID, Revision: 2, Hash: a.Hash, Title: a.Title, Body: "One day.", SeenAt: noon.Add(time.Hour)}

		got, err := s.ArticleRevisions(t.Context(), a.ID)
		if diff := cmp.Diff([]models.ArticleRevision{first, second}, got); err != nil || diff != "" {
			t.Errorf("%v, revisions (-want +got):\n%s", err, diff)
		}
		for _, r := range got {
			if r.Deleted() {
				t.Errorf("revision %d counts as deleted", r.Revision)
			}
		}
		if _, err := s.Expire(t.Context(), noon.Add(time.Minute), noon.Add(48*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got, err = s.ArticleRevisions(t.Context(), a.ID); err != nil || !got[0].Deleted() || got[1].Deleted() {
			t.Errorf("%v, %+v; want the text of the first alone deleted", err, got)
		}
		if got, err := s.ArticleRevisions(t.Context(), "none"); err != nil || len(got) != 0 {
			t.Errorf("an article that is not there has %v, %v", got, err)
		}

		matches, err := s.ArticleMatches(t.Context(), a.ID)
		if err != nil || len(matches) != 1 || matches[0].RuleID != "coin" || matches[0].Revision != 1 {
			t.Errorf("matches %+v, %v; want that of the first revision", matches, err)
		}
		events, err := s.ArticleEvents(t.Context(), a.ID)
		if err != nil || len(events) != 1 || events[0].Title != "Coin rules" || len(events[0].Articles) != 1 {
			t.Errorf("events %+v, %v; want the one that it opened", events, err)
		}
		if events, err := s.ArticleEvents(t.Context(), "none"); err != nil || len(events) != 0 {
			t.Errorf("an article that is not there is in %v, %v", events, err)
		}
	})
}

// A text that never was is not one that was deleted.
func TestAnArticleWithoutTextHasLostNone(t *testing.T) {
	r := models.ArticleRevision{Title: "Coin rules", Hash: models.HashOf("Coin rules", "")}
	if r.Deleted() {
		t.Error("an article that is all title counts as deleted")
	}
}

func TestFindArticle(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		one := article("hkma", "1", "Coin rules", noon)
		two := article("sfc", "1", "Coin rules, at another", noon.Add(time.Hour)) // the same link
		three := article("hkma", "3", "Bread", noon.Add(2*time.Hour))
		page := article("hkma", "page", "Guidance", noon)
		page.BodyState = models.BodyVersion
		change := article("hkma", "page", "Guidance: a rule", noon.Add(time.Hour))
		change.Identity = models.IdentityOf("change", "1")
		change.ID = models.NewID(change.SeenAt, "hkma", change.Identity)
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma"}, Articles: []models.Article{one, three, page, change}, At: noon})
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "sfc"}, Articles: []models.Article{two}, At: noon})

		for _, tt := range []struct {
			name, id, key string
			want          string
			among         int
		}{
			{"by ID", one.ID, "", one.ID, 0},
			{"by its beginning, in small letters", " " + strings.ToLower(three.ID[:24]), "", three.ID, 0},
			{"by link", three.Link, three.LinkKey, three.ID, 0},
			{"a watched page by link", page.Link, page.LinkKey, page.ID, 0},
			{"a change of it by ID", change.ID, "", change.ID, 0},
			{"a link of two", one.Link, one.LinkKey, "", 2},
			{"a beginning of all", "01", "", "", 5},
			{"nothing", "", "", "", 0},
			{"no ID", "zzz", "", "", 0},
			{"no letter of an ID", "穩定幣", "", "", 0},
			{"no such link", "https://nowhere.example/", "nowhere.example", "", 0},
		} {
			got, err := s.FindArticle(t.Context(), tt.id, tt.key)
			none, refused := errors.AsType[*NoArticleError](err)
			switch {
			case tt.want != "" && (err != nil || got.ID != tt.want):
				t.Errorf("%s: %q, %v; want %s", tt.name, got.ID, err, tt.want)
			case tt.want == "" && (!refused || len(none.Among) != tt.among):
				t.Errorf("%s: %q, %v; want a refusal that names %d", tt.name, got.ID, err, tt.among)
			}
		}
	})
}

func TestArticlesAreListed(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		old := article("hkma", "1", "Coin rules", noon)
		late := article("hkma", "2", "Bread", noon.Add(time.Hour))
		other := article("sfc", "3", "Butter", noon.Add(2*time.Hour))
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma"}, Articles: []models.Article{old, late}, At: noon})
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "sfc"}, Articles: []models.Article{other}, At: noon})
		revise(t, s, other, "Of cows.", noon.Add(3*time.Hour))
		revise(t, s, old, "One day.", noon.Add(4*time.Hour))

		for _, tt := range []struct {
			name   string
			filter ArticleFilter
			want   []string
		}{
			{"all", ArticleFilter{}, []string{"Butter", "Bread", "Coin rules"}},
			{"of one source", ArticleFilter{SourceID: "hkma"}, []string{"Bread", "Coin rules"}},
			{"the last", ArticleFilter{Limit: 1}, []string{"Butter"}},
			{"seen since", ArticleFilter{Since: noon.Add(time.Hour)}, []string{"Butter", "Bread"}},
			{"revised", ArticleFilter{Revised: true}, []string{"Coin rules", "Butter"}},
			{"revised since", ArticleFilter{Revised: true, Since: noon.Add(4 * time.Hour)}, []string{"Coin rules"}},
			{"of nobody", ArticleFilter{SourceID: "none"}, nil},
		} {
			got, err := s.Articles(t.Context(), tt.filter)
			var titles []string
			for _, a := range got {
				titles = append(titles, a.Title)
				if a.Body != "" || a.Summary != "" {
					t.Errorf("%s: %s comes with its text", tt.name, a.Title)
				}
			}
			if diff := cmp.Diff(tt.want, titles); err != nil || diff != "" {
				t.Errorf("%s: %v (-want +got):\n%s", tt.name, err, diff)
			}
		}
		got, err := s.Articles(t.Context(), ArticleFilter{SourceID: "hkma"})
		if err != nil || len(got) != 2 || !got[1].RevisedAt.Equal(noon.Add(4*time.Hour)) || !got[1].SeenAt.Equal(noon) || got[1].Revision != 2 {
			t.Errorf("%+v, %v; want when it was seen and when it was revised", got, err)
		}
	})
}
