package cli

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"time"

	"regwatch/app"
)

// parseDuration reads a duration such as 90s, 15m, 12h, 7d or 1w.
func parseDuration(text string) (time.Duration, error) {
	days := dayUnits.ReplaceAllStringFunc(text, func(part string) string {
		n, err := strconv.Atoi(part[:len(part)-1])
		if err != nil || n > 100_000 {
			return part // ParseDuration refuses it
		}
		if part[len(part)-1] == 'w' {
			n *= 7
		}
		return strconv.Itoa(n*24) + "h"
	})
	return time.ParseDuration(days)
}

var dayUnits = regexp.MustCompile(`\d+[dw]`)

// sinceFlag reads the value of --since: a time ago, or a date in the folder's zone. Empty
// is the zero time.
func sinceFlag(a *app.App, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, a.Zone()); err == nil {
		return day, nil
	}
	ago, err := parseDuration(text)
	if err != nil || ago <= 0 {
		return time.Time{}, usageError{fmt.Errorf("--since %q; want a time ago such as 36h, 7d or 12w, or a date such as 2026-01-31", text)}
	}
	return a.Now().Add(-ago), nil
}

// shortDay renders a date, with the year if it is not the current one.
func shortDay(t, now time.Time, zone *time.Location) string {
	t = t.In(zone)
	if t.Year() == now.In(zone).Year() {
		return t.Format("02 Jan")
	}
	return t.Format("02 Jan 2006")
}

// progressEvery is the shortest time between two lines about a long operation.
const progressEvery = 2 * time.Second

// printProgress prints how far a long operation is.
func printProgress(w io.Writer) app.Progress {
	printed := time.Now()
	return func(step string, done, total int64) {
		if total == 0 || time.Since(printed) < progressEvery {
			return
		}
		printed = time.Now()
		fmt.Fprintf(w, "%s: %d of %d\n", step, done, total)
	}
}
