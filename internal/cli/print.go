package cli

import (
	"fmt"
	"time"

	"regwatch/app"
	"regwatch/internal/duration"
	"regwatch/internal/sanitize"
	"regwatch/internal/yamlnode"
)

// shorten makes what others wrote one line that cannot act on the terminal, and
// cuts it at a rune.
func shorten(s string, runes int) string {
	s = sanitize.Line(s)
	if r := []rune(s); len(r) > runes {
		return string(r[:runes-1]) + "…"
	}
	return s
}

// didYouMean suggests the known name that is nearest to a mistyped one, or nothing.
func didYouMean(name string, known []string) string {
	if near := yamlnode.Nearest(name, known); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}
	return ""
}

// shortSpan renders how long ago or ahead something is, in one unit.
func shortSpan(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", max(0, int(d.Seconds())))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	}
	return fmt.Sprintf("%dd", int(d.Hours()/24))
}

// parseDuration reads a duration such as 90s, 15m, 12h, 7d or 1w.
func parseDuration(text string) (time.Duration, error) { return duration.Parse(text) }

// A durationFlag is a flag that takes what parseDuration reads.
type durationFlag time.Duration

func (d *durationFlag) String() string { return duration.String(time.Duration(*d)) }

// Type names the flag's value in help texts.
func (*durationFlag) Type() string { return "duration" }

// Set reads the flag.
func (d *durationFlag) Set(text string) error {
	parsed, err := parseDuration(text)
	*d = durationFlag(parsed)
	return err
}

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
