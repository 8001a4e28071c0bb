package notifier

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestLastOccurrence(t *testing.T) {
	at := func(h, m int) time.Duration { return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute }
	daily := func(h, m int) models.Recurrence { return models.Recurrence{Every: models.Daily, At: at(h, m)} }
	weekly := func(day time.Weekday, h, m int) models.Recurrence {
		return models.Recurrence{Every: models.Weekly, Weekday: day, At: at(h, m)}
	}
	monthly := func(day, h, m int) models.Recurrence {
		return models.Recurrence{Every: models.Monthly, MonthDay: day, At: at(h, m)}
	}
	tests := []struct {
		name, zone string
		rhythm     models.Recurrence
		now        string
		day, want  string
	}{
		{"the moment itself", "Asia/Hong_Kong", weekly(time.Monday, 8, 30), "2026-03-02T08:30:00+08:00", "2026-03-02", "2026-03-02T08:30:00+08:00"},
		{"a minute before is last week's", "Asia/Hong_Kong", weekly(time.Monday, 8, 30), "2026-03-02T08:29:00+08:00", "2026-02-23", "2026-02-23T08:30:00+08:00"},
		{"Sunday", "Asia/Hong_Kong", weekly(time.Monday, 8, 30), "2026-03-08T23:00:00+08:00", "2026-03-02", "2026-03-02T08:30:00+08:00"},
		{"still Sunday in UTC, Monday in Hong Kong", "Asia/Hong_Kong", weekly(time.Monday, 8, 30), "2026-03-02T00:31:00Z", "2026-03-02", "2026-03-02T08:30:00+08:00"},
		{"after clocks went forward", "Europe/London", weekly(time.Monday, 8, 30), "2026-03-30T09:00:00+01:00", "2026-03-30", "2026-03-30T08:30:00+01:00"},
		{"the week before was an hour longer", "Europe/London", weekly(time.Monday, 8, 30), "2026-10-26T08:29:00Z", "2026-10-19", "2026-10-19T08:30:00+01:00"},

		{"yesterday", "UTC", daily(8, 0), "2026-03-02T07:59:59Z", "2026-03-01", "2026-03-01T08:00:00Z"},
		{"today", "UTC", daily(8, 0), "2026-03-02T08:00:00Z", "2026-03-02", "2026-03-02T08:00:00Z"},
		{"an hour that is skipped", "Europe/Berlin", daily(2, 30), "2026-03-29T12:00:00+02:00", "2026-03-29", "2026-03-29T03:30:00+02:00"},
		{"an hour that comes twice: the first", "Europe/Berlin", daily(2, 30), "2026-10-25T02:30:00+02:00", "2026-10-25", "2026-10-25T02:30:00+02:00"},
		{"and not again", "Europe/Berlin", daily(2, 30), "2026-10-25T02:30:00+01:00", "2026-10-25", "2026-10-25T02:30:00+02:00"},

		// Midnight is skipped where clocks go forward at midnight.
		{"no midnight", "America/Sao_Paulo", daily(0, 0), "2018-11-04T01:00:00-02:00", "2018-11-04", "2018-11-04T01:00:00-02:00"},
		{"no midnight, a second before", "America/Sao_Paulo", daily(0, 0), "2018-11-03T23:59:59-03:00", "2018-11-03", "2018-11-03T00:00:00-03:00"},
		{"no midnight in Beirut", "Asia/Beirut", weekly(time.Sunday, 0, 15), "2026-03-29T02:00:00+03:00", "2026-03-29", "2026-03-29T01:15:00+03:00"},
		{"no midnight in Cairo", "Africa/Cairo", daily(0, 30), "2026-04-24T02:00:00+03:00", "2026-04-24", "2026-04-24T01:30:00+03:00"},
		// Where clocks go back over midnight, the end of Saturday is repeated, when
		// Sunday's occurrence may be past.
		{"the day before again, its midnight still to come", "America/Sao_Paulo", daily(0, 0), "2018-02-17T23:30:00-03:00", "2018-02-17", "2018-02-17T00:00:00-02:00"},
		{"the day before again, its midnight past", "America/St_Johns", daily(0, 0), "2010-11-06T23:30:00-03:30", "2010-11-07", "2010-11-07T00:00:00-02:30"},
		// Where clocks go forward at eleven in the evening, half past eleven is tomorrow.
		{"a slot that is put over midnight keeps its day", "America/Nuuk", daily(23, 30), "2024-03-31T00:30:00-01:00", "2024-03-30", "2024-03-31T00:30:00-01:00"},
		{"and the next is of the next day", "America/Nuuk", daily(23, 30), "2024-03-31T23:30:00-01:00", "2024-03-31", "2024-03-31T23:30:00-01:00"},
		// 30 December 2011 did not exist in Samoa.
		{"a day that was skipped has no slot of its own", "Pacific/Apia", daily(8, 0), "2011-12-31T08:00:00+14:00", "2011-12-31", "2011-12-31T08:00:00+14:00"},
		{"before it", "Pacific/Apia", daily(8, 0), "2011-12-31T07:59:00+14:00", "2011-12-29", "2011-12-29T08:00:00-10:00"},
		{"a week's slot of that day comes a day later", "Pacific/Apia", weekly(time.Friday, 8, 0), "2011-12-31T09:00:00+14:00", "2011-12-30", "2011-12-31T08:00:00+14:00"},
		{"half an hour", "Australia/Lord_Howe", daily(2, 15), "2026-10-04T04:00:00+11:00", "2026-10-04", "2026-10-04T02:45:00+11:00"},
		{"half an hour back", "Australia/Lord_Howe", daily(1, 45), "2026-04-05T01:50:00+10:30", "2026-04-05", "2026-04-05T01:45:00+11:00"},
		{"back for the month of fasting", "Africa/Casablanca", daily(2, 30), "2026-03-22T04:00:00+01:00", "2026-03-22", "2026-03-22T03:30:00+01:00"},

		{"a day of the month", "UTC", monthly(15, 8, 0), "2026-03-02T00:00:00Z", "2026-02-15", "2026-02-15T08:00:00Z"},
		{"the last of a short month", "UTC", monthly(0, 8, 0), "2026-03-30T00:00:00Z", "2026-02-28", "2026-02-28T08:00:00Z"},
		{"the last of a leap February", "UTC", monthly(0, 8, 0), "2028-03-30T00:00:00Z", "2028-02-29", "2028-02-29T08:00:00Z"},
		{"the last of a long month", "UTC", monthly(0, 8, 0), "2026-03-31T08:00:00Z", "2026-03-31", "2026-03-31T08:00:00Z"},
		{"the first minute of a year", "Asia/Hong_Kong", monthly(0, 23, 59), "2026-12-31T23:59:00+08:00", "2026-12-31", "2026-12-31T23:59:00+08:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			zone, err := time.LoadLocation(tt.zone)
			if err != nil {
				t.Fatal(err)
			}
			now, err := time.Parse(time.RFC3339, tt.now)
			if err != nil {
				t.Fatal(err)
			}
			got := LastOccurrence(tt.rhythm, now, zone)
			if at := got.At.In(zone).Format(time.RFC3339); at != tt.want || got.Day != tt.day {
				t.Errorf("at %s the last slot is %s at %s, want %s at %s", tt.now, got.Day, at, tt.day, tt.want)
			}
		})
	}
}

func TestDigestDueIgnoresTimeBeforeFirstOccurrence(t *testing.T) {
	started := time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)
	s := subscription("Asia/Hong_Kong")
	if _, due := DigestDue(s, models.DigestHistory{Since: started}, started.Add(time.Hour)); due {
		t.Error("a digest is due for a week before regwatch was started")
	}
	p, due := DigestDue(s, models.DigestHistory{Since: started}, started.AddDate(0, 0, 7))
	if !due || p.To.Sub(p.From) != 7*24*time.Hour || p.Missed != 0 {
		t.Errorf("a week later: due %v, period %+v; want a week", due, p)
	}
}

// A decision just before the occurrence may be committed just after it.
func TestDigestDueWaitsForDelay(t *testing.T) {
	s := subscription("UTC")
	slot := time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)
	last := models.DigestIssue{WindowTo: slot.AddDate(0, 0, -7)}
	if _, due := DigestDue(s, models.DigestHistory{Last: last}, slot.Add(time.Second)); due {
		t.Error("due a second after its slot")
	}
	p, due := DigestDue(s, models.DigestHistory{Last: last}, slot.Add(digestDelay))
	if diff := cmp.Diff(models.Period{From: last.WindowTo, To: slot, Day: "2026-03-02"}, p); !due || diff != "" {
		t.Errorf("due %v, period (-want +got):\n%s", due, diff)
	}
}

func TestDigestDueMergesMissedOccurrences(t *testing.T) {
	s := subscription("UTC")
	slot := time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)
	last := models.DigestIssue{WindowTo: slot}
	p, due := DigestDue(s, models.DigestHistory{Last: last}, slot.AddDate(0, 0, 21).Add(digestDelay))
	if diff := cmp.Diff(models.Period{From: slot, To: slot.AddDate(0, 0, 21), Day: "2026-03-23", Missed: 2}, p); !due || diff != "" {
		t.Errorf("due %v, period (-want +got):\n%s", due, diff)
	}
	if issue, _ := PlanDigest(s, p, Gathered{}, slot.AddDate(0, 0, 21).Add(digestDelay)); !issue.Late {
		t.Error("made in time for its own slot, it is not marked, and two were missed")
	}
	// A person requested one in between, so none is missed.
	by := DigestUntil(s, last, slot.AddDate(0, 0, 8))
	p, _ = DigestDue(s, models.DigestHistory{Last: models.DigestIssue{WindowTo: by.To}}, slot.AddDate(0, 0, 14).Add(digestDelay))
	if p.Missed != 0 || !p.From.Equal(by.To) {
		t.Errorf("after one made by a person: %+v; want none missed, from its end", p)
	}
	if by.Day == "2026-03-10" {
		t.Error("a person's digest takes the place of the slot of its day")
	}
}
