package notifier

import (
	"cmp"
	"strings"
	"time"

	"regwatch/models"
)

type digestView struct {
	Title    string
	Window   string // "Mon 16 Nov – Mon 23 Nov 2026, HKT"
	Summary  string // "3 events: 1 high, 2 medium", or that there was none
	Late     string // why it comes late; empty when it is in time
	Empty    bool
	Groups   []digestGroup
	Unshown  int // events that there was no room for
	Counts   []countView
	MoreRule int
	Coverage string
	Precise  string // the window to the minute
	Failing  []troubleView
	MoreFail int
}

type digestGroup struct {
	Severity string // "HIGH"
	Color    string
	Lines    []lineView
}

type lineView struct{ Title, Link, Facts, Rules string }

type countView struct {
	Rule, Title string
	Events      int
	Percent     int // of the largest count, at least 2 when there is any
}

type troubleView struct{ Name, Since, Error string }

// What a digest lists at most; the rest is counted.
const (
	mostLines    = 150
	mostCounts   = 40
	mostTroubles = 20
)

func viewDigest(d models.Digest, l language) *digestView {
	loc := zone(d.Zone)
	v := &digestView{
		Title:   cmp.Or(cut(oneLine(d.Title), titleRunes), l.say("digest")),
		Window:  l.window(d.From, d.To, loc),
		Precise: l.say("precise", l.precisely(d.From, loc), l.precisely(d.To, loc)),
		Empty:   len(d.Events) == 0,
	}
	if d.Late {
		v.Late = l.say("late")
	}
	var tallies []string
	shown := 0
	for _, s := range []models.Severity{models.Critical, models.High, models.Medium, models.Low, ""} {
		g := digestGroup{Severity: cmp.Or(severity(s, l), l.say("severity_other")), Color: color(s)}
		events := 0
		for _, e := range d.Events {
			if e.Severity != s && (s != "" || e.Severity.Rank() > 0) {
				continue
			}
			events++
			if shown++; shown > mostLines {
				v.Unshown++
				continue
			}
			g.Lines = append(g.Lines, viewLine(e, loc, l))
		}
		if events > 0 {
			tallies = append(tallies, l.say("tally", events, strings.ToLower(g.Severity)))
		}
		if len(g.Lines) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
	v.Summary = l.say("label", l.say("events", len(d.Events))) + l.list(tallies...)
	if v.Empty {
		v.Summary = nothingFound(d.Coverage, l)
	}
	v.counts(d.Counts)
	v.coverage(d.Coverage, d.To, loc, l)
	return v
}

// nothingFound says what an empty digest is worth: no more than what was read.
func nothingFound(c models.Coverage, l language) string {
	switch {
	case c.Checked == 0:
		return l.say("nothing_read")
	case c.Checked < c.Sources:
		return l.say("nothing_some", c.Checked, c.Sources-c.Checked)
	}
	return l.say("nothing_found")
}

func viewLine(e models.DigestEvent, loc *time.Location, l language) lineView {
	at := e.PublishedAt
	if at.IsZero() {
		at = e.FirstSeenAt
	}
	mark := l.say("press_only_short")
	if e.Official {
		mark = l.say("official")
	}
	news, more := "", ""
	if !e.New {
		news = l.say("updated")
	}
	if e.Articles > 1 {
		more = l.say("more_sources", e.Articles-1)
	}
	return lineView{
		Title: cmp.Or(cut(oneLine(e.Title), titleRunes/2), l.say("untitled")),
		Link:  webLink(e.Link),
		Facts: join(" · ", cut(oneLine(e.Source), namesRunes), l.day(at, loc), mark, cut(oneLine(l.list(e.Jurisdictions...)), namesRunes), more, news),
		Rules: cut(oneLine(strings.Join(e.RuleIDs, ", ")), namesRunes),
	}
}

func (v *digestView) counts(counts []models.RuleCount) {
	most := 1
	for _, c := range counts {
		most = max(most, c.Events)
	}
	for i, c := range counts {
		if i == mostCounts {
			v.MoreRule = len(counts) - i
			break
		}
		percent := c.Events * 100 / most
		if c.Events > 0 {
			percent = max(percent, 2)
		}
		v.Counts = append(v.Counts, countView{Rule: oneLine(c.RuleID), Title: cut(oneLine(c.Title), namesRunes), Events: c.Events, Percent: percent})
	}
}

func (v *digestView) coverage(c models.Coverage, to time.Time, loc *time.Location, l language) {
	v.Coverage = l.say("answered", c.Checked, l.say("sources", c.Sources), l.say("articles_read", c.Articles))
	if c.Sources == 0 {
		v.Coverage = l.say("no_sources")
	}
	for i, f := range c.Failing {
		if i == mostTroubles {
			v.MoreFail = len(c.Failing) - i
			break
		}
		since := l.say("never")
		if !f.Since.IsZero() {
			since = l.say("last_answered", l.moment(f.Since, to, loc))
		}
		v.Failing = append(v.Failing, troubleView{Name: cut(oneLine(f.Name), namesRunes), Since: since, Error: cut(oneLine(f.Error), errorRunes)})
	}
}

// shorten leaves something out, the least important first, and counts it. It
// reports whether there was anything left to leave out.
func (v *digestView) shorten() bool {
	const manyTroubles, manyCounts = 8, 15
	switch last := len(v.Groups) - 1; {
	case len(v.Failing) > manyTroubles || len(v.Counts) > manyCounts:
		v.keep(manyTroubles, manyCounts)
	case last >= 0:
		g := &v.Groups[last]
		keep := len(g.Lines) / 2
		v.Unshown += len(g.Lines) - keep
		if g.Lines = g.Lines[:keep]; keep == 0 {
			v.Groups = v.Groups[:last]
		}
	case len(v.Failing)+len(v.Counts) > 0:
		v.keep(len(v.Failing)/2, len(v.Counts)/2)
	default:
		return false
	}
	return true
}

func (v *digestView) keep(troubles, counts int) {
	if n := len(v.Failing) - troubles; n > 0 {
		v.Failing, v.MoreFail = v.Failing[:troubles], v.MoreFail+n
	}
	if n := len(v.Counts) - counts; n > 0 {
		v.Counts, v.MoreRule = v.Counts[:counts], v.MoreRule+n
	}
}
