package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

func TestAuditFilters(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		e := raise(t, s, "1", noon)
		for i, by := range []string{"ana", "@Ana (U0ANA)", "ben"} {
			at := noon.Add(time.Duration(i) * time.Minute)
			if _, err := s.Assign(t.Context(), models.Assignment{EventID: e.ID, By: by, AssignedAt: at}, nil); err != nil {
				t.Fatal(err)
			}
		}
		mute := models.Mute{Kind: models.MuteRule, Target: "coin", By: "ben", MutedAt: noon, Until: noon.Add(time.Hour)}
		if _, err := s.Mute(t.Context(), mute, nil); err != nil {
			t.Fatal(err)
		}
		first := len(actions(t, s)) - 4 // what the scan did

		for _, tt := range []struct {
			name   string
			filter AuditFilter
			want   []string
		}{
			{"newest first", AuditFilter{Limit: 2}, []string{"ben mute.set", "ben event.taken"}},
			{"oldest first", AuditFilter{After: int64(first), OldestFirst: true, Limit: 2}, []string{"ana event.taken", "@Ana (U0ANA) event.taken"}},
			{"after", AuditFilter{After: int64(first) + 3}, []string{"ben mute.set"}},
			{"an actor in any case", AuditFilter{Actor: "ANA"}, []string{"ana event.taken"}},
			{"actors by a wildcard", AuditFilter{Actor: "*ana*"}, []string{"@Ana (U0ANA) event.taken", "ana event.taken"}},
			{"no other wildcard", AuditFilter{Actor: "%a%"}, nil},
			{"an action", AuditFilter{Action: "mute.set"}, []string{"ben mute.set"}},
			{"actions by a wildcard", AuditFilter{Action: "event.*", Actor: "ben"}, []string{"ben event.taken"}},
			{"a subject", AuditFilter{Subject: "coin"}, []string{"ben mute.set"}},
			{"the beginning of no ID", AuditFilter{Subject: "coi"}, nil},
			{"the beginning of an ID", AuditFilter{Subject: "  " + e.ID[:12], Actor: "ben"}, []string{"ben event.taken"}},
			{"too short a beginning", AuditFilter{Subject: e.ID[:7]}, nil},
		} {
			entries, err := s.Audit(t.Context(), tt.filter)
			var got []string
			for _, entry := range entries {
				got = append(got, fmt.Sprintf("%s %s", entry.Actor, entry.Action))
			}
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("%s: %v (-want +got):\n%s", tt.name, err, diff)
			}
		}
		want := []string{"article.seen", "event.opened", "event.taken", "match.found", "mute.set", "notice.planned"}
		if got, err := s.AuditActions(t.Context()); err != nil || !cmp.Equal(got, want) {
			t.Errorf("AuditActions = %v, %v; want %v", got, err, want)
		}
	})
}
