package notifier

import (
	"fmt"
	"strings"
	"time"

	"regwatch/models"
)

// How much of what others wrote is shown, in runes.
const (
	titleRunes   = 300
	quoteRunes   = 80
	errorRunes   = 300
	namesRunes   = 120
	mostFindings = 8
	mostHits     = 6
	mostOthers   = 5
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

// moment renders a time with its zone; the year only when it is not that of ref.
func moment(t, ref time.Time, loc *time.Location) string {
	t = t.In(loc)
	layout := "2 Jan 15:04 "
	if t.Year() != ref.In(loc).Year() {
		layout = "2 Jan 2006 15:04 "
	}
	return t.Format(layout) + abbreviation(t)
}

// seen says where and when the article appeared: "SCMP, published 28 Aug 13:53
// HKT, seen 14:05".
func seen(a models.Alert) string {
	loc := zone(a.Zone)
	parts := []string{cut(oneLine(a.Source), namesRunes)}
	at := a.SeenAt.In(loc)
	clock := moment(a.SeenAt, a.SeenAt, loc)
	if p := a.PublishedAt; !p.IsZero() {
		parts = append(parts, "published "+moment(p, a.SeenAt, loc))
		if y, d := p.In(loc).Year(), p.In(loc).YearDay(); y == at.Year() && d == at.YearDay() {
			clock = at.Format("15:04")
		}
	} else {
		parts = append(parts, "undated")
	}
	if !a.SeenAt.IsZero() {
		parts = append(parts, "seen "+clock)
	}
	return join(", ", parts...)
}

// window names a digest's window by its days: "Mon 16 Nov – Mon 23 Nov 2026, HKT".
func window(from, to time.Time, loc *time.Location) string {
	from, to = from.In(loc), to.In(loc)
	first := "Mon 2 Jan"
	if from.Year() != to.Year() {
		first = "Mon 2 Jan 2006"
	}
	return from.Format(first) + " – " + to.Format("Mon 2 Jan 2006") + ", " + abbreviation(to)
}

// precisely names a time to the minute, with its day and year.
func precisely(t time.Time, loc *time.Location) string {
	t = t.In(loc)
	return t.Format("Mon 2 Jan 2006 15:04 ") + abbreviation(t)
}

func standing(official bool) string {
	if official {
		return "Official"
	}
	return "Press only, not officially confirmed"
}

// stage tells how far a rule change is and which days matter. It is empty where
// nothing is known of either: a reader takes "none found" for an answer.
func stage(a models.Alert) string {
	if a.Stage == "" && len(a.Dates) == 0 {
		return ""
	}
	name := "none found"
	if a.Stage != "" {
		name = oneLine(a.Stage)
	}
	return "Stage: " + name + " · Dates: " + dates(a.Dates)
}

func dates(found []models.KeyDate) string {
	if len(found) == 0 {
		return "none found"
	}
	var parts []string
	for _, d := range found {
		day := oneLine(d.Day)
		if t, err := time.Parse(time.DateOnly, d.Day); err == nil {
			day = t.Format("2 Jan 2006")
		}
		parts = append(parts, join(" ", oneLine(d.Kind), day))
	}
	return cut(strings.Join(parts, ", "), errorRunes)
}

// evidence quotes the words that made a rule match, where they stand, and what
// Chinese ones mean: “人民幣穩定幣” (yuan stablecoin) ¶2.
func evidence(f models.Finding) string {
	var parts []string
	for _, h := range f.Hits[:min(len(f.Hits), mostHits)] {
		place := "in the title"
		if h.Paragraph > 0 {
			place = fmt.Sprintf("¶%d", h.Paragraph)
		}
		parts = append(parts, quoted(h)+" "+place)
	}
	return strings.Join(parts, ", ")
}

func quoted(h models.Hit) string {
	q := "“" + cut(oneLine(h.Text), quoteRunes) + "”"
	if gloss := cut(oneLine(h.Gloss), quoteRunes); gloss != "" && !strings.EqualFold(gloss, oneLine(h.Text)) {
		q += " (" + gloss + ")"
	}
	return q
}

// mentions names the rules that an article merely names, each with its words.
func mentions(found []models.Finding) string {
	var parts []string
	for i, f := range found {
		if i == mostFindings {
			parts = append(parts, fmt.Sprintf("%d more", len(found)-i))
			break
		}
		part := oneLine(f.RuleID)
		var words []string
		for _, h := range f.Hits[:min(len(f.Hits), mostHits)] {
			words = append(words, quoted(h))
		}
		if len(words) > 0 {
			part += " (" + strings.Join(words, ", ") + ")"
		}
		parts = append(parts, part)
	}
	return cut(strings.Join(parts, ", "), 2*titleRunes)
}

// join joins what is not empty.
func join(sep string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, sep)
}

func count(n int, one, many string) string {
	return fmt.Sprintf("%d %s", n, plural(n, one, many))
}
