package cli

import (
	"context"
	"log/slog"
	"slices"
	"testing"
	"time"

	"regwatch/app"
	"regwatch/internal/slackfake"
	"regwatch/models"
	"regwatch/scanner"
)

// remindDesk lets the desk of a night be reminded.
func remindDesk(n *night, days ...int) {
	settings := n.scan.Settings()
	desk := settings.Routing.Recipients["desk"]
	desk.Reminders = days
	settings.Routing.Recipients["desk"] = desk
}

// remind looks for reminders and goes on as a tick does.
func (n *night) remind(want ...string) {
	n.t.Helper()
	if err := n.scan.Reminders(n.t.Context()); err != nil {
		n.t.Fatal(err)
	}
	n.tick(want...)
}

// A deadline is reminded of, moves, and is reminded of again.
func TestRemindersOfADateThatMoves(t *testing.T) {
	n := newNight(t, "2026-03-02T09:00:00+08:00")
	remindDesk(n, 30, 7, 1)
	n.remind()
	n.at("2026-03-02T10:00:00+08:00")
	n.publish("a", "A stablecoin consultation is open: comments are due by 30 April 2026")
	n.remind("alert to desk: A stablecoin consultation is open: comments are due by 30 April 2026 (new event)")
	n.at("2026-03-31T07:59:00+08:00")
	n.remind()
	n.at("2026-03-31T08:14:00+08:00")
	n.remind("reminder to desk of deadline 2026-04-30 in 30 days, under #1")
	n.at("2026-03-31T12:00:00+08:00")
	n.remind()

	n.at("2026-04-20T10:00:00+08:00")
	n.publish("a", "A stablecoin consultation is open: comments are due by 29 May 2026")
	n.remind("update to desk: A stablecoin consultation is open: comments are due by 29 May 2026 (deadline moved from 30 Apr 2026 to 29 May 2026), under #1")
	n.at("2026-04-23T08:00:00+08:00")
	n.remind() // a week before the old day
	n.at("2026-04-29T08:00:00+08:00")
	n.remind("reminder to desk of deadline 2026-05-29 in 30 days, under #1")

	// Nothing ran for a while.
	n.at("2026-05-25T09:00:00+08:00")
	n.remind("reminder to desk of deadline 2026-05-29 in 4 days, under #1")
	n.at("2026-05-28T23:00:00+08:00") // outside the hours of the desk
	n.remind()
	n.at("2026-05-29T08:00:00+08:00")
	n.remind("reminder to desk of deadline 2026-05-29 in 0 days, under #1")
	n.at("2026-05-30T08:00:00+08:00")
	n.remind()
}

func TestTwoProcessesSendAReminderOnce(t *testing.T) {
	n := newNight(t, "2026-03-02T09:00:00+08:00")
	remindDesk(n, 7)
	n.remind()
	n.at("2026-03-02T10:00:00+08:00")
	n.publish("a", "A stablecoin consultation is open: comments are due by 30 April 2026")
	n.tick("alert to desk: A stablecoin consultation is open: comments are due by 30 April 2026 (new event)")
	n.at("2026-04-23T08:00:00+08:00")
	other := &scanner.Scanner{
		Store: n.store, DigestStore: n.store, Queue: n.store, KeyDateStore: n.store, Now: n.scan.Now, Log: n.scan.Log, Settings: n.scan.Settings, Open: n.scan.Open,
	}
	// The other has read before this one commits.
	firstDay, lastDay := "2026-04-01", "2026-06-01"
	events, past, err := n.store.EventsWithDates(t.Context(), firstDay, lastDay, n.now)
	if err != nil || len(events) != 1 || len(past) != 0 {
		t.Fatalf("Dated = %d events, %d reminders, %v; want one event without any", len(events), len(past), err)
	}
	stale := agenda{n, events}
	if err := n.scan.Reminders(t.Context()); err != nil {
		t.Fatal(err)
	}
	other.KeyDateStore = stale
	if err := other.Reminders(t.Context()); err != nil {
		t.Fatal(err)
	}
	n.tick("reminder to desk of deadline 2026-04-30 in 7 days, under #1")
}

// An agenda was read some time ago.
type agenda struct {
	*night
	events []models.Event
}

func (a agenda) EventsWithDates(ctx context.Context, _, _ string, _ time.Time) ([]models.Event, []models.PastReminder, error) {
	return a.events, nil, nil
}

func (a agenda) CommitNotices(ctx context.Context, notices []models.Notice) error {
	return a.store.CommitNotices(ctx, notices)
}

// What was alerted to and dated before the upgrade is reminded of, from the first
// reminder on that is due after it.
func TestRemindersAfterAnUpgrade(t *testing.T) {
	onEachUpgrade(t, func(t *testing.T, a *app.Engine, _ *slackfake.Server, _ keptByPeople) {
		now := fixtureTime
		stored, folder := storeOf(t, a), a.Folder()
		scan := &scanner.Scanner{
			Store: stored, DigestStore: stored, Queue: stored, KeyDateStore: stored, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
			Settings: func() scanner.Settings {
				return scanner.Settings{Sources: folder.Sources, Rules: folder.Rules, Routing: folder.Config.Routing()}
			},
		}
		before := make(map[string]bool)
		reminders := func() []models.Notice {
			t.Helper()
			if err := scan.Reminders(t.Context()); err != nil {
				t.Fatal(err)
			}
			all, err := stored.Notices(t.Context(), time.Time{}, 100_000)
			if err != nil {
				t.Fatal(err)
			}
			return slices.DeleteFunc(all, func(n models.Notice) bool {
				old := before[n.ID] || n.Kind != models.NoticeReminder
				before[n.ID] = true
				return old
			})
		}
		if got := reminders(); len(got) > 0 {
			t.Errorf("%d reminders at the first start after the upgrade, such as %s; want none", len(got), got[0].SubjectID)
		}
		now = now.Add(12 * time.Hour)
		if got := reminders(); len(got) > 0 {
			t.Errorf("%d reminders on the first day, such as %s; want none", len(got), got[0].SubjectID)
		}
		now = time.Date(2026, 3, 24, 9, 0, 0, 0, time.UTC)
		got := reminders()
		if len(got) == 0 {
			t.Fatal("no reminders a week before a day that events name")
		}
		told := make(map[string]bool)
		for _, n := range got {
			r := n.Content.Reminder
			if r.Day() != "2026-03-31" || r.Ahead != 7 {
				t.Errorf("reminder %s; want those of 2026-03-31 a week before", n.SubjectID)
			}
			key := n.Recipient + " " + r.EventID
			if told[key] {
				t.Errorf("%s is reminded of event %s twice", n.Recipient, r.EventID)
			}
			told[key] = true
		}
		now = now.Add(time.Hour)
		if got := reminders(); len(got) > 0 {
			t.Errorf("%d reminders were planned again", len(got))
		}
		if _, err := stored.VerifyAudit(t.Context()); err != nil {
			t.Errorf("the audit: %v", err)
		}
	})
}
