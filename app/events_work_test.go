package app

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// noon is when the tests of counts happen.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestCountsAreKeptUntilEventsChange(t *testing.T) {
	var c eventCounter
	key := countKey(InboxFilter(), noon)
	if _, ok := c.get(7, key); ok {
		t.Error("a count is there that was never made")
	}
	c.put(7, key, 12)
	if n, ok := c.get(7, key); !ok || n != 12 {
		t.Errorf("get = %d, %v; want 12", n, ok)
	}
	if _, ok := c.get(8, key); ok {
		t.Error("the count is still used after a change of events")
	}
	c.put(8, countKey(EventFilter{State: StateClosed}, noon), 3)
	if _, ok := c.get(8, key); ok {
		t.Error("a count of before the change is used after it")
	}
	for i := range mostCounts + 1 {
		c.put(8, countKey(EventFilter{Text: time.Unix(int64(i), 0).String()}, noon), i)
	}
	if len(c.counts) > mostCounts {
		t.Errorf("%d counts are kept, want at most %d", len(c.counts), mostCounts)
	}
}

func TestCountKeyTellsFiltersApart(t *testing.T) {
	tests := []struct {
		name string
		a, b EventFilter
		same bool
	}{
		{"equal", InboxFilter(), InboxFilter(), true},
		{"another state", EventFilter{State: StateOpen}, EventFilter{State: StateClosed}, false},
		{"another person", EventFilter{AssignedTo: "ana"}, EventFilter{AssignedTo: "ben"}, false},
		{"the same minute", EventFilter{Since: noon}, EventFilter{Since: noon.Add(59 * time.Second)}, true},
		{"another minute", EventFilter{Since: noon}, EventFilter{Since: noon.Add(time.Minute)}, false},
	}
	for _, tt := range tests {
		if got := cmp.Equal(countKey(tt.a, noon), countKey(tt.b, noon)); got != tt.same {
			t.Errorf("%s: the keys are equal: %v, want %v", tt.name, got, tt.same)
		}
	}
	if key := countKey(EventFilter{Held: []string{"mention"}}, noon); key != "" {
		t.Errorf("the key of a filter by notices is %q; want none, as notices change without their event", key)
	}
}
