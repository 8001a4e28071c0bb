package notifier

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// scored is a match whose relevance has an outcome.
func scored(rule string, strength models.Strength, outcome models.Outcome, score float64) models.Match {
	m := match(rule, models.High, strength)
	level := map[models.Outcome]models.RelevanceLevel{models.OutcomeAlert: models.Likely, models.OutcomeDigest: models.LessCertain, models.OutcomeCount: models.Unlikely}[outcome]
	m.Outcome, m.Relevance = outcome, models.Relevance{Score: score, Model: "m1", Level: level}
	return m
}

func TestPlanHoldsWhatIsNotLikely(t *testing.T) {
	draft := scored("draft", models.Subject, models.OutcomeDigest, 0.3)
	draft.Draft = true
	tests := map[string]struct {
		matches []models.Match
		held    models.Hold
		reasons string
	}{
		"likely":                         {[]models.Match{scored("ban", models.Subject, models.OutcomeAlert, 0.9)}, "", ""},
		"less certain":                   {[]models.Match{scored("ban", models.Subject, models.OutcomeDigest, 0.3)}, models.HeldLessCertain, "less certain, rule ban"},
		"unlikely":                       {[]models.Match{scored("ban", models.Subject, models.OutcomeCount, 0.1)}, models.HeldUnlikely, "unlikely, rule ban"},
		"mention":                        {[]models.Match{scored("ban", models.Mention, models.OutcomeAlert, 0.1)}, models.HeldMention, "mention only, rule ban"},
		"mention for the digest":         {[]models.Match{scored("ban", models.Mention, models.OutcomeDigest, 0.8)}, models.HeldLessCertain, "less certain, rule ban"},
		"unlikely and less certain":      {[]models.Match{scored("ban", models.Subject, models.OutcomeCount, 0.1), scored("yuan", models.Subject, models.OutcomeDigest, 0.4)}, models.HeldLessCertain, "less certain, rule yuan"},
		"unlikely, and likely elsewhere": {[]models.Match{scored("ban", models.Subject, models.OutcomeCount, 0.1), scored("yuan", models.Subject, models.OutcomeAlert, 0.9)}, "", ""},
		"excepted":                       {[]models.Match{excepted("ban")}, models.HeldException, "excepted, rule ban, exception X1, by ana"},
		"excepted and unlikely":          {[]models.Match{scored("yuan", models.Subject, models.OutcomeCount, 0.1), excepted("ban")}, models.HeldException, "excepted, rule ban, exception X1, by ana"},
		"excepted and less certain":      {[]models.Match{excepted("ban"), scored("yuan", models.Subject, models.OutcomeDigest, 0.4)}, models.HeldLessCertain, "less certain, rule yuan"},
		"excepted, and likely elsewhere": {[]models.Match{excepted("ban"), scored("yuan", models.Subject, models.OutcomeAlert, 0.9)}, "", ""},
		"draft":                          {[]models.Match{draft}, models.HeldDraft, "draft only, rule draft"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			n := Plan([]models.Change{change(models.Opened, tt.matches...)}, routing, models.PlanContext{}, noon)[0]
			if n.HeldAs != tt.held || n.IsHeld() != (tt.held != "") {
				t.Errorf("held as %q because %q, want %q", n.HeldAs, n.HeldReasons, tt.held)
			}
			if got := n.HeldReasons.String(); got != tt.reasons {
				t.Errorf("reasons %q, want %q", got, tt.reasons)
			}
		})
	}
}

// An old article that a first scan brings is held as such, whatever its relevance.
func TestPlanHoldsOldArticlesAsOld(t *testing.T) {
	c := change(models.Opened, scored("ban", models.Subject, models.OutcomeCount, 0.1))
	c.Article.Baseline = true
	if n := Plan([]models.Change{c}, routing, models.PlanContext{}, noon)[0]; n.HeldAs != models.HeldBaseline {
		t.Errorf("held as %q, want %q", n.HeldAs, models.HeldBaseline)
	}
}

// A later report of an event that was worth an alert brings its news, whatever its own relevance.
func TestLaterReportIsNotDemoted(t *testing.T) {
	c := change(models.Copied, scored("ban", models.Subject, models.OutcomeCount, 0.1))
	c.Event.Revision, c.Event.RuleIDs, c.Event.Stage = 2, []string{"ban"}, "in-force"
	c.Event.Notified = []models.Notified{{Recipient: "compliance", Severity: models.High, Rules: []string{"ban"}, Stage: "proposed"}}
	n := Plan([]models.Change{c}, routing, models.PlanContext{}, noon)[0]
	if n.IsHeld() || n.Kind != models.NoticeUpdate || !slices.ContainsFunc(n.Content.Alert.Updates, func(u models.Update) bool { return u.Kind == models.UpdateStage }) {
		t.Errorf("%s, held because %q, updates %v; want an update of the stage", n.Kind, n.HeldReasons, n.Content.Alert.Updates)
	}
	c.Event.RuleIDs = []string{"yuan"} // another rule made the event worth an alert
	if n := Plan([]models.Change{c}, routing, models.PlanContext{}, noon)[0]; n.HeldAs != models.HeldUnlikely {
		t.Errorf("held as %q, want %q", n.HeldAs, models.HeldUnlikely)
	}
}

func TestAlertCarriesRelevance(t *testing.T) {
	c := change(models.Opened, scored("ban", models.Subject, models.OutcomeAlert, 0.9), match("plain", models.Low, models.Subject))
	c.Event.StageQuote = "The council bans kiosks."
	a := Plan([]models.Change{c}, routing, models.PlanContext{}, noon)[0].Content.Alert
	if len(a.Why) != 2 || a.Why[0].Relevance == nil || a.Why[0].Relevance.Score != 0.9 || a.Why[1].Relevance != nil {
		t.Errorf("findings %+v; want the relevance of the first alone", a.Why)
	}
	if a.StageQuote != c.Event.StageQuote {
		t.Errorf("stage quote %q, want %q", a.StageQuote, c.Event.StageQuote)
	}
}

func TestDigestListsLessCertainEvents(t *testing.T) {
	s := subscription("UTC")
	s.Rules = []string{"ban", "yuan"}
	event := func(id string, alerting, lessCertain []string, feedback ...models.Feedback) models.Event {
		return models.Event{
			ID: id, Title: id, FirstSeenAt: noon.Add(-time.Hour), RuleIDs: alerting, DigestRules: lessCertain, Feedback: feedback,
			Articles: []models.EventArticle{{SourceName: "Harbour Post"}},
		}
	}
	no := func(rule, by string) models.Feedback { return models.Feedback{RuleID: rule, By: by} }
	yes := models.Feedback{By: "ben", Relevant: true}
	old := event("old", nil, []string{"ban"})
	old.Baseline = true
	gathered := Gathered{
		Rules: []Rule{{ID: "ban", Title: "Bans"}, {ID: "yuan", Title: "Yuan coins"}, {ID: "other", Title: "Other"}},
		Window: models.Window{
			Events: []models.Event{
				event("alerting", []string{"ban"}, nil),
				event("alerting, and less certain", []string{"ban"}, []string{"yuan"}),
				event("low", nil, []string{"ban"}),
				event("high", nil, []string{"yuan", "ban"}),
				event("not subscribed", nil, []string{"other"}),
				event("alerting, not relevant", []string{"ban"}, nil, no("", "ana")),
				event("less certain, not relevant", nil, []string{"ban"}, no("ban", "ana")),
				event("disputed", []string{"ban"}, nil, no("", "ana"), yes),
				event("not relevant to one rule", []string{"ban", "yuan"}, nil, no("ban", "ana")),
				event("not relevant to a rule of others", []string{"ban"}, nil, no("other", "ana")),
				old,
			},
			DigestMatches: map[string][]models.Match{
				"low":  {scored("ban", models.Subject, models.OutcomeDigest, 0.2)},
				"high": {scored("ban", models.Subject, models.OutcomeDigest, 0.3), scored("yuan", models.Mention, models.OutcomeDigest, 0.6), scored("other", models.Subject, models.OutcomeDigest, 0.7)},
			},
			Held: map[models.Hold]int{models.HeldUnlikely: 4, models.HeldLessCertain: 2},
		},
	}
	d := plannedDigest(s, week(s), gathered, noon).Content.Digest
	titles := func(events []models.DigestEvent) (all []string) {
		for _, e := range events {
			all = append(all, e.Title)
		}
		return all
	}
	listed := titles(d.Events)
	slices.Sort(listed)
	if diff := cmp.Diff([]string{"alerting", "alerting, and less certain", "disputed", "not relevant to a rule of others", "not relevant to one rule"}, listed); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"high", "low"}, titles(d.LessCertain)); diff != "" {
		t.Errorf("less certain (-want +got):\n%s", diff)
	}
	if high := d.LessCertain[0]; high.Relevance.Score != 0.6 || high.Severity != models.High || !slices.Equal(high.RuleTitles, []string{"Yuan coins", "Bans"}) {
		t.Errorf("entry %+v; want the highest score of the included rules", high)
	}
	if d.NotRelevant != 2 {
		t.Errorf("%d events left out as not relevant, want 2", d.NotRelevant)
	}
	if diff := cmp.Diff([]models.HeldCount{{Why: models.HeldUnlikely, Events: 4}}, d.Coverage.Held); diff != "" {
		t.Errorf("held (-want +got):\n%s", diff)
	}
}

// A digest that only has less certain events is not empty.
func TestDigestOfLessCertainEventsIsSent(t *testing.T) {
	s := subscription("UTC")
	s.SkipEmpty = true
	e := models.Event{ID: "e", FirstSeenAt: noon.Add(-time.Hour), DigestRules: []string{"ban"}, Articles: []models.EventArticle{{}}}
	if n := plannedDigest(s, week(s), Gathered{Window: models.Window{Events: []models.Event{e}}}, noon); n.IsHeld() {
		t.Errorf("held because %q", n.HeldReasons)
	}
	if n := plannedDigest(s, week(s), Gathered{}, noon); !n.IsHeld() {
		t.Error("an empty digest is sent")
	}
}

// A rule that delivers to the digest alone is listed there like others, with the severity and dates of its matches.
func TestDigestListsRulesThatAskForIt(t *testing.T) {
	m := match("weekly-only", models.Medium, models.Subject)
	m.Outcome = models.OutcomeDigest
	n := Plan([]models.Change{change(models.Opened, m)}, routing, models.PlanContext{}, noon)[0]
	if n.HeldAs != models.HeldDigest || n.HeldReasons.String() != "for digest, rule weekly-only" {
		t.Errorf("held as %q because %q; want digest", n.HeldAs, n.HeldReasons)
	}

	s := subscription("UTC")
	e := models.Event{
		ID: "e", Title: "e", FirstSeenAt: noon.Add(-time.Hour), DigestRules: []string{"ban", "weekly-only"}, Articles: []models.EventArticle{{}},
		Dates: []models.KeyDate{{Day: "2026-03-10", Kind: "deadline"}},
	}
	gathered := Gathered{
		Rules: []Rule{{ID: "weekly-only", Title: "Weekly", ForDigest: true}, {ID: "ban", Title: "Bans"}},
		Window: models.Window{
			Events: []models.Event{e}, Dated: []models.Event{e},
			DigestMatches: map[string][]models.Match{"e": {m, scored("ban", models.Subject, models.OutcomeDigest, 0.4)}},
			Before:        map[string]models.EventState{"e": {Dates: e.Dates}},
			Opened:        []models.Opening{{FirstSeenAt: e.FirstSeenAt, DigestRules: e.DigestRules}},
		},
	}
	d := plannedDigest(s, week(s), gathered, noon).Content.Digest
	if len(d.Events) != 1 || d.Events[0].Severity != models.Medium || !slices.Equal(d.Events[0].RuleIDs, []string{"weekly-only"}) || len(d.LessCertain) > 0 {
		t.Fatalf("events %+v, less certain %+v; want one event of weekly-only, medium", d.Events, d.LessCertain)
	}
	if len(d.Dates) != 1 || d.Dates[0].Severity != models.Medium || len(d.Changes) > 0 {
		t.Errorf("dates %+v, changes %+v; want the deadline and no change", d.Dates, d.Changes)
	}
	for _, c := range d.Counts {
		want := map[string]int{"weekly-only": 1, "ban": 0}[c.RuleID]
		if c.Events != want || c.Total() != want {
			t.Errorf("%s: %d events, %d in all weeks; want %d", c.RuleID, c.Events, c.Total(), want)
		}
	}
}
