package scanner

import (
	"context"
	"testing"
	"time"

	"regwatch/models"
)

// A calendar is an agenda and the ledger of when things began.
type calendar struct {
	*memory
	Ledger
	events  []models.Event
	past    []models.PastReminder
	reads   int
	commits []models.Notice
}

func (c *calendar) DigestHistory(_ context.Context, subscription string, _ time.Time) (models.DigestHistory, error) {
	if subscription != "events/reminders" {
		panic("asked since when " + subscription + " is known")
	}
	return models.DigestHistory{}, nil
}

func (c *calendar) Dated(context.Context, string, string, time.Time) ([]models.Event, []models.PastReminder, error) {
	c.reads++
	return c.events, c.past, nil
}

func (c *calendar) CommitNotices(_ context.Context, notices []models.Notice) error {
	c.commits = append(c.commits, notices...)
	for _, n := range notices {
		r := n.Content.Reminder
		c.past = append(c.past, models.PastReminder{EventID: r.EventID, Recipient: n.Recipient, Day: r.Day(), Ahead: r.Ahead})
	}
	return nil
}

func TestRemindersAreLookedForEveryQuarterOfAnHour(t *testing.T) {
	m := newMemory()
	s, now := newScanner(t, m, nil)
	c := &calendar{memory: m, events: []models.Event{{
		ID: "E", Dates: []models.KeyDate{{Day: noon.AddDate(0, 0, 7).Format(time.DateOnly), Kind: "deadline"}},
		Told: []models.Told{{Recipient: "team", Severity: models.High, At: noon.AddDate(0, 0, -3), Subscriptions: []string{"default/team"}}},
	}}}
	s.Ledger, s.Agenda = c, c
	wakes := 0
	s.Wake = func() { wakes++ }
	look := func() {
		t.Helper()
		if err := s.Reminders(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	look()
	if c.reads != 0 {
		t.Fatal("events were read although nobody wants reminders")
	}
	team := s.Settings().Routing.Recipients["team"]
	team.Reminders = []int{7}
	s.Settings().Routing.Recipients["team"] = team
	for range 30 {
		look()
		*now = now.Add(time.Minute)
	}
	if c.reads != 2 || len(c.commits) != 1 || wakes != 1 {
		t.Errorf("in half an hour: %d readings, %d reminders, woken %d times; want 2, 1 and 1", c.reads, len(c.commits), wakes)
	}
	*now = now.Add(-3 * time.Hour) // the clock was set back
	look()
	if c.reads != 3 {
		t.Error("a clock that was set back stops reminders")
	}
}
