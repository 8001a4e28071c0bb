package text

import "testing"

// The cases are those of RFC 4647, 3.3.1, and those that people write.
func TestLanguageRange(t *testing.T) {
	for _, tt := range []struct {
		wanted, tag string
		want        bool
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
		if got := InRange(tt.wanted, tt.tag); got != tt.want {
			t.Errorf("InRange(%q, %q) = %v, want %v", tt.wanted, tt.tag, got, tt.want)
		}
	}
}
