package render

import (
	"cmp"

	"regwatch/internal/sanitize"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

// A summaryView is several alerts sent together.
type summaryView struct {
	Title   string
	Why     string // why they are sent together
	Window  string // the time that the summary covers
	Lines   []summaryLine
	Unshown int
}

type summaryLine struct {
	Severity, Color string
	News            string // updates of an event that the reader knows
	Dates           []dateView
	lineView
}

func viewSummary(s models.Summary, l Language) *summaryView {
	loc := timefmt.Zone(s.Zone)
	title := "summary_title"
	if s.Reminders {
		title = "summary_title_reminders"
	}
	v := &summaryView{
		Title:  cmp.Or(sanitize.Truncate(sanitize.Line(s.Title), titleRunes), l.Say(title, len(s.Events))),
		Why:    sanitize.Truncate(whyTogether(s, l), MaxErrorRunes),
		Window: l.Say("summary_window", l.Moment(s.From, s.To, loc), l.Moment(s.To, s.To, loc)),
	}
	for i, e := range s.Events {
		if i == mostLines {
			v.Unshown = len(s.Events) - i
			break
		}
		line := summaryLine{
			Severity: severity(e.Severity, l), Color: color(e.Severity), lineView: viewLine(e, s.To, loc, l),
			Dates: dates(e.Dates, s.To, loc, l),
		}
		// The first alert was deferred too, so its changes are not updates for the
		// reader.
		if !e.New {
			line.News = updates(e.News, listedTitles(e), l)
		}
		if s.Reminders {
			line.Rules = "" // a reminder is about a date, not about a rule
		}
		v.Lines = append(v.Lines, line)
	}
	return v
}

// linkTo adds the links to the console.
func (v *summaryView) linkTo(c Console) {
	for i := range v.Lines {
		v.Lines[i].Page = c.Event(v.Lines[i].event)
	}
}

// shorten leaves out half of the list, the lowest severity first.
func (v *summaryView) shorten() bool {
	keep := len(v.Lines) / 2
	v.Unshown += len(v.Lines) - keep
	shortened := keep < len(v.Lines)
	v.Lines = v.Lines[:keep]
	return shortened
}

// whyTogether returns why alerts are sent together. A summary of a release before 0007
// stores that as text.
func whyTogether(s models.Summary, l Language) string {
	if len(s.Reasons) == 0 {
		return sanitize.Line(s.Why)
	}
	return l.Say("waited_for", l.reasons(s.Reasons, ""))
}
