// Package schedule reads a cron line and says when it runs next.
//
// Start with [Parse]. What it accepts runs at least once in eight years, and
// parsing never panics. A line has no time zone of its own: [Schedule.In] sets
// the zone in which its hours are read. A line that names its hours runs once
// for each of them on the days when clocks change: an hour that is skipped runs
// as the clocks go forward, an hour that comes twice runs the first time. What
// is due, and what was missed, is left to the caller.
package schedule

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"regwatch/internal/duration"
)

// MaxLength is the longest line that is read, in bytes.
const MaxLength = 200

// An Error says what is wrong with a cron line and what would be right.
type Error struct {
	What string
	Want string
}

// Error joins both in one sentence.
func (e *Error) Error() string { return e.What + "; " + e.Want }

const want = `want minute, hour, day of month, month and day of week, such as "*/15 8-20 * * 1-5", or @hourly, @daily, @weekly, @monthly or @every 15m`

// A Schedule is when something runs. The zero Schedule never does.
type Schedule struct {
	spec  string
	every cron.Schedule
	zone  *time.Location
}

// Parse reads a standard cron line of five fields, or one of @hourly, @daily,
// @midnight, @weekly, @monthly, @yearly, @annually and "@every DURATION". Its
// error is an [*Error].
func Parse(spec string) (Schedule, error) {
	spec = strings.TrimSpace(spec)
	if problem := check(spec); problem != nil {
		return Schedule{}, problem
	}
	parsed, err := parseStandard(spec)
	if err != nil {
		return Schedule{}, &Error{plain(err), want}
	}
	s := Schedule{spec: spec, every: parsed, zone: time.UTC}
	if neverRuns(parsed) {
		return Schedule{}, &Error{"the schedule never runs", "want a day that exists: no month has the day given"}
	}
	return s, nil
}

// check refuses what the parser beneath would panic at, or would take for
// something other than what was meant.
func check(spec string) *Error {
	upper := strings.ToUpper(spec)
	switch {
	case spec == "":
		return &Error{"the cron line is empty", want}
	case len(spec) > MaxLength:
		return &Error{fmt.Sprintf("the cron line has %d bytes", len(spec)), fmt.Sprintf("want at most %d", MaxLength)}
	case strings.HasPrefix(upper, "TZ=") || strings.HasPrefix(upper, "CRON_TZ="):
		return &Error{"a cron line names no time zone", `put it under "zone", such as zone: Asia/Hong_Kong`}
	case strings.HasPrefix(spec, "@every"):
		return checkEvery(strings.TrimPrefix(spec, "@every"))
	case strings.HasPrefix(spec, "@"):
		return nil
	}
	if n := len(strings.Fields(spec)); n != 5 {
		return &Error{fmt.Sprintf("the cron line has %d fields", n), want}
	}
	for _, r := range spec {
		if r < ' ' || r > '~' {
			return &Error{fmt.Sprintf("the cron line contains %q", r), want}
		}
	}
	return nil
}

// parseStandard leaves @every to us, because the library reads no days and weeks.
func parseStandard(spec string) (cron.Schedule, error) {
	if text, ok := strings.CutPrefix(spec, "@every "); ok {
		d, err := duration.Parse(text)
		return cron.Every(d), err
	}
	return cron.ParseStandard(spec)
}

func checkEvery(text string) *Error {
	const low, high = time.Second, 365 * 24 * time.Hour
	wantEvery := fmt.Sprintf("use @every and a duration from %s to %s, such as @every 15m", duration.String(low), duration.String(high))
	if !strings.HasPrefix(text, " ") {
		return &Error{"@every has no duration", wantEvery}
	}
	d, err := duration.Parse(text)
	if err != nil {
		what, want := duration.Explain(err)
		return &Error{"@every: " + what, want}
	}
	if d < low || d > high {
		return &Error{fmt.Sprintf("@every %s is out of range", duration.String(d)), wantEvery}
	}
	return nil
}

// plain rewords the commonest messages of the parser beneath.
func plain(err error) string {
	text := err.Error()
	switch {
	case strings.Contains(text, "above maximum (6): 7") || strings.Contains(text, "end of range (7) above maximum (6)"):
		return "day of week 7 does not exist: Sunday is 0"
	case strings.Contains(text, "unrecognized descriptor"):
		return "unknown word " + text[strings.LastIndex(text, " ")+1:]
	}
	return text
}

// neverRuns tries dates on which every existing day of the calendar follows
// within five years, which is how far the parser beneath looks.
func neverRuns(s cron.Schedule) bool {
	return s.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero()
}

// In returns the same schedule with its hours read in a zone. Nil means UTC.
func (s Schedule) In(zone *time.Location) Schedule {
	if zone == nil {
		zone = time.UTC
	}
	s.zone = zone
	return s
}

// String returns the line as it was written.
func (s Schedule) String() string { return s.spec }

// IsZero reports whether the schedule is the zero Schedule.
func (s Schedule) IsZero() bool { return s.every == nil }

// Next returns the first run after a time, in the schedule's zone; the zero
// time if there is none.
func (s Schedule) Next(after time.Time) time.Time {
	if s.every == nil {
		return time.Time{}
	}
	local := after.In(s.zone)
	fields, ok := s.every.(*cron.SpecSchedule)
	if !ok || everyHour(fields) {
		return s.next(local)
	}
	// The wall clock is walked as if it were UTC, which has no gaps, and each
	// run is then placed in the zone.
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

// Place returns the moment at which clocks in a zone show what wall shows, whose
// own zone is ignored. A time that comes twice is the first; one that clocks skip
// becomes as much later as they go forward.
func Place(wall time.Time, zone *time.Location) time.Time {
	run := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone)
	if late := clock(wall).Sub(clock(run)); late > 0 {
		return run.Add(late)
	}
	// Of a time that comes twice package time gives either one.
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

// clock is what a clock shows, as if it were UTC, which has no gaps.
func clock(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// next looks over the eight years without a leap day around a century's turn,
// where the parser beneath gives up after five.
func (s Schedule) next(t time.Time) time.Time {
	for range 2 {
		if n := s.every.Next(t); !n.IsZero() {
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

// Zone returns the time zone of an IANA name. The empty name is UTC; "Local" is
// refused, because it means something else on every machine.
func Zone(name string) (*time.Location, error) {
	const wantZone = "want an IANA name such as Asia/Hong_Kong, Europe/London or UTC"
	if strings.EqualFold(name, "local") {
		return nil, &Error{`time zone "Local" depends on the machine`, wantZone}
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, &Error{fmt.Sprintf("unknown time zone %q", name), wantZone}
	}
	return zone, nil
}

// Explain splits an error of this package into what is wrong and what would be
// right.
func Explain(err error) (what, want string) {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.What, e.Want
	}
	return err.Error(), ""
}
