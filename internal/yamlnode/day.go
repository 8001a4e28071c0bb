package yamlnode

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"regwatch/internal/diag"
)

// ParseDay reads a day that a person wrote, 2006-01-02. If it is none, want says what to write instead.
func ParseDay(s string) (day time.Time, want diag.Text) {
	day, err := time.Parse(time.DateOnly, s)
	if err == nil {
		return day, ""
	}
	for _, layout := range dayLayouts() {
		if meant, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return time.Time{}, diag.Textf("write %s", meant.Format(time.DateOnly))
		}
	}
	if m := dateForm.FindStringSubmatch(s); m != nil {
		year, _ := strconv.Atoi(m[1])
		month, _ := strconv.Atoi(m[2])
		if month < 1 || month > 12 {
			return time.Time{}, "write the month as 01 to 12, after the year"
		}
		first := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC)
		return time.Time{}, diag.Textf("%s has %d days", first.Format("2006-01"), first.AddDate(0, 1, -1).Day())
	}
	return time.Time{}, "write it as year, month and day, such as 2026-12-31"
}

// dateForm is a date in the right form that is not in the calendar.
var dateForm = regexp.MustCompile(`^(\d{4})-(\d{2})-(\d{2})$`)

// dayLayouts are other forms in which people write a day, without those that leave open which number is the month.
func dayLayouts() []string {
	return []string{
		"2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "20060102", "2 January 2006", "2 Jan 2006", "January 2, 2006", "Jan 2, 2006",
		"January 2 2006", "Jan 2 2006",
	}
}

// Day returns a day, or reports that the node, called what in the message, holds none.
func (n Node) Day(what string) time.Time {
	s := n.String(what)
	if s == "" {
		return time.Time{}
	}
	day, want := ParseDay(s)
	if want != "" {
		n.Report(diag.Textf("%s %q is not a date", what, s), want)
	}
	return day
}
