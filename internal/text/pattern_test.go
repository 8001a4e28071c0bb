package text_test

import (
	"testing"

	"regwatch/internal/text"
)

func TestMatchWildcard(t *testing.T) {
	for _, tt := range []struct {
		pattern, s string
		want       bool
	}{
		{"hkma-press", "hkma-press", true},
		{"hkma-press", "hkma-press-zh", false},
		{"hkma-*", "hkma-press", true},
		{"hkma-*", "hkma", false},
		{"hkma*", "hkma", true},
		{"*-press", "hkma-press", true},
		{"*-press", "hkma-press-zh", false},
		{"hk*press*zh", "hkma-press-zh", true},
		{"a*a", "a", false},
		{"a*ab*b", "aab", false},
		{"*", "x", true},
	} {
		if got := text.MatchWildcard(tt.pattern, tt.s); got != tt.want {
			t.Errorf("MatchWildcard(%q, %q) = %v, want %v", tt.pattern, tt.s, got, tt.want)
		}
	}
}

// The first cases are those of RFC 4647, 3.3.1.
func TestMatchLanguage(t *testing.T) {
	for _, tt := range []struct {
		languageRange, tag string
		want               bool
	}{
		{"de-de", "de-DE-1996", true},
		{"de-de", "de-Deva", false},
		{"de-de", "de-Latn-DE", false},
		{"zh", "zh-Hant", true},
		{"zh", "zh", true},
		{"zh", "zhx", false},
		{"zh-Hant", "zh", false},
		{"ZH-hans", "zh-Hans", true},
		{"en", "", false},
		{"*", "en", true},
		{"*", "", false},
	} {
		if got := text.MatchLanguage(tt.languageRange, tt.tag); got != tt.want {
			t.Errorf("MatchLanguage(%q, %q) = %v, want %v", tt.languageRange, tt.tag, got, tt.want)
		}
	}
}
