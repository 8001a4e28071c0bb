package cli

import (
	"strings"
	"testing"
	"time"

	"regwatch/app"
)

func TestShortenLeavesNothingThatActsOnATerminal(t *testing.T) {
	tests := []struct {
		in    string
		runes int
		want  string
	}{
		{"  A plain\n headline ", 40, "A plain headline"},
		{"\x1b[2J\x1b]0;owned\x07Gone", 40, "[2J]0;ownedGone"},
		{"licence \u202egnp.exe\u202c granted\u200f", 40, "licence gnp.exe granted"},
		{"a\u0085b\u009b31mc", 40, "a b31mc"},
		{"金管局就穩定幣諮詢公眾", 6, "金管局就穩…"},
	}
	for _, tt := range tests {
		if got := shorten(tt.in, tt.runes); got != tt.want {
			t.Errorf("shorten(%q, %d) = %q, want %q", tt.in, tt.runes, got, tt.want)
		}
	}
}

func TestScanSummary(t *testing.T) {
	unresolved := app.SourceScan{Source: "a", Error: "host name a.example does not exist", NoHost: true}
	other := unresolved
	other.Source = "b"
	answered := app.SourceScan{Source: "b", Error: "answers 404"}
	for _, tt := range []struct {
		name  string
		scans []app.SourceScan
		want  string
	}{
		{"nothing found", []app.SourceScan{{Source: "a"}}, "1 source scanned; 0 new articles, 0 new events"},
		{"no network", []app.SourceScan{unresolved, other}, "2 sources scanned, 2 failed because no host name resolved: this machine has no network or DNS, or needs a proxy (HTTPS_PROXY); 0 new articles, 0 new events"},
		{"one source answered", []app.SourceScan{unresolved, answered}, "2 sources scanned, 2 failed; 0 new articles, 0 new events"},
		{
			"the outcomes add up to the events",
			[]app.SourceScan{
				{Source: "a", New: 9, NewEvents: app.Outcomes{Sent: 2, Held: 3}, Updates: app.Outcomes{Held: 1}},
				{Source: "b", New: 2, NewEvents: app.Outcomes{Sent: 1, Deferred: 1, Unrouted: 1}},
				{Source: "a"},
			},
			"3 scans of 2 sources; 11 new articles, 8 new events (3 sent, 1 deferred, 3 held back, 1 without a recipient), 1 update of a known event (1 held back)",
		},
	} {
		var r app.ScanReport
		for _, s := range tt.scans {
			r.Add(s)
		}
		if got := scanSummary(r); got != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, got, tt.want)
		}
	}
}

// An alert that one recipient gets and another does not counts once, as sent.
func TestScanPrinterNamesTheRecipientWhoDoesNotGetAnAlert(t *testing.T) {
	var out strings.Builder
	p := scanPrinter{w: &out}
	p.print(app.SourceScan{Source: "a", Held: []app.HeldAlert{
		{Title: "One", Recipient: "desk", Why: "muted", Partly: true},
		{Title: "Two", Recipient: "desk", Why: "muted"},
		{Title: "Three", Recipient: "desk", Until: time.Unix(1, 0), Partly: true},
		{Title: "Four", Recipient: "desk", Until: time.Unix(1, 0)},
	}})
	for _, want := range []string{"  not for desk  One\n", "  held back  Two\n", "  later for desk  Three\n", "  deferred   Four\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the output lacks %q:\n%s", want, out.String())
		}
	}
}
