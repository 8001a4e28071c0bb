package icaldays

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// calendar returns a calendar with these events and the line ends of RFC 5545.
func calendar(events ...string) string {
	text := "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example//Holidays//EN\n"
	for _, e := range events {
		text += "BEGIN:VEVENT\n" + e + "\nEND:VEVENT\n"
	}
	return strings.ReplaceAll(text+"END:VCALENDAR\n", "\n", "\r\n")
}

func TestReadReturnsEveryDayOfEvent(t *testing.T) {
	tests := []struct {
		name string
		text string
		want []string
	}{
		{"one day", calendar("UID:1\nSUMMARY:Christmas\nDTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261226"), []string{"2026-12-25"}},
		{"without an end", calendar("DTSTART;VALUE=DATE:20261225"), []string{"2026-12-25"}},
		{"an end that repeats the day", calendar("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261225"), []string{"2026-12-25"}},
		{"several days across a year end", calendar("DTSTART;VALUE=DATE:20261231\nDTEND;VALUE=DATE:20270103"), []string{"2026-12-31", "2027-01-01", "2027-01-02"}},
		{"a duration of days", calendar("DTSTART;VALUE=DATE:20261230\nDURATION:P2D"), []string{"2026-12-30", "2026-12-31"}},
		{"a duration of a week", calendar("DTSTART;VALUE=DATE:20260217\nDURATION:P1W"), []string{"2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-21", "2026-02-22", "2026-02-23"}},
		{"midnight to midnight", calendar("DTSTART:20261225T000000\nDTEND;TZID=Asia/Hong_Kong:20261226T000000"), []string{"2026-12-25"}},
		{"in order, each once", calendar("DTSTART;VALUE=DATE:20261226", "DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261227"), []string{"2026-12-25", "2026-12-26"}},
		{"every year with a count", calendar("DTSTART;VALUE=DATE:20260801\nRRULE:FREQ=YEARLY;COUNT=3"), []string{"2026-08-01", "2027-08-01", "2028-08-01"}},
		{"every year with an end", calendar("DTSTART;VALUE=DATE:20260801\nRRULE:FREQ=YEARLY;UNTIL=20270801T000000Z;BYMONTH=8;BYMONTHDAY=1"), []string{"2026-08-01", "2027-08-01"}},
		{"every leap day", calendar("DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY;COUNT=2"), []string{"2024-02-29", "2028-02-29"}},
		{"Thanksgiving", calendar("DTSTART;VALUE=DATE:20261126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=2"), []string{"2026-11-26", "2027-11-25"}},
		{"the last Monday of May", calendar("DTSTART;VALUE=DATE:20260525\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO;COUNT=3"), []string{"2026-05-25", "2027-05-31", "2028-05-29"}},
		{"with exceptions", calendar("DTSTART;VALUE=DATE:20260801\nRRULE:FREQ=YEARLY;COUNT=3\nEXDATE;VALUE=DATE:20270801,20280801"), []string{"2026-08-01"}},
		{"a cancelled event", calendar("DTSTART;VALUE=DATE:20261225\nSTATUS:CANCELLED", "DTSTART;VALUE=DATE:20261226"), []string{"2026-12-26"}},
		{"folded lines, lower case, quotes", calendar("dtstart;value=DATE;X-A=\"a:b\":2026\n 1225\nSUMMARY:Weihnachten: der\n  erste Tag"), []string{"2026-12-25"}},
		{"two calendars in one file", calendar("DTSTART;VALUE=DATE:20261225") + calendar("DTSTART;VALUE=DATE:20261226"), []string{"2026-12-25", "2026-12-26"}},
		{"an alarm inside an event", calendar("DTSTART;VALUE=DATE:20261225\nBEGIN:VALARM\nDURATION:PT5M\nEND:VALARM"), []string{"2026-12-25"}},
		{"a byte order mark and LF line ends", "\xef\xbb\xbf" + strings.ReplaceAll(calendar("DTSTART;VALUE=DATE:20261225"), "\r", ""), []string{"2026-12-25"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, problems := Read("hk.ics", []byte(tt.text))
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("days mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadLimitsEndlessRecurrence(t *testing.T) {
	days, problems := Read("ch.ics", []byte(calendar("DTSTART;VALUE=DATE:18910801\nRRULE:FREQ=YEARLY")))
	if len(problems) > 0 || len(days) != LastYear-1891+1 || days[len(days)-1] != "2100-08-01" {
		t.Errorf("%d days to %v, problems %v; want one each year to 2100", len(days), days[len(days)-1:], problems)
	}
}

func TestReadReportsPosition(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", "x.ics:1:1: this is not an iCalendar file; use a file that starts with BEGIN:VCALENDAR"},
		{"a web page", "<!DOCTYPE html>\n<html>", "x.ics:1:1: this is not an iCalendar file; use a file that starts with BEGIN:VCALENDAR"},
		{"no event", calendar(), "x.ics:1:1: the calendar has no event; add a VEVENT for each holiday"},
		{"cut off", strings.TrimSuffix(calendar("DTSTART;VALUE=DATE:20261225"), "END:VCALENDAR\r\n"), "x.ics:6:1: the file ends inside VCALENDAR; add END:VCALENDAR; check that the file is complete"},
		{"a line without a colon", calendar("DTSTART;VALUE=DATE=20261225"), "x.ics:5:1: this line is not a property; use NAME:VALUE, such as DTSTART;VALUE=DATE:20261225"},
		{"an end of something else", calendar("DTSTART;VALUE=DATE:20261225\nEND:VTODO"), "x.ics:6:5: END:VTODO has no matching BEGIN; check that the file is complete"},
		{"after the end", calendar("DTSTART;VALUE=DATE:20261225") + "X-A:b", "x.ics:8:1: this line is outside the calendar; remove everything after END:VCALENDAR"},
		{"no start", calendar("SUMMARY:Christmas"), "x.ics:4:1: the event has no DTSTART; add its first day, such as DTSTART;VALUE=DATE:20261225"},
		{"a day that does not exist", calendar("DTSTART;VALUE=DATE:20260230"), `x.ics:5:20: DTSTART is "20260230", which is not a date; use a date such as 20261225`},
		{"a day in a folded line", calendar("DTSTART;VALUE=DATE;X-LONG=a\n b:20260230"), `x.ics:6:4: DTSTART is "20260230", which is not a date; use a date such as 20261225`},
		{"a time of day", calendar("DTSTART:20261225T130000Z"), `x.ics:5:9: DTSTART is "20261225T130000Z", which has a time of day; use whole days, such as DTSTART;VALUE=DATE:20261225`},
		{"midnight of another zone", calendar("DTSTART:20261225T000000Z"), `x.ics:5:9: DTSTART is "20261225T000000Z", which has a time of day; use whole days, such as DTSTART;VALUE=DATE:20261225`},
		{"two starts", calendar("DTSTART;VALUE=DATE:20261225\nDTSTART;VALUE=DATE:20261226"), "x.ics:6:1: DTSTART is given twice; use one in each event"},
		{"an end before the start", calendar("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261224"), "x.ics:6:18: the event ends before it begins; use the day after its last day"},
		{"a mistyped year", calendar("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20361226"), "x.ics:6:18: the event has 3654 days; use at most 366"},
		{"a duration of hours", calendar("DTSTART;VALUE=DATE:20261225\nDURATION:PT12H"), `x.ics:6:10: the duration is "PT12H"; use whole days, such as P1D`},
		{"an empty duration", calendar("DTSTART;VALUE=DATE:20261225\nDURATION:"), `x.ics:6:10: the duration is ""; use whole days, such as P1D`},
		{"every week", calendar("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=WEEKLY"), `x.ics:6:7: the recurrence "FREQ=WEEKLY" is not supported; ` + recurrenceHint},
		{"every other year", calendar("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=YEARLY;INTERVAL=2"), `x.ics:6:19: the recurrence "INTERVAL=2" is not supported; ` + recurrenceHint},
		{"a weekday of the year", calendar("DTSTART;VALUE=DATE:20261225\nRRULE:FREQ=YEARLY;BYDAY=1MO"), `x.ics:6:7: the recurrence "FREQ=YEARLY;BYDAY=1MO" is not supported; ` + recurrenceHint},
		{"single days of a recurrence", calendar("DTSTART;VALUE=DATE:20261225\nRDATE;VALUE=DATE:20271227"), "x.ics:6:1: RDATE is not supported; use a separate event for each day"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, problems := Read("x.ics", []byte(tt.text))
			if got := problems.Error(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestReadLimitsProblems(t *testing.T) {
	_, problems := Read("x.ics", []byte(calendar(slices.Repeat([]string{"DTSTART:never"}, 1000)...)))
	if len(problems) != maxProblems {
		t.Errorf("%d problems; want %d", len(problems), maxProblems)
	}
}

// FuzzRead checks that reading never panics and that days and problems are valid.
func FuzzRead(f *testing.F) {
	f.Add([]byte(calendar("DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261226\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\nEXDATE:20271225")))
	f.Add([]byte("BEGIN:VCALENDAR\r\nEND"))
	f.Add([]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDURATION:\n DTSTART:"))
	f.Fuzz(func(t *testing.T, src []byte) {
		days, problems := Read("x.ics", src)
		for _, day := range days {
			if _, err := time.Parse(time.DateOnly, day); err != nil {
				t.Error(err)
			}
		}
		for _, p := range problems {
			if p.Line < 1 || p.Col < 1 || p.What == "" {
				t.Errorf("problem without a position or text: %+v", p)
			}
		}
	})
}
