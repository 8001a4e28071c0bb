package scanner

import (
	"fmt"
	"hash/fnv"
	"math"
	"strconv"
	"time"

	"regwatch/internal/diag"
	"regwatch/internal/schedule"
	"regwatch/models"
)

// A Timing is when sources are scanned that have no schedule of their own.
type Timing struct {
	Schedule schedule.Schedule // for all; the zero Schedule has each follow its own rhythm

	// Zone is where the hours of a source's own cron line are read. Nil means UTC.
	Zone *time.Location

	// Floor and Ceiling are the shortest and the longest time between two scans of
	// a source that follows its rhythm; 0 means DefaultFloor and DefaultCeiling.
	Floor, Ceiling time.Duration
}

// The bounds of a Timing that names none.
const (
	DefaultFloor   = 5 * time.Minute
	DefaultCeiling = 30 * time.Minute
)

const (
	// scansPerInterval is how often a source is scanned in the usual time between two of its
	// recent articles, so that an article is seen within a twenty-fourth of that time.
	scansPerInterval = 24
	// scansPerExpected is how often it is looked at within the time that its file expects
	// between two articles.
	scansPerExpected = 4
	// rateDecay is how fast what was published is forgotten: after a week an article
	// counts a third.
	rateDecay = 7 * day
	day       = 24 * time.Hour

	firstBackoff = 5 * time.Minute // the longest that a source is left alone after a first failure, at the least
	maxBackoff   = 6 * time.Hour   // the longest after many
)

// A Next is when a source is scanned next, and why then.
type Next struct {
	At    time.Time     // not after now: it is due; zero: never
	Every time.Duration // between two scans, where a source follows its rhythm
	Why   diag.Text     // "because it published about 3 articles a day recently"
}

// Due reports whether it is time.
func (n Next) Due(now time.Time) bool { return !n.At.IsZero() && !n.At.After(now) }

// Text returns it for a person, but for the time.
func (n Next) Text() diag.Text {
	if n.Every == 0 {
		return n.Why
	}
	return diag.Textf("every %s %s", durationText(n.Every), n.Why)
}

// NextScan decides when a source is scanned next. A clock that was set back makes
// it due, since otherwise it would wait until the old time is reached.
func NextScan(state models.SourceState, src models.Source, t Timing, now time.Time) Next {
	switch {
	case state.AttemptedAt.IsZero() && state.NotBefore.IsZero():
		return Next{At: now, Why: "because it was never read"}
	case state.AttemptedAt.After(now):
		return Next{At: now, Why: "because the clock was set back"}
	case state.NotBefore.After(now):
		return Next{At: state.NotBefore, Why: "because its server asked to be left alone until then"}
	case state.AttemptedAt.IsZero():
		return Next{At: now, Why: "because it was never read"}
	case state.Failures > 0 && !state.RetryAt.IsZero():
		return Next{At: state.RetryAt, Why: diag.Textf("because it failed %s in a row", timesText(state.Failures))}
	case !state.RetryAt.IsZero():
		return Next{At: state.RetryAt, Why: "because its server no longer asks to be left alone"}
	}
	if every := cronSchedule(src, t); !every.IsZero() {
		return Next{At: every.Next(state.AttemptedAt), Why: diag.Textf("by its cron line %q", every.String())}
	}
	every, why := interval(state, src, t, now)
	// A tenth more or less keeps sources apart that were scanned together.
	jitter := (pseudoRandom(src.ID, state.AttemptedAt.UTC().Format(time.RFC3339Nano)) - 0.5) / 5
	return Next{At: state.AttemptedAt.Add(every + time.Duration(jitter*float64(every))), Every: every, Why: why}
}

// interval returns how often a source is scanned that follows its rhythm.
func interval(state models.SourceState, src models.Source, t Timing, now time.Time) (every time.Duration, why diag.Text) {
	floor, ceiling := t.Floor, t.Ceiling
	if floor <= 0 {
		floor = DefaultFloor
	}
	if ceiling <= 0 {
		ceiling = DefaultCeiling
	}
	ceiling = max(ceiling, floor)
	rate := currentRate(state, now)
	if state.NewRateAt.IsZero() {
		every, why = floor, "until it is known how often it publishes"
	} else {
		every, why = ceiling, diag.Textf("because it published %s recently", rateText(rate))
		if rate > float64(day)/float64(scansPerInterval*ceiling) {
			every = max(time.Duration(float64(day)/(rate*scansPerInterval)).Round(time.Minute), floor)
		}
	}
	if limit := src.Expect / scansPerExpected; limit > 0 && every > limit {
		every, why = limit, diag.Textf("because it is expected to publish every %s", durationText(src.Expect))
	}
	return every, why
}

// currentRate is how many articles a day a source publishes, as of now.
func currentRate(state models.SourceState, now time.Time) float64 {
	return state.NewRate * math.Exp(-max(now.Sub(state.NewRateAt).Hours(), 0)/rateDecay.Hours())
}

// updateRate adds to what is known of a source's rhythm how many articles are new:
// a mean over the past in which an article counts the less the older it is (an
// exponential moving average over irregular times). It begins with the dates of
// the articles in the first whole answer.
func updateRate(s models.SourceState, batch models.Batch, fresh int, now time.Time) models.SourceState {
	const window = float64(rateDecay) / float64(day)
	switch {
	case !s.NewRateAt.IsZero() && fresh == 0:
		return s // it fades by itself, and what is usual of the source is what was when it last published
	case !s.NewRateAt.IsZero():
		s.NewRate = currentRate(s, now) + float64(fresh)/window
	case batch.NotModified || batch.Partial:
		return s
	default:
		// An answer of the last day or two would count for less than it shows, since
		// what came before is not in it.
		span := day
		for _, a := range batch.Articles {
			if age := max(now.Sub(a.PublishedAt), 0); !a.PublishedAt.IsZero() {
				s.NewRate += math.Exp(-age.Hours()/rateDecay.Hours()) / window
				span = max(span, age)
			}
		}
		s.NewRate /= 1 - math.Exp(-span.Hours()/rateDecay.Hours())
	}
	s.NewRateAt = now
	return s
}

// backoff is how long a source is left alone after so many failures in a row:
// between the usual time between two scans and one that doubles with each failure,
// up to maxBackoff, drawn at random so that sources which failed together do not
// come back together ("full jitter" over a least wait; M. Brooker, Exponential
// Backoff And Jitter, AWS Architecture Blog, 2015). The draw depends on the source
// and the count alone.
func backoff(id string, failures int, usual time.Duration) time.Duration {
	shortest := max(min(usual, firstBackoff), time.Second)
	longest := shortest
	for range failures {
		longest = min(2*longest, maxBackoff)
	}
	return shortest + time.Duration(pseudoRandom(id, strconv.Itoa(failures))*float64(longest-shortest))
}

// usualInterval is the time between two scans of a source that answers.
func usualInterval(state models.SourceState, src models.Source, t Timing, now time.Time) time.Duration {
	if cron := cronSchedule(src, t); !cron.IsZero() {
		next := cron.Next(now)
		return cron.Next(next).Sub(next)
	}
	every, _ := interval(state, src, t, now)
	return every
}

// pseudoRandom is a number from 0 to below 1 that looks random and is always the same for
// the same words.
func pseudoRandom(words ...string) float64 {
	h := fnv.New64a()
	for _, w := range words {
		_, _ = h.Write([]byte(w + "\x00"))
	}
	// The high bits of FNV depend little on the last bytes; this mixes them in
	// (the finalizer of MurmurHash3, by A. Appleby).
	n := h.Sum64()
	n = (n ^ n>>33) * 0xff51afd7ed558ccd
	n = (n ^ n>>33) * 0xc4ceb9fe1a85ec53
	return float64((n^n>>33)>>11) / (1 << 53)
}

func timesText(n int) diag.Text {
	if n == 1 {
		return "once"
	}
	return diag.Textf("%d times", n)
}

// rateText says a rate in whole numbers.
func rateText(rate float64) diag.Text {
	for _, unit := range []struct {
		one, many diag.Text
		days      float64
	}{
		{"about 1 article a day", "about %.0f articles a day", 1},
		{"about 1 article a week", "about %.0f articles a week", 7},
		{"about 1 article a month", "about %.0f articles a month", 30},
	} {
		if n := math.Round(rate * unit.days); n == 1 {
			return unit.one
		} else if n > 1 {
			return diag.Textf(string(unit.many), n)
		}
	}
	return "almost nothing"
}

// durationText writes a time as people do: 20m, 90m, 6h, 7d.
func durationText(d time.Duration) string {
	switch {
	case d >= day && d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	case d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d >= time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return d.String()
}
