package render

import (
	"cmp"

	"regwatch/internal/sanitize"
	"regwatch/models"
)

// A reminderView is a reminder that a key date of an event is near.
type reminderView struct {
	Follows  string // "REMINDER: "
	Lead     string // with what is near: "REMINDER: deadline in 7 days"
	Severity string // "HIGH"; empty: unknown
	Color    string // of the severity, for HTML
	Standing string // "Official" or "Press only, not officially confirmed"
	Official bool
	Outlet   string // the regulator or the newspaper
	Places   string
	Title    string
	Link     string // empty if the article's address is not safe to link
	Stage    string
	Dates    []dateView // the event's key dates on the day
}

func viewReminder(r models.Reminder, l Language) reminderView {
	v := reminderView{
		Follows:  l.label("reminder"),
		Severity: severity(r.Severity, l),
		Color:    color(r.Severity),
		Standing: l.Say("press_only"),
		Official: r.Official,
		Outlet:   sanitize.Truncate(sanitize.Line(r.Source), MaxNameRunes),
		Places:   sanitize.Truncate(sanitize.Line(l.list(r.Jurisdictions...)), MaxNameRunes),
		Title:    cmp.Or(sanitize.Truncate(sanitize.Line(r.Title), titleRunes), l.Say("untitled")),
		Link:     sanitize.Link(r.Link),
		Stage:    l.named("stage", r.Stage),
	}
	if r.Official {
		v.Standing = l.Say("official")
	}
	left, past := l.daysLeft(r.Left)
	var kinds []string
	for _, d := range r.Dates[:min(len(r.Dates), mostDates)] {
		v.Dates = append(v.Dates, newDateView(d, left, past, l))
		kinds = append(kinds, l.named("date", d.Kind))
	}
	v.Lead = v.Follows + join(" ", l.list(kinds...), left)
	return v
}
