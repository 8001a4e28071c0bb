package events_test

import (
	"fmt"
	"time"

	"regwatch/events"
	"regwatch/models"
)

// Two newspapers report the same news with the same headline, so the second article
// joins the event of the first.
func ExampleAssign() {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	matched := func(source, link, title, body string, published time.Time) events.Found {
		a := models.Article{
			SourceID: source, Link: "https://" + link, LinkKey: link, Title: title, Body: body,
			PublishedAt: published, SeenAt: noon, Source: models.Source{ID: source, Name: source, Role: models.Press},
		}
		a.Identity = models.IdentityOf(a.GUID, a.Link)
		a.ID = models.NewID(a.SeenAt, a.SourceID, a.Identity)
		return events.Found{Article: a, Matches: []models.Match{
			{ArticleID: a.ID, RuleID: "stablecoin-ordinance", Severity: models.High, Strength: models.Subject},
		}}
	}
	found := []events.Found{
		matched("daily", "daily.example/1", "Hong Kong grants first stablecoin licences", "Three firms may issue.", noon.Add(-time.Hour)),
		matched("post", "post.example/9", "Hong Kong grants first stablecoin licences", "The HKMA named the winners.", noon.Add(-2*time.Hour)),
		matched("post", "post.example/8", "HKMA opens consultation on custody of stablecoin reserves", "Comments by June.", noon.Add(-3*time.Hour)),
	}

	// In a program, the candidates are the stored events that share one of these keys.
	var keys []string
	for _, f := range found {
		keys = append(keys, events.Keys(f)...)
	}
	var candidates []models.Event

	for _, c := range events.Assign(candidates, found, noon) {
		fmt.Printf("%s: %s, %d article(s)\n", c.Kind, c.Event.Title, len(c.Event.Articles))
	}
	fmt.Println("looked up by keys:", len(keys) > 0)
	// Output:
	// opened: HKMA opens consultation on custody of stablecoin reserves, 1 article(s)
	// opened: Hong Kong grants first stablecoin licences, 1 article(s)
	// copied: Hong Kong grants first stablecoin licences, 2 article(s)
	// looked up by keys: true
}
