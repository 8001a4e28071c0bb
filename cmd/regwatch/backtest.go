package main

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/internal/diag"
	"regwatch/rules"
	"regwatch/scanner"
	"regwatch/store"
)

func newBacktest(sh *shell) *cobra.Command {
	var w window
	var draft string
	cmd := &cobra.Command{
		Use:   "backtest RULE",
		Short: "Show what a rule would have done over stored articles",
		Long: `Run a rule over the articles that are stored, beside the same rule as it was,
and show which events it gains and loses, how many alerts a week it makes, and
its newest hits with their words. Nothing is stored and nobody is told.

With --draft the file is tried beside the saved rule. Without it the saved rule
is tried beside the revision that was last in force and differs from it.

A rule with status draft counts here as if it were active.`,
		Example: `  regwatch rules backtest yuan-stablecoin --since 90d
  regwatch rules backtest yuan-stablecoin --draft /tmp/narrower.yaml --json`,
		Args: oneArg("the id of a rule; regwatch rules lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return backtest(cmd, sh, args[0], draft, w)
		},
	}
	w.flags(cmd, "90d", 20)
	cmd.Flags().StringVar(&draft, "draft", "", "a rule file to try in the place of the saved one")
	return cmd
}

// A backtestReport is a backtest as it is printed.
type backtestReport struct {
	scanner.Backtest
	Tried  string `json:"tried"`                    // what the draft is
	Beside string `json:"beside,omitempty"`         // what it is compared with
	Note   string `json:"precision_note"`           // why precision is not measured
	Alone  string `json:"nothing_beside,omitempty"` // why there is nothing to compare with
}

func backtest(cmd *cobra.Command, sh *shell, id, draft string, w window) error {
	ctx := cmd.Context()
	folder, s, err := openFolder(cmd, sh)
	if err != nil {
		return err
	}
	defer s.Close()
	zone, now := folder.Config.Location(), time.Now()
	since, err := w.from(now, zone)
	if err != nil {
		return err
	}
	t := scanner.Trial{RuleID: id, Sources: folder.Sources, Since: since.UTC(), Until: now.UTC(), Newest: w.limit, Progress: progress(sh.stderr, "reading")}
	report, err := wordings(ctx, sh, s, folder.Rules, id, draft, &t)
	if err != nil {
		return err
	}
	if err := indexAll(ctx, s, sh.stderr); err != nil {
		return err
	}
	if report.Backtest, err = scanner.TryRule(ctx, s, t); err != nil {
		return err
	}
	report.Note = "unmeasured: alerts cannot be marked as relevant or not yet"
	if sh.asJSON {
		return sh.printJSON(report)
	}
	sh.printBacktest(report, zone)
	return nil
}

// wordings chooses what is tried, and beside what.
func wordings(ctx context.Context, sh *shell, s *store.Store, set *rules.Set, id, draft string, t *scanner.Trial) (report backtestReport, err error) {
	folder := os.DirFS(filepath.Join(sh.dir, "rules"))
	saved := set.Rules()
	at := slices.IndexFunc(saved, func(r rules.Rule) bool { return r.ID == id })
	if at < 0 && draft == "" {
		var ids []string
		for _, r := range saved {
			ids = append(ids, r.ID)
		}
		return report, usageError{fmt.Errorf("no rule is called %q%s; regwatch rules lists them, and --draft tries one that is not saved", id, didYouMean(id, ids))}
	}
	if at >= 0 {
		if t.Saved, err = loadOne(folder, id, filepath.Join(sh.dir, "rules", saved[at].File), saved[at].Source()); err != nil {
			return report, err
		}
	}
	if draft == "" {
		t.Draft, t.Saved = t.Saved, nil
		report.Tried = "the saved rule"
		report.Alone, err = earlier(ctx, s, id, t)
		report.Beside = "the revision before it"
		return report, err
	}
	src, err := os.ReadFile(draft)
	if err != nil {
		return report, err
	}
	report.Tried, report.Beside = draft, "the saved rule"
	if at < 0 {
		report.Alone = "no rule is saved as " + id
	}
	t.Draft, err = loadOne(folder, id, draft, src)
	return report, err
}

// loadOne loads a rule alone and tells its problems under the name of the file
// that it was read from.
func loadOne(folder fs.FS, id, file string, src []byte) (*rules.Set, error) {
	set, problems := rules.LoadOne(folder, id+".yaml", src)
	if len(problems) == 0 {
		return set, nil
	}
	named := make(diag.Problems, len(problems))
	for i, p := range problems {
		if p.File == id+".yaml" {
			p.File = file
		}
		named[i] = p
	}
	return nil, named
}

// earlier finds the newest recorded revision that says something else than the
// rule that is tried, or says why there is none.
func earlier(ctx context.Context, s *store.Store, id string, t *scanner.Trial) (alone string, err error) {
	now := t.Draft.Revisions()[0]
	recorded, err := s.RuleRevisions(ctx, id)
	if err != nil {
		return "", err
	}
	for _, rev := range recorded {
		if rev.Text == now.Text && rev.Vocabulary == now.Vocabulary {
			continue
		}
		if t.Saved, err = rules.LoadRevision(rev); err != nil {
			return err.Error(), nil // it was written for another version of the language
		}
		return "", nil
	}
	return "no other revision of it has been in force", nil
}

// mostEvents is how many gained or lost events are printed; --json has all.
const mostEvents = 15

func (sh *shell) printBacktest(r backtestReport, zone *time.Location) {
	sh.printf("%s: %s (%.8s)", r.RuleID, r.Tried, r.Draft.Revision)
	if r.Saved != nil {
		sh.printf(" beside %s (%.8s)", r.Beside, r.Saved.Revision)
	} else {
		sh.printf("; nothing to compare with: %s", r.Alone)
	}
	sh.printf("\n%s to %s; read %s that may match\n", r.From.In(zone).Format(time.DateOnly), r.Until.In(zone).Format(time.DateOnly), plural(r.Read, "article", "articles"))
	if r.Cut {
		sh.printf("It matches so many articles that reading stopped there. Narrow the rule, or shorten --since.\n")
	}
	sh.printf("\n")
	line := func(what string, of func(scanner.Outcome) string) {
		cells := pad(what, 26) + of(r.Draft)
		if r.Saved != nil {
			cells = pad(cells, 36) + of(*r.Saved)
		}
		sh.printf("%s\n", cells)
	}
	number := func(what string, of func(scanner.Outcome) int) {
		line(what, func(o scanner.Outcome) string { return fmt.Sprint(of(o)) })
	}
	if r.Saved != nil {
		sh.printf("%s%s%s\n", pad("", 26), pad("TRIED", 10), "BESIDE")
	}
	number("articles about it", func(o scanner.Outcome) int { return o.Subjects })
	number("articles that mention it", func(o scanner.Outcome) int { return o.Mentions })
	number("events", func(o scanner.Outcome) int { return o.Events })
	number("alerts", func(o scanner.Outcome) int { return o.Alerts })
	if r.Until.Sub(r.From) >= 7*24*time.Hour {
		line("alerts a week", func(o scanner.Outcome) string { return fmt.Sprintf("%.1f", o.PerWeek) })
	} else {
		sh.printf("%sunmeasured: history is shorter than a week\n", pad("alerts a week", 26))
	}
	number("silent, of a first scan", func(o scanner.Outcome) int { return o.Silent })
	sh.printf("%s%s\n", pad("alerts by week", 26), byWeek(r.Draft.Weeks))
	sh.printf("%s%s\n", pad("precision", 26), r.Note)
	if r.Saved != nil {
		sh.pastEvents("Gained", "+", r.Gained, zone)
		sh.pastEvents("Lost", "-", r.Lost, zone)
	}
	if len(r.Newest) > 0 {
		sh.printf("\nNewest hits:\n")
		sh.pastMatches(r.Newest, zone)
	}
}

func byWeek(weeks []scanner.Week) string {
	const most = 26
	var b strings.Builder
	if len(weeks) > most {
		weeks = weeks[len(weeks)-most:]
		b.WriteString("… ")
	}
	for _, w := range weeks {
		fmt.Fprintf(&b, "%d ", w.Alerts)
	}
	return strings.TrimSpace(b.String())
}

func (sh *shell) pastEvents(what, mark string, events []scanner.PastEvent, zone *time.Location) {
	sh.printf("\n%s: %s\n", what, plural(len(events), "event", "events"))
	for _, e := range events[:min(len(events), mostEvents)] {
		silent := ""
		if e.Silent {
			silent = ", silent"
		}
		sh.printf("  %s %s  %s  %s  (%s%s)\n", mark, e.SeenAt.In(zone).Format(time.DateOnly), pad(strings.ToUpper(cmp.Or(string(e.Severity), "mention")), 8), shorten(e.Title, 80), e.Source, silent)
		if len(e.Words) > 0 {
			sh.printf("      “%s”\n", shorten(strings.Join(e.Words, "”, “"), 100))
		}
	}
	if more := len(events) - mostEvents; more > 0 {
		sh.printf("  and %d more, which --json lists\n", more)
	}
}
