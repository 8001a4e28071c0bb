package app

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"regwatch/models"
)

// Of 130 events with both words, those whose number 3 divides have the phrase. Event 90 was
// reported again at the end.
func withPhrases(t *testing.T) *App {
	a := openRules(t)
	first := noon.AddDate(0, 0, -9)
	a.now = func() time.Time { return noon }
	scan := models.Scan{State: models.SourceState{SourceID: "paper"}, At: first}
	for i := range 130 {
		seen := first.Add(time.Duration(i) * time.Minute)
		words := "light of a harbour"
		if i%3 == 0 {
			words = "harbour light"
		}
		article := models.Article{
			SourceID: "paper", GUID: fmt.Sprint(i), Link: fmt.Sprint("https://paper.example/", i), Title: fmt.Sprintf("Report %03d on the %s", i, words),
			Body: "As was expected.", Language: "en", PublishedAt: seen, SeenAt: seen, BodyState: models.BodyFull, Revision: 1,
		}
		article.Identity = models.IdentityOf(article.GUID, article.Link)
		article.ID, article.Hash = models.NewID(seen, "paper", article.Identity), article.TextHash()
		e := models.Event{
			ID: models.NewID(seen, "event", article.ID), Revision: 1, Title: article.Title, LeadRule: "coin", RuleIDs: []string{"coin"},
			Severity: models.High, Strength: models.Subject, FirstSeenAt: seen, LastSeenAt: seen,
		}
		if i == 90 {
			e.LastSeenAt = first.Add(24 * time.Hour)
		}
		scan.Articles = append(scan.Articles, article)
		scan.Changes = append(scan.Changes, models.Change{Kind: models.Opened, Event: e, Article: article, Joined: models.EventArticle{
			ArticleID: article.ID, EventID: e.ID, JoinedBy: "opened it", JoinedAt: seen, SourceID: "paper", Role: models.Press,
			Title: article.Title, SeenAt: seen, Strength: models.Subject,
		}})
	}
	if err := a.store.Commit(t.Context(), scan); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestQueryFindsEventsByTheirArticles(t *testing.T) {
	a := withPhrases(t)
	tests := []struct {
		name  string
		query string
		limit int
		want  []string // of them, those last seen last
		total int
	}{
		{"a phrase, the newest", `"harbour light"`, 3, []string{"Report 090", "Report 126", "Report 129"}, 44},
		{"a phrase, more than the store gives at once", `"harbour light"`, 40, []string{"Report 090", "Report 126", "Report 129"}, 44},
		{"a phrase, all", `"harbour light"`, 0, []string{"Report 123", "Report 126", "Report 129"}, 44},
		{"words in any order", "light harbour", 3, []string{"Report 090", "Report 128", "Report 129"}, 130},
		{"a phrase and a word", `"harbour light" 126`, 3, []string{"Report 126"}, 1},
		{"a field and a word", `light title:"Report 126" harbour`, 3, []string{"Report 126"}, 1},
		{"a source and a word", `source:paper harbour`, 3, []string{"Report 090", "Report 128", "Report 129"}, 130},
		{"the beginnings of words", `harb* ligh*`, 3, []string{"Report 090", "Report 128", "Report 129"}, 130},
		{"a title", `title:"Report 007"`, 5, []string{"Report 007"}, 1},
		{"nothing", "lighthouse", 5, []string{}, 0},
	}
	for _, tt := range tests {
		f := EventFilter{Query: tt.query}
		found, total, err := a.NewestEvents(t.Context(), f, tt.limit)
		if err != nil {
			t.Fatal(err)
		}
		titles := []string{}
		for _, e := range found {
			titles = append(titles, strings.Join(strings.Fields(e.Title)[:2], " "))
		}
		if want := min(tt.total, cmp.Or(tt.limit, tt.total)); len(titles) != want {
			t.Errorf("%s: %d events, want %d", tt.name, len(titles), want)
		}
		for _, title := range tt.want {
			if !slices.Contains(titles, title) {
				t.Errorf("%s: %s is not among %v", tt.name, title, titles)
			}
		}
		if total != tt.total {
			t.Errorf("%s: %d in all, want %d", tt.name, total, tt.total)
		}
		if n, err := a.CountEvents(t.Context(), f); err != nil || n[0] != tt.total {
			t.Errorf("%s: CountEvents = %v, %v; want %d", tt.name, n, err, tt.total)
		}
	}
}

func TestPagesOfAQueryHaveEachEventOnce(t *testing.T) {
	a := withPhrases(t)
	met := make(map[string]bool)
	for before := ""; ; {
		found, _, err := a.NewestEvents(t.Context(), EventFilter{Query: `"harbour light"`, Before: before}, 7)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 {
			break
		}
		for _, e := range found {
			if met[e.ID] {
				t.Errorf("%s is on two pages", e.Title)
			}
			met[e.ID] = true
		}
		last := slices.MinFunc(found, func(a, b Event) int { return a.LastSeenAt.Compare(b.LastSeenAt) })
		before = last.ID
	}
	if len(met) != 44 {
		t.Errorf("the pages have %d events, want 44", len(met))
	}
}

// The inbox names the last event of a page to ask for the next one. An event that was reported again stands where it was last seen.
func TestPagesBeforeAnEventHaveEachEventOnce(t *testing.T) {
	a := withPhrases(t)
	for _, query := range []string{"", `"harbour light"`} {
		var titles []string
		for f := (EventFilter{Query: query}); len(titles) < 200; {
			page, err := a.EventsPage(t.Context(), f, Position{}, 7)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, e := range page {
				titles = append(titles, e.Title)
			}
			f.Before = page[len(page)-1].ID
		}
		want := map[string]int{"": 130, `"harbour light"`: 44}[query]
		if unique := slices.Compact(slices.Sorted(slices.Values(titles))); len(titles) != want || len(unique) != want {
			t.Errorf("query %q: %d events on the pages, %d different ones; want %d", query, len(titles), len(unique), want)
		}
		if !strings.HasPrefix(titles[0], "Report 090") || !strings.HasPrefix(titles[1], "Report 129") {
			t.Errorf("query %q: the pages begin with %q, want the report 090 that was seen again, and then 129", query, titles[:2])
		}
	}
}
