// Package duration reads and prints durations in the form in which people write
// them: 90s, 90m, 12h, 7d, 1w, and sums such as 1d12h.
//
// Start with [Parse]. A day has 24 hours and a week has 7 days, whatever clocks
// do. Parse also reads what [time.ParseDuration] reads, except a minus sign.
// [String] prints a duration in a form that Parse reads.
package duration

import (
	"errors"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"regwatch/internal/diag"
)

// Max is the longest duration that [Parse] accepts. It leaves room below the 292
// years of a [time.Duration], so that callers can add durations safely.
const Max = 200 * 365 * 24 * time.Hour

// An Error says what is wrong with a duration and how to fix it.
type Error struct {
	What diag.Text // what is wrong, without a full stop
	Want diag.Text // what to write instead
}

// Error returns both parts in one line.
func (e *Error) Error() string { return e.What.String() + "; " + e.Want.String() }

const wantUnits = "use a number and a unit (s, m, h, d or w), such as 90s, 15m, 24h, 7d or 1d12h"

var (
	durationPart = regexp.MustCompile(`^(\d*\.?\d*)\s*([a-zµμ]+)`)
	plainNumber  = regexp.MustCompile(`^\d+(?:\.\d*)?$`)
)

// Parse reads a duration. Its error is an [*Error].
func Parse(s string) (time.Duration, error) {
	text := strings.TrimSpace(s)
	rest := strings.TrimPrefix(text, "+")
	switch {
	case rest == "0":
		return 0, nil
	case rest == "":
		return 0, &Error{"the duration is empty", wantUnits}
	case strings.HasPrefix(rest, "-"):
		return 0, &Error{diag.Textf("duration %q is negative", text), wantUnits}
	case plainNumber.MatchString(rest):
		return 0, &Error{diag.Textf("duration %q has no unit", text), diag.Textf("add s, m, h, d or w, such as %ss or %sd", rest, rest)}
	}
	var sum time.Duration
	for rest != "" {
		m := durationPart.FindStringSubmatch(rest)
		if m == nil || m[1] == "" || m[1] == "." {
			return 0, &Error{diag.Textf("%q is not a duration", text), wantUnits}
		}
		part, err := parsePart(m[1], m[2])
		if err != nil {
			return 0, err
		}
		if part > Max-sum {
			return 0, tooLong(text)
		}
		sum += part
		rest = strings.TrimLeft(rest[len(m[0]):], " ")
	}
	return sum, nil
}

// parsePart reads one number with its unit.
func parsePart(number, unit string) (time.Duration, error) {
	factor := time.Duration(1)
	base := unit
	switch unit {
	case "d":
		factor, base = 24, "h"
	case "w":
		factor, base = 7*24, "h"
	case "ns", "us", "µs", "μs", "ms", "s", "m", "h":
	default:
		return 0, &Error{diag.Textf("unit %q is unknown", unit), wantUnits}
	}
	d, err := time.ParseDuration(number + base)
	if err != nil || d > Max/factor { // the form is right, so the number is too large
		return 0, tooLong(number + unit)
	}
	return d * factor, nil
}

func tooLong(text string) *Error {
	return &Error{diag.Textf("duration %q is too long", text), diag.Textf("use at most %s", String(Max))}
}

// A unit is a unit of time and the letters that stand for it.
type unit struct {
	size time.Duration
	name string
}

// units are all units that [String] prints, the smallest first.
func units() []unit {
	return []unit{
		{time.Nanosecond, "ns"},
		{time.Microsecond, "us"},
		{time.Millisecond, "ms"},
		{time.Second, "s"},
		{time.Minute, "m"},
		{time.Hour, "h"},
		{24 * time.Hour, "d"},
		{7 * 24 * time.Hour, "w"},
	}
}

// String returns the shortest form of a duration that [Parse] reads: 36h for a day
// and a half, 90m for an hour and a half. Of forms of the same length it returns
// the one with the smaller units: 7d, not 1w. A negative duration, which Parse
// rejects, gets a minus sign.
func String(d time.Duration) string {
	if d < 0 {
		return "-" + String(-max(d, -math.MaxInt64))
	}
	if d == 0 {
		return "0s"
	}
	all := units()
	best := ""
	for set := 1; set < 1<<len(all); set++ { // each bit stands for one unit
		if text, ok := format(d, all, set); ok && (best == "" || len(text) < len(best)) {
			best = text
		}
	}
	return best
}

// format writes a duration with a set of units; ok is false if these cannot
// express it.
func format(d time.Duration, all []unit, set int) (text string, ok bool) {
	for i, u := range slices.Backward(all) {
		if count := d / u.size; set&(1<<i) != 0 && count > 0 {
			text += strconv.FormatInt(int64(count), 10) + u.name
			d -= count * u.size
		}
	}
	return text, d == 0
}

// Explain splits an error of [Parse] into what is wrong and how to fix it.
func Explain(err error) (what, want diag.Text) {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.What, e.Want
	}
	return diag.Textf("%s", err), ""
}
