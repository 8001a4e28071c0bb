package console

import (
	"testing"
	"time"

	"regwatch/app"
)

func TestTheWatchLineShowsEachHour(t *testing.T) {
	v := &visit{Zone: time.FixedZone("HKT", 8*60*60), words: words{"en"}}
	noon := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	b := v.hourBars([]app.WatchedHour{
		{From: noon, Unknown: true},
		{From: noon.Add(time.Hour)},
		{From: noon.Add(2 * time.Hour), Sources: 3, Failing: 1},
		{From: noon.Add(3 * time.Hour), Sources: 1},
		{From: noon.Add(4 * time.Hour), Sources: 2, Failing: 2},
	})
	want := []hourBar{
		{0, 12, 2, "unknown", "20:00", "not recorded"},
		{6, 12, 2, "none", "21:00", "not scanned"},
		{12, 4, 10, "part", "22:00", "2 of 3 sources read"},
		{18, 0, 14, "ok", "23:00", "1 source read"},
		{24, 12, 2, "part", "00:00", "0 of 2 sources read"},
	}
	for i, bar := range b.Bars {
		if bar != want[i] {
			t.Errorf("bar %d is %+v, want %+v", i, bar, want[i])
		}
	}
	if want := "The last 24 hours: in 1 every source that was scanned could be read, in 2 some could not, in 1 none was scanned"; b.Summary != want {
		t.Errorf("the summary is %q, want %q", b.Summary, want)
	}
	d := newDesk(t)
	d.get(t, "/inbox").wants(t, `class="hourbars"`, "7 sources read", "not recorded")
	d.get(t, "/sources").wants(t, "The last 24 hours", "not scanned")
	d.get(t, "/sources/hk-notices-en").wants(t, "Day by day", "new article", "not yet watched")
}
