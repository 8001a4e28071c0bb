package render

import (
	"strings"
	"time"

	"regwatch/internal/timefmt"
)

// chineseWeekdays returns the characters after 星期, Sunday first.
func chineseWeekdays() [7]string { return [...]string{"日", "一", "二", "三", "四", "五", "六"} }

// format formats a time with the layout of a phrase.
func (l Language) format(t time.Time, layout string) string {
	weekday := chineseWeekdays()[t.Weekday()]
	form := l.Say(layout)
	if l != English {
		form = strings.ReplaceAll(form, "w", weekday)
	}
	return t.Format(form)
}

// Moment formats a time with its zone, and with its year unless that is the year of now, when the
// message is sent.
func (l Language) Moment(t, now time.Time, loc *time.Location) string {
	layout := "time_moment_year"
	if timefmt.SameYear(t, now, loc) {
		layout = "time_moment"
	}
	t = t.In(loc)
	return l.format(t, layout) + " " + timefmt.Abbreviation(t)
}

// window formats the days of a digest: "Mon 16 Nov – Mon 23 Nov 2026, HKT".
func (l Language) window(from, to time.Time, loc *time.Location) string {
	from, to = from.In(loc), to.In(loc)
	first := "time_window_year"
	if timefmt.SameYear(from, to, loc) {
		first = "time_window_from"
	}
	return l.Say("window", l.format(from, first), l.format(to, "time_window_year"), timefmt.Abbreviation(to))
}

// precisely formats a time to the minute, with its day and year.
func (l Language) precisely(t time.Time, loc *time.Location) string {
	t = t.In(loc)
	return l.format(t, "time_precise") + " " + timefmt.Abbreviation(t)
}

// day formats the day of a time, with its year unless that is the year of now, when the message is
// sent.
func (l Language) day(t, now time.Time, loc *time.Location) string {
	layout := "time_weekday_year"
	if timefmt.SameYear(t, now, loc) {
		layout = "time_weekday"
	}
	return l.format(t.In(loc), layout)
}

// Days formats a long duration in whole hours or days.
func (l Language) Days(d time.Duration) string {
	if d < 48*time.Hour {
		return l.Say("hours", int(d.Hours()))
	}
	return l.Say("days", int(d.Hours()/24))
}

// Span formats a duration in whole minutes or hours.
func (l Language) Span(d time.Duration) string {
	if d >= time.Hour && d%time.Hour == 0 {
		return l.Say("hours", int(d/time.Hour))
	}
	return l.Say("minutes", int(d/time.Minute))
}

// daysUntil returns the number of calendar days from the day of now to a day, negative if
// that has passed. Clock changes do not matter.
func daysUntil(day, now time.Time, loc *time.Location) int {
	y, m, d := now.In(loc).Date()
	return int(day.Sub(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)).Hours() / 24)
}
