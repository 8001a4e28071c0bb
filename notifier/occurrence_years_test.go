package notifier

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"regwatch/internal/timefmt"
	"regwatch/models"
)

// slotsByTheClock is another way to find the slots: it watches the clock of the
// zone minute by minute and takes the first moment at which it shows the time of
// the day or a later one. Where it shows a later one, the time was skipped; then
// the clock that was in force before goes on.
func slotsByTheClock(r models.Recurrence, zone *time.Location, from, to time.Time) []time.Time {
	var wanted []time.Time
	for day := from.AddDate(0, 0, -3).Truncate(24 * time.Hour); day.Before(to); day = day.AddDate(0, 0, 1) {
		if occursOn(r, day) {
			wanted = append(wanted, day.Add(r.At))
		}
	}
	var slots []time.Time
	now := wanted[0].Add(-16 * time.Hour)
	for _, want := range wanted {
		// No zone is further from UTC; later, every minute is checked.
		if early := want.Add(-16 * time.Hour); now.Before(early) {
			now = early
		}
		for clockShows(now, zone).Before(want) {
			now = now.Add(time.Minute)
		}
		slot := now
		if clockShows(now, zone).After(want) {
			_, offset := now.Add(-time.Minute).In(zone).Zone()
			slot = want.Add(-time.Duration(offset) * time.Second)
		}
		slots = append(slots, slot)
	}
	slices.SortFunc(slots, time.Time.Compare)
	slots = slices.CompactFunc(slots, time.Time.Equal)
	return slices.DeleteFunc(slots, func(at time.Time) bool { return !at.After(from) || at.After(to) })
}

func clockShows(t time.Time, zone *time.Location) time.Time {
	l := t.In(zone)
	return time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), l.Second(), 0, time.UTC)
}

// nearChange reports whether clocks of a zone change within two days.
func nearChange(t time.Time, zone *time.Location) bool {
	const near = 48 * time.Hour
	start, end := t.In(zone).ZoneBounds()
	return !start.IsZero() && t.Sub(start) < near || !end.IsZero() && end.Sub(t) < near
}

// A simulated clock runs through two years in eight zones, each minute near clock changes
// and each 17th otherwise, with stops of hours to weeks. Every occurrence has one digest,
// or is merged into a later one that says so, and the windows meet.
func TestDigestDueThroughTwoYears(t *testing.T) {
	zones := []struct {
		name string
		year int
		at   time.Duration
	}{
		{"Asia/Hong_Kong", 2026, 8 * time.Hour},
		{"America/Sao_Paulo", 2017, 0},                              // no midnight, each October or November
		{"Asia/Beirut", 2025, 15 * time.Minute},                     // no midnight, each March
		{"Africa/Cairo", 2024, 0},                                   // no midnight, each April
		{"Pacific/Apia", 2011, 8*time.Hour + 30*time.Minute},        // no 30 December 2011
		{"Australia/Lord_Howe", 2027, 2*time.Hour + 15*time.Minute}, // half an hour
		{"Africa/Casablanca", 2026, 2*time.Hour + 30*time.Minute},   // back during Ramadan
		{"America/Nuuk", 2023, 23*time.Hour + 30*time.Minute},       // forward over midnight
	}
	made, late, missed := 0, 0, 0
	for _, z := range zones {
		if _, err := time.LoadLocation(z.name); err != nil {
			t.Fatal(err)
		}
		for _, r := range []models.Recurrence{
			{Every: models.Daily, At: z.at},
			{Every: models.Weekly, Weekday: time.Sunday, At: z.at},
			{Every: models.Monthly, MonthDay: 0, At: z.at},
		} {
			t.Run(fmt.Sprintf("%s %s", z.name, r.Every), func(t *testing.T) {
				m, l, f := walkTwoYears(t, models.DigestSubscription{ID: "digest", Recurrence: r, Zone: z.name}, time.Date(z.year, 1, 10, 12, 0, 0, 0, time.UTC))
				made, late, missed = made+m, late+l, missed+f
			})
		}
	}
	t.Logf("%d digests, %d of them late, and %d slots folded into late ones", made, late, missed)
}

func walkTwoYears(t *testing.T, s models.DigestSubscription, since time.Time) (made, late, missed int) {
	t.Helper()
	zone := timefmt.Zone(s.Zone)
	end := since.AddDate(2, 0, 0)
	slots := slotsByTheClock(s.Recurrence, zone, since, end.Add(time.Hour))
	chance := rand.New(rand.NewPCG(uint64(since.Year()), uint64(len(slots))))
	var last models.DigestIssue
	var recent []string
	days, begins := make(map[string]bool), make(map[time.Time]bool) // the unique keys of the store
	next := 0                                                       // the first occurrence without a digest
	stop := func() time.Time { return since.Add(time.Duration(chance.IntN(40*24)) * time.Hour) }
	stopAt := stop()
	for now := since; now.Before(end); {
		if now.After(stopAt) { // stopped for an hour to three weeks
			now = now.Add(time.Hour + time.Duration(chance.IntN(21*24*60))*time.Minute)
			stopAt = now.Add(time.Duration(chance.IntN(60*24)) * time.Hour)
			continue
		}
		p, due := DigestDue(s, models.DigestHistory{Since: since, Last: last, Days: recent}, now)
		want := next
		for want < len(slots) && !slots[want].Add(digestDelay).After(now) {
			want++
		}
		if due != (want > next) {
			t.Fatalf("at %s due is %v; slots up to %v are past, the last digest ended at %s", now.In(zone), due, slots[max(want-1, 0)].In(zone), last.WindowTo.In(zone))
		}
		if due {
			slot := slots[want-1]
			issue, notices := PlanDigest(s, p, Gathered{}, now)
			n := notices[0]
			wantLate := now.Sub(slot) > lateAfter || want-next > 1 && !last.WindowTo.IsZero()
			switch {
			case !p.To.Equal(slot):
				t.Fatalf("at %s the window ends at %s, want the slot %s", now, p.To.In(zone), slot.In(zone))
			case !last.WindowTo.IsZero() && !p.From.Equal(last.WindowTo):
				t.Fatalf("the window begins at %s, the one before ended at %s", p.From, last.WindowTo)
			case !p.From.Before(p.To):
				t.Fatalf("the window is [%s, %s)", p.From, p.To)
			case days[issue.LocalDate] || begins[issue.WindowFrom]:
				t.Fatalf("the keys %s and %s were taken; the digest of the slot %s would never be made", issue.LocalDate, issue.WindowFrom, slot.In(zone))
			case issue.Late != wantLate || n.Content.Digest.Late != wantLate:
				t.Fatalf("late is %v at %s for the slot %s, with %d before it", issue.Late, now, slot, want-next-1)
			case !last.WindowTo.IsZero() && p.Missed != want-next-1:
				t.Fatalf("%d missed, want %d", p.Missed, want-next-1)
			}
			days[issue.LocalDate], begins[issue.WindowFrom] = true, true
			recent = append(recent[max(len(recent)-5, 0):], issue.LocalDate)
			made, missed = made+1, missed+want-next-1
			if wantLate {
				late++
			}
			last, next = issue, want
		}
		step := 17 * time.Minute
		if nearChange(now, zone) {
			step = time.Minute
		}
		now = now.Add(step)
	}
	if made < 10 {
		t.Errorf("%d digests in two years", made)
	}
	return made, late, missed
}
