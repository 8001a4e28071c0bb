package notifier

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestPlanChannelHealth(t *testing.T) {
	routing := models.Routing{
		Health: []string{"both", "mail", "two", "none"},
		Recipients: map[string]models.Recipient{
			"both": {Name: "both", Destinations: []models.Destination{{Channel: "slack"}, {Channel: "mail", Address: "a@example.org"}}},
			"mail": {Name: "mail", Destinations: []models.Destination{{Channel: "mail", Address: "a@example.org"}}},
			"two":  {Name: "two", Destinations: []models.Destination{{Channel: "mail", Address: "a@example.org"}, {Channel: "mail", Address: "b@example.org"}}},
			"none": {Name: "none"},
		},
	}
	none := "none: held, no destination, recipient none"
	held := func(name, what string) string {
		return fmt.Sprintf("%s: held, only failing, recipient %s, destination %s", name, name, what)
	}
	tests := []struct {
		name   string
		health models.ChannelHealth
		want   []string
	}{
		{
			"a channel",
			models.ChannelHealth{Channel: "mail", Health: models.Failing},
			[]string{"both: high slack", held("mail", "mail"), held("two", "mail"), none},
		},
		{
			"an address",
			models.ChannelHealth{Channel: "mail", Address: "a@example.org", Health: models.Failing},
			[]string{"both: high slack", held("mail", "mail:a@example.org"), "two: high mail:b@example.org", none},
		},
		{
			"given up",
			models.ChannelHealth{Channel: "mail", Address: "a@example.org", Health: models.Failing, Dead: 2},
			[]string{"both: high slack", held("mail", "mail:a@example.org"), "two: high mail:b@example.org", none},
		},
		{
			"recovered",
			models.ChannelHealth{Channel: "mail", Health: models.Healthy},
			[]string{"both: low slack", "mail: low mail:a@example.org", "two: low mail:a@example.org mail:b@example.org", none},
		},
	}
	ids := map[string]bool{}
	for i, tt := range tests {
		tt.health.Since = noon.Add(time.Duration(i/3) * time.Hour)
		var got []string
		for _, n := range PlanChannelHealth(tt.health, routing, noon) {
			line := n.Recipient + ": " + string(n.Severity)
			for _, d := range n.Deliveries {
				line += " " + d.Destination
			}
			if n.IsHeld() {
				line = n.Recipient + ": held, " + n.HeldReasons.String()
			}
			got = append(got, line)
			if n.Kind != models.NoticeHealth || n.Subject != "channel" || n.ID == "" || ids[n.ID] {
				t.Errorf("%s: notice %s of kind %s about a %s is not its own", tt.name, n.ID, n.Kind, n.Subject)
			}
			ids[n.ID] = true
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// Someone is notified about every channel, and never through the failing channel itself.
func TestPlanChannelHealthUsesAnotherChannel(t *testing.T) {
	slack, mail := []models.Destination{{Channel: "slack"}}, []models.Destination{{Channel: "mail", Address: "a@example.org"}}
	failing := models.ChannelHealth{Channel: "slack", Health: models.Failing, Since: noon, Error: "x"}
	over := models.ChannelHealth{Channel: "slack", Health: models.Healthy, Since: noon, Error: "x"}
	gone := models.ChannelHealth{Channel: "old", Health: models.Failing, Since: noon, Owed: 3}
	tests := []struct {
		name   string
		health models.ChannelHealth
		hear   []string
		all    map[string][]models.Destination
		want   []string
	}{
		{"others have another way", failing, []string{"ops"}, map[string][]models.Destination{"ops": slack, "legal": mail, "desk": slack}, []string{"ops held", "legal mail:a@example.org"}},
		{"they hear of the end too", over, []string{"ops"}, map[string][]models.Destination{"ops": slack, "legal": mail}, []string{"ops slack", "legal mail:a@example.org"}},
		{"nobody has", failing, []string{"ops", "desk"}, map[string][]models.Destination{"ops": slack, "desk": slack}, []string{"ops terminal", "desk held"}},
		{"the end of it, over itself", over, []string{"ops"}, map[string][]models.Destination{"ops": slack}, []string{"ops slack"}},
		{"one who hears has", failing, []string{"ops", "legal"}, map[string][]models.Destination{"ops": slack, "legal": mail, "desk": mail}, []string{"ops held", "legal mail:a@example.org"}},
		{"gone from the configuration", gone, []string{"ops"}, map[string][]models.Destination{"ops": slack}, []string{"ops slack"}},
		{"nobody wants to hear", failing, nil, map[string][]models.Destination{"legal": mail}, nil},
	}
	for _, tt := range tests {
		routing := models.Routing{Health: tt.hear, Recipients: map[string]models.Recipient{}}
		for name, to := range tt.all {
			routing.Recipients[name] = models.Recipient{Name: name, Destinations: to}
		}
		var got []string
		for _, n := range PlanChannelHealth(tt.health, routing, noon) {
			line := n.Recipient
			for _, d := range n.Deliveries {
				line += " " + d.Destination
			}
			if n.IsHeld() {
				line += " held"
			}
			got = append(got, line)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}
