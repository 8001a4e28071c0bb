package notifier

import (
	"cmp"
	"time"

	"regwatch/models"
)

type healthView struct {
	Failing bool
	Label   string // "FAILING"
	Title   string // "Source failing: HKMA press releases"
	Body    string // what that means and since when
	Error   string
}

func viewHealth(h models.HealthReport, l language) healthView {
	if h.Subject == "subscription" {
		return viewLeaveAsked(h, l)
	}
	loc := zone(h.Zone)
	name := cmp.Or(cut(oneLine(h.Name), namesRunes), l.say("unnamed"))
	since := ""
	if !h.Since.IsZero() {
		since = l.say("since", l.precisely(h.Since, loc))
	}
	if h.Subject != "channel" {
		return viewSource(h, name, since, loc, l)
	}
	v := healthView{Failing: true, Error: cut(oneLine(h.Error), errorRunes)}
	switch {
	case h.Health != models.Failing:
		return healthView{Label: l.say("recovered_label"), Title: l.say("channel_recovered", name), Body: l.say("channel_recovered_body", name, since)}
	case h.Dead > 0:
		v.Label, v.Title, v.Body = l.say("undelivered"), l.say("channel_dead", h.Dead, name), l.say("channel_dead_body", h.Dead, name, since)
	default:
		v.Label, v.Title, v.Body = l.say("failing_label"), l.say("channel_failing", name), l.say("channel_failing_body", name, since)
	}
	return v
}

// viewSource tells of a source: what it does, what that means for the reader,
// and what he can do.
func viewSource(h models.HealthReport, name, since string, loc *time.Location, l language) healthView {
	detail := ""
	if h.Detail != "" {
		detail = oneLine(h.Detail)
		if l == english {
			detail = " " + detail
		}
	}
	if h.Gap != nil {
		return healthView{
			Failing: true, Label: l.say("gap_label"), Title: l.say("gap", name),
			Body: l.say("gap_body", l.precisely(h.Gap.From, loc), l.precisely(h.Gap.To, loc), name),
		}
	}
	v := healthView{Failing: true, Error: cut(oneLine(h.Error), errorRunes)}
	switch h.Health {
	case models.Failing:
		v.Label, v.Title, v.Body = l.say("failing_label"), l.say("source_failing", name), l.say("source_failing_body", name, since)
	case models.Dead:
		v.Label, v.Title, v.Body = l.say("dead_label"), l.say("source_dead", name), l.say("source_dead_body", name, detail)
	case models.Quiet:
		v.Label, v.Title, v.Body = l.say("quiet_label"), l.say("source_quiet", name), l.say("source_quiet_body", name, since, detail)
	case models.Shrunk:
		v.Label, v.Title, v.Body = l.say("shrunk_label"), l.say("source_shrunk", name), l.say("source_shrunk_body", name, detail)
	default:
		v = healthView{Label: l.say("recovered_label"), Title: l.say("source_recovered", name)}
		switch h.Was {
		case models.Quiet:
			v.Body = l.say("source_publishes", name, since)
		case models.Shrunk:
			v.Body = l.say("source_whole", name, since)
		default:
			v.Body = l.say("source_answers", name, since)
		}
	}
	return v
}

type testView struct{ Title, Text, SentAt string }

func viewTest(t models.Test, l language) testView {
	return testView{
		Title:  l.say("test_title"),
		Text:   cut(oneLine(t.Text), 2*titleRunes),
		SentAt: l.say("test_sent", l.precisely(t.SentAt, zone(t.Zone))),
	}
}
