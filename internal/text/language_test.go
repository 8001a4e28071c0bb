package text_test

import (
	"testing"

	"regwatch/internal/text"
)

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
