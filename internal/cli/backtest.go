package cli

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"regwatch/internal/diag"
	"regwatch/internal/userfile"
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
	Note   string `json:"precision_note,omitempty"` // why precision is not measured
	Alone  string `json:"nothing_beside,omitempty"` // why there is nothing to compare with

	heads [2]string // of the two columns
	asked time.Time // where the window was to begin
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
	report.asked = t.Since
	report.Note = unmeasured(report.Backtest)
	if sh.asJSON {
		return sh.printJSON(report)
	}
	sh.printBacktest(report, zone)
	return nil
}

// wordings chooses what is tried, and beside what.
func wordings(ctx context.Context, sh *shell, s *store.Store, set *rules.Set, id, draft string, t *scanner.Trial) (report backtestReport, err error) {
	folder := userfile.Dir(filepath.Join(sh.dir, "rules"))
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
		report.Tried, report.heads = "the saved rule", [2]string{"SAVED", "BEFORE"}
		report.Alone, err = earlier(ctx, s, id, t)
		report.Beside = "the revision before it"
		return report, err
	}
	src, err := os.ReadFile(draft)
	if err != nil {
		return report, err
	}
	report.Tried, report.Beside, report.heads = draft, "the saved rule", [2]string{"DRAFT", "SAVED"}
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

// unmeasured says why there is no precision, if there is none.
func unmeasured(b scanner.Backtest) string {
	marked := b.Marked.Relevant + b.Marked.Irrelevant
	switch {
	case b.Draft.Precision != nil:
		return ""
	case !b.Stored:
		return "unmeasured: nothing is stored yet"
	case marked > 0:
		return "unmeasured: it would tell none of the " + plural(marked, "marked event", "marked events")
	case b.Marked.Expired > 0:
		return "unmeasured: the texts of the marked events were deleted by age"
	}
	return "unmeasured: nobody has marked an alert of this rule"
}
