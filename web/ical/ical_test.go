package ical

import (
	"strings"
	"testing"
	"time"

	"regwatch/app"
	"regwatch/models"
)

// A file of one event is no calendar to subscribe to; its dates have the same UIDs.
func TestFileHasNoSource(t *testing.T) {
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	c := app.Calendar{Dates: []app.CalendarDate{
		{KeyDate: models.KeyDate{Kind: "deadline", Day: "2027-03-29"}, UID: "e-deadline-1@regwatch", Title: "A; b", CreatedAt: at, ChangedAt: at},
		{KeyDate: models.KeyDate{Kind: "deadline", Day: "soon"}, UID: "x"},
	}}
	text := string(Write("regwatch: A; b", c))
	for _, want := range []string{"NAME:regwatch: A\\; b\r\n", "UID:e-deadline-1@regwatch\r\n", "DTSTART;VALUE=DATE:20270329\r\n", "SUMMARY:Deadline: A\\; b\r\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("the calendar lacks %q:\n%s", want, text)
		}
	}
	for _, never := range []string{"SOURCE", "REFRESH-INTERVAL", "UID:x"} {
		if strings.Contains(text, never) {
			t.Errorf("the calendar has %q:\n%s", never, text)
		}
	}
	c.Address = "https://watch.example/feeds/x.ics"
	if text := string(Write("x", c)); !strings.Contains(text, "SOURCE;VALUE=URI:https://watch.example/feeds/x.ics\r\n") {
		t.Errorf("a calendar to subscribe to has no source:\n%s", text)
	}
}
