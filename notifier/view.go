package notifier

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"regwatch/models"
)

// The views below are what every channel shows, in harmless one-line strings, so
// that channels differ in layout alone.

type alertView struct {
	Severity string // "HIGH"; empty when unknown
	Color    string // of the severity, for HTML
	Head     string // "HIGH · Press only, not officially confirmed · Hong Kong"
	Standing string
	Places   string
	Title    string
	Link     string // empty when the article's address may not be linked to
	Language string
	Excerpt  []segment
	Stage    string
	Why      []findingView
	MoreWhy  int
	Mentions string
	Tags     string
	WhyNow   string // without the sources
	Seen     string
	Others   []otherView
	AllOther string // "+2 sources"; empty without any
}

type findingView struct{ Rule, Revision, Title, Evidence, Why string }

type otherView struct{ Source, Title, Link, Published string }

func viewAlert(a models.Alert) alertView {
	loc := zone(a.Zone)
	v := alertView{
		Standing: standing(a.Official),
		Places:   cut(oneLine(strings.Join(a.Jurisdictions, ", ")), namesRunes),
		Title:    cmp.Or(cut(oneLine(a.Title), titleRunes), "(untitled)"),
		Link:     webLink(a.Link),
		Language: oneLine(a.Language),
		Excerpt:  segments(a.Excerpt, 2*titleRunes),
		Stage:    stage(a),
		Mentions: mentions(a.Mentions),
		Tags:     cut(oneLine(strings.Join(a.Tags, ", ")), namesRunes),
		WhyNow:   cut(oneLine(a.WhyNow), errorRunes),
		Seen:     seen(a),
		Color:    color(a.Severity),
		Severity: severity(a.Severity),
	}
	v.Head = join(" · ", v.Severity, v.Standing, v.Places)
	for i, f := range a.Why {
		if i == mostFindings {
			v.MoreWhy = len(a.Why) - i
			break
		}
		v.Why = append(v.Why, findingView{
			Rule: oneLine(f.RuleID), Revision: oneLine(f.Revision), Title: cut(oneLine(f.RuleTitle), namesRunes),
			Evidence: evidence(f), Why: cut(oneLine(f.Why), errorRunes),
		})
	}
	for i, r := range a.OtherSources {
		if i == mostOthers {
			break
		}
		o := otherView{Source: cut(oneLine(r.Source), namesRunes), Title: cut(oneLine(r.Title), titleRunes), Link: webLink(r.Link)}
		if !r.PublishedAt.IsZero() {
			o.Published = moment(r.PublishedAt, a.SeenAt, loc)
		}
		v.Others = append(v.Others, o)
	}
	if n := len(a.OtherSources); n > 0 {
		v.AllOther = "+" + count(n, "source", "sources")
	}
	return v
}

func (f findingView) rule() string {
	if f.Revision == "" {
		return f.Rule
	}
	return f.Rule + " (rev " + f.Revision + ")"
}

func severity(s models.Severity) string {
	if s.Rank() == 0 {
		return ""
	}
	return strings.ToUpper(string(s))
}

// color returns a background on which white text has a contrast of 4.5 and more.
func color(s models.Severity) string {
	switch s {
	case models.Critical:
		return "#8f1414"
	case models.High:
		return "#b3380f"
	case models.Medium:
		return "#8a5a00"
	}
	return "#47566b"
}

type healthView struct {
	Failing bool
	Label   string // "FAILING"
	Title   string // "Source failing: HKMA press releases"
	Body    string // what that means and since when
	Error   string
}

func viewHealth(h models.HealthReport) healthView {
	if h.Subject == "subscription" {
		return viewLeaveAsked(h)
	}
	loc := zone(h.Zone)
	what := "Source"
	if h.Subject == "channel" {
		what = "Channel"
	}
	name := cmp.Or(cut(oneLine(h.Name), namesRunes), "(unnamed)")
	since := ""
	if !h.Since.IsZero() {
		since = " since " + precisely(h.Since, loc)
	}
	if what == "Source" {
		return viewSource(h, name, since, loc)
	}
	if h.Health != models.Failing {
		body := "Channel " + name + " delivers again" + since + ". What was held back is being sent."
		return healthView{Label: "RECOVERED", Title: "Channel recovered: " + name, Body: body}
	}
	if h.Dead > 0 {
		what := count(h.Dead, "message", "messages")
		return healthView{
			Failing: true, Label: "NOT DELIVERED", Title: what + " not delivered: " + name, Error: cut(oneLine(h.Error), errorRunes),
			Body: what + " could not be delivered through " + name + since + " and will not be tried again. regwatch deliveries --state dead lists what was given up, and why. The last reason:",
		}
	}
	body := "Channel " + name + " has delivered nothing" + since + ". What is owed through it is kept and sent when it works again."
	return healthView{Failing: true, Label: "FAILING", Title: "Channel failing: " + name, Body: body, Error: cut(oneLine(h.Error), errorRunes)}
}

// viewSource tells of a source: what it does, what that means for the reader,
// and what he can do.
func viewSource(h models.HealthReport, name, since string, loc *time.Location) healthView {
	detail := ""
	if h.Detail != "" {
		detail = " " + oneLine(h.Detail)
	}
	if h.Gap != nil {
		return healthView{
			Failing: true, Label: "GAP", Title: "Articles may have been missed: " + name,
			Body: fmt.Sprintf("Between %s and %s articles of %s may have been missed: at the second time its answer had none of the articles of the first. Look there by hand for what was published in between; if it publishes that much, let it be scanned more often (cron in its settings).",
				precisely(h.Gap.From, loc), precisely(h.Gap.To, loc), name),
		}
	}
	trouble := func(label, title, body string) healthView {
		return healthView{Failing: true, Label: label, Title: title + ": " + name, Body: body, Error: cut(oneLine(h.Error), errorRunes)}
	}
	switch h.Health {
	case models.Failing:
		return trouble("FAILING", "Source failing", "regwatch has had no good answer from "+name+since+". Until it answers, what it publishes is not seen.")
	case models.Dead:
		return trouble("DEAD", "Source dead", "For a week regwatch has had no good answer from "+name+"."+detail+" What it publishes is not seen. Find its new address, or turn it off (enabled: false).")
	case models.Quiet:
		return trouble("QUIET", "Source quiet", name+" answers, and has had nothing new"+since+"."+detail+" It may have moved, or its feed been left behind: look at its site. If that is usual of it, raise expect in its settings.")
	case models.Shrunk:
		return trouble("SHRUNK", "Source shrunk", name+" answers with far fewer articles than is usual."+detail+" Its page or feed may have changed its shape: regwatch sources try shows what is read of it.")
	}
	body := map[models.Health]string{
		models.Quiet:  name + " publishes again" + since + ".",
		models.Shrunk: name + " is whole again" + since + ".",
	}[h.Was]
	if body == "" {
		body = "Source " + name + " answers again" + since + ". What it published meanwhile is read as usual."
	}
	return healthView{Label: "RECOVERED", Title: "Source recovered: " + name, Body: body}
}

type testView struct{ Title, Text, SentAt string }

func viewTest(t models.Test) testView {
	return testView{
		Title:  "regwatch test message",
		Text:   cut(oneLine(t.Text), 2*titleRunes),
		SentAt: fmt.Sprintf("Sent %s. If you can read this, the channel works.", precisely(t.SentAt, zone(t.Zone))),
	}
}

// day names the day of a time without its year.
func day(t time.Time, loc *time.Location) string { return t.In(loc).Format("Mon 2 Jan") }
