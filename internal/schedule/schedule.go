// Package schedule parses cron lines and computes when they run next.
//
// Start with [Parse]. Every schedule that it accepts runs at least once in eight
// years, and parsing never panics. A line has no time zone; [Schedule.In] sets the one
// in which its hours apply. When clocks change, a schedule with fixed hours runs
// exactly once for each of them: an hour that clocks skip runs when they go forward,
// and an hour that comes twice runs the first time. Callers decide what is due and
// what was missed.
package schedule

import (
	"errors"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"regwatch/internal/diag"
	"regwatch/internal/duration"
)

// MaxLength is the length of the longest line that is accepted, in bytes.
const MaxLength = 200

// An Error says what is wrong with a cron line and how to fix it.
type Error struct {
	What diag.Text
	Want diag.Text
}

// Error returns both parts in one line.
func (e *Error) Error() string { return e.What.String() + "; " + e.Want.String() }

const want = `use minute, hour, day of month, month and day of week, such as "*/15 8-20 * * 1-5", or @hourly, @daily, @weekly, @monthly or @every 15m`

// A Schedule says when something runs. The zero Schedule never runs.
type Schedule struct {
	spec string
	cron cron.Schedule
	zone *time.Location
}

// Parse parses a standard cron line of five fields, or one of @hourly, @daily,
// @midnight, @weekly, @monthly, @yearly, @annually and "@every DURATION". Its error is
// an [*Error].
func Parse(spec string) (Schedule, error) {
	spec = strings.TrimSpace(spec)
	if problem := check(spec); problem != nil {
		return Schedule{}, problem
	}
	parsed, err := parseStandard(spec)
	if err != nil {
		return Schedule{}, &Error{rewordError(err), want}
	}
	s := Schedule{spec: spec, cron: parsed, zone: time.UTC}
	if neverRuns(parsed) {
		return Schedule{}, &Error{"the schedule never runs", "use a day that exists in one of the months"}
	}
	return s, nil
}

// check rejects what the library would panic at or misunderstand.
func check(spec string) *Error {
	upper := strings.ToUpper(spec)
	switch {
	case spec == "":
		return &Error{"the cron line is empty", want}
	case len(spec) > MaxLength:
		return &Error{diag.Textf("the cron line has %d bytes", len(spec)), diag.Textf("use at most %d", MaxLength)}
	case strings.HasPrefix(upper, "TZ=") || strings.HasPrefix(upper, "CRON_TZ="):
		return &Error{"a cron line cannot name a time zone", `put it under "zone", such as zone: Asia/Hong_Kong`}
	case strings.HasPrefix(spec, "@every"):
		return checkEvery(strings.TrimPrefix(spec, "@every"))
	case strings.HasPrefix(spec, "@"):
		return nil
	}
	if n := len(strings.Fields(spec)); n != 5 {
		return &Error{diag.Textf("the cron line has %d fields", n), want}
	}
	for _, r := range spec {
		if r < ' ' || r > '~' {
			return &Error{diag.Textf("the cron line contains %q", r), want}
		}
	}
	return nil
}

// parseStandard parses @every itself, because the library has no days and weeks.
func parseStandard(spec string) (cron.Schedule, error) {
	if text, ok := strings.CutPrefix(spec, "@every "); ok {
		d, err := duration.Parse(text)
		return cron.Every(d), err
	}
	return cron.ParseStandard(spec)
}

func checkEvery(text string) *Error {
	const low, high = time.Second, 365 * 24 * time.Hour
	wantEvery := diag.Textf("use @every and a duration from %s to %s, such as @every 15m", duration.String(low), duration.String(high))
	if !strings.HasPrefix(text, " ") {
		return &Error{"@every has no duration", wantEvery}
	}
	d, err := duration.Parse(text)
	if err != nil {
		what, want := duration.Explain(err)
		return &Error{diag.Textf("@every: %s", what), want}
	}
	if d < low || d > high {
		return &Error{diag.Textf("@every %s is out of range", duration.String(d)), wantEvery}
	}
	return nil
}

// rewordError rewords the most common messages of the library.
func rewordError(err error) diag.Text {
	text := err.Error()
	switch {
	case strings.Contains(text, "above maximum (6): 7") || strings.Contains(text, "end of range (7) above maximum (6)"):
		return "day of week 7 does not exist: Sunday is 0"
	case strings.Contains(text, "unrecognized descriptor"):
		return diag.Textf("unknown word %s", text[strings.LastIndex(text, " ")+1:])
	}
	return diag.Textf("%s", text)
}

// neverRuns starts from a date after which every existing day of the calendar occurs
// within five years, which is how far the library looks ahead.
func neverRuns(s cron.Schedule) bool {
	return s.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero()
}

// In returns the schedule with its hours in a time zone. Nil means UTC.
func (s Schedule) In(zone *time.Location) Schedule {
	if zone == nil {
		zone = time.UTC
	}
	s.zone = zone
	return s
}

// String returns the line as written.
func (s Schedule) String() string { return s.spec }

// IsZero reports whether the schedule is the zero Schedule.
func (s Schedule) IsZero() bool { return s.cron == nil }

// Next returns the first run after a time, in the schedule's time zone, or the zero
// time if there is none.
func (s Schedule) Next(after time.Time) time.Time {
	if s.cron == nil {
		return time.Time{}
	}
	local := after.In(s.zone)
	fields, ok := s.cron.(*cron.SpecSchedule)
	if !ok || everyHour(fields) {
		return s.next(local)
	}
	// Compute the next wall-clock time as if it were UTC, which has no gaps, and
	// convert each run to the time zone.
	wall := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), 0, time.UTC)
	for {
		wall = s.next(wall)
		if wall.IsZero() {
			return time.Time{}
		}
		if run := Place(wall, s.zone); run.After(after) {
			return run
		}
	}
}

// Place returns the moment at which clocks in a time zone show the time of wall, whose
// own zone is ignored. A time that occurs twice means the first; a time that clocks
// skip is moved forward by as much as they are.
func Place(wall time.Time, zone *time.Location) time.Time {
	run := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone)
	if late := clock(wall).Sub(clock(run)); late > 0 {
		return run.Add(late)
	}
	// For a time that occurs twice, package time may return either moment.
	start, _ := run.ZoneBounds()
	if start.IsZero() {
		return run
	}
	_, before := start.Add(-1).Zone()
	_, after := run.Zone()
	if first := run.Add(time.Duration(after-before) * time.Second); first.Before(start) && clock(first).Equal(clock(wall)) {
		return first
	}
	return run
}

// clock returns what a clock shows, as if it were UTC, which has no gaps.
func clock(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// next also covers the eight years without a leap day around the turn of a century.
// The library gives up after five years.
func (s Schedule) next(t time.Time) time.Time {
	for range 2 {
		if n := s.cron.Next(t); !n.IsZero() {
			return n
		}
		t = t.AddDate(4, 0, 0)
	}
	return time.Time{}
}

func everyHour(s *cron.SpecSchedule) bool {
	const all = 1<<24 - 1
	return s.Hour&all == all
}

// Zone returns the time zone with an IANA name. The empty name means UTC; "Local" is
// rejected, because it differs between machines.
func Zone(name string) (*time.Location, error) {
	const wantZone = "use an IANA name such as Asia/Hong_Kong, Europe/London or UTC"
	if strings.EqualFold(name, "local") {
		return nil, &Error{`time zone "Local" depends on the machine`, wantZone}
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, &Error{diag.Textf("unknown time zone %q", name), wantZone}
	}
	return zone, nil
}

// Explain splits an error of this package into what is wrong and how to fix it.
func Explain(err error) (what, want diag.Text) {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.What, e.Want
	}
	return diag.Textf("%s", err), ""
}
