package app

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"regwatch/events"
	"regwatch/models"
)

// An event that an earlier release stored takes the next report of it after the start.
func TestStartGivesStoredArticlesTheirProfile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "watch")
	if _, err := WriteStarter(dir); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	report := func(source, title, body string) events.Found {
		article := models.Article{
			ID: models.NewID(now, source), SourceID: source, Identity: source, Title: title, Body: body, Link: "https://" + source + ".example/1",
			SeenAt: now, PublishedAt: now, Revision: 1, Source: models.Source{ID: source, Name: source, Role: models.Press},
		}
		article.Hash = article.TextHash()
		return events.Found{Article: article, Matches: []models.Match{{ArticleID: article.ID, RuleID: "r", Severity: models.High, Strength: models.Subject}}}
	}
	first := report("a", "Harbour Bank halts stablecoin redemptions after audit finds $40 million gap", "Harbour Bank stopped redeeming its HKDX stablecoin after auditors found that $40 million were missing.")
	next := report("b", "Audit gap of $40M forces Harbour Bank to freeze HKDX stablecoin redemptions", "Holders of HKDX cannot redeem at Harbour Bank, which said that an audit could not find $40 million.")
	change := events.Assign(nil, []events.Found{first}, now)[0]
	change.Joined.Profile, change.NewKeys = "", nil
	change.Event.Keys = nil
	scan := models.Scan{State: models.SourceState{SourceID: "a"}, Articles: []models.Article{first.Article}, Changes: []models.Change{change}, At: now}
	if err := a.store.Commit(t.Context(), scan); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name  string
		start bool
		want  models.ChangeKind
	}{{"before the start", false, models.Opened}, {"after it", true, models.Similar}} {
		if tt.start {
			if err := a.addProfiles(t.Context(), now); err != nil {
				t.Fatal(err)
			}
		}
		candidates, _, err := a.store.Candidates(t.Context(), events.Read([]events.Found{next}).Lookups()...)
		if err != nil {
			t.Fatal(err)
		}
		if got := events.Assign(candidates, []events.Found{next}, now)[0].Kind; got != tt.want {
			t.Errorf("%s: the next report is %q, want %q", tt.name, got, tt.want)
		}
	}
}
