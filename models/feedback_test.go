package models

import (
	"testing"
	"time"
)

func TestJudge(t *testing.T) {
	at := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	say := func(by, rule string, relevant bool) Feedback {
		at = at.Add(time.Minute)
		return Feedback{By: by, RuleID: rule, Relevant: relevant, GivenAt: at}
	}
	const yes, no = true, false
	tests := []struct {
		name     string
		marks    []Feedback
		rule     string
		want     Verdict
		disputed bool
	}{
		{"nobody", nil, "coin", "", false},
		{"of the whole event", []Feedback{say("ana", "", yes)}, "coin", Relevant, false},
		{"of the rule", []Feedback{say("ana", "coin", no)}, "coin", Irrelevant, false},
		{"of another rule", []Feedback{say("ana", "ban", no)}, "coin", "", false},
		{"the rule before the event", []Feedback{say("ana", "coin", no), say("ana", "", yes)}, "coin", Irrelevant, false},
		{"the event, whichever rule", []Feedback{say("ana", "", yes), say("ana", "coin", no)}, "", Relevant, false},
		{"a rule alone, whichever rule", []Feedback{say("ana", "coin", no)}, "", Irrelevant, false},
		{"two of one mind", []Feedback{say("ana", "", no), say("ben", "coin", no)}, "coin", Irrelevant, false},
		{"two of two minds", []Feedback{say("ana", "", no), say("ben", "", yes)}, "coin", Relevant, true},
	}
	for _, tt := range tests {
		got, disputed := Judge(tt.marks, tt.rule)
		if got != tt.want || disputed != tt.disputed {
			t.Errorf("%s: Judge = %q, disputed %v; want %q, %v", tt.name, got, disputed, tt.want, tt.disputed)
		}
	}
}
