package text

import "testing"

func TestWildcard(t *testing.T) {
	for _, tt := range []struct {
		pattern, id string
		want        bool
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
		if got := Wildcard(tt.pattern, tt.id); got != tt.want {
			t.Errorf("Wildcard(%q, %q) = %v, want %v", tt.pattern, tt.id, got, tt.want)
		}
	}
}

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
