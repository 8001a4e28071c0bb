package notifier

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// separated is the only change of an event that a person separated from E0.
func separated(history []models.Notified, stage string, matches ...models.Match) models.Change {
	c := change(models.Copied, matches...)
	c.Event.Notified, c.Event.Stage, c.Event.Revision = history, stage, 3
	c.SplitFrom = &models.Event{ID: "E0", Title: "Harbour Bank halts redemptions"}
	return c
}

func TestSeparatedEventReachesWhoWasNotSentIt(t *testing.T) {
	yuan := match("yuan", models.High, models.Subject)
	known := []models.Notified{{Recipient: "compliance", Severity: models.High, Rules: []string{"yuan"}, Official: true, Stage: "proposed"}}
	muted := models.PlanContext{Mutes: []models.Mute{{ID: "M", Kind: models.MuteEvent, Target: "E1", By: "ana", Until: noon.Add(time.Hour)}}}
	alert := []string{"alert E1/3 compliance high → slack → mail:team@example.com"}
	for _, tt := range []struct {
		name    string
		c       models.Change
		context models.PlanContext
		want    []string
	}{
		{"never sent", separated(nil, "", yuan), models.PlanContext{}, alert},
		{"never sent, muted as it was", separated(nil, "", yuan), muted, alert},
		{"sent, and nothing changed", separated(known, "proposed", yuan), models.PlanContext{}, nil},
		{"sent to another only", separated([]models.Notified{{Recipient: "legal"}}, "", yuan), models.PlanContext{}, alert},
		{"sent, with a stage that it no longer has", separated(known, "consultation", yuan), models.PlanContext{}, []string{"update E1/3 compliance high → slack → mail:team@example.com"}},
		{"sent, without a rule that it has", separated(known, "proposed", yuan, match("ban", models.Low, models.Subject)), models.PlanContext{}, []string{"update E1/3 compliance high → slack → mail:team@example.com"}},
		{"only given up", separated([]models.Notified{{Recipient: "compliance", Lost: true}}, "", yuan), models.PlanContext{}, alert},
	} {
		t.Run(tt.name, func(t *testing.T) {
			notices := PlanSeparated([]models.Change{tt.c}, routing, tt.context, noon)
			if diff := cmp.Diff(tt.want, told(notices)); diff != "" {
				t.Errorf("PlanSeparated (-want +got):\n%s", diff)
			}
			if len(notices) > 0 && notices[0].Kind == models.NoticeAlert && len(tt.c.Event.Notified) == 0 && notices[0].Content.Alert.Trigger.Kind() != models.ReasonSplit {
				t.Errorf("trigger %v", notices[0].Content.Alert.Trigger)
			}
		})
	}
}

// One alert has the whole event; only another rule or a higher severity needs another.
func TestSeparatedEventOfSeveralArticlesAlertsOnce(t *testing.T) {
	yuan, ban := match("yuan", models.High, models.Subject), match("ban", models.High, models.Subject)
	var changes []models.Change
	for i, matches := range [][]models.Match{{yuan}, {yuan}, {yuan, ban}, {ban}} {
		c := separated(nil, "", matches...)
		c.Event.Revision += i
		changes = append(changes, c)
	}
	want := []string{"alert E1/3 compliance high → slack → mail:team@example.com", "update E1/5 compliance high → slack → mail:team@example.com"}
	if diff := cmp.Diff(want, told(PlanSeparated(changes, routing, models.PlanContext{}, noon))); diff != "" {
		t.Errorf("PlanSeparated (-want +got):\n%s", diff)
	}
}

func sentAlert(event, recipient string, to ...models.Destination) models.Notice {
	n := models.Notice{
		Kind: models.NoticeAlert, Subject: models.SubjectEvent, SubjectID: event, Recipient: recipient, Severity: models.High, CreatedAt: noon, Subscriptions: []string{"default/" + recipient},
		Content: models.Content{Alert: &models.Alert{EventID: event, Title: "Licences granted", Link: "https://a.example/1", Source: "HKMA"}},
	}
	n.ID = n.Key()
	for _, d := range to {
		delivery := models.NewDelivery(n.ID, d.Channel, d.Address, noon)
		delivery.Thread, delivery.State = event, models.DeliverySent
		n.Deliveries = append(n.Deliveries, delivery)
	}
	return n
}

func TestMergedEventSaysWhereItsStoryContinues(t *testing.T) {
	slack, mail := models.Destination{Channel: "slack"}, models.Destination{Channel: "mail", Address: "team@example.com"}
	amends := routing
	amends.Amends = map[string]bool{"slack": true}
	merged, into := models.Event{ID: "E0", Revision: 4, MergedInto: "E1"}, models.Event{ID: "E1", Title: "Licences", Links: []models.EventLink{
		{ID: "L", Kind: models.LinkMerge, EventID: "E0", OtherID: "E1", By: "ana", Reason: "one release", MadeAt: noon},
	}}
	sent := []models.Notice{sentAlert("E0", "compliance", slack, mail), sentAlert("E1", "compliance", slack)}

	// Where a message can be changed, the first of each thread shows it.
	var got []*models.Continuation
	for _, n := range PlanStatus(into, sent, NewStatus(into, nil), amends, noon) {
		got = append(got, n.Content.Status.ContinuesIn)
	}
	want := []*models.Continuation{{EventID: "E1", Title: "Licences", By: "ana", At: noon, Reason: "one release"}, nil}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}

	// Elsewhere an update in the old thread says so, once.
	notices := PlanMerged(merged, into, "ana", append(sent, sent[0]), amends, nil, noon)
	if diff := cmp.Diff([]string{"update E0/4 compliance high → mail:team@example.com"}, told(notices)); diff != "" {
		t.Fatalf("PlanMerged (-want +got):\n%s", diff)
	}
	trigger := models.NewReasons(models.ReasonMerged, models.ReasonArgs{Event: "E1", Text: "Licences", By: "ana"})
	if diff := cmp.Diff(trigger, notices[0].Content.Alert.Trigger); diff != "" || notices[0].Deliveries[0].Thread != "E0" {
		t.Errorf("thread %q, trigger (-want +got):\n%s", notices[0].Deliveries[0].Thread, diff)
	}
	left := []models.OptOut{{Subscription: "default/compliance", Address: "mail:team@example.com"}}
	if n := PlanMerged(merged, into, "ana", sent, amends, left, noon); len(n) != 0 {
		t.Errorf("who unsubscribed gets %v", told(n))
	}
}

// The alert of an article that was split off does not show what became of the event.
func TestAlertOfSplitOffArticleNamesItsOwnEvent(t *testing.T) {
	amends := routing
	amends.Amends = map[string]bool{"slack": true}
	event := models.Event{ID: "E1", Title: "Another", Stage: "passed", Links: []models.EventLink{{
		ID: "L", Kind: models.LinkSplit, EventID: "E1", OtherID: "E2", By: "ana", MadeAt: noon,
		Articles: []models.LinkedArticle{{ArticleID: "A1", Source: "HKMA", Title: "Licences granted (updated)", Link: "https://a.example/1"}},
	}}}
	notices := PlanStatus(event, []models.Notice{sentAlert("E1", "compliance", models.Destination{Channel: "slack"})}, NewStatus(event, nil), amends, noon)
	want := &models.Status{EventID: "E1", ContinuesIn: &models.Continuation{EventID: "E2", Title: "Licences granted (updated)", By: "ana", At: noon}}
	if diff := cmp.Diff(want, notices[0].Content.Status); diff != "" {
		t.Errorf("status (-want +got):\n%s", diff)
	}
}
