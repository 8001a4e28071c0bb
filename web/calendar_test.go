package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/app"
	"regwatch/internal/signedlink"
	"regwatch/models"
)

func TestCalendarIsICalendar(t *testing.T) {
	s := newSite(t, nil)
	date := func(uid, kind, day, quote string, sequence int, cancelled bool) app.CalendarDate {
		return app.CalendarDate{KeyDate: models.KeyDate{Kind: kind, Day: day, Quote: quote}, UID: uid, Sequence: sequence, Cancelled: cancelled, CreatedAt: noon, ChangedAt: noon.Add(time.Hour)}
	}
	s.dates.Dates = []app.CalendarDate{
		date("e1-effective-1@regwatch", "effective", "2026-12-31", "takes effect on 31 December; licences, too\nand \\ more", 2, false),
		date("e2-deadline-1@regwatch", "deadline", "2026-10-01", "", 1, true),
		date("e3-deadline-1@regwatch", "deadline", "2026-02-28", "", 0, false),
	}
	d := s.dates.Dates
	d[0].Title, d[0].Link, d[0].Severity, d[0].Official = "穩定幣條例將於今年最後一天生效，發牌制度同日開始運作並適用於所有發行人", "https://gov.example/1", "high", true
	d[1].Title = "A\r\nATTENDEE:mailto:x@example.com"
	address := s.links.Calendar("hk-policy/urgent")
	answer, text := s.ask(http.MethodGet, strings.TrimPrefix(address, s.links.Base), nil)
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || answer.Header.Get("ETag") == "" {
		t.Fatalf("answers %d, %v:\n%s", answer.StatusCode, answer.Header, text)
	}
	for _, line := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") || !strings.HasPrefix(line, " ") && !strings.Contains(line, ":") {
			t.Errorf("not a line of RFC 5545: %q", line)
		}
	}
	unfolded := strings.ReplaceAll(text, "\r\n ", "")
	var got []string
	for _, line := range strings.Split(unfolded, "\r\n") {
		name, _, _ := strings.Cut(line, ":")
		switch name {
		case "UID", "SEQUENCE", "DTSTAMP", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "STATUS", "SUMMARY", "DESCRIPTION", "METHOD", "ATTENDEE":
			got = append(got, line)
		}
	}
	want := []string{
		"METHOD:PUBLISH",
		"UID:e1-effective-1@regwatch", "SEQUENCE:2", "DTSTAMP:20260828T130000Z", "DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101",
		"SUMMARY:Effective: 穩定幣條例將於今年最後一天生效，發牌制度同日開始運作並適用於所有發行人", `DESCRIPTION:takes effect on 31 December\; licences\, too\nand \\ more`, "STATUS:CONFIRMED",
		"UID:e2-deadline-1@regwatch", "SEQUENCE:1", "DTSTAMP:20260828T130000Z", "DTSTART;VALUE=DATE:20261001", "DTEND;VALUE=DATE:20261002", `SUMMARY:Deadline: A\nATTENDEE:mailto:x@example.com`, "STATUS:CANCELLED",
		"UID:e3-deadline-1@regwatch", "SEQUENCE:0", "DTSTAMP:20260828T130000Z", "DTSTART;VALUE=DATE:20260228", "DTEND;VALUE=DATE:20260301", "SUMMARY:Deadline: (untitled)", "STATUS:TENTATIVE",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calendar (-want +got):\n%s", diff)
	}
	if answer, _ := s.ask(http.MethodGet, "/feeds/other/"+s.links.Token(signedlink.Feed("hk-policy/urgent"), "", time.Time{})+".ics", nil); answer.StatusCode != http.StatusNotFound {
		t.Errorf("the token of another route answers %d", answer.StatusCode)
	}
}
