package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"regwatch/models"
)

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

// Earlier versions stored titles with invisible characters. A title without them
// is the same one: no new article, and no revision.
func TestUnseenIgnoresInvisibleCharacters(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		stored := article("hkma", "1", "Stab\u00adle\u2060coin 穩\u200d定幣 rules", noon)
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma"}, Articles: []models.Article{stored}, At: noon})
		given := func(title string) models.Article {
			a := article("hkma", "1", title, noon.Add(time.Hour))
			a.ID, a.Revision, a.SeenAt = "", 0, time.Time{}
			a.FeedHash = models.HashOf("its summary changed")
			return a
		}
		former := given("Stablecoin 穩定幣 rules")
		former.Identity, former.Formers = models.IdentityOf("another", ""), []string{stored.Identity}
		for name, tt := range map[string]struct {
			given models.Article
			want  string
		}{
			"the same title":                  {given("Stablecoin 穩定幣 rules"), stored.Title},
			"the same under another identity": {former, stored.Title},
			"another title":                   {given("Stablecoin rules"), "Stablecoin rules"},
		} {
			got, err := s.Unseen(t.Context(), "hkma", []models.Article{tt.given})
			if err != nil || len(got) != 1 || got[0].ID != stored.ID || got[0].Title != tt.want {
				t.Errorf("%s: Unseen = %+v, %v; want article %s with the title %q", name, got, err, stored.ID, tt.want)
			}
		}
	})
}

// An article that its source's change of habit has given another identity is
// the one that is stored under a former one, if the titles agree, and of twins
// the texts.
func TestUnseenKnowsFormerIdentities(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		stored := article("hkma", "1", "Coin rules", noon)
		commit(t, s, models.Scan{
			State:    models.SourceState{SourceID: "hkma", IdentityPolicy: "title"},
			Articles: []models.Article{stored}, At: noon,
		})
		state, err := s.SourceState(t.Context(), "hkma")
		if err != nil || state.Cursor().Identity != "title" {
			t.Errorf("policy %q, %v; want it as it was committed", state.Cursor().Identity, err)
		}
		given := func(title, text string, twin bool) models.Article {
			a := article("hkma", "1", title, noon)
			a.ID, a.Revision, a.SeenAt = "", 0, time.Time{}
			a.Identity, a.Formers = models.IdentityOf("1\x00"+title+text, a.Link), []string{stored.Identity}
			a.FeedHash, a.Twin = models.HashOf(text), twin
			return a
		}
		tests := []struct {
			name          string
			given         models.Article
			unseen, known bool
		}{
			{"the same", given("Coin rules", "Coin rules", false), false, true},
			{"another title", given("Bank rules", "Bank rules", false), true, false},
			{"an edit", given("Coin rules", "otherwise", false), true, true},
			{"a twin with its text", given("Coin rules", "Coin rules", true), false, true},
			{"a twin with another text", given("Coin rules", "otherwise", true), true, false},
		}
		for _, tt := range tests {
			got, err := s.Unseen(t.Context(), "hkma", []models.Article{tt.given})
			if err != nil || (len(got) == 1) != tt.unseen {
				t.Errorf("%s: %d unseen, %v; want unseen %t", tt.name, len(got), err, tt.unseen)
				continue
			}
			if tt.unseen && (got[0].ID == stored.ID) != tt.known {
				t.Errorf("%s: stored as %q, want an edit of the stored one: %t", tt.name, got[0].ID, tt.known)
			}
		}
	})
}

func TestLinksWithKeyAreThoseOfOneSource(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		bySource := make(map[string][]models.Article)
		for i, of := range []struct{ source, link, key string }{
			{"hkma", "https://a.example/1", "a.example/template"},
			{"hkma", "https://a.example/2", "a.example/template"},
			{"hkma", "https://a.example/3", "a.example/3"},
			{"sfc", "https://a.example/4", "a.example/template"},
		} {
			a := article(of.source, fmt.Sprint(i), "Notice", noon)
			a.Link, a.LinkKey = of.link, of.key
			bySource[of.source] = append(bySource[of.source], a)
		}
		for source, articles := range bySource {
			commit(t, s, models.Scan{State: models.SourceState{SourceID: source}, Articles: articles, At: noon})
		}
		for key, want := range map[string][]string{
			"a.example/template": {"https://a.example/1", "https://a.example/2"},
			"a.example/3":        {"https://a.example/3"},
			"a.example/5":        {},
		} {
			got, err := s.LinksWithKey(t.Context(), "hkma", key)
			slices.Sort(got)
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
				t.Errorf("LinksWithKey(%s): %v, mismatch (-want +got):\n%s", key, err, diff)
			}
		}
	})
}

// Unchanged leaves out what Unseen would return, although it is asked before the texts are read.
func TestUnchangedIsWhatUnseenLeavesOut(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		stored, other := article("hkma", "1", "Coin rules", noon), article("sfc", "2", "Coin rules", noon)
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma"}, Articles: []models.Article{stored}, At: noon})
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "sfc"}, Articles: []models.Article{other}, At: noon})
		without := func(a models.Article) models.Article {
			a.ID, a.Revision, a.SeenAt, a.Body, a.Summary, a.Author, a.Language = "", 0, time.Time{}, "", "", "", ""
			return a
		}
		same, edited, fresh, elsewhere := without(stored), without(stored), without(article("hkma", "3", "Bank rules", noon)), without(other)
		edited.FeedHash, elsewhere.SourceID = models.HashOf("edited"), "hkma"
		given := []models.Article{same, edited, fresh, same, elsewhere}
		for _, tt := range []struct {
			given []models.Article
			want  []bool
		}{
			{given, []bool{true, true, false, true, false}}, // of two with one identity the first counts
			{[]models.Article{edited, same}, []bool{false, true}},
			{nil, nil},
		} {
			got, err := s.Unchanged(t.Context(), "hkma", tt.given)
			if diff := cmp.Diff(tt.want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
				t.Errorf("Unchanged: %v, mismatch (-want +got):\n%s", err, diff)
			}
			unseen, err := s.Unseen(t.Context(), "hkma", tt.given)
			changed := 0
			for _, unchanged := range got {
				if !unchanged {
					changed++
				}
			}
			if err != nil || len(unseen) != changed {
				t.Errorf("Unseen returns %d articles, %v; Unchanged says that %d are", len(unseen), err, changed)
			}
		}
	})
}
