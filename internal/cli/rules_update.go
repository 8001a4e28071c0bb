package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
)

func newRulesUpdate(sh *shell) *cobra.Command {
	var since, by string
	var dryRun, accept, ours, theirs, undo bool
	cmd := &cobra.Command{
		Use:   "update [RULE|FILE…]",
		Short: "Take over improvements of the shipped rules, and keep your edits",
		Long: `Compare the shipped rules and vocabulary files with those that this version of regwatch
ships, and join what regwatch improved with what you edited. The command shows each
change as a diff, and what it would have done with the articles of the last 90 days. It
asks before it changes anything. --accept does not ask.

What you and regwatch both changed is a conflict. The file then stays as it is; --ours
keeps your lines and --theirs takes the shipped ones. A file that you deleted stays
deleted unless you name it. The updated files must be valid and pass their examples, or
nothing is changed. A running regwatch uses them at once, and the audit log records who
accepted them. --undo brings back the files as they were before the last update.

rules/.shipped keeps the versions that regwatch shipped. Leave it as it is, and put it
into git with the rules.`,
		Example: `  regwatch rules update --dry-run
  regwatch rules update
  regwatch rules update crypto-ban --theirs --accept --by ada
  regwatch rules update --undo`,
		RunE: func(cmd *cobra.Command, args []string) error {
			r := app.RuleUpdateRequest{Files: args, Progress: printProgress(sh.stderr)}
			switch {
			case ours:
				r.Side = "ours"
			case theirs:
				r.Side = "theirs"
			}
			return sh.withApp(cmd.Context(), func(a *app.App) (err error) {
				if undo {
					return sh.undoRuleUpdates(cmd, a, actorName(by))
				}
				if r.Since, err = sinceFlag(a, since); err != nil {
					return err
				}
				return sh.updateRules(cmd, a, r, actorName(by), dryRun, accept)
			})
		},
	}
	cmd.Flags().StringVar(&since, "since", "90d", "how far back to try the rules: 36h, 90d, 12w, or a date such as 2026-01-31")
	cmd.Flags().StringVar(&by, "by", "", "who does this, for the audit log (default: your user name)")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only show what would change")
	cmd.Flags().BoolVar(&accept, "accept", false, "do not ask")
	cmd.Flags().BoolVar(&ours, "ours", false, "where both changed the same lines, keep yours")
	cmd.Flags().BoolVar(&theirs, "theirs", false, "where both changed the same lines, take the shipped ones")
	cmd.Flags().BoolVar(&undo, "undo", false, "bring back the files as they were before the last update")
	cmd.MarkFlagsMutuallyExclusive("ours", "theirs")
	cmd.MarkFlagsMutuallyExclusive("dry-run", "accept", "undo")
	return cmd
}

// updateRules shows what would change, asks, and changes it.
func (sh *shell) updateRules(cmd *cobra.Command, a *app.App, r app.RuleUpdateRequest, by string, dryRun, accept bool) error {
	updates, err := a.RuleUpdates(cmd.Context(), r)
	if err != nil {
		return err
	}
	ask := !dryRun && !accept && isTerminal(cmd.InOrStdin()) && !sh.asJSON
	if !accept || !sh.asJSON {
		if err := sh.print(updates, func() error { sh.printRuleUpdates(a, updates); return nil }); err != nil {
			return err
		}
	}
	if len(updates.Problems) > 0 {
		return errProblems
	}
	switch ready := updates.Ready(); {
	case len(ready) == 0:
		return nil
	case ask:
		confirmed, err := sh.confirm(cmd.Context(), cmd.InOrStdin(), "\nUpdate "+plural(len(ready), "file", "files")+"?")
		if err != nil {
			return err
		}
		if !confirmed {
			sh.printf("Nothing was changed.\n")
			return nil
		}
	case !accept:
		if !sh.asJSON {
			sh.printf("\nNothing was changed. To update %s, run: %s\n", plural(len(ready), "file", "files"), sh.command(repeatedUpdate(r)+" --accept"))
		}
		return nil
	}
	written, err := a.AcceptRuleUpdates(cmd.Context(), updates, by)
	if err != nil {
		return err
	}
	return sh.print(updatedRules{Updated: written.Files, NotCommitted: written.NotCommitted}, func() error {
		sh.printf("\nUpdated %s.\nTo bring back what was there before, run: %s\n", strings.Join(written.Files, ", "), sh.command("rules update --undo"))
		sh.printNotCommitted(written.NotCommitted)
		return nil
	})
}

// updatedRules is what an update, or its undo, prints as JSON.
type updatedRules struct {
	Updated      []string `json:"updated,omitempty"`
	Restored     []string `json:"restored,omitempty"`
	NotCommitted string   `json:"not_committed,omitempty"`
}

// printNotCommitted says why git did not commit what was written; nothing if it did, or was not asked to.
func (sh *shell) printNotCommitted(why string) {
	if why != "" {
		sh.printf("git did not commit it: %s\n", why)
	}
}

// repeatedUpdate is the command again, without the flags that decide what happens.
func repeatedUpdate(r app.RuleUpdateRequest) string {
	line := strings.Join(append([]string{"rules update"}, r.Files...), " ")
	if r.Side != "" {
		line += " --" + r.Side
	}
	return line
}

func (sh *shell) undoRuleUpdates(cmd *cobra.Command, a *app.App, by string) error {
	restored, err := a.UndoRuleUpdates(cmd.Context(), by)
	if err != nil {
		return err
	}
	return sh.print(updatedRules{Restored: restored.Files, NotCommitted: restored.NotCommitted}, func() error {
		sh.printf("Restored %s as before the last update.\n", strings.Join(restored.Files, ", "))
		sh.printNotCommitted(restored.NotCommitted)
		return nil
	})
}

// ruleStates says what is to be said of a shipped file.
var ruleStates = map[app.RuleState]string{
	app.RuleImproved: "improved, and you have not edited it",
	app.RuleMerged:   "improved, and your edits go together with the improvements",
	app.RuleConflict: "you and regwatch changed the same lines",
	app.RuleUnknown:  "you edited it, and it is not known which shipped version you started from",
	app.RuleNew:      "new in this version of regwatch",
	app.RuleAbsent:   "not in your folder",
	app.RuleCurrent:  "up to date",
}

func (sh *shell) printRuleUpdates(a *app.App, u app.RuleUpdates) {
	current, absent, shown := 0, []string{}, 0
	for _, f := range u.Files {
		switch {
		case f.State == app.RuleCurrent:
			current++
		case f.Diff == "":
			absent = append(absent, f.File)
		default:
			if shown > 0 {
				sh.printf("\n")
			}
			shown++
			sh.printRuleUpdate(f)
		}
	}
	if shown > 0 && current+len(absent) > 0 {
		sh.printf("\n")
	}
	if current > 0 {
		sh.printf("Up to date: %s.\n", plural(current, "file", "files"))
	}
	if len(absent) > 0 {
		sh.printf("Not in your folder, and left out: %s. To add one, name it.\n", strings.Join(absent, ", "))
	}
	if len(u.Problems) > 0 {
		sh.printf("\nThe updated files would have %s, so nothing can be updated together:\n%s\n", plural(len(u.Problems), "mistake", "mistakes"), u.Problems)
		sh.printf("\nTo update only some files, name them. To leave out your edits of a file, add --theirs.\n")
	}
	for _, b := range u.Effects {
		sh.printf("\n")
		p := backtestPrinter{sh, b, a.Zone(), [2]string{"UPDATED", "YOURS"}}
		p.printHead()
		if !b.Stored {
			continue
		}
		p.printNumbers()
		p.printFeedback()
		if p.Saved != nil {
			p.printEvents("Gained", "+", p.Gained)
			p.printEvents("Lost", "-", p.Lost)
		}
	}
}

func (sh *shell) printRuleUpdate(f app.RuleUpdate) {
	sh.printf("%s: %s\n", f.File, ruleStates[f.State])
	for line := range strings.Lines(f.Diff) {
		sh.printf("  %s\n", strings.TrimRight(sanitize.Printable(line), " "))
	}
	if f.Ready {
		return
	}
	for _, c := range f.Conflicts {
		sh.printf("\n  Conflict at line %d of your file:\n", c.Line)
		for _, side := range []struct{ name, text string }{{"before ", c.Before}, {"yours  ", c.Yours}, {"shipped", c.Shipped}} {
			if side.text == "" {
				sh.printf("    %s  (no line)\n", side.name)
			}
			for line := range strings.Lines(side.text) {
				sh.printf("    %s  %s\n", side.name, strings.TrimRight(sanitize.Printable(line), " "))
			}
		}
	}
	keep, take := sh.command("rules update "+f.File+" --ours"), sh.command("rules update "+f.File+" --theirs")
	if f.State == app.RuleUnknown {
		sh.printf("\n  The file stays as it is.\n  To replace yours: %s\n  To keep yours, and to join later improvements with it: %s\n", take, keep)
		return
	}
	sh.printf("\n  The file stays as it is. What only you or only regwatch changed would go together.\n  To keep your lines in conflicts: %s\n  To take the shipped lines in conflicts: %s\n", keep, take)
}

// hintRuleUpdates says that shipped rules have improved.
func (sh *shell) hintRuleUpdates() {
	if n := app.CountImprovedRules(sh.dir); n > 0 {
		sh.printf("%s improved; see %s\n", plural(n, "shipped rule or vocabulary file has", "shipped rules and vocabulary files have"), sh.command("rules update --dry-run"))
	}
}
