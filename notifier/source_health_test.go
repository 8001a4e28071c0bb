package notifier

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// A year of a source, step by step, with its notices.
func TestSourceHealth(t *testing.T) {
	const day = 24 * time.Hour
	type step struct {
		after time.Duration // since the previous step
		fail  string
		yield Yield
		times int // 0: once
	}
	full := func(records, known int) step {
		return step{after: time.Hour, yield: Yield{Full: true, Records: records, Articles: records, Known: known, New: known < records}}
	}
	unchanged := func(after time.Duration) step { return step{after: after} }
	repeated := func(n int, s step) step { s.times = n; return s }
	for _, tt := range []struct {
		name  string
		src   models.Source
		steps []step
		want  []string
	}{
		{"a blip is no news", models.Source{}, []step{full(20, 0), repeated(2, step{after: time.Hour, fail: "503"}), full(20, 20)}, nil},
		{
			"it fails, dies and comes back",
			models.Source{},
			[]step{full(20, 0), repeated(200, step{after: time.Hour, fail: "503"}), full(20, 20), full(20, 20)},
			[]string{"4h: medium failing 503", "169h: high dead 503 last read, for 168h0m0s", "202h: low healthy 503"},
		},
		{
			"one that never answered dies too",
			models.Source{},
			[]step{repeated(200, step{after: time.Hour, fail: "404"})},
			[]string{"3h: medium failing 404", "171h: high dead 404 never read"},
		},
		{
			"quiet, as its settings say",
			models.Source{Expect: 7 * day},
			[]step{full(20, 0), repeated(20, unchanged(day)), full(20, 19)},
			[]string{
				"193h: medium quiet  quiet for, for 192h0m0s, usual 168h0m0s",
				"482h: low healthy ",
			},
		},
		{"nothing is known of its rhythm", models.Source{}, []step{full(20, 0), repeated(90, unchanged(day))}, nil},
		{
			"shrunk, twice in a row, until it is whole",
			models.Source{},
			[]step{full(20, 0), full(20, 20), full(4, 4), full(20, 20), full(4, 4), full(3, 3), unchanged(time.Hour), full(5, 5), full(19, 18)},
			[]string{"6h: medium shrunk  few articles, count 3, usual 18", "9h: low healthy "},
		},
		{
			"what stays small is usual in the end",
			models.Source{},
			[]step{full(20, 0), repeated(60, full(6, 6))},
			[]string{"3h: medium shrunk  few articles, count 6, usual 18", "14h: low healthy "},
		},
		{"few articles come and go", models.Source{}, []step{full(4, 0), full(1, 1), full(1, 1), full(1, 1)}, nil},
		{
			"a gap is told, the next ones of the week are recorded",
			models.Source{},
			[]step{
				full(20, 0), full(20, 19),
				{after: 6 * day, yield: Yield{Full: true, Records: 20, Articles: 20, New: true}},
				{after: 6 * day, yield: Yield{Full: true, Records: 20, Articles: 20, New: true}},
			},
			[]string{"146h: medium gap of 144h", "held 290h: medium gap of 144h"},
		},
		{"what follows an empty answer is no gap", models.Source{}, []step{full(4, 0), full(0, 0), full(4, 0)}, nil},
		{"a feed of one article has no gaps", models.Source{}, []step{full(1, 0), full(1, 0), full(1, 0)}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.src.Name = "HKMA"
			var got []string
			var state models.SourceState
			now := noon
			for _, s := range tt.steps {
				for range max(s.times, 1) {
					now = now.Add(s.after)
					var after models.SourceState
					if s.fail != "" {
						after = Failed(state, "", s.fail, now)
					} else {
						if !state.BaselineAt.IsZero() {
							s.yield.Last = state.SucceededAt
						}
						after = Succeeded(state, tt.src, s.yield, now)
						if after.BaselineAt.IsZero() {
							after.BaselineAt = now
						}
					}
					for _, n := range PlanHealth(state, after, tt.src, routing, now) {
						got = append(got, healthLine(n, now.Sub(noon)))
					}
					state = after
					state.Generation++
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
		})
	}
}

func healthLine(n models.Notice, at time.Duration) string {
	h := n.Content.Health
	line := fmt.Sprintf("%.0fh: %s %s %s", at.Hours(), n.Severity, h.Health, h.Error)
	if h.Details.String() != "" {
		line += " " + h.Details.String()
	}
	if h.Gap != nil {
		line = fmt.Sprintf("%.0fh: %s gap of %.0fh", at.Hours(), n.Severity, h.Gap.To.Sub(h.Gap.From).Hours())
	}
	if n.IsHeld() {
		line = "held " + line
	}
	return line
}

// The limit follows from the source's settings, or from its rate over at least two weeks.
func TestSilence(t *testing.T) {
	const day = 24 * time.Hour
	for _, tt := range []struct {
		name   string
		expect time.Duration
		rate   float64 // articles a day
		known  time.Duration
		want   time.Duration
	}{
		{"as its settings say", 2 * day, 10, 90 * day, 2 * day},
		{"ten a day: a week at least", 0, 10, 90 * day, 7 * day},
		{"one in ten days", 0, 0.1, 90 * day, 50 * day},
		{"known too short", 0, 10, 10 * day, 0},
		{"it never published", 0, 0, 90 * day, 0},
	} {
		s := models.SourceState{BaselineAt: noon, NewRate: tt.rate, NewRateAt: noon.Add(tt.known)}
		if got := Silence(s, models.Source{Expect: tt.expect}); got != tt.want {
			t.Errorf("%s: %s; want %s", tt.name, got, tt.want)
		}
	}
}
