package cli

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"regwatch/app"
)

func TestEventsHelpNamesEveryColumn(t *testing.T) {
	help := newEvents(&shell{stdout: io.Discard}).Long
	_, list, _ := strings.Cut(help, "Columns:")
	for _, c := range eventColumns() {
		if !strings.Contains(strings.ReplaceAll(list, "\n", " "), " "+c.name) {
			t.Errorf("the help of regwatch events does not name the column %s", c.name)
		}
	}
}

func TestFindColumns(t *testing.T) {
	for _, tt := range []struct{ names, want, wantErr string }{
		{"id,title", "id title", ""},
		{"ID, First-Seen", "id first-seen", ""},
		{"id,titel", "", `column "titel" does not exist (did you mean "title"?); use id, first-seen, `},
	} {
		found, err := findColumns(strings.Split(tt.names, ","))
		var got []string
		for _, c := range found {
			got = append(got, c.name)
		}
		if strings.Join(got, " ") != tt.want || (err != nil) != (tt.wantErr != "") || err != nil && !strings.Contains(err.Error(), tt.wantErr) {
			t.Errorf("findColumns(%s) = %v, %v; want %q, %q", tt.names, got, err, tt.want, tt.wantErr)
		}
	}
}

func TestPrintEventNoticesSaysWhyNobodyWasNotified(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	e := app.EventDetails{Notices: []app.EventNotice{
		{Kind: "alert", Recipient: "desk", Deliveries: []app.EventDelivery{
			{Destination: "slack:#desk", State: "sent", SentAt: &at},
			{Destination: "slack:#all", State: "sent", SentAt: &at},
			{Destination: "mail:a@example.com", State: "dead", LastError: "the server refused it"},
		}},
		{Kind: "alert", Recipient: "strict", Held: "severity high is below critical, the minimum of strict", CreatedAt: at},
		{Kind: "update", Recipient: "strict", Held: "this event is muted", CreatedAt: at.Add(time.Hour)},
		{Kind: "update", Recipient: "desk", Held: "this event is muted", CreatedAt: at},
		{Kind: "alert", Recipient: "weekly", WaitUntil: &at, WaitReason: "the frequency of weekly"},
		{Kind: "alert", Recipient: "team", InSummary: true, Deliveries: []app.EventDelivery{{Destination: "slack:#team", State: "due"}}},
	}}
	var out bytes.Buffer
	(&shell{stdout: &out}).printEventNotices(e, time.UTC)
	want := `Notified:
  desk  alert: sent 2026-03-02 09:30 UTC to slack:#desk, slack:#all; failed (the server refused it) to mail:a@example.com
  weekly  alert: deferred until 2026-03-02 09:30 UTC: the frequency of weekly
  team  alert: not sent yet to slack:#team, in a summary
Not notified:
  strict  2026-03-02 10:30 UTC: this event is muted
`
	if out.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", out.String(), want)
	}
}
