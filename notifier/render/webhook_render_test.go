package render

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/golden"
	"regwatch/internal/noticetest"
	"regwatch/models"
)

func TestWebhookBodies(t *testing.T) {
	all := noticetest.All()
	for name, kind := range map[string]models.NoticeKind{"update": models.NoticeUpdate, "escalation": models.NoticeEscalation} {
		n := all["alert"]
		n.Kind = kind
		all[name] = n
	}
	standing := noticetest.Notice(models.Content{Status: &models.Status{
		EventID: "01JE", Official: true, Stage: "adopted", Assignments: []models.Assignment{{EventID: "01JE", By: "mei", AssignedAt: noticetest.At("2026-08-28T07:00:00Z")}},
	}})
	standing.Kind, standing.Subject = models.NoticeAmend, "standing"
	all["standing"] = standing
	summary := noticetest.Notice(models.Content{Summary: &models.Summary{
		Title: "12 alerts", Why: "more than 10 within 10 minutes", From: noticetest.At("2026-08-28T06:00:00Z"), To: noticetest.At("2026-08-28T06:10:00Z"), Zone: "Asia/Hong_Kong", Events: noticetest.SummaryEvents(),
	}})
	summary.Kind = models.NoticeSummary
	all["summary"] = summary
	types := map[string]string{}
	for _, name := range []string{"alert", "alert_hostile", "update", "escalation", "standing", "reminder", "summary", "digest", "failing", "test"} {
		bodies, err := Webhook(all[name])
		if err != nil || len(bodies) != 1 {
			t.Fatalf("%s: %d bodies, %v; want one", name, len(bodies), err)
		}
		body := bodies[0]
		var m struct{ Type string }
		if err := json.Unmarshal(body, &m); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		types[name] = m.Type
		var tree any
		if err := json.Unmarshal(body, &tree); err != nil {
			t.Fatal(err)
		}
		pretty, err := json.MarshalIndent(tree, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		switch name {
		case "alert", "alert_hostile", "standing", "reminder", "summary", "digest":
			golden.Assert(t, "testdata/webhook/"+name+".json", append(pretty, '\n'))
		}
	}
	want := map[string]string{
		"alert": "event.alert", "alert_hostile": "event.alert", "update": "event.update", "escalation": "event.escalation", "standing": "event.standing", "reminder": "event.reminder",
		"summary": "summary", "digest": "digest", "failing": "health", "test": "test",
	}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
	for name, n := range noticetest.Huge() {
		bodies, err := Webhook(n)
		if err != nil || len(bodies) == 0 {
			t.Errorf("huge %s: %d bodies, %v", name, len(bodies), err)
		}
		for i, body := range bodies {
			if len(body) > webhookBytes {
				t.Errorf("huge %s: page %d has %d bytes, want at most %d", name, i+1, len(body), webhookBytes)
			}
		}
	}
}
