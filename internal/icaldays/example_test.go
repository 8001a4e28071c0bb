package icaldays_test

import (
	"fmt"

	"regwatch/internal/icaldays"
)

func ExampleRead() {
	days, problems := icaldays.Read("hk.ics", []byte(`BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Christmas
DTSTART;VALUE=DATE:20261225
DTEND;VALUE=DATE:20261227
END:VEVENT
END:VCALENDAR
`))
	fmt.Println(days, len(problems), "problems")
	// Output: [2026-12-25 2026-12-26] 0 problems
}
