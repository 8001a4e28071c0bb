package store

import (
	"fmt"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// reminderOf is a reminder of an event to the desk.
func reminderOf(event, day string, ahead int, at time.Time) models.Notice {
	n := models.Notice{
		Kind: models.NoticeReminder, Subject: "date", SubjectID: fmt.Sprintf("%s/deadline/%s/%d", event, day, ahead), Recipient: "desk",
		Severity: models.High, Subscriptions: []string{"default/desk"}, CreatedAt: at,
		Reasons: models.NewReasons(models.ReasonDateNear, models.ReasonArgs{Day: day, Count: ahead}),
		Content: models.Content{Reminder: &models.Reminder{EventID: event, Ahead: ahead, Dates: []models.KeyDate{{Day: day, Kind: "deadline"}}}},
	}
	n.ID = n.Key()
	d := models.NewDelivery(n.ID, "slack", "", at)
	d.Thread = event
	n.Deliveries = []models.Delivery{d}
	return n
}

// datedStory stores an event with a day and an alert of it to the desk.
func datedStory(t testing.TB, s *Store, i int, days ...string) models.Event {
	t.Helper()
	a := article("hkma", fmt.Sprint(i), fmt.Sprintf("Step %d", i), noon.Add(time.Duration(i)*time.Minute))
	scan := scanOf(models.SourceState{SourceID: "hkma", Generation: int64(i)}, int64(i), a, fmt.Sprintf("k%d", i))
	for _, day := range days {
		scan.Changes[0].Event.Dates = append(scan.Changes[0].Event.Dates, models.KeyDate{Day: day, Kind: "deadline"})
	}
	scan.Notices[0].Subscriptions = []string{"default/desk"}
	commit(t, s, scan)
	return scan.Changes[0].Event
}

func TestDatedReturnsEventsWithADayInRange(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		datedStory(t, s, 0, "2026-03-31")
		within := datedStory(t, s, 1, "2026-01-01", "2026-04-01")
		last := datedStory(t, s, 2, "2026-04-30")
		datedStory(t, s, 3, "2026-05-01")
		datedStory(t, s, 4)
		events, past, err := s.EventsWithDates(t.Context(), "2026-04-01", "2026-04-30", noon)
		if err != nil || len(past) > 0 {
			t.Fatalf("Dated: %d reminders, %v", len(past), err)
		}
		var got []string
		for _, e := range events {
			got = append(got, e.ID)
			if len(e.Notified) != 1 || !e.Notified[0].At.Equal(e.FirstSeenAt) || len(e.Notified[0].Subscriptions) != 1 {
				t.Errorf("event %s was sent as %+v; want when and by which line", e.ID, e.Notified)
			}
		}
		if diff := gocmp.Diff([]string{within.ID, last.ID}, got); diff != "" {
			t.Errorf("Dated (-want +got):\n%s", diff)
		}
	})
}

func TestDatedKnowsTheRemindersOfMergedEvents(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		one, two := datedStory(t, s, 0, "2026-04-30"), datedStory(t, s, 1, "2026-04-30")
		other := datedStory(t, s, 2, "2026-06-30")
		held := reminderOf(two.ID, "2026-04-30", 30, noon)
		held.HeldReasons, held.Deliveries = models.NewReasons(models.ReasonMuted, models.ReasonArgs{}), nil
		if err := s.CommitNotices(t.Context(), []models.Notice{reminderOf(one.ID, "2026-04-30", 7, noon), held, reminderOf(other.ID, "2026-06-30", 90, noon)}); err != nil {
			t.Fatal(err)
		}
		if err := s.write.Table("events").Where("id = ?", one.ID).Update("merged_into", two.ID).Error; err != nil {
			t.Fatal(err)
		}
		_, past, err := s.EventsWithDates(t.Context(), "2026-04-01", "2026-05-01", noon.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		got := make(map[models.PastReminder]bool)
		for _, p := range past {
			got[p] = true
		}
		want := map[models.PastReminder]bool{
			{EventID: two.ID, Recipient: "desk", Day: "2026-04-30", Ahead: 7}:  true,
			{EventID: two.ID, Recipient: "desk", Day: "2026-04-30", Ahead: 30}: true,
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("reminders (-want +got):\n%s", diff)
		}
	})
}

// Who reads the alert in a summary was sent it when the summary was.
func TestHistoryCountsFromTheMomentOfSending(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := datedStory(t, s, 0)
		n := delayed(t, s, e.ID)
		n.Recipient = "weekly"
		n.ID = n.Key()
		if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
			t.Fatal(err)
		}
		of := func(recipient string) models.Notified {
			t.Helper()
			event, err := s.FindEvent(t.Context(), e.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, told := range event.Notified {
				if told.Recipient == recipient {
					return told
				}
			}
			t.Fatalf("%s was told nothing", recipient)
			return models.Notified{}
		}
		if told := of("weekly"); !told.At.IsZero() {
			t.Errorf("what waits counts as sent at %s", told.At)
		}
		later := noon.Add(5 * time.Hour)
		if err := s.CommitFlush(t.Context(), []models.Notice{delivered(n, later)}, later); err != nil {
			t.Fatal(err)
		}
		if told := of("weekly"); !told.At.Equal(later) {
			t.Errorf("sent at %s, want %s", told.At, later)
		}
	})
}

func TestDeferredReminderComesWithItsEvent(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := datedStory(t, s, 0, "2026-04-30")
		n := reminderOf(e.ID, "2026-04-30", 7, noon.Add(time.Minute))
		n.Deliveries, n.WaitUntil = nil, noon.Add(time.Hour)
		n.WaitReasons = models.NewReasons(models.ReasonOutsideHours, models.ReasonArgs{Recipient: "desk"})
		if err := s.CommitNotices(t.Context(), []models.Notice{n}); err != nil {
			t.Fatal(err)
		}
		notices, events, err := s.DeferredNotices(t.Context(), noon.Add(time.Hour))
		if err != nil || len(notices) != 1 || events[e.ID].ID != e.ID || len(events[e.ID].Dates) != 2 {
			t.Fatalf("Waiting = %d notices, events %v, %v; want the reminder and its event", len(notices), events, err)
		}
		about, err := s.EventNotices(t.Context(), e.ID)
		if err != nil || len(about) != 2 || about[1].Kind != models.NoticeReminder {
			t.Errorf("NoticesAbout = %d notices, %v; want the alert and the reminder", len(about), err)
		}
		released := notices[0]
		released.WaitUntil = time.Time{}
		released.Deliveries = reminderOf(e.ID, "2026-04-30", 7, noon.Add(time.Hour)).Deliveries
		for range 2 {
			_ = s.CommitFlush(t.Context(), []models.Notice{released}, noon.Add(time.Hour))
		}
		c, err := s.PlanContext(t.Context(), noon.Add(time.Hour))
		if err != nil || len(c.Recent["desk"]) != 1 {
			t.Errorf("recent messages to the desk are %v, %v; want the reminder", c.Recent["desk"], err)
		}
		claimed, err := s.Claim(t.Context(), noon.Add(2*time.Hour), "slack", 10, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []models.NoticeKind
		for _, d := range claimed {
			kinds = append(kinds, d.Notice.Kind)
		}
		if diff := gocmp.Diff([]models.NoticeKind{models.NoticeAlert, models.NoticeReminder}, kinds); diff != "" {
			t.Errorf("Claim (-want +got):\n%s", diff)
		}
		soundAudit(t, s)
	})
}
