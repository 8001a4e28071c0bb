package app

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"regwatch/events"
	"regwatch/models"
)

// An event of an earlier release is in the timeline of its matter, and takes its twin.
func TestStoredEventsGetMatterAndAnchors(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "watch")
	if _, err := WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	now := time.Now().UTC().Truncate(time.Second)
	release := func(source, link, title, body string) events.Found {
		article := models.Article{
			ID: models.NewID(now, source), SourceID: source, Identity: source, Title: title, Body: body, Link: link,
			SeenAt: now, PublishedAt: now, Revision: 1, Source: models.Source{ID: source, Name: source, Role: models.Regulator},
		}
		article.Hash = article.TextHash()
		return events.Found{Article: article, Matches: []models.Match{{ArticleID: article.ID, RuleID: "r", Severity: models.High, Strength: models.Subject}}}
	}
	first := release("en", "https://body.example/en/news/20260302-4", "Stablecoins Ordinance takes effect", "The Ordinance applies from today.")
	twin := release("zh", "https://body.example/tc/news/20260302-4", "條例今日生效", "條例由今日起實施。")
	change := events.Assign(nil, []events.Found{first}, now)[0]
	change.NewKeys, change.Event.Keys, change.Event.Matter = nil, nil, models.MatterRef{}
	scan := models.Scan{State: models.SourceState{SourceID: "en"}, Articles: []models.Article{first.Article}, Changes: []models.Change{change}, At: now}
	if err := a.store.Commit(t.Context(), scan); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time changes nothing
		timeline, err := a.Timeline(t.Context(), "Cap. 656")
		if err != nil || timeline.Name != "Stablecoins Ordinance" || len(timeline.Steps) != 1 || timeline.Steps[0].EventID != change.Event.ID {
			t.Fatalf("timeline %+v, %v", timeline, err)
		}
	}
	candidates, _, err := a.store.Candidates(t.Context(), models.Lookup{Keys: events.Keys(twin)})
	if err != nil {
		t.Fatal(err)
	}
	if got := events.Assign(candidates, []events.Found{twin}, now)[0]; got.Kind != models.Similar {
		t.Errorf("the twin is %q, want it in the event", got.Kind)
	}
}
