package store

import (
	"testing"
	"time"

	"regwatch/models"
)

// An article without an ID at the link of a stored one is that one with an edited title, if
// its title is similar and its date agrees.
func TestUnseenKnowsRetitledArticles(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		stored := article("hkma", "1", "Reserves of banks in October 2026", noon)
		stored.PublishedAt = noon
		commit(t, s, models.Scan{State: models.SourceState{SourceID: "hkma"}, Articles: []models.Article{stored}, At: noon})
		for _, tt := range []struct {
			title     string
			published time.Time
			known     bool
		}{
			{"Reserves of banks in October 2026 (corrected)", noon, true},
			{"Reserves of Hong Kong banks in October 2026", time.Time{}, true},
			{"Reserves of banks in November 2027", noon, false},
			{"Reserves of banks in October 2026", noon.AddDate(0, 1, 0), false},
			{"Licence granted", noon, false},
		} {
			a := article("hkma", "1", tt.title, noon)
			a.ID, a.Revision, a.SeenAt, a.PublishedAt = "", 0, time.Time{}, tt.published
			a.FeedHash, a.Retitled = models.HashOf(tt.title), models.IdentityOf("\x00"+tt.title, a.Link)
			got, err := s.Unseen(t.Context(), "hkma", []models.Article{a})
			if err != nil || len(got) != 1 || (got[0].ID == stored.ID) != tt.known {
				t.Errorf("%q: Unseen = %+v, %v; want it known: %v", tt.title, got, err, tt.known)
			}
			if !tt.known && len(got) == 1 && got[0].Identity != a.Retitled {
				t.Errorf("%q has the identity of the stored article", tt.title)
			}
		}
	})
}

func TestIsRetitledTellsTheNextArticleApart(t *testing.T) {
	dated := func(title string, at time.Time) (models.Article, storedArticle) {
		return models.Article{Title: title, PublishedAt: at}, storedArticle{PublishedAt: microsOf(at)}
	}
	for _, tt := range []struct {
		name, before, after string
		dated               bool
		own                 bool
		want                bool
	}{
		{"another name, no date", "Warning: Alpha Capital Ltd", "Warning: Beta Capital Ltd", false, false, false},
		{"more words, no date", "Warning: Alpha Capital", "Warning: Alpha Capital Limited", false, false, true},
		{"another number", "Warning list as of 1 October", "Warning list as of 2 October", true, false, false},
		{"no words", ">>", ">>", false, false, true},
		{"an edit of the same day", "Alpha Capital warns of fakes", "Alpha Capital warns of fake sites", true, false, true},
		{"another headline, an own link", "Licence granted", "Another headline", false, true, true},
		{"other figures, an own link", "Reserves in 2026", "Reserves in 2027", false, true, false},
	} {
		var at time.Time
		if tt.dated {
			at = noon
		}
		a, k := dated(tt.after, at)
		if !tt.dated {
			k.PublishedAt = 0
		}
		k.Title = tt.before
		a.OwnLink = tt.own
		if got := isRetitled(a, k); got != tt.want {
			t.Errorf("%s: %t, want %t", tt.name, got, tt.want)
		}
	}
}
