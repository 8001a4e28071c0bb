package notifier

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// A ledger keeps digests like the store, with the same unique keys.
type ledger struct {
	since   time.Time
	issues  []models.DigestIssue
	refused int
}

func (l *ledger) history(now time.Time) models.DigestHistory {
	h := models.DigestHistory{Since: l.since}
	for _, issue := range l.issues {
		h.Days = append(h.Days, issue.LocalDate)
		if !issue.WindowTo.After(now) && issue.WindowTo.After(h.Last.WindowTo) {
			h.Last = issue
		}
	}
	return h
}

func (l *ledger) commit(issue models.DigestIssue) {
	for _, has := range l.issues {
		if has.LocalDate == issue.LocalDate || has.WindowFrom.Equal(issue.WindowFrom) {
			l.refused++
			return
		}
	}
	l.issues = append(l.issues, issue)
}

// A replan is a change of regwatch.yaml at a time.
type replan struct {
	at   string // in UTC
	when models.Recurrence
	zone string
}

func dailyAt(hour, minute int) models.Recurrence {
	return models.Recurrence{Every: models.Daily, At: time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute}
}

func weeklyAt(day time.Weekday, hour int) models.Recurrence {
	return models.Recurrence{Every: models.Weekly, Weekday: day, At: time.Duration(hour) * time.Hour}
}

func monthlyAt(day, hour int) models.Recurrence {
	return models.Recurrence{Every: models.Monthly, MonthDay: day, At: time.Duration(hour) * time.Hour}
}

// After any change of the schedule, each day with an occurrence has one digest, their
// windows meet, and no attempt violates a key of the store. 2 March 2026 is a Monday.
func TestChangeOfScheduleMakesOneDigestADay(t *testing.T) {
	const hk, ny, kiritimati, honolulu = "Asia/Hong_Kong", "America/New_York", "Pacific/Kiritimati", "Pacific/Honolulu"
	tests := []struct {
		name    string
		changes []replan
		byHand  string   // times at which a person requests one
		until   string   //
		want    []string // the day of each digest and the end of its window
	}{
		{
			"later on the day it was sent",
			[]replan{{"03-01 12:00", dailyAt(8, 0), "UTC"}, {"03-02 10:00", dailyAt(17, 0), "UTC"}},
			"", "03-05 00:00",
			[]string{"03-02 03-02 08:00", "03-03 03-03 17:00", "03-04 03-04 17:00"},
		},
		{
			"earlier on the day it was sent",
			[]replan{{"03-01 12:00", dailyAt(8, 0), "UTC"}, {"03-02 10:00", dailyAt(7, 0), "UTC"}},
			"", "03-05 00:00",
			[]string{"03-02 03-02 08:00", "03-03 03-03 07:00", "03-04 03-04 07:00"},
		},
		{
			"later before it was sent",
			[]replan{{"03-01 12:00", dailyAt(8, 0), "UTC"}, {"03-03 07:00", dailyAt(17, 0), "UTC"}},
			"", "03-05 00:00",
			[]string{"03-02 03-02 08:00", "03-03 03-03 17:00", "03-04 03-04 17:00"},
		},
		{
			"earlier before it was sent",
			[]replan{{"03-01 12:00", dailyAt(17, 0), "UTC"}, {"03-03 10:00", dailyAt(8, 0), "UTC"}},
			"", "03-05 00:00",
			[]string{"03-01 03-01 17:00", "03-02 03-02 17:00", "03-03 03-03 08:00", "03-04 03-04 08:00"},
		},
		{
			"later, and back again",
			[]replan{{"03-01 12:00", dailyAt(8, 0), "UTC"}, {"03-02 10:00", dailyAt(17, 0), "UTC"}, {"03-02 18:00", dailyAt(8, 0), "UTC"}},
			"", "03-04 00:00",
			[]string{"03-02 03-02 08:00", "03-03 03-03 08:00"},
		},
		{
			"by a minute, again and again",
			[]replan{{"03-01 12:00", dailyAt(8, 0), "UTC"}, {"03-02 08:03", dailyAt(8, 4), "UTC"}, {"03-02 08:07", dailyAt(8, 10), "UTC"}},
			"", "03-04 00:00",
			[]string{"03-02 03-02 08:00", "03-03 03-03 08:10"},
		},
		{
			"later on a day of which a person made one too",
			[]replan{{"03-01 12:00", dailyAt(8, 0), "UTC"}, {"03-02 12:00", dailyAt(17, 0), "UTC"}},
			"03-02 10:00", "03-04 00:00",
			[]string{"03-02 03-02 08:00", "by hand 03-02 10:00", "03-03 03-03 17:00"},
		},
		{
			"a weekly one later on its day",
			[]replan{{"03-01 12:00", weeklyAt(time.Monday, 8), "UTC"}, {"03-02 10:00", weeklyAt(time.Monday, 17), "UTC"}},
			"", "03-17 00:00",
			[]string{"03-02 03-02 08:00", "03-09 03-09 17:00", "03-16 03-16 17:00"},
		},
		{
			"a weekly one to the next day",
			[]replan{{"03-01 12:00", weeklyAt(time.Monday, 8), "UTC"}, {"03-02 10:00", weeklyAt(time.Tuesday, 8), "UTC"}},
			"", "03-11 00:00",
			[]string{"03-02 03-02 08:00", "03-03 03-03 08:00", "03-10 03-10 08:00"},
		},
		{
			"a weekly one to the day before",
			[]replan{{"03-01 12:00", weeklyAt(time.Monday, 8), "UTC"}, {"03-02 10:00", weeklyAt(time.Sunday, 8), "UTC"}},
			"", "03-16 00:00",
			[]string{"03-02 03-02 08:00", "03-08 03-08 08:00", "03-15 03-15 08:00"},
		},
		{
			"from weekly to daily, later on the day",
			[]replan{{"03-01 12:00", weeklyAt(time.Monday, 8), "UTC"}, {"03-02 10:00", dailyAt(17, 0), "UTC"}},
			"", "03-04 00:00",
			[]string{"03-02 03-02 08:00", "03-03 03-03 17:00"},
		},
		{
			"from daily to weekly on the same day, later",
			[]replan{{"03-01 12:00", dailyAt(8, 0), "UTC"}, {"03-02 10:00", weeklyAt(time.Monday, 17), "UTC"}},
			"", "03-10 00:00",
			[]string{"03-02 03-02 08:00", "03-09 03-09 17:00"},
		},
		{
			"from daily to monthly on the same day, later",
			[]replan{{"03-01 12:00", dailyAt(8, 0), "UTC"}, {"03-02 10:00", monthlyAt(2, 17), "UTC"}},
			"", "04-03 00:00",
			[]string{"03-02 03-02 08:00", "04-02 04-02 17:00"},
		},
		{
			"from monthly to daily, later on the day",
			[]replan{{"03-01 12:00", monthlyAt(2, 8), "UTC"}, {"03-02 10:00", dailyAt(17, 0), "UTC"}},
			"", "03-05 00:00",
			[]string{"03-02 03-02 08:00", "03-03 03-03 17:00", "03-04 03-04 17:00"},
		},
		{
			"a zone to the west",
			[]replan{{"03-01 12:00", weeklyAt(time.Monday, 8), hk}, {"03-02 10:00", weeklyAt(time.Monday, 8), ny}},
			"", "03-17 00:00",
			[]string{"03-02 03-02 00:00", "03-09 03-09 12:00", "03-16 03-16 12:00"},
		},
		{
			"a zone to the east",
			[]replan{{"03-01 12:00", dailyAt(8, 0), ny}, {"03-02 14:00", dailyAt(8, 0), hk}},
			"", "03-05 00:00",
			[]string{"03-01 03-01 13:00", "03-02 03-02 13:00", "03-03 03-03 00:00", "03-04 03-04 00:00"},
		},
		{
			"a zone that is a day behind",
			[]replan{{"03-08 12:00", weeklyAt(time.Tuesday, 8), kiritimati}, {"03-10 00:00", dailyAt(17, 0), honolulu}},
			"", "03-12 12:00",
			[]string{"03-10 03-09 18:00", "03-09 03-10 03:00", "03-11 03-12 03:00"},
		},
		{
			"a zone that is a day ahead",
			[]replan{{"03-08 12:00", dailyAt(8, 0), honolulu}, {"03-09 19:00", dailyAt(8, 0), kiritimati}},
			"", "03-12 00:00",
			[]string{"03-08 03-08 18:00", "03-09 03-09 18:00", "03-11 03-10 18:00", "03-12 03-11 18:00"},
		},
	}
	moment := func(t *testing.T, s string) time.Time {
		t.Helper()
		at, err := time.Parse("2006-01-02 15:04", "2026-"+s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			begin := moment(t, tt.changes[0].at)
			store := &ledger{since: begin}
			s := models.DigestSubscription{ID: "digest"}
			missed := 0
			for now := begin; now.Before(moment(t, tt.until)); now = now.Add(time.Minute) {
				for _, c := range tt.changes {
					if !moment(t, c.at).After(now) {
						s.Recurrence, s.Zone = c.when, c.zone
					}
				}
				if tt.byHand != "" && now.Equal(moment(t, tt.byHand)) {
					issue, _ := PlanDigest(s, DigestUntil(s, store.history(now).Last, now), Gathered{}, now)
					store.commit(issue)
				}
				if p, due := DigestDue(s, store.history(now), now); due {
					issue, _ := PlanDigest(s, p, Gathered{}, now)
					store.commit(issue)
					missed += p.Missed
				}
			}
			var got []string
			for i, issue := range store.issues {
				day := strings.TrimPrefix(issue.LocalDate, "2026-")
				if len(issue.LocalDate) > len(time.DateOnly) {
					day = "by hand"
				}
				got = append(got, day+" "+issue.WindowTo.Format("01-02 15:04"))
				if i > 0 && !issue.WindowFrom.Equal(store.issues[i-1].WindowTo) {
					t.Errorf("the window of %s begins at %s, the one before ended at %s", issue.LocalDate, issue.WindowFrom, store.issues[i-1].WindowTo)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("digests mismatch (-want +got):\n%s", diff)
			}
			if store.refused > 0 {
				t.Errorf("%d digests were planned that the store refuses", store.refused)
			}
			if missed > 0 {
				t.Errorf("%d occurrences count as missed, and none was", missed)
			}
		})
	}
}

// If no program runs when the schedule changes, the missed digest is created once, marked
// as late.
func TestDigestMissedBeforeAChangeOfScheduleIsMadeOnce(t *testing.T) {
	s := models.DigestSubscription{ID: "digest", Zone: "UTC", Recurrence: dailyAt(17, 0)}
	last := models.DigestIssue{LocalDate: "2026-03-02", WindowTo: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	now := time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC)
	p, due := DigestDue(s, models.DigestHistory{Last: last, Days: []string{"2026-03-02"}}, now)
	want := models.Period{From: last.WindowTo, To: time.Date(2026, 3, 4, 17, 0, 0, 0, time.UTC), Day: "2026-03-04", Missed: 1} // that of the 3rd
	if diff := cmp.Diff(want, p); diff != "" || !due {
		t.Errorf("due %v, period mismatch (-want +got):\n%s", due, diff)
	}
}
