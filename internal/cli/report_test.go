package cli

import (
	"strings"
	"testing"
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

func TestNoNetworkIsSaidOnce(t *testing.T) {
	unresolved := sourceReport{Error: "the host name a.example does not resolve: check the spelling"}
	down := scanTotal{Scans: 2, Sources: 2, Failed: 2, Findings: []sourceReport{unresolved, unresolved}}
	if got := down.String(); !strings.Contains(got, "this machine has no network or DNS") {
		t.Errorf("total = %q; want it to say that there is no network", got)
	}
	mixed := down
	mixed.Findings = []sourceReport{unresolved, {Error: "answers 404"}}
	if got := mixed.String(); strings.Contains(got, "no network") {
		t.Errorf("total = %q; one source answered", got)
	}
}
