package events

import (
	"fmt"
	"testing"
	"time"

	"regwatch/internal/samplesite"
	"regwatch/models"
)

// TestFormFilledInWithOtherNamesStaysApart has reports of many firms in one form, by one
// outlet and by several. Each firm is a development of its own; only copies join.
func TestFormFilledInWithOtherNamesStaysApart(t *testing.T) {
	for _, outlets := range []int{1, 7} {
		for seed := range uint64(2) {
			t.Run(fmt.Sprintf("%d outlets, seed %d", outlets, seed), func(t *testing.T) {
				at := noon
				site := samplesite.NewStream(samplesite.StreamOptions{Seed: seed, Now: func() time.Time { return at }})
				var list []Found
				var stories []string
				for n, a := range site.Publish(90) {
					if len(a.Topics) == 0 {
						continue
					}
					at = at.Add(time.Minute)
					outlet := fmt.Sprintf("outlet%d.example", n%outlets)
					article := models.Article{
						ID: models.NewID(at, "article", fmt.Sprint(n)), SourceID: outlet, Source: models.Source{ID: outlet, Name: outlet, Role: models.Press}, Identity: fmt.Sprint(n),
						Title: a.Title, Body: a.Text, Link: fmt.Sprintf("https://%s/%d", outlet, n), PublishedAt: at, SeenAt: at,
					}
					list = append(list, Found{Article: article, Matches: []models.Match{{RuleID: a.Topics[0], Strength: models.Subject}}})
					stories = append(stories, a.Story)
				}
				numbers, stored := groups(t, list)
				first := make(map[int]string)
				for i, n := range numbers {
					if first[n] == "" {
						first[n] = stories[i]
					}
					if first[n] != stories[i] {
						t.Errorf("%q joined %q", list[i].Article.Title, stored[n].Title)
					}
				}
			})
		}
	}
}
