package conditions

import (
	"regexp"
	"strings"
	"time"

	"regwatch/internal/diag"
	"regwatch/internal/duration"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// The kinds of condition on key dates. They are the kinds of [models.KeyDate].
const (
	Deadline  = "deadline"  // something must be done by the end of the day
	Effective = "effective" // a rule starts to apply
)

// DayKinds returns the kinds of condition on key dates.
func DayKinds() []string { return []string{Deadline, Effective} }

// DayKeys are the keys of a condition on key dates.
func DayKeys() []string { return []string{"within", "from", "until"} }

const day = 24 * time.Hour

// maxWithin is as far ahead as key dates are read.
const maxWithin = 5 * 366 * day

const daysHelp = "use a number of days or weeks, such as 60d or 8w, or dates, such as from: 2026-01-01 and until: 2026-12-31"

// ReadDays reads a condition on key dates, of which what is the key: {within: 60d}, or 60d alone, or {from: 2026-01-01,
// until: 2026-12-31}.
func ReadDays(n yamlnode.Node, what string) models.DayWindow {
	var w models.DayWindow
	if n.IsScalar() {
		s := n.String(what)
		w, wrong, want := ParseDays(s)
		if wrong != "" {
			n.Report(diag.Textf("%s: %s", diag.Text(what), wrong), want)
		}
		return w
	}
	if !n.IsMap() || len(n.Pairs(what)) == 0 {
		n.Report(diag.Textf("%s is empty", diag.Text(what)), daysHelp)
		return w
	}
	m := n.Map(what, DayKeys()...)
	if v := m.Get("within"); v.Exists() {
		days, wrong, want := parseWithin(v.String(what + ": within"))
		if wrong != "" {
			v.Report(diag.Textf("%s: %s", diag.Text(what), wrong), want)
		}
		w.Within = days
	}
	for _, limit := range []struct {
		key string
		to  *string
	}{{"from", &w.From}, {"until", &w.Until}} {
		v := m.Get(limit.key)
		s := strings.TrimSpace(v.String(what + ": " + limit.key))
		if _, wrong := yamlnode.ParseDay(s); s != "" && wrong != "" {
			v.Report(diag.Textf("%s: %s %q is not a date", what, limit.key, s), wrong)
			continue
		}
		*limit.to = s
	}
	switch {
	case w.Within > 0 && (w.From != "" || w.Until != ""):
		m.Key("within").Report(diag.Textf("%s: within stands beside from or until", diag.Text(what)), "use within, which counts from the day of the article, or dates; two conditions can stand in all")
	case w.From != "" && w.Until != "" && w.Until < w.From:
		m.Key("until").Report(diag.Textf("%s: until is before from", diag.Text(what)), "use a later date")
	}
	return w
}

// ParseDays reads a condition on key dates on one line: 60d, 2026-01-01..2026-12-31, 2026-01-01.., ..2026-12-31. If
// nothing is wrong, what is empty.
func ParseDays(s string) (w models.DayWindow, what, want diag.Text) {
	from, until, isRange := strings.Cut(strings.TrimSpace(s), "..")
	if !isRange {
		w.Within, what, want = parseWithin(from)
		return w, what, want
	}
	w.From, w.Until = strings.TrimSpace(from), strings.TrimSpace(until)
	switch {
	case w.From+w.Until == "", w.From != "" && !isDay(w.From), w.Until != "" && !isDay(w.Until):
		return models.DayWindow{}, diag.Textf("%q is not a range of dates", s), "use 2026-01-01..2026-12-31, 2026-01-01.. or ..2026-12-31"
	case w.From != "" && w.Until != "" && w.Until < w.From:
		return models.DayWindow{}, diag.Textf("%q ends before it begins", s), "put the earlier date first"
	}
	return w, "", ""
}

// FormatDays returns a condition on key dates as ParseDays reads it.
func FormatDays(w models.DayWindow) string {
	if w.Within > 0 {
		return duration.String(time.Duration(w.Within) * day)
	}
	return w.From + ".." + w.Until
}

// daysInWords is a number of days or weeks with the unit written out.
var daysInWords = regexp.MustCompile(`^\s*(\d+)[ -]*([dw])(?:ays?|eeks?)\s*$`)

// parseWithin reads a number of days.
func parseWithin(s string) (days int, what, want diag.Text) {
	const days60 = "use a number of days or weeks, such as 60d or 8w"
	d, err := duration.Parse(s)
	switch {
	case err != nil:
		what, _ := duration.Explain(err)
		if m := daysInWords.FindStringSubmatch(s); m != nil {
			return 0, what, diag.Textf("write %s%s", m[1], m[2])
		}
		return 0, what, days60
	case d%day != 0:
		return 0, diag.Textf("within %s is not a number of days", s), days60
	case d < day || d > maxWithin:
		return 0, diag.Textf("within is %s", s), diag.Textf("use 1d to %dd", maxWithin/day)
	}
	return int(d / day), "", ""
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
