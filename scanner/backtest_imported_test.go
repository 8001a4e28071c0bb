package scanner

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// imported adds an article that was published some days before noon and imported at noon.
func (s *shelf) imported(title string, days int) {
	at := noon.AddDate(0, 0, -days)
	a := models.Article{
		SourceID: "a", Identity: fmt.Sprint("imported ", len(s.articles)), Title: title, SeenAt: noon, PublishedAt: at, ImportID: "01A", Baseline: true, Revision: 1,
		Link: fmt.Sprintf("https://a.example.org/imported/%d", len(s.articles)),
	}
	a.ID = models.NewID(noon, a.SourceID, a.Identity)
	s.articles = append(s.articles, a)
}

func TestBacktestByPublicationCountsImportedArticles(t *testing.T) {
	s := &shelf{}
	s.imported("The stablecoin bill of long ago", 100)
	s.imported("A stablecoin licence for the first bank", 20)
	s.imported("A licence is revoked for a stablecoin", 19)
	s.imported("Bread", 18)
	s.put("a", "Every stablecoin is banned in another country", 2, false)
	s.put("a", "An old stablecoin paper of a first scan", 2, true)
	s.articles[5].PublishedAt = noon.AddDate(0, 0, -12)
	for _, tt := range []struct {
		by                      models.ArticleTime
		alerts, silent, leftOut int
		weeks                   []int // from the last, which begins today
	}{
		{models.BySeen, 1, 1, 2, []int{0, 1}},
		{models.ByPublished, 4, 0, 0, []int{0, 1, 1, 2, 0, 0}},
		{models.ByListing, 3, 1, 0, []int{0, 1, 0, 2, 0, 0}},
	} {
		tried := trial(t, ruleOf(t, "", "stablecoin"), nil)
		tried.By = tt.by
		b, err := TryRule(t.Context(), s, tried)
		if err != nil {
			t.Fatal(err)
		}
		var weeks []int
		for _, week := range slices.Backward(b.Draft.Weeks) {
			weeks = append(weeks, week.Alerts)
		}
		if b.Draft.Alerts != tt.alerts || b.Draft.Silent != tt.silent || b.ImportedLeftOut != tt.leftOut {
			t.Errorf("by %v: %d alerts, %d silent, %d left out; want %d, %d, %d", tt.by, b.Draft.Alerts, b.Draft.Silent, b.ImportedLeftOut, tt.alerts, tt.silent, tt.leftOut)
		}
		if diff := cmp.Diff(tt.weeks, weeks); diff != "" {
			t.Errorf("by %v, alerts by week (-want +got):\n%s", tt.by, diff)
		}
	}
	tried := trial(t, ruleOf(t, "", "stablecoin"), nil)
	tried.By, tried.Newest = models.ByPublished, 3
	b, err := TryRule(t.Context(), s, tried)
	if err != nil {
		t.Fatal(err)
	}
	var newest []string
	for _, hit := range b.Newest {
		newest = append(newest, fmt.Sprintf("%s seen %s imported %v", hit.PublishedAt.Format(time.DateOnly), hit.SeenAt.Format(time.DateOnly), hit.Imported))
	}
	want := []string{"2026-02-28 seen 2026-02-28 imported false", "2026-02-18 seen 2026-02-28 imported false", "2026-02-11 seen 2026-03-02 imported true"}
	if diff := cmp.Diff(want, newest); diff != "" {
		t.Errorf("newest (-want +got):\n%s", diff)
	}
}

func TestFeedbackOnAnArticleWithoutAnEventCounts(t *testing.T) {
	s := &shelf{}
	s.imported("A stablecoin licence for the first bank", 20)
	s.imported("Stablecoin prices rise", 10)
	s.imported("Bread", 5)
	for i, relevant := range []bool{true, false, true} {
		s.marked = append(s.marked, models.RatedEvent{
			Event:    models.Event{Title: s.articles[i].Title, Articles: []models.EventArticle{{ArticleID: s.articles[i].ID, SourceName: "a"}}},
			Articles: s.articles[i : i+1], Feedback: []models.Feedback{{RuleID: "coin", By: "ana", Relevant: relevant}},
		})
	}
	b, err := TryRule(t.Context(), s, trial(t, ruleOf(t, "", "stablecoin"), nil))
	if err != nil {
		t.Fatal(err)
	}
	if p := b.Draft.Precision; p == nil || p.Relevant != 1 || p.Irrelevant != 1 {
		t.Errorf("precision %+v; want 1 of 2", p)
	}
	if m := b.Marked; len(m.Lost) != 1 || m.Lost[0].Article != s.articles[2].ID || m.Lost[0].EventID != "" || m.Lost[0].Source != "Authority" {
		t.Errorf("lost %+v; want the third article of Authority", m.Lost)
	}
	found, _, err := MarkedMatches(t.Context(), s, ruleOf(t, "", "stablecoin"), "coin", nil, noon)
	if err != nil || len(found) != 2 || found[0].Verdict == found[1].Verdict {
		t.Errorf("MarkedMatches = %+v, %v; want one relevant and one irrelevant article", found, err)
	}
}
