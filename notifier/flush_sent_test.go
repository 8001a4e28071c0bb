package notifier

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// shared is the team in which anna gets hourly what her deputy ben gets immediately.
func shared() models.Routing {
	r := team()
	r.Routes = []models.Route{{Path: "both", Lines: []models.RouteLine{
		{Recipient: "anna", Frequency: &models.Frequency{Kind: models.Hourly}}, {Recipient: "ben"},
	}}}
	return r
}

// A destination that got an equal message for another recipient does not get it again.
func TestFlushSkipsDestinationsThatWereNotified(t *testing.T) {
	at := readTime(t, "2026-03-02T11:00:00Z")
	stage := []models.KeyDate{{Day: "2026-05-01", Kind: "deadline"}}
	told := models.Notified{Recipient: "ben", Severity: models.High, Rules: []string{"yuan"}, Stage: "adopted", Dates: stage, At: at, Destinations: shared().Recipients["ben"].Destinations}
	with := func(change func(*models.Notified)) models.Notified {
		t := told
		change(&t)
		return t
	}
	const (
		silent = "alert E1/0 anna"
		sent   = "alert E1/0 anna → mail:ben@example.com +0 → slack +0"
	)
	for _, tt := range []struct {
		name string
		told models.Notified
		want string
	}{
		{"the deputy has it as themselves", told, silent},
		{"at one place it was given up", with(func(t *models.Notified) { t.Destinations = t.Destinations[:1] }), "alert E1/0 anna → slack +0"},
		{"it was given up at the other", with(func(t *models.Notified) { t.Destinations = t.Destinations[1:] }), "alert E1/0 anna → mail:ben@example.com +0"},
		{"another rule", with(func(t *models.Notified) { t.Rules = []string{"ban"} }), sent},
		{"it was less severe", with(func(t *models.Notified) { t.Severity = models.Low }), sent},
		{"the stage has changed", with(func(t *models.Notified) { t.Stage = "proposed" }), sent},
		{"a date was named", with(func(t *models.Notified) { t.Dates = nil }), sent},
		{"it was lost", with(func(t *models.Notified) { t.Lost = true }), sent},
		{"it waits as well", with(func(t *models.Notified) { t.WaitUntil = noon.Add(time.Hour) }), sent},
		{"nothing was sent yet", with(func(t *models.Notified) { t.At = time.Time{} }), sent},
		{"it went elsewhere", with(func(t *models.Notified) { t.Destinations = []models.Destination{{Channel: "slack", Address: "#other"}} }), sent},
		{"who waited had some of it themselves", with(func(t *models.Notified) { t.Recipient, t.Severity = "anna", models.Medium }), sent},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := shared()
			n := alertOf("E1")
			n.Recipient, n.Subscriptions = "anna", []string{"both/anna"}
			n.ID = n.Key()
			event := models.Event{ID: "E1", Stage: "adopted", Dates: stage, Articles: []models.EventArticle{{Link: "https://example.org/E1"}}, Notified: []models.Notified{tt.told}}
			got := released(PlanFlush([]models.Notice{n}, map[string]models.Event{"E1": event}, r, models.PlanContext{}, noon))
			if diff := cmp.Diff([]string{tt.want}, got); diff != "" {
				t.Errorf("PlanFlush (-want +got):\n%s", diff)
			}
		})
	}
}

// The notices to a deputy as recipient and as deputy count in one burst.
func TestBurstCountsNoticesOfDeputyAndRecipient(t *testing.T) {
	recent := func(name string) models.PlanContext {
		var at []time.Time
		for i := range 10 {
			at = append(at, noon.Add(-time.Duration(i)*time.Second))
		}
		return models.PlanContext{Recent: map[string][]time.Time{name: at}}
	}
	for _, tt := range []struct {
		name, route, recent string
		now                 time.Time
		waits               bool
	}{
		{"for the other after their own", "default", "ben", noon, true},
		{"for the other after more for the other", "default", "anna", noon, true},
		{"their own after what was for the other", "own", "anna", noon, true},
		{"not when the other is back", "own", "anna", noon.AddDate(0, 0, 3), false},
		{"nor what a third person got", "default", "cleo", noon, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := team()
			r.Routes = append(r.Routes, to("own", "ben"))
			c := recent(tt.recent)
			for i, at := range c.Recent[tt.recent] {
				c.Recent[tt.recent][i] = at.Add(tt.now.Sub(noon))
			}
			got := Plan([]models.Change{change(models.Opened, match("yuan", models.High, models.Subject, tt.route))}, r, c, tt.now)
			if len(got) != 1 || got[0].IsDeferred() != tt.waits {
				t.Errorf("waits: %v (%s), want %v", got[0].IsDeferred(), got[0].WaitReasons, tt.waits)
			}
			n := alertOf("E1")
			n.Recipient, n.Subscriptions = got[0].Recipient, got[0].Subscriptions
			other := alertOf("E2")
			other.Recipient, other.Subscriptions = n.Recipient, n.Subscriptions
			summary := false
			for _, n := range PlanFlush([]models.Notice{n, other}, nil, r, c, tt.now) {
				summary = summary || n.Kind == models.NoticeSummary
			}
			if summary != tt.waits {
				t.Errorf("flushed as a summary: %v, want %v", summary, tt.waits)
			}
		})
	}
}

// One message to two recipients at one destination counts once.
func TestBurstCountsChangeOnceForDeputy(t *testing.T) {
	r := team()
	var changes []models.Change
	for _, id := range []string{"E1", "E2", "E3", "E4", "E5", "E6"} {
		c := change(models.Opened, match("yuan", models.High, models.Subject, "both"))
		c.Event.ID, c.Joined.EventID = id, id
		changes = append(changes, c)
	}
	for _, n := range Plan(changes, r, models.PlanContext{}, noon) {
		if n.IsDeferred() {
			t.Errorf("%s of %s waits for %s; want six alerts sent", n.SubjectID, n.Recipient, n.WaitReasons)
		}
	}
}

// A summary contains nothing from lines that an address has unsubscribed from.
func TestSummaryOmitsUnsubscribedLines(t *testing.T) {
	r := daily()
	r.Routes[1].Lines = []models.RouteLine{{Recipient: "compliance", Frequency: &models.Frequency{Kind: models.Daily}}}
	var waiting []models.Notice
	for i, n := range alertsOf(5) {
		n.Subscriptions = []string{"slow/compliance"}
		if i >= 2 {
			n.Subscriptions = []string{"default/compliance"}
		}
		if i == 4 { // the only one that is open nowhere else
			n.Subscriptions = []string{"default/compliance", "slow/compliance"}
		}
		waiting = append(waiting, n)
	}
	c := models.PlanContext{OptOuts: []models.OptOut{{Subscription: "slow/compliance", Address: "mail:team@example.com"}}}
	got := PlanFlush(waiting, nil, r, c, noon)
	reads := make(map[string][]string) // events by destination
	ids := make(map[string]bool)
	for _, n := range got {
		if n.Kind != models.NoticeSummary {
			continue
		}
		if ids[n.ID] {
			t.Errorf("two summaries have the ID %s: one is lost", n.ID)
		}
		ids[n.ID] = true
		for _, d := range n.Deliveries {
			for _, e := range n.Content.Summary.Events {
				reads[d.Destination] = append(reads[d.Destination], e.EventID)
			}
		}
	}
	want := map[string][]string{"slack": {"E00", "E01", "E02", "E03", "E04"}, "mail:team@example.com": {"E02", "E03", "E04"}}
	if diff := cmp.Diff(want, reads); diff != "" {
		t.Errorf("read in summaries (-want +got):\n%s", diff)
	}
	if alone := released(PlanFlush(waiting[1:3], nil, r, c, noon)); len(alone) != 2 || alone[0] != "alert E01/0 compliance → slack +0" {
		t.Errorf("one of each: %q; want each by itself", alone)
	}
}
