package notifier

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// similarChange is a report that joined a known event by what it says alone.
func similarChange(history models.Notified, change func(*models.Change), matches ...models.Match) models.Change {
	c := change0(matches...)
	c.Event.Notified = []models.Notified{history}
	c.Event.Stage, c.Event.Official = history.Stage, history.Official
	change(&c)
	return c
}

func change0(matches ...models.Match) models.Change {
	c := change(models.Similar, matches...)
	c.Article.Source.Role = models.Press
	c.Joined.JoinedBy, c.Event.Revision = "a similar report", 2
	return c
}

// TestSimilarReportNeverHidesWhatIsNew has for each kind of news three reports that
// joined by similarity. The reader was sent the event before, at rule yuan, high,
// proposed, and not official.
func TestSimilarReportNeverHidesWhatIsNew(t *testing.T) {
	known := models.Notified{Recipient: "compliance", Severity: models.High, Rules: []string{"yuan"}, Stage: "proposed"}
	mentioned := known
	mentioned.Rules = []string{"yuan", "ban"}
	passed := known
	passed.Stage = "passed"
	hadStages := passed
	hadStages.Stages = []string{"proposed", "guidance", "passed"}
	reports := func(s string) func(*models.Change) { return func(c *models.Change) { c.Joined.Stage = s } }
	low := known
	low.Severity = models.Low
	yuan := match("yuan", models.High, models.Subject)
	nothing := func(*models.Change) {}
	stage := func(s string) func(*models.Change) { return func(c *models.Change) { c.Event.Stage = s } }
	official := func(role models.Role) func(*models.Change) {
		return func(c *models.Change) { c.Article.Source.Role, c.Event.Official = role, true }
	}
	tests := []struct {
		name string
		c    models.Change
		want []models.UpdateKind // nil: held as known
	}{
		{"nothing new", similarChange(known, nothing, yuan), nil},
		{"nothing new, a second rule that was sent", similarChange(mentioned, nothing, yuan, match("ban", models.Low, models.Subject)), nil},

		{"rule: another one", similarChange(known, nothing, yuan, match("ban", models.Low, models.Subject)), []models.UpdateKind{models.UpdateRule}},
		{"rule: another one alone", similarChange(known, nothing, match("ban", models.High, models.Subject)), []models.UpdateKind{models.UpdateRule}},
		{"rule: one that was only mentioned", similarChange(mentioned, func(c *models.Change) { c.NewRules = []string{"ban"} }, yuan, match("ban", models.Low, models.Subject)), []models.UpdateKind{models.UpdateRule}},

		{"severity: critical after high", similarChange(known, nothing, match("yuan", models.Critical, models.Subject)), []models.UpdateKind{models.UpdateSeverity}},
		{"severity: high after low", similarChange(low, nothing, yuan), []models.UpdateKind{models.UpdateSeverity}},
		{"severity: by another rule", similarChange(known, nothing, yuan, match("ban", models.Critical, models.Subject)), []models.UpdateKind{models.UpdateSeverity, models.UpdateRule}},

		{"stage: passed", similarChange(known, stage("passed"), yuan), []models.UpdateKind{models.UpdateStage}},
		{"stage: in force", similarChange(known, stage("in-force"), yuan), []models.UpdateKind{models.UpdateStage}},
		{"stage: the first", similarChange(models.Notified{Recipient: "compliance", Severity: models.High, Rules: []string{"yuan"}}, stage("proposed"), yuan), []models.UpdateKind{models.UpdateStage}},

		{"stage of the report: an earlier one", similarChange(passed, reports("proposed"), yuan), []models.UpdateKind{models.UpdateReportStage}},
		{"stage of the report: a later one than an authority states", similarChange(passed, reports("enforcement"), yuan), []models.UpdateKind{models.UpdateReportStage}},
		{"stage of the report: one that the event had before", similarChange(hadStages, reports("proposed"), yuan), nil},
		{"stage of the report: one that another report stated", similarChange(hadStages, reports("guidance"), yuan), nil},
		{"stage of the report: that of the event", similarChange(passed, reports("passed"), yuan), nil},
		{"stage of the report: not that of the new event", similarChange(known, func(c *models.Change) { stage("passed")(c); c.Joined.Stage = "licensing" }, yuan), []models.UpdateKind{models.UpdateStage, models.UpdateReportStage}},

		{"official: a regulator", similarChange(known, official(models.Regulator), yuan), []models.UpdateKind{models.UpdateOfficial}},
		{"official: a government", similarChange(known, official(models.Government), yuan), []models.UpdateKind{models.UpdateOfficial}},
		{"official: with a stage", similarChange(known, func(c *models.Change) { official(models.Regulator)(c); stage("passed")(c) }, yuan), []models.UpdateKind{models.UpdateStage, models.UpdateOfficial}},
	}
	mute := models.PlanContext{Mutes: []models.Mute{{ID: "M", Kind: models.MuteEvent, Target: "E1", Recipient: "compliance", By: "ana", Until: noon.Add(time.Hour)}}}
	for _, tt := range tests {
		for name, planContext := range map[string]models.PlanContext{"": {}, ", event muted": mute} {
			t.Run(tt.name+name, func(t *testing.T) {
				notices := Plan([]models.Change{tt.c}, routing, planContext, noon)
				var got []models.UpdateKind
				for _, n := range notices {
					if n.IsHeld() {
						continue
					}
					for _, u := range n.Content.Alert.Updates {
						got = append(got, u.Kind)
					}
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("updates (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// A reader who was never sent the event gets a similar report of it as an alert, even if
// the event is muted.
func TestSimilarReportReachesWhoWasNotSentTheEvent(t *testing.T) {
	c := change0(match("yuan", models.High, models.Subject))
	c.Event.Notified = []models.Notified{{Recipient: "legal", Severity: models.High, Rules: []string{"yuan"}}}
	mute := models.PlanContext{Mutes: []models.Mute{{ID: "M", Kind: models.MuteEvent, Target: "E1", By: "ana", Until: noon.Add(time.Hour)}}}
	want := []string{"alert E1/2 compliance high → slack → mail:team@example.com"}
	if diff := cmp.Diff(want, told(Plan([]models.Change{c}, routing, mute, noon))); diff != "" {
		t.Errorf("Plan (-want +got):\n%s", diff)
	}
	c.Kind = models.Copied
	if got := told(Plan([]models.Change{c}, routing, mute, noon)); len(got) != 1 || got[0] == want[0] {
		t.Errorf("a copy in a muted event: %v, want it held", got)
	}
}

// Who gets an event as an alert reads the stage that the article itself states, and is not sent it
// again. A copy says what the original says.
func TestAlertNamesTheStageOfItsReport(t *testing.T) {
	c := change0(match("yuan", models.High, models.Subject))
	c.Event.Stage, c.Joined.Stage = "passed", "proposed"
	again := c
	again.Event.Revision++
	notices := Plan([]models.Change{c, again}, routing, models.PlanContext{}, noon)
	if len(notices) != 2 || notices[0].IsHeld() || !notices[1].IsHeld() {
		t.Fatalf("notices %+v, want an alert and one that is held", notices)
	}
	want := []models.Update{{Kind: models.UpdateReportStage, From: "passed", To: "proposed"}}
	a := notices[0].Content.Alert
	if diff := cmp.Diff(want, a.Updates); diff != "" || a.Trigger.Kind() != models.ReasonEventChanged {
		t.Errorf("trigger %v, updates (-want +got):\n%s", a.Trigger, diff)
	}
	c.Kind = models.Copied
	if a := Plan([]models.Change{c}, routing, models.PlanContext{}, noon)[0].Content.Alert; len(a.Updates) > 0 {
		t.Errorf("a copy: updates %v, want none", a.Updates)
	}
}

func TestNewEventSaysWhereItMayBelong(t *testing.T) {
	c := change(models.Opened, match("yuan", models.High, models.Subject))
	c.Event.MayBelong = &models.MayBelong{EventID: "E0", Title: "Harbour Bank halts redemptions"}
	got := Plan([]models.Change{c}, routing, models.PlanContext{}, noon)[0].Content.Alert.Trigger
	want := models.NewReasons(models.ReasonMayBelong, models.ReasonArgs{Event: "E0", Opened: "E1", Text: "Harbour Bank halts redemptions"})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("trigger (-want +got):\n%s", diff)
	}
}
