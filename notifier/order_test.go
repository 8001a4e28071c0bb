package notifier

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// Deferred alerts of one scan are read back by time and ID, and are sent in the order of
// the plan.
func TestFlushKeepsOrderOfPlan(t *testing.T) {
	night, morning := readTime(t, "2026-03-02T22:00:00Z"), readTime(t, "2026-03-03T09:00:00Z")
	desk := routing
	desk.Recipients = map[string]models.Recipient{"compliance": {
		Name: "compliance", Zone: "UTC", Hours: office, Burst: models.Burst{Over: 1000, Within: time.Minute}, Destinations: []models.Destination{{Channel: "slack"}},
	}}
	desk.Routes = []models.Route{to("default", "compliance")}
	var changes []models.Change
	var want []string
	events := make(map[string]models.Event)
	for i := range 100 {
		c := change(models.Opened, match("yuan", models.High, models.Subject))
		c.Event.ID = models.HashOf(fmt.Sprint(i))
		c.Joined.EventID = c.Event.ID
		changes, want = append(changes, c), append(want, c.Event.ID)
		events[c.Event.ID] = c.Event
	}
	waiting := Plan(changes, desk, models.PlanContext{}, night)
	for _, n := range waiting {
		if !n.IsDeferred() {
			t.Fatalf("%s does not wait for the hours", n.SubjectID)
		}
	}
	slices.SortFunc(waiting, func(a, b models.Notice) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
	})
	var sent []models.Delivery
	for _, n := range PlanFlush(waiting, events, desk, models.PlanContext{}, morning) {
		sent = append(sent, n.Deliveries...)
	}
	slices.SortFunc(sent, func(a, b models.Delivery) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.ID, b.ID))
	})
	var got []string
	for _, d := range sent {
		got = append(got, d.Thread)
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("order (-planned +sent):\n%s", diff)
	}
}
