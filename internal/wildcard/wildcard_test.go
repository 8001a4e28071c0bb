package wildcard

import (
	"regexp"
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		pattern, s string
		want       bool
	}{
		{"hkma-press", "hkma-press", true},
		{"hkma-press", "hkma-press-2", false},
		{"hkma-*", "hkma-press", true},
		{"hkma-*", "hkma-", true},
		{"*-press", "hkma-press", true},
		{"*-press", "press", false},
		{"h*a-*s", "hkma-press", true},
		{"ab*bc", "abc", false},
		{"a**c", "abc", true},
		{"*", "", true},
		{"", "", true},
		{"", "a", false},
		{"a.c", "abc", false},
	} {
		if got := Match(tt.pattern, tt.s); got != tt.want {
			t.Errorf("Match(%q, %q) = %v, want %v", tt.pattern, tt.s, got, tt.want)
		}
	}
}

func TestMatchPrefix(t *testing.T) {
	for _, tt := range []struct {
		pattern, s string
		want       bool
	}{
		{"/en/", "/en/press", true},
		{"/en/", "/tc/press", false},
		{"/*.pdf", "/a/b.pdf?x=1", true},
		{"/*.pdf$", "/a/b.pdf", true},
		{"/*.pdf$", "/a/b.pdf?x=1", false},
		{"/en$", "/en", true},
		{"/en$", "/en/", false},
		{"/a*b*c", "/a-c-b", false},
		{"", "/a", true},
	} {
		if got := MatchPrefix(tt.pattern, tt.s); got != tt.want {
			t.Errorf("MatchPrefix(%q, %q) = %v, want %v", tt.pattern, tt.s, got, tt.want)
		}
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("h*a-*s", "hkma-press")
	f.Add("ab*bc", "abc")
	f.Add("/*.pdf$", "/a.pdf$")
	f.Fuzz(func(t *testing.T, pattern, s string) {
		if len(pattern) > 100 || !validText(pattern) || !validText(s) {
			return
		}
		expression := strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")
		if got, want := Match(pattern, s), regexp.MustCompile("(?s)^"+expression+"$").MatchString(s); got != want {
			t.Errorf("Match(%q, %q) = %v; the regular expression says %v", pattern, s, got, want)
		}
	})
}

// validText reports whether the regexp package can express a text.
func validText(s string) bool { return strings.ToValidUTF8(s, "") == s }
