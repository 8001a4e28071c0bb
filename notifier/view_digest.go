package notifier

import (
	"cmp"
	"fmt"
	"strings"

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

func viewDigest(d models.Digest) digestView {
	loc := zone(d.Zone)
	v := digestView{
		Title:   cmp.Or(cut(oneLine(d.Title), titleRunes), "Digest"),
		Window:  window(d.From, d.To, loc),
		Precise: "From " + precisely(d.From, loc) + " to " + precisely(d.To, loc) + ".",
		Empty:   len(d.Events) == 0,
	}
	if d.Late {
		v.Late = "This digest is late: regwatch was not running when it was due. It covers the whole time since the last one."
	}
	var tallies []string
	shown := 0
	for _, s := range []models.Severity{models.Critical, models.High, models.Medium, models.Low, ""} {
		g := digestGroup{Severity: cmp.Or(severity(s), "OTHER"), Color: color(s)}
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
			g.Lines = append(g.Lines, viewLine(e, d.Zone))
		}
		if events > 0 {
			tallies = append(tallies, fmt.Sprintf("%d %s", events, strings.ToLower(g.Severity)))
		}
		if len(g.Lines) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
	v.Summary = count(len(d.Events), "event", "events") + ": " + strings.Join(tallies, ", ")
	if v.Empty {
		v.Summary = nothingFound(d.Coverage)
	}
	v.counts(d.Counts)
	v.coverage(d.Coverage, d)
	return v
}

// nothingFound says what an empty digest is worth: no more than what was read.
func nothingFound(c models.Coverage) string {
	switch {
	case c.Checked == 0:
		return "No source could be read in this time, so this digest cannot say whether anything was published."
	case c.Checked < c.Sources:
		return fmt.Sprintf("Nothing that your watch rules look for was found in what %s published; %d could not be read.", count(c.Checked, "source", "sources"), c.Sources-c.Checked)
	}
	return "Nothing that your watch rules look for was published in this time."
}

func viewLine(e models.DigestEvent, zoneName string) lineView {
	loc := zone(zoneName)
	at := e.PublishedAt
	if at.IsZero() {
		at = e.FirstSeenAt
	}
	mark := "Press only"
	if e.Official {
		mark = "Official"
	}
	news, more := "", ""
	if !e.New {
		news = "updated"
	}
	if e.Articles > 1 {
		more = "+" + count(e.Articles-1, "source", "sources")
	}
	return lineView{
		Title: cmp.Or(cut(oneLine(e.Title), titleRunes/2), "(untitled)"),
		Link:  webLink(e.Link),
		Facts: join(" · ", cut(oneLine(e.Source), namesRunes), day(at, loc), mark, cut(oneLine(strings.Join(e.Jurisdictions, ", ")), namesRunes), more, news),
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

func (v *digestView) coverage(c models.Coverage, d models.Digest) {
	loc := zone(d.Zone)
	v.Coverage = fmt.Sprintf("%d of %s answered; %s read.", c.Checked, count(c.Sources, "source", "sources"), count(c.Articles, "new article was", "new articles were"))
	if c.Sources == 0 {
		v.Coverage = "No source is configured, so nothing was watched."
	}
	for i, f := range c.Failing {
		if i == mostTroubles {
			v.MoreFail = len(c.Failing) - i
			break
		}
		since := "has never answered"
		if !f.Since.IsZero() {
			since = "last answered " + moment(f.Since, d.To, loc)
		}
		v.Failing = append(v.Failing, troubleView{Name: cut(oneLine(f.Name), namesRunes), Since: since, Error: cut(oneLine(f.Error), errorRunes)})
	}
}
