package events

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestCalendarFollowsDates(t *testing.T) {
	d := func(kind, day string) models.KeyDate { return models.KeyDate{Kind: kind, Day: day} }
	for _, tt := range []struct {
		name   string
		states [][]models.KeyDate
		want   []string
	}{
		{"stays", [][]models.KeyDate{{d("effective", "2026-09-01")}, {d("effective", "2026-09-01")}}, []string{"e1-effective-1 2026-09-01 0"}},
		{"moves", [][]models.KeyDate{{d("effective", "2026-09-01")}, {d("effective", "2026-10-01")}, {d("effective", "2026-11-01")}}, []string{"e1-effective-1 2026-11-01 2"}},
		{"moves back", [][]models.KeyDate{{d("effective", "2026-09-01")}, {d("effective", "2026-10-01")}, {d("effective", "2026-09-01")}}, []string{"e1-effective-1 2026-09-01 2"}},
		{"is withdrawn", [][]models.KeyDate{{d("effective", "2026-09-01")}, nil}, []string{"e1-effective-1 2026-09-01 1 cancelled"}},
		{"is withdrawn and named again", [][]models.KeyDate{{d("effective", "2026-09-01")}, nil, {d("effective", "2026-09-01")}}, []string{"e1-effective-1 2026-09-01 2"}},
		{"is withdrawn, and another is named later", [][]models.KeyDate{{d("deadline", "2026-09-01")}, nil, {d("deadline", "2026-12-01")}}, []string{"e1-deadline-1 2026-09-01 1 cancelled", "e1-deadline-2 2026-12-01 0"}},
		{"another kind does not take its place", [][]models.KeyDate{{d("deadline", "2026-09-01")}, {d("effective", "2026-12-01")}}, []string{"e1-deadline-1 2026-09-01 1 cancelled", "e1-effective-1 2026-12-01 0"}},
		{
			"one of two moves",
			[][]models.KeyDate{{d("deadline", "2026-03-01"), d("deadline", "2026-09-01")}, {d("deadline", "2026-03-01"), d("deadline", "2026-10-01")}},
			[]string{"e1-deadline-1 2026-03-01 0", "e1-deadline-2 2026-10-01 1"},
		},
		{"one is added", [][]models.KeyDate{{d("deadline", "2026-03-01")}, {d("deadline", "2026-01-01"), d("deadline", "2026-03-01")}}, []string{"e1-deadline-2 2026-01-01 0", "e1-deadline-1 2026-03-01 0"}},
		{"named twice", [][]models.KeyDate{{d("deadline", "2026-03-01"), d("deadline", "2026-03-01")}}, []string{"e1-deadline-1 2026-03-01 0"}},
		{"none", [][]models.KeyDate{nil, nil}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var states []CalendarState
			sequences := make(map[string]int)
			for i, dates := range tt.states {
				states = append(states, CalendarState{noon.Add(time.Duration(i) * time.Hour), dates})
				for _, e := range Calendar("E1", states) {
					if e.Sequence < sequences[e.UID] {
						t.Errorf("the sequence of %s fell to %d", e.UID, e.Sequence)
					}
					sequences[e.UID] = e.Sequence
				}
			}
			var got []string
			for _, e := range Calendar("E1", states) {
				line := fmt.Sprintf("%s %s %d", e.UID[:len(e.UID)-len("@regwatch")], e.Day, e.Sequence)
				if e.Cancelled {
					line += " cancelled"
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("calendar (-want +got):\n%s", diff)
			}
		})
	}
}
