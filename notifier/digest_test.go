package notifier

import (
	"testing"
	"time"
	_ "time/tzdata" // so that the zones are there on every machine

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func subscription(t *testing.T, zone string) Subscription {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return Subscription{ID: "weekly", Day: time.Monday, Hour: 8, Minute: 30, Zone: loc, To: []Destination{{Channel: "mail", Address: "team@example.com"}}}
}

func TestSlot(t *testing.T) {
	tests := []struct{ name, zone, now, want string }{
		{"the moment itself", "Asia/Hong_Kong", "2026-03-02T08:30:00+08:00", "2026-03-02T08:30:00+08:00"},
		{"a minute before is last week's", "Asia/Hong_Kong", "2026-03-02T08:29:00+08:00", "2026-02-23T08:30:00+08:00"},
		{"Sunday", "Asia/Hong_Kong", "2026-03-08T23:00:00+08:00", "2026-03-02T08:30:00+08:00"},
		{"still Sunday in UTC, Monday in Hong Kong", "Asia/Hong_Kong", "2026-03-02T00:31:00Z", "2026-03-02T08:30:00+08:00"},
		{"after clocks went forward", "Europe/London", "2026-03-30T09:00:00+01:00", "2026-03-30T08:30:00+01:00"},
		{"the week before was an hour longer", "Europe/London", "2026-10-26T08:29:00Z", "2026-10-19T08:30:00+01:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, tt.now)
			if err != nil {
				t.Fatal(err)
			}
			if got := subscription(t, tt.zone).Slot(now).Format(time.RFC3339); got != tt.want {
				t.Errorf("Slot(%s) = %s, want %s", tt.now, got, tt.want)
			}
		})
	}
}

// A process that looks at the clock at odd times, and is down for weeks, makes
// windows that meet without gap or overlap.
func TestDueWindowsMeet(t *testing.T) {
	for _, zone := range []string{"Asia/Hong_Kong", "Europe/London", "America/Sao_Paulo", "Pacific/Apia"} {
		s := subscription(t, zone)
		since := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		var last models.DigestIssue
		made := 0
		for now := since; now.Before(since.AddDate(2, 0, 0)); now = now.Add(7 * time.Hour) {
			if now.Month() == time.July { // down
				continue
			}
			from, to, due := s.Due(last, since, now)
			if !due {
				continue
			}
			made++
			if !last.WindowTo.IsZero() && !from.Equal(last.WindowTo) {
				t.Fatalf("%s: window starts at %s, the previous ended at %s", zone, from, last.WindowTo)
			}
			if !from.Before(to) || to.After(now) {
				t.Fatalf("%s: at %s the window is [%s, %s)", zone, now, from, to)
			}
			last, _ = PlanDigest(s, from, to, nil, nil, models.Coverage{}, now)
		}
		// 104 or 105 weeks, less the weeks of two Julys but for the late one after each.
		if made < 95 || made > 99 {
			t.Errorf("%s: %d digests in two years with two Julys down", zone, made)
		}
	}
}

func TestNothingIsOwedBeforeTheFirstSlot(t *testing.T) {
	s := subscription(t, "Asia/Hong_Kong")
	started := time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)
	if _, _, due := s.Due(models.DigestIssue{}, started, started.Add(time.Hour)); due {
		t.Error("a digest is due for a week before regwatch was started")
	}
	from, to, due := s.Due(models.DigestIssue{}, started, started.AddDate(0, 0, 7))
	if !due || to.Sub(from) != 7*24*time.Hour {
		t.Errorf("a week later: due %v, window [%s, %s); want a week", due, from, to)
	}
}

// What is decided just before the slot may be committed just after it.
func TestADigestWaitsForWhatWasDecidedBeforeItsSlot(t *testing.T) {
	s := subscription(t, "UTC")
	slot := time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)
	last := models.DigestIssue{WindowTo: slot.AddDate(0, 0, -7)}
	if _, _, due := s.Due(last, time.Time{}, slot.Add(time.Second)); due {
		t.Error("due a second after its slot")
	}
	from, to, due := s.Due(last, time.Time{}, slot.Add(settle))
	if !due || !from.Equal(last.WindowTo) || !to.Equal(slot) {
		t.Errorf("due %v, window [%s, %s); want it to end at the slot", due, from, to)
	}
}

func TestADigestOfAClockThatWasAheadSilencesNothing(t *testing.T) {
	s := subscription(t, "UTC")
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	from, to, due := s.Due(models.DigestIssue{WindowTo: now.AddDate(4, 0, 0)}, time.Time{}, now)
	if !due || to.Sub(from) != 7*24*time.Hour || to.After(now) {
		t.Errorf("due %v, window [%s, %s); want the week to the last slot", due, from, to)
	}
}

func TestPlanDigest(t *testing.T) {
	s := subscription(t, "Asia/Hong_Kong")
	s.Rules = []string{"yuan", "ordinance"}
	from, to := noon.AddDate(0, 0, -7), noon
	event := func(id string, severity models.Severity, strength models.Strength, first time.Time, rules ...string) models.Event {
		return models.Event{ID: id, Title: id, Severity: severity, Strength: strength, FirstSeenAt: first, RuleIDs: rules, Articles: []models.EventArticle{{SourceName: "HKMA"}}}
	}
	known := event("baseline", models.High, models.Subject, noon, "yuan")
	known.Baseline = true
	found := []models.Event{
		event("mild", models.Low, models.Subject, noon.Add(-time.Hour), "yuan"),
		event("grave", models.High, models.Subject, noon.Add(-2*time.Hour), "ordinance", "ban"),
		event("old, changed", models.High, models.Subject, noon.AddDate(0, 0, -30), "yuan"),
		event("mention", models.High, models.Mention, noon),
		event("mention, asked for", models.Low, models.Mention, noon, "yuan"),
		event("not subscribed", models.High, models.Subject, noon, "ban"),
		known,
	}
	issue, notice := PlanDigest(s, from, to, found, map[string]string{"yuan": "Yuan coins"}, models.Coverage{Sources: 3, Checked: 2}, noon.Add(2*time.Hour))
	d := notice.Content.Digest
	var got []string
	for _, e := range d.Events {
		mark := ""
		if !e.New {
			mark = " (changed)"
		}
		got = append(got, e.Title+mark)
	}
	if diff := cmp.Diff([]string{"grave", "old, changed (changed)", "mention, asked for", "mild"}, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]models.RuleCount{{RuleID: "yuan", Title: "Yuan coins", Events: 3}, {RuleID: "ordinance", Title: "ordinance", Events: 1}}, d.Counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if !issue.Late || !d.Late || issue.LocalDate != "2026-03-02" || len(notice.Deliveries) != 1 || issue.NoticeIDs[0] != notice.ID {
		t.Errorf("issue %+v with %d deliveries; want late, 2026-03-02, one delivery", issue, len(notice.Deliveries))
	}
}

func TestAnEmptyWeekIsToldUnlessAskedNotTo(t *testing.T) {
	s := subscription(t, "Asia/Hong_Kong")
	_, n := PlanDigest(s, noon.AddDate(0, 0, -7), noon, nil, nil, models.Coverage{Sources: 3}, noon)
	if n.Held != "" || len(n.Deliveries) != 1 {
		t.Errorf("held %q, %d deliveries; want an empty week to be sent", n.Held, len(n.Deliveries))
	}
	s.SkipEmpty = true
	if _, n = PlanDigest(s, noon.AddDate(0, 0, -7), noon, nil, nil, models.Coverage{}, noon); n.Held == "" || len(n.Deliveries) != 0 {
		t.Errorf("held %q, %d deliveries; want it held", n.Held, len(n.Deliveries))
	}
}
