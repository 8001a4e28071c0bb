package app

import "testing"

func TestIsPerson(t *testing.T) {
	for _, tt := range []struct {
		stored, asked string
		want          bool
	}{
		{"ana", "ana", true},
		{"ana", " Ana ", true},
		{"ana", "an", false},
		{"@Ana (U0ANA)", "ana", true},
		{"@Ana (U0ANA)", "@ana", true},
		{"@Ana (U0ANA)", "@Ana (U0ANA)", true},
		{"@Anabel (U0ANB)", "ana", false},
		{"", "ana", false},
	} {
		if got := isPerson(tt.stored, tt.asked); got != tt.want {
			t.Errorf("isPerson(%q, %q) = %v, want %v", tt.stored, tt.asked, got, tt.want)
		}
	}
}
