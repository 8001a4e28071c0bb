package cli

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

func newRulesBacktest(sh *shell) *cobra.Command {
	var since, draft, by string
	var limit int
	cmd := &cobra.Command{
		Use:   "backtest RULE",
		Short: "Show what a rule would have found in the stored articles",
		Long: `Run a rule on the stored articles and compare it with another version of it: which
events it gains and loses, how many alerts a week it sends, and its newest hits with
their words. Nothing is stored and nobody is notified.

With --draft, the file is compared with the saved rule. Without it, the saved rule is
compared with the version that was in force before it.

By default articles count when a scan first saw them, and imported articles are left
out. With --by published every article counts when it was published, as if regwatch had
been running then; use it after "regwatch import".

Each hit has the ID of its article, for "regwatch articles feedback".

A rule with status draft is treated as if it were active.`,
		Example: `  regwatch rules backtest yuan-stablecoin --since 90d
  regwatch rules backtest yuan-stablecoin --draft /tmp/narrower.yaml --json
  regwatch rules backtest yuan-stablecoin --by published --since 2024-01-01`,
		Args: oneArg("the ID of a rule; regwatch rules lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 1 {
				return usageError{fmt.Errorf("--limit %d; use 1 or more", limit)}
			}
			r := app.BacktestRequest{RuleID: args[0], DraftName: draft, By: by, Newest: limit, Progress: printProgress(sh.stderr)}
			if draft != "" {
				text, err := readFileOrStdin(draft, cmd.InOrStdin())
				if err != nil {
					return err
				}
				r.Draft = text
			}
			return sh.withApp(cmd.Context(), func(a *app.App) (err error) {
				if r.Since, err = sinceFlag(a, since); err != nil {
					return err
				}
				b, err := a.BacktestRule(cmd.Context(), r)
				if err != nil {
					return err
				}
				return sh.print(b, func() error { sh.printBacktest(b, a.Zone()); return nil })
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", app.BySeen, "the time by which articles count: seen or published")
	cmd.Flags().StringVar(&since, "since", "90d", "how far back: 36h, 90d, 12w, or a date such as 2026-01-31")
	cmd.Flags().IntVar(&limit, "limit", 20, "how many of the newest hits to show")
	cmd.Flags().StringVar(&draft, "draft", "", "a rule file to try instead of the saved rule, or - for standard input")
	return cmd
}

// The columns of a backtest: what is counted, the version that is tried, and the one that
// it is compared with.
const (
	nameColumn  = 26
	triedColumn = 22
)

// A backtestPrinter prints one backtest.
type backtestPrinter struct {
	*shell
	app.Backtest
	zone  *time.Location
	heads [2]string // of the two columns
}

func (sh *shell) printBacktest(b app.Backtest, zone *time.Location) {
	p := backtestPrinter{sh, b, zone, [2]string{"SAVED", "BEFORE"}}
	if b.Beside == "the saved rule" {
		p.heads = [2]string{"DRAFT", "SAVED"}
	}
	p.printHead()
	p.printComparison()
	if len(b.Newest) > 0 {
		p.printf("\nNewest hits:\n")
		p.printHits(b.Newest)
	}
}

// printComparison prints everything that compares the two versions.
func (p backtestPrinter) printComparison() {
	p.printNumbers()
	p.printFeedback()
	if p.Saved != nil {
		p.printEvents("Gained", "+", p.Gained)
		p.printEvents("Lost", "-", p.Lost)
	}
	p.printWeeks()
}

func (p backtestPrinter) printHead() {
	p.printf("%s: %s", sanitize.Line(p.Title), p.Tried)
	if p.Saved != nil {
		p.printf(", compared with %s", p.Beside)
	} else {
		p.printf("; nothing to compare with: %s", p.NothingBeside)
	}
	p.printf("\n%s to %s", p.day(p.From), p.day(p.Until))
	if p.By == app.ByPublished {
		p.printf(" by publication")
	}
	p.printf("; read %s that could match\n", plural(p.Read, "article", "articles"))
	if p.ImportedLeftOut > p.Read {
		p.printf("%s of this time could match too and are left out. To count by publication: add --by published\n", plural(p.ImportedLeftOut, "imported article", "imported articles"))
	}
	switch {
	case !p.Stored && !p.ImportedSince.IsZero():
		p.printf("No scan has stored an article yet. To try the rule on what was imported: add --by published --since %s\n", p.ImportedSince.In(p.zone).Format(time.DateOnly))
	case !p.Stored:
		p.printf("Nothing is stored yet.\n")
	case !p.Cut && p.From.After(p.Since):
		p.printf("No older article is stored.\n")
	case p.Cut:
		p.printf("It matches too many articles, so the ones stored first were not read. Narrow the rule, or shorten --since.\n")
	}
	p.printf("\n")
}

func (p backtestPrinter) printNumbers() {
	if p.Saved != nil {
		p.line("", p.heads[0], p.heads[1])
	}
	row := func(what string, of func(app.BacktestOutcome) string) {
		beside := ""
		if p.Saved != nil {
			beside = of(*p.Saved)
		}
		p.line(what, of(p.Draft), beside)
	}
	number := func(what string, of func(app.BacktestOutcome) int) {
		row(what, func(o app.BacktestOutcome) string { return fmt.Sprint(of(o)) })
	}
	number("articles about it", func(o app.BacktestOutcome) int { return o.Subjects })
	number("articles that mention it", func(o app.BacktestOutcome) int { return o.Mentions })
	number("events", func(o app.BacktestOutcome) int { return o.Events })
	number("alerts", func(o app.BacktestOutcome) int { return o.Alerts })
	number("only in the digest", func(o app.BacktestOutcome) int { return o.InDigest })
	number("only counted, unlikely", func(o app.BacktestOutcome) int { return o.Unlikely })
	number("silent, of a first scan", func(o app.BacktestOutcome) int { return o.Silent })
	if p.Draft.Excepted > 0 || p.Saved != nil && p.Saved.Excepted > 0 {
		number("held by exceptions", func(o app.BacktestOutcome) int { return o.Excepted })
	}
	if p.Draft.PerWeekMeasured {
		row("alerts a week", p.perWeek)
	} else {
		p.line("alerts a week", "not measured: less than a week is stored", "")
	}
	if p.Draft.Precision == nil && (p.Saved == nil || p.Saved.Precision == nil) {
		p.line("precision", p.PrecisionNote, "")
	} else {
		row("precision", precisionOf)
	}
}

// lowestPerWeek is the lowest average of alerts a week that is printed as such.
const lowestPerWeek = 0.1

// perWeek is the average of alerts a week. A few alerts in years would be rounded to none.
func (p backtestPrinter) perWeek(o app.BacktestOutcome) string {
	if o.Alerts > 0 && o.PerWeek < lowestPerWeek {
		return fmt.Sprintf("%d in %d weeks", o.Alerts, int(math.Round(p.Until.Sub(p.From).Hours()/(7*24))))
	}
	return fmt.Sprintf("%.1f", o.PerWeek)
}

func (p backtestPrinter) line(what, tried, beside string) {
	p.printf("%s\n", strings.TrimRight(pad(pad(what, nameColumn)+tried, nameColumn+triedColumn)+beside, " "))
}

// precisionOf is the share with its interval and the number of events that it is measured
// on.
func precisionOf(o app.BacktestOutcome) string {
	p := o.Precision
	if p == nil {
		return "none with feedback"
	}
	return fmt.Sprintf("%.0f %% (%.0f–%.0f) of %d", 100*p.Value, 100*p.Low, 100*p.High, p.Relevant+p.Irrelevant)
}

// printFeedback lists the events that people gave feedback on. Which of them the rule
// would lose matters more than any number.
func (p backtestPrinter) printFeedback() {
	m := p.Marked
	if m.Relevant+m.Irrelevant+m.Expired == 0 {
		return
	}
	p.printf("\nFeedback on %s: %d relevant and %d not relevant", plural(m.Relevant+m.Irrelevant, "event", "events"), m.Relevant, m.Irrelevant)
	if m.Disputed > 0 {
		p.printf("; people disagree about %d, which count as relevant", m.Disputed)
	}
	if m.Expired > 0 {
		p.printf("; %d more cannot be tried, because their texts were deleted by age", m.Expired)
	}
	p.printf("\n")
	lists := []struct {
		what, mark string
		events     []app.BacktestFeedback
	}{
		{"Relevant, but no alert", "!", m.Lost},
		{"Not relevant, and no alert any more", "-", m.Dropped},
		{"Not relevant, but still an alert", "~", m.Remaining},
	}
	for _, l := range lists {
		p.printf("  %s: %s\n", l.what, plural(len(l.events), "event", "events"))
		for _, e := range l.events {
			severity, id := severityOf(e.Severity), e.EventID
			if id == "" {
				severity, id = "ARTICLE", "article "+e.Article
			}
			p.printf("  %s %s  %s  %s  (%s)\n", l.mark, p.day(e.SeenAt), pad(severity, 8), shorten(e.Title, 80), sanitize.Line(e.Source))
			p.printf("      %s%s\n", id, notesOf(e.Marks))
		}
	}
}

// notesOf is what people wrote with their feedback.
func notesOf(feedback []models.Feedback) string {
	var b strings.Builder
	for _, f := range feedback {
		if f.Note != "" {
			fmt.Fprintf(&b, "; %s: “%s”", cmp.Or(sanitize.Line(f.By), "unknown"), shorten(f.Note, 80))
		}
	}
	return b.String()
}

// maxWeeks is how many weeks are printed; --json has all.
const maxWeeks = 13

// printWeeks prints the alerts of each week that has one: a rule that sends three alerts a week and one that sends forty in a
// single week have the same average.
func (p backtestPrinter) printWeeks() {
	weeks := p.Draft.Weeks
	if len(weeks) < 2 || !p.Stored {
		return
	}
	var shown []int
	for i := range weeks {
		if weeks[i].Alerts > 0 || p.Saved != nil && p.Saved.Weeks[i].Alerts > 0 {
			shown = append(shown, i)
		}
	}
	if len(shown) == 0 {
		return
	}
	none := len(weeks) - len(shown)
	beside := ""
	if p.Saved != nil {
		beside = p.heads[1]
	}
	p.printf("\n")
	p.line("Alerts, week of Monday", p.heads[0], beside)
	if earlier := len(shown) - maxWeeks; earlier > 0 {
		p.printf("  %s with alerts, which --json lists\n", plural(earlier, "earlier week", "earlier weeks"))
		shown = shown[earlier:]
	}
	for _, i := range shown {
		if p.Saved != nil {
			beside = fmt.Sprint(p.Saved.Weeks[i].Alerts)
		}
		p.line("  "+p.day(weeks[i].From)+p.partOfWeek(weeks[i].From), fmt.Sprint(weeks[i].Alerts), beside)
	}
	if none > 0 {
		p.printf("  %s without an alert\n", plural(none, "week", "weeks"))
	}
}

// partOfWeek says that the window has only a part of a week.
func (p backtestPrinter) partOfWeek(monday time.Time) string {
	if monday.Before(p.From) || monday.In(p.zone).AddDate(0, 0, 7).After(p.Until) {
		return " (in part)"
	}
	return ""
}

// maxEvents is how many gained or lost events are printed; --json has all.
const maxEvents = 15

func (p backtestPrinter) printEvents(what, mark string, events []app.BacktestEvent) {
	silent := 0
	for _, e := range events {
		if e.Silent {
			silent++
		}
	}
	p.printf("\n%s: %s", what, plural(len(events), "event", "events"))
	if silent > 0 {
		p.printf(", %d of them silent", silent)
	}
	p.printf("\n")
	for _, e := range events[:min(len(events), maxEvents)] {
		more := ""
		if e.Articles > 1 {
			more = fmt.Sprintf(" and %d more", e.Articles-1)
		}
		if e.Silent {
			more += ", silent"
		}
		p.printf("  %s %s  %s  %s  (%s%s)\n", mark, p.day(e.SeenAt), pad(severityOf(e.Severity), 8), shorten(e.Title, 80), sanitize.Line(e.Source), more)
		if len(e.Words) > 0 {
			p.printf("      “%s”\n", shorten(strings.Join(e.Words, "”, “"), 100))
		}
	}
	if more := len(events) - maxEvents; more > 0 {
		p.printf("  and %d more, which --json lists\n", more)
	}
}

// printHits prints the newest hits, each with its words.
func (p backtestPrinter) printHits(hits []app.BacktestHit) {
	for _, h := range hits {
		published := h.PublishedAt
		if published.IsZero() {
			published = h.SeenAt
		}
		gained := ""
		if h.Gained {
			gained = ", gained"
		}
		level := ""
		switch {
		case h.ExceptionID != "":
			level = ", held by exception " + h.ExceptionID
		case h.Outcome == models.OutcomeDigest || h.Outcome == models.OutcomeCount:
			level = ", " + strings.ReplaceAll(string(h.Relevance.Level), "-", " ")
		}
		p.printf("  %s  %s  (%s, %s%s%s)\n", p.day(published), shorten(h.Title, 90), sanitize.Line(h.Source), h.Strength, level, gained)
		p.printf("      article %s\n", p.ShortIDs[h.ArticleID])
		if words := matchedWords(h.Hits); words != "" {
			p.printf("      %s\n", words)
		}
		if h.Link != "" {
			p.printf("      %s\n", sanitize.Line(h.Link))
		}
	}
}

// day renders a date for the reader.
func (p backtestPrinter) day(t time.Time) string { return shortDay(t, p.Now, p.zone) }

func severityOf(s models.Severity) string { return strings.ToUpper(cmp.Or(string(s), "mention")) }
