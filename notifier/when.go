package notifier

import (
	"strings"
	"time"
)

// zone returns a location by name; what cannot be loaded is UTC, and the zone's
// abbreviation beside each time says so.
func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return loc
}

// abbreviation names the zone of a time: HKT, or UTC+04 where a zone has only a
// number.
func abbreviation(t time.Time) string {
	name := t.Format("MST")
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		return "UTC" + name
	}
	return name
}

// format writes a time as a phrase lays it out.
func (l language) format(t time.Time, layout string) string {
	weekday := []string{"日", "一", "二", "三", "四", "五", "六"}[t.Weekday()]
	form := l.say(layout)
	if l != english {
		form = strings.ReplaceAll(form, "w", weekday)
	}
	return t.Format(form)
}

// moment renders a time with its zone; the year only when it is not that of ref.
func (l language) moment(t, ref time.Time, loc *time.Location) string {
	t = t.In(loc)
	layout := "time_moment"
	if t.Year() != ref.In(loc).Year() {
		layout = "time_moment_year"
	}
	return l.format(t, layout) + " " + abbreviation(t)
}

// window names a digest's window by its days: "Mon 16 Nov – Mon 23 Nov 2026, HKT".
func (l language) window(from, to time.Time, loc *time.Location) string {
	from, to = from.In(loc), to.In(loc)
	first := "time_window_from"
	if from.Year() != to.Year() {
		first = "time_window_year"
	}
	return l.say("window", l.format(from, first), l.format(to, "time_window_year"), abbreviation(to))
}

// precisely names a time to the minute, with its day and year.
func (l language) precisely(t time.Time, loc *time.Location) string {
	t = t.In(loc)
	return l.format(t, "time_precise") + " " + abbreviation(t)
}

// day names the day of a time without its year.
func (l language) day(t time.Time, loc *time.Location) string {
	return l.format(t.In(loc), "time_weekday")
}

// days renders a long time for a person, in whole hours or days.
func (l language) days(d time.Duration) string {
	if d < 48*time.Hour {
		return l.say("hours", int(d.Hours()))
	}
	return l.say("days", int(d.Hours()/24))
}

// span renders a time for a person, in whole minutes or hours.
func (l language) span(d time.Duration) string {
	if d >= time.Hour && d%time.Hour == 0 {
		return l.say("hours", int(d/time.Hour))
	}
	return l.say("minutes", int(d/time.Minute))
}

// daysUntil counts the days from the day of now to another, which is negative
// when that has passed. A day is a date: clocks that change do not matter.
func daysUntil(day, now time.Time, loc *time.Location) int {
	y, m, d := now.In(loc).Date()
	return int(day.Sub(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)).Hours() / 24)
}
