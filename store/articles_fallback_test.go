package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// An article that another way to read its source has published is told by its
// link, unless something speaks against it.
func TestUnseenDropsWhatAnotherWayHasRead(t *testing.T) {
	// What a fallback gives has the identity of its link.
	fallback := func(a models.Article) models.Article {
		a.GUID = "elsewhere-" + a.GUID
		a.Identity, a.ByLink = models.LinkIdentity(a.LinkKey), true
		return a
	}
	own := func(a models.Article) models.Article { a.ByLink = true; return a }
	dated := func(a models.Article, d time.Duration) models.Article {
		a.PublishedAt = noon.Add(d)
		return a
	}
	undated := func(a models.Article) models.Article { a.PublishedAt = time.Time{}; return a }
	one := article("hkma", "1", "Coin rules", noon)
	renamed := article("hkma", "1", "Rules of coins", noon)
	reissued := one
	reissued.GUID, reissued.Identity = "1b", models.IdentityOf("1b", one.Link)
	day := 24 * time.Hour
	tests := []struct {
		name   string
		stored []models.Article
		given  models.Article
		known  bool
	}{
		{"first by the source, then by a fallback", []models.Article{own(one)}, fallback(one), true},
		{"first by a fallback, then by the source", []models.Article{fallback(one)}, own(one), true},
		{"the same again by a fallback", []models.Article{fallback(one)}, fallback(one), true},
		{"under another title on the day", []models.Article{own(one)}, fallback(renamed), true},
		{"under another title a week later", []models.Article{own(one)}, fallback(dated(renamed, 7*day)), false},
		{"under the same title a week later", []models.Article{own(one)}, fallback(dated(one, 7*day)), true},
		{"next month's under the same link and title", []models.Article{own(one)}, fallback(dated(one, 30*day)), false},
		{"without a date, under the same title", []models.Article{own(one)}, fallback(undated(one)), true},
		{"without a date, under another title", []models.Article{own(one)}, fallback(undated(renamed)), false},
		{"a link that several had", []models.Article{own(one), own(reissued)}, fallback(one), false},
		{"a new id under an old link of the source itself", []models.Article{own(one)}, own(reissued), false},
		{"a link that does not tell", []models.Article{fallback(one)}, one, false},
		{"another link", []models.Article{own(one)}, fallback(article("hkma", "2", "Coin rules", noon)), false},
		{"another source's", []models.Article{own(article("sfc", "1", "Coin rules", noon))}, fallback(one), false},
	}
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		for _, tt := range tests {
			// Each case has a source of its own.
			source := func(a models.Article) models.Article {
				if a.SourceID == "hkma" {
					a.SourceID = tt.name
				}
				return a
			}
			var stored, want []models.Article
			for _, a := range tt.stored {
				a.ID = models.NewID(noon, tt.name, a.Identity)
				stored = append(stored, source(a))
			}
			commit(t, s, models.Scan{State: models.SourceState{SourceID: stored[0].SourceID}, Articles: stored, At: noon})
			given := source(tt.given)
			if !tt.known {
				want = []models.Article{given}
			}
			got, err := s.Unseen(t.Context(), tt.name, []models.Article{given})
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("Unseen(%s): %v, mismatch (-want +got):\n%s", tt.name, err, diff)
			}
		}
	})
}
