package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

var ordinance = models.MatterRef{ID: "hk:cap:656", Name: "Stablecoins Ordinance", Names: map[string]string{"zh-Hant": "穩定幣條例"}}

func matterScan(t *testing.T, s *Store, source string, at time.Time, ref models.MatterRef, stage string) models.Event {
	t.Helper()
	scan := profileScan(t, s, source, at)
	c := &scan.Changes[0]
	c.Event.Matter, c.Event.Stage = ref, stage
	commit(t, s, scan)
	return find(t, s, c.Event.ID)
}

func firstOf(t *testing.T, s *Store, id string) string {
	t.Helper()
	matters, err := s.Matters(t.Context(), id)
	if err != nil || len(matters) != 1 {
		t.Fatalf("matters %+v, %v", matters, err)
	}
	return matters[0].FirstEvent
}

func TestEventsAreReadWithTheirMatter(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		later := matterScan(t, s, "hkma", noon, ordinance, "in-force")
		earlier := matterScan(t, s, "sfc", noon.Add(-48*time.Hour), ordinance, "passed")
		if diff := cmp.Diff(ordinance, later.Matter); diff != "" {
			t.Errorf("matter (-want +got):\n%s", diff)
		}
		if later.Matter.In("zh-Hant") != "穩定幣條例" || later.Matter.In("zh-Hans") != "Stablecoins Ordinance" {
			t.Errorf("names %q and %q", later.Matter.In("zh-Hant"), later.Matter.In("zh-Hans"))
		}
		restated := matterScan(t, s, "gov", noon.Add(-96*time.Hour), ordinance, models.StageRestated)
		if got := firstOf(t, s, ordinance.ID); got != earlier.ID {
			t.Errorf("first reported by %s, want %s: what is only said again is no first report", got, earlier.ID)
		}
		events, err := s.MatterEvents(t.Context(), ordinance.ID)
		if err != nil || len(events) != 3 || events[0].ID != restated.ID {
			t.Errorf("events %+v, %v", events, err)
		}
		counts, err := s.CountMatters(t.Context())
		if err != nil || len(counts) != 1 || counts[0].Events != 3 || !counts[0].LastSeenAt.Equal(later.LastSeenAt) {
			t.Errorf("counts %+v, %v", counts, err)
		}
	})
}

func TestSetMatter(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		first := matterScan(t, s, "hkma", noon, ordinance, "passed")
		second := matterScan(t, s, "sfc", noon.Add(time.Hour), ordinance, "in-force")
		before := generation(t, s)
		if _, err := s.SetMatter(t.Context(), first.ID, models.MatterRef{}, false, "ana", noon.Add(2*time.Hour)); err != nil {
			t.Fatal(err)
		}
		got := find(t, s, first.ID)
		if got.Matter.ID != "" || !got.Matter.SetAt.Equal(noon.Add(2*time.Hour)) || got.Revision != first.Revision {
			t.Errorf("matter %+v, revision %d", got.Matter, got.Revision)
		}
		if generation(t, s) <= before {
			t.Error("a plan from before would still be committed")
		}
		if got := firstOf(t, s, ordinance.ID); got != second.ID {
			t.Errorf("first reported by %s, want the event that is left", got)
		}
		// To set it again changes nothing; to give it back is one more entry of the audit.
		head := auditSeq(t, s)
		if _, err := s.SetMatter(t.Context(), first.ID, models.MatterRef{}, false, "ben", noon.Add(3*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := auditSeq(t, s); got != head {
			t.Errorf("%d entries more for no change", got-head)
		}
		if _, err := s.SetMatter(t.Context(), first.ID, ordinance, true, "ben", noon.Add(3*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := find(t, s, first.ID); got.Matter.ID != ordinance.ID || !got.Matter.SetAt.IsZero() || auditSeq(t, s) != head+1 {
			t.Errorf("matter %+v, %d entries more", got.Matter, auditSeq(t, s)-head)
		}
		if got := firstOf(t, s, ordinance.ID); got != first.ID {
			t.Errorf("first reported by %s, want %s again", got, first.ID)
		}
		// What is said again gets the first report of its new matter.
		again := matterScan(t, s, "gov", noon.Add(4*time.Hour), models.MatterRef{}, models.StageRestated)
		if got, err := s.SetMatter(t.Context(), again.ID, ordinance, false, "ana", noon.Add(5*time.Hour)); err != nil || got.Restates == nil || got.Restates.EventID != first.ID {
			t.Errorf("restates %+v, %v", got.Restates, err)
		}
		if got := find(t, s, again.ID); got.Restates == nil || got.Restates.EventID != first.ID {
			t.Errorf("stored: restates %+v", got.Restates)
		}
		if _, err := s.SetMatter(t.Context(), "nowhere", ordinance, false, "ana", noon); err == nil {
			t.Error("an event that does not exist has a matter")
		}
	})
}

func auditSeq(t *testing.T, s *Store) int64 {
	t.Helper()
	head, err := headOf(s.read.WithContext(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	return head.Seq
}

// Events of earlier releases get their matter step by step, once, and what a person chose stays.
func TestEventsWithoutMatterGetItOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, o Options) {
		s := open(t, o)
		var ids []string
		for i, source := range []string{"hkma", "sfc", "gov"} {
			ids = append(ids, matterScan(t, s, source, noon.Add(time.Duration(i)*time.Hour), models.MatterRef{}, "passed").ID)
		}
		if _, err := s.SetMatter(t.Context(), ids[1], models.MatterRef{ID: "own:x", Name: "X"}, false, "ana", noon); err != nil {
			t.Fatal(err)
		}
		before := auditSeq(t, s)
		var seen []string
		for n := 0; ; n++ {
			step, err := s.EventsWithoutMatter(t.Context(), 2)
			if err != nil || n > 3 {
				t.Fatalf("step %d: %v", n, err)
			}
			if step.Done {
				break
			}
			var found []EventMatter
			for _, e := range step.Events {
				if len(e.Articles) != 1 || step.Texts[e.Articles[0].ArticleID].Body == "" {
					t.Errorf("event %s comes without its text", e.ID)
				}
				seen = append(seen, e.ID)
				found = append(found, EventMatter{Event: e, Matter: ordinance, Keys: []string{"anchor:1:" + e.ID}})
			}
			if err := s.AddMatters(t.Context(), step, found); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(ids, seen); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		for i, want := range []string{ordinance.ID, "own:x", ordinance.ID} {
			if got := find(t, s, ids[i]); got.Matter.ID != want || got.Revision != 1 {
				t.Errorf("event %d: matter %+v, revision %d", i, got.Matter, got.Revision)
			}
		}
		if events, _, err := s.Candidates(t.Context(), models.Lookup{Keys: []string{"anchor:1:" + ids[2]}}); err != nil || len(events) != 1 {
			t.Errorf("%d events by the new key, %v", len(events), err)
		}
		if got := auditSeq(t, s); got != before {
			t.Errorf("%d entries of the audit for what the program found", got-before)
		}
		if got := firstOf(t, s, ordinance.ID); got != ids[0] {
			t.Errorf("first reported by %s, want %s", got, ids[0])
		}
	})
}
