package scanner

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"regwatch/models"

	"github.com/google/go-cmp/cmp"
)

// A calendar is an agenda and the ledger of when things began.
type calendar struct {
	*memory
	DigestStore
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

func (c *calendar) EventsWithDates(context.Context, string, string, time.Time) ([]models.Event, []models.PastReminder, error) {
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
		Notified: []models.Notified{{Recipient: "team", Severity: models.High, At: noon.AddDate(0, 0, -3), Subscriptions: []string{"default/team"}}},
	}}}
	s.DigestStore, s.KeyDateStore = c, c
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

// A panic in the planning of reminders, or of reports of addresses, stops nothing else. It
// stays known until the planning succeeds.
func TestCrashOfRemindersOrAddressReportsIsContained(t *testing.T) {
	s, now := newScanner(t, newMemory(), nil)
	team := s.Settings().Routing.Recipients["team"]
	team.Reminders = []int{7}
	s.Settings().Routing.Recipients["team"] = team
	c := &crashingCalendar{calendar: calendar{memory: newMemory()}, crashes: true}
	s.DigestStore, s.KeyDateStore = c, c
	s.Addresses = func(context.Context, time.Time) error {
		if c.crashes {
			panic("no address")
		}
		return nil
	}
	log, planned := observed(s)
	for range 2 {
		for what, err := range map[string]error{"reminders": s.Reminders(t.Context()), "address reports": s.reportAddresses(t.Context())} {
			if err == nil || !strings.Contains(err.Error(), "planned "+what) || strings.Contains(err.Error(), "no address") {
				t.Errorf("%s: %v; want an error that says so", what, err)
			}
		}
		*now = now.Add(time.Minute)
	}
	if n := strings.Count(log.String(), "panic contained"); n != 4 {
		t.Errorf("%d crashes in the log, want 4", n)
	}
	c.crashes = false
	if err := errors.Join(s.Reminders(t.Context()), s.reportAddresses(t.Context())); err != nil {
		t.Error(err)
	}
	slices.Sort(*planned)
	if diff := cmp.Diff([]string{"address 0", "address 1", "address 1", "reminder 0", "reminder 1", "reminder 1"}, *planned); diff != "" {
		t.Errorf("Planned was told (-want +got):\n%s", diff)
	}
}

type crashingCalendar struct {
	calendar
	crashes bool
}

func (c *crashingCalendar) EventsWithDates(ctx context.Context, first, last string, now time.Time) ([]models.Event, []models.PastReminder, error) {
	if c.crashes {
		panic("no calendar")
	}
	return c.calendar.EventsWithDates(ctx, first, last, now)
}
