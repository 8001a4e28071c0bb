package app

import (
	"strings"
	"testing"
)

func TestWithLineEndsKeepsThoseOfLinesThatAreTheSame(t *testing.T) {
	for _, tt := range []struct{ name, before, sent, want string }{
		{"unix", "a\nb\n", "a\r\nx\r\n", "a\nx\n"},
		{"windows", "a\r\nb\r\n", "a\r\nb\r\nc\r\n", "a\r\nb\r\nc\r\n"},
		{"mixed and unchanged", "a\r\nb\nc", "a\r\nb\r\nc", "a\r\nb\nc"},
		{"mixed, the second line", "a\r\nb\nc", "a\r\nx\r\nc", "a\r\nx\nc"},
		{"mixed, the first line", "a\r\nb\nc", "x\r\nb\r\nc", "x\r\nb\nc"},
		{"old line ends", "a\rb\r", "a\r\nb\r\n", "a\rb\r"},
		{"a new file", "", "a\r\nb\r\n", "a\nb\n"},
		{"nothing left", "a\r\n", "", ""},
		{"no last line end", "a\nb", "a\r\nb\r\n", "a\nb\n"},
		{"other letters", "穩\r\n定\r\n", "穩\r\n幣\r\n", "穩\r\n幣\r\n"},
	} {
		if got := withLineEnds(tt.before, tt.sent); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func FuzzWithLineEnds(f *testing.F) {
	f.Add("a\r\nb\nc", "a\r\nx\r\nc")
	f.Fuzz(func(t *testing.T, before, sent string) {
		if !strings.Contains(before, "\r\r") {
			browser := strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n").Replace(before)
			if got := withLineEnds(before, browser); got != before {
				t.Errorf("unchanged: %q, want %q", got, before)
			}
		}
		unix := strings.NewReplacer("\r\n", "\n", "\r", "\n")
		if got := withLineEnds(before, sent); unix.Replace(got) != unix.Replace(sent) {
			t.Errorf("withLineEnds(%q, %q) = %q has other lines", before, sent, got)
		}
	})
}

func TestCheckRuleSaysWhetherATextCanBeTried(t *testing.T) {
	a := openRules(t)
	for _, tt := range []struct {
		name, old, replacement string
		valid                  bool
		problems, passed       int
	}{
		{name: "as it is", valid: true, passed: 2},
		{name: "a failing example", old: "[REF-1]", replacement: "[REP-1]", valid: true, problems: 1, passed: 1},
		{name: "an unknown route", old: "status: active", replacement: "routes: [desk]", valid: true, problems: 1, passed: 2},
		{name: "an unknown severity", old: "severity: high", replacement: "severity: hihg", problems: 1},
	} {
		c, err := a.CheckRule("everything", []byte(strings.Replace(refRule, tt.old, tt.replacement, 1)), "zh-Hant")
		if err != nil {
			t.Fatal(err)
		}
		passed := 0
		for _, e := range c.Examples {
			if e.What == "" {
				passed++
			}
		}
		if c.Valid != tt.valid || len(c.Problems) != tt.problems || passed != tt.passed {
			t.Errorf("%s: valid %v, problems %v, %d examples pass", tt.name, c.Valid, c.Problems, passed)
		}
		if c.Valid && c.Reading.Language != "zh-Hant" {
			t.Errorf("%s: read in %q", tt.name, c.Reading.Language)
		}
	}
	if _, err := a.CheckRule("../regwatch", nil, "en"); err == nil {
		t.Error("a file outside of the folder was checked")
	}
}

func TestMergeRuleWithoutTheFirstTextSaysSo(t *testing.T) {
	a := openRules(t)
	m, err := a.MergeRule(t.Context(), "everything", []byte(refRule), "0000", "")
	if err != nil || m.Known || m.Text != "" || m.Current.Text != refRule {
		t.Errorf("MergeRule = %+v, %v; want the file, and nothing joined", m, err)
	}
}
