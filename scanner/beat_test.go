package scanner

import (
	"errors"
	"testing"

	"regwatch/models"
)

func TestNoBeatWhenEverySourceFailsSinceOneAnswered(t *testing.T) {
	s := &Scanner{Settings: func() Settings {
		return Settings{Sources: []models.Source{{ID: "a"}, {ID: "b"}, {ID: "off", Disabled: true}}}
	}}
	down := errors.New("no network")
	for i, step := range []struct {
		source string
		err    error
		hears  bool
	}{
		{"a", down, true},
		{"a", down, true},
		{"b", down, false},
		{"a", down, false},
		{"a", nil, true},
		{"b", down, true},
		{"b", nil, true},
		{"a", down, true},
	} {
		s.recordOutcome(Result{Source: models.Source{ID: step.source}, Err: step.err})
		if got := s.canReachSources(); got != step.hears {
			t.Errorf("after step %d (%s: %v) something may answer: %v, want %v", i, step.source, step.err, got, step.hears)
		}
	}
}
