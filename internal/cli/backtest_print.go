package cli

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"regwatch/internal/sanitize"
	"regwatch/models"
	"regwatch/scanner"
)

// The columns of a backtest: what is counted, the draft, and what it is beside.
const (
	nameColumn  = 26
	triedColumn = 22
)

func (sh *shell) printBacktest(r backtestReport, zone *time.Location) {
	sh.printf("%s: %s (%.8s)", r.RuleID, r.Tried, r.Draft.Revision)
	if r.Saved != nil {
		sh.printf(" beside %s (%.8s)", r.Beside, r.Saved.Revision)
	} else {
		sh.printf("; nothing to compare with: %s", r.Alone)
	}
	sh.printf("\n%s to %s; read %s that may match\n", day(r.From, zone), day(r.Until, zone), plural(r.Read, "article", "articles"))
	switch {
	case !r.Stored:
		sh.printf("Nothing is stored yet.\n")
	case !r.Cut && r.From.After(r.asked):
		sh.printf("No older article is stored.\n")
	case r.Cut:
		sh.printf("It matches so many articles that reading stopped there. Narrow the rule, or shorten --since.\n")
	}
	sh.printf("\n")
	if r.Saved != nil {
		sh.backtestLine("", r.heads[0], r.heads[1])
	}
	line := func(what string, of func(scanner.Outcome) string) {
		beside := ""
		if r.Saved != nil {
			beside = of(*r.Saved)
		}
		sh.backtestLine(what, of(r.Draft), beside)
	}
	number := func(what string, of func(scanner.Outcome) int) {
		line(what, func(o scanner.Outcome) string { return fmt.Sprint(of(o)) })
	}
	number("articles about it", func(o scanner.Outcome) int { return o.Subjects })
	number("articles that mention it", func(o scanner.Outcome) int { return o.Mentions })
	number("events", func(o scanner.Outcome) int { return o.Events })
	number("alerts", func(o scanner.Outcome) int { return o.Alerts })
	number("silent, of a first scan", func(o scanner.Outcome) int { return o.Silent })
	if r.Until.Sub(r.From) >= 7*24*time.Hour {
		line("alerts a week", func(o scanner.Outcome) string { return fmt.Sprintf("%.1f", o.PerWeek) })
	} else {
		sh.backtestLine("alerts a week", "unmeasured: history is shorter than a week", "")
	}
	if r.Draft.Precision == nil && (r.Saved == nil || r.Saved.Precision == nil) {
		sh.backtestLine("precision", r.Note, "")
	} else {
		line("precision", precisionOf)
	}
	sh.printMarked(r, zone)
	if r.Saved != nil {
		sh.pastEvents("Gained", "+", r.Gained, zone)
		sh.pastEvents("Lost", "-", r.Lost, zone)
	}
	sh.printWeeks(r, zone)
	if len(r.Newest) > 0 {
		sh.printf("\nNewest hits:\n")
		sh.pastMatches(r.Newest, zone)
	}
}

func (sh *shell) backtestLine(what, tried, beside string) {
	sh.printf("%s\n", strings.TrimRight(pad(pad(what, nameColumn)+tried, nameColumn+triedColumn)+beside, " "))
}

// precisionOf is the share with its interval and how many events it stands on.
func precisionOf(o scanner.Outcome) string {
	p := o.Precision
	if p == nil {
		return "tells no marked one"
	}
	return fmt.Sprintf("%.0f %% (%.0f–%.0f) of %d", 100*p.Value, 100*p.Low, 100*p.High, p.Relevant+p.Irrelevant)
}

// printMarked lists the events by which people have measured the rule: what the
// draft loses of them matters more than any share.
func (sh *shell) printMarked(r backtestReport, zone *time.Location) {
	m := r.Marked
	if m.Relevant+m.Irrelevant+m.Expired == 0 {
		return
	}
	sh.printf("\nMarked by people: %s, %d relevant and %d irrelevant", plural(m.Relevant+m.Irrelevant, "event", "events"), m.Relevant, m.Irrelevant)
	if m.Disputed > 0 {
		sh.printf("; on %d they disagree, which counts as relevant", m.Disputed)
	}
	if m.Expired > 0 {
		sh.printf("; %d more cannot be tried, as their texts were deleted by age", m.Expired)
	}
	sh.printf("\n")
	lists := []struct {
		what, mark string
		events     []scanner.MarkedEvent
	}{
		{"Relevant, and it would not tell", "!", m.Lost},
		{"Irrelevant, and it would no longer tell", "-", m.Dropped},
		{"Irrelevant, and it would still tell", "~", m.Remaining},
	}
	for _, l := range lists {
		sh.printf("  %s: %s\n", l.what, plural(len(l.events), "event", "events"))
		for _, e := range l.events {
			sh.printf("  %s %s  %s  %s  (%s)\n", l.mark, day(e.SeenAt, zone), pad(severityOf(e.Severity), 8), shorten(sanitize.Line(e.Title), 80), e.Source)
			sh.printf("      %s%s\n", e.EventID, notesOf(e.Marks))
		}
	}
}

// notesOf is what people wrote beside their marks.
func notesOf(marks []models.Feedback) string {
	var b strings.Builder
	for _, m := range marks {
		if m.Note != "" {
			fmt.Fprintf(&b, "; %s: “%s”", cmp.Or(sanitize.Line(m.By), "somebody unknown"), shorten(sanitize.Line(m.Note), 80))
		}
	}
	return b.String()
}

// mostWeeks is how many weeks are printed; --json has all.
const mostWeeks = 13

// printWeeks shows how the alerts spread: a rule that alerts three times a week
// and one that does so forty times in a single week have the same average.
func (sh *shell) printWeeks(r backtestReport, zone *time.Location) {
	weeks := r.Draft.Weeks
	if len(weeks) < 2 || !r.Stored {
		return
	}
	from := max(0, len(weeks)-mostWeeks)
	beside := ""
	if r.Saved != nil {
		beside = r.heads[1]
	}
	sh.printf("\n")
	sh.backtestLine("Alerts by week, from", r.heads[0], beside)
	if from > 0 {
		sh.printf("  %d earlier weeks, which --json lists\n", from)
	}
	for i := from; i < len(weeks); i++ {
		if r.Saved != nil {
			beside = fmt.Sprint(r.Saved.Weeks[i].Alerts)
		}
		sh.backtestLine("  "+day(weeks[i].From, zone), fmt.Sprint(weeks[i].Alerts), beside)
	}
}

// mostEvents is how many gained or lost events are printed; --json has all.
const mostEvents = 15

func (sh *shell) pastEvents(what, mark string, events []scanner.PastEvent, zone *time.Location) {
	silent := 0
	for _, e := range events {
		if e.Silent {
			silent++
		}
	}
	sh.printf("\n%s: %s", what, plural(len(events), "event", "events"))
	if silent > 0 {
		sh.printf(", %d of them silent", silent)
	}
	sh.printf("\n")
	for _, e := range events[:min(len(events), mostEvents)] {
		more := ""
		if e.Articles > 1 {
			more = fmt.Sprintf(" and %d more", e.Articles-1)
		}
		if e.Silent {
			more += ", silent"
		}
		sh.printf("  %s %s  %s  %s  (%s%s)\n", mark, day(e.SeenAt, zone), pad(severityOf(e.Severity), 8), shorten(sanitize.Line(e.Title), 80), e.Source, more)
		if len(e.Words) > 0 {
			sh.printf("      “%s”\n", shorten(strings.Join(e.Words, "”, “"), 100))
		}
	}
	if more := len(events) - mostEvents; more > 0 {
		sh.printf("  and %d more, which --json lists\n", more)
	}
}

func severityOf(s models.Severity) string { return strings.ToUpper(cmp.Or(string(s), "mention")) }

func day(t time.Time, zone *time.Location) string { return t.In(zone).Format(time.DateOnly) }
