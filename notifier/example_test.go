package notifier_test

import (
	"fmt"
	"time"

	"regwatch/models"
	"regwatch/notifier"
)

// A rule matched an article of a new event; the default route leads to the legal team.
func ExamplePlan() {
	now := time.Date(2026, 8, 28, 6, 5, 0, 0, time.UTC)
	article := models.Article{ID: "A1", Title: "Regulator consults on stablecoin rules", Source: models.Source{Name: "Example Authority", Role: models.Regulator}}
	match := models.Match{RuleID: "stablecoins", RuleTitle: "Stablecoins", Strength: models.Subject, Severity: models.High}
	change := models.Change{
		Kind:    models.Opened,
		Event:   models.Event{ID: "E1", Revision: 1, Title: article.Title},
		Article: article,
		Matches: []models.Match{match},
	}
	routing := models.Routing{
		Recipients: map[string]models.Recipient{
			"legal": {Name: "legal", Destinations: []models.Destination{{Channel: "mail", Address: "legal@example.com"}}},
		},
		Routes: []models.Route{{Path: models.DefaultRoute, Lines: []models.RouteLine{{Recipient: "legal"}}}},
	}

	for _, n := range notifier.Plan([]models.Change{change}, routing, models.PlanContext{}, now) {
		fmt.Println(n.Kind, n.Severity, n.Recipient, n.Deliveries[0].Destination)
	}
	// Output: alert high legal mail:legal@example.com
}
