package notifier

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// benLeft is the team whose deputy ben has one address, which has unsubscribed from
// default/anna.
func benLeft() (models.Routing, models.PlanContext) {
	r := team()
	ben := r.Recipients["ben"]
	ben.Destinations = ben.Destinations[:1]
	ben.Hours = models.Hours{From: 20 * time.Hour, To: 23 * time.Hour}
	r.Recipients["ben"] = ben
	return r, models.PlanContext{OptOuts: []models.OptOut{{Subscription: "default/anna", Address: "mail:ben@example.com"}}}
}

const hasLeft = "deputy left, recipient ben, day 2026-03-03"

// A deputy who unsubscribes must not silence the absent recipient.
func TestDeputyOptOutKeepsRecipientNotified(t *testing.T) {
	r, c := benLeft()
	check := func(t *testing.T, got []models.Notice, want ...string) {
		t.Helper()
		var shown []string
		for _, n := range got {
			shown = append(shown, full(n))
			if c := n.Content; c.Language != "zh-Hant" || c.Alert != nil && c.Alert.Zone != "Asia/Tokyo" {
				t.Errorf("%s is in %s of %v; want the words and zone of anna", n.Kind, c.Language, c.Alert)
			}
		}
		if diff := cmp.Diff(want, shown); diff != "" {
			t.Errorf("anna gets (-want +got):\n%s", diff)
		}
	}
	t.Run("planned", func(t *testing.T) {
		for _, severity := range []models.Severity{models.High, models.Critical} {
			got := Plan([]models.Change{change(models.Opened, match("yuan", severity, models.Subject))}, r, c, noon)
			check(t, got, "alert E1/1 anna "+string(severity)+" → mail:anna@example.com | matched, rule yuan, route default; "+hasLeft+" | default/anna")
		}
	})
	t.Run("flushed", func(t *testing.T) {
		waited := alertOf("E1")
		waited.Recipient, waited.Subscriptions = "anna", []string{"default/anna"}
		waited.Reasons = models.Reasons{{Kind: models.ReasonMatched}, {Kind: models.ReasonDeputy, Args: models.ReasonArgs{Recipient: "anna", Day: "2026-03-03"}}}
		waited.ID = waited.Key()
		check(t, PlanFlush([]models.Notice{waited}, nil, r, c, noon), "alert E1/0 anna medium → mail:anna@example.com | matched; "+hasLeft+" | default/anna")
	})
	t.Run("flushed with what comes by another line", func(t *testing.T) {
		waited := []models.Notice{alertOf("E1"), alertOf("E2")}
		for i, line := range []string{"default/anna", "both/anna"} {
			waited[i].Recipient, waited[i].Subscriptions, waited[i].Reasons = "anna", []string{line}, models.NewReasons(models.ReasonMatched, models.ReasonArgs{})
			waited[i].ID = waited[i].Key()
		}
		var got []string
		for _, n := range PlanFlush(waited, nil, r, c, readTime(t, "2026-03-02T21:00:00Z")) {
			got = append(got, full(n))
		}
		want := []string{
			"alert E2/0 anna medium → mail:ben@example.com | matched; " + standsIn + " | both/anna",
			"alert E1/0 anna medium → mail:anna@example.com | matched; " + hasLeft + " | default/anna",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("PlanFlush (-want +got):\n%s", diff)
		}
	})
	t.Run("escalated", func(t *testing.T) {
		told := alertOf("E1")
		told.Severity, told.EscalateTo, told.EscalateAt = models.Critical, "default", noon
		got, _ := PlanEscalation(told, models.Event{ID: "E1"}, r, c, noon)
		if len(got) != 1 || got[0].IsHeld() || got[0].Deliveries[0].Destination != "mail:anna@example.com" || got[0].Reasons[1].Kind != models.ReasonDeputyLeft {
			t.Errorf("escalated to %+v; want anna's own address", got)
		}
	})
	t.Run("explained", func(t *testing.T) {
		got := Explain([]models.Change{change(models.Opened, match("yuan", models.High, models.Subject))}, r, c, noon)[0]
		if !got.Told || !cmp.Equal(got.Over, []string{"mail:anna@example.com"}) {
			t.Errorf("told %v over %v; want anna's own address", got.Told, got.Over)
		}
	})
	t.Run("who has left themselves stays unsubscribed", func(t *testing.T) {
		both := models.PlanContext{OptOuts: append(c.OptOuts, models.OptOut{Subscription: "default/anna", Address: "mail:anna@example.com"})}
		got := Plan([]models.Change{change(models.Opened, match("yuan", models.High, models.Subject))}, r, both, noon)
		if len(got) != 1 || got[0].HeldAs != models.HeldOptedOut {
			t.Errorf("planned %+v; want it held", got)
		}
	})
}
