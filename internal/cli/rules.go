package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/diag"
	"regwatch/internal/sanitize"
)

func newRules(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List, write, test and apply watch rules",
		Long: `List the watch rules, with the alerts of the last 7 days. A rule is one file below
rules/ in the folder; its ID is the name of the file.

A new or changed rule is used for articles that arrive from then on. "regwatch rules
apply" alerts to articles that are stored already.`,
		Example: `  regwatch rules
  regwatch rules new kiosk-ban --query 'kiosk AND (ban OR 禁止)'
  regwatch rules test`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return sh.listRules(cmd) },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "list", Short: "List the rules, with the alerts of the last 7 days", Example: "  regwatch rules list --json", Args: noArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return sh.listRules(cmd) },
		},
		newRulesShow(sh), newRulesRead(sh), newRulesHistory(sh), newRulesReviewed(sh), newRulesNew(sh), newRulesSave(sh),
		newRulesTest(sh), newRulesExplain(sh), newRulesLint(sh), newRulesEval(sh), newRulesSchema(sh),
		newRulesBacktest(sh), newRulesRelated(sh), newRulesApply(sh), newRulesRefit(sh), newRulesUpdate(sh),
	)
	return cmd
}

// lookForward says that a rule is used for new articles only.
func (sh *shell) lookForward(ruleID string) string {
	return "Rules look forward: to alert about stored articles, run " + sh.command("rules apply "+ruleID+" --since 7d")
}

func (sh *shell) listRules(cmd *cobra.Command) error {
	log, err := sh.log(true)
	if err != nil {
		return err
	}
	rules, err := app.ListRules(cmd.Context(), sh.dir, log)
	if err != nil {
		return err
	}
	return sh.print(rules, func() error { return sh.printRules(rules) })
}

func (sh *shell) printRules(rules []app.Rule) error {
	if len(rules) == 0 {
		sh.printf("There are no rules in %s. %s writes one.\n", filepath.Join(sh.dir, "rules"), sh.command("rules new ID"))
		return nil
	}
	table := newTable(sh.stdout, "TITLE", "SEVERITY", "STATUS", "ALERTS IN 7 DAYS", "ROUTES", "ID")
	for _, r := range rules {
		alerts := "-"
		if r.Alerts != nil {
			alerts = fmt.Sprint(*r.Alerts)
		}
		status := r.Status
		if r.ReviewDue {
			status += ", review due"
		}
		table.row(r.Title, r.Severity, status, alerts, cmp.Or(strings.Join(r.Routes, ", "), "default"), r.ID)
	}
	if err := table.flush(); err != nil {
		return err
	}
	sh.printf("\n%s\n", sh.lookForward("ID"))
	sh.hintRuleUpdates()
	return nil
}

func newRulesShow(sh *shell) *cobra.Command {
	var as string
	var exceptions bool
	cmd := &cobra.Command{
		Use:   "show RULE",
		Short: "Print a rule as saved, as one-line queries or as structured YAML",
		Long: `Print the file of a rule. Each condition of a rule can be written in two ways: as a
query on one line, like a search in a media archive (--as query), or as keys and
lists (--as yaml). Both mean the same, and either output can replace the file. The
names of term lists and everything that is no condition stay as they are; comments
inside a condition are lost.

--with-exceptions adds the exceptions in force that apply to the rule, as comments.

--json adds the hash of the saved file, which "regwatch rules save --base" takes.`,
		Example: `  regwatch rules show crypto-ban
  regwatch rules show crypto-ban --with-exceptions
  regwatch rules show crypto-ban --as query
  regwatch rules show kiosk-ban --as yaml > draft/kiosk-ban.yaml`,
		Args: oneArg("the ID of a rule; regwatch rules lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			form := app.RuleForm(as)
			if form != app.RuleAsSaved && form != app.RuleAsQueries && form != app.RuleAsYAML {
				return usageError{fmt.Errorf("--as %q is not understood; use query or yaml", as)}
			}
			if exceptions {
				return sh.withApp(cmd.Context(), func(a *app.App) error {
					rule, err := a.RuleWithExceptions(cmd.Context(), args[0], form)
					if err != nil {
						return err
					}
					return sh.print(rule, func() error { sh.printf("%s", rule.Text); return nil })
				})
			}
			rules, err := app.ReadRules(sh.dir)
			if err != nil {
				return err
			}
			text, err := rules.Text(args[0], form)
			if err != nil {
				return err
			}
			return sh.print(text, func() error { sh.printf("%s", text.Text); return nil })
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "query or yaml (default: as saved)")
	cmd.Flags().BoolVar(&exceptions, "with-exceptions", false, "add the exceptions in force that apply to it")
	return cmd
}

func newRulesSave(sh *shell) *cobra.Command {
	var file, base, by string
	cmd := &cobra.Command{
		Use:   "save RULE --file FILE",
		Short: "Save a rule from a file, after checking it",
		Long: `Save a text as the file of a rule, byte for byte. The text is checked first: nothing
is written if it has a mistake or if one of its examples fails. A running regwatch
uses the rule at once. The audit log records who saved it.

--base is the hash of the text that you edited, as "regwatch rules show RULE --json"
prints it. Nothing is written if somebody else has changed the rule since. Without
--base the rule is replaced whatever it is now.`,
		Example: `  regwatch rules save kiosk-ban --file draft.yaml --by ada
  regwatch rules save kiosk-ban --file - --base 9f86d081884c… < draft.yaml`,
		Args: oneArg("the ID of the rule"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if file == "" {
				return usageError{errors.New("--file is missing; name the file with the text of the rule, or - for standard input")}
			}
			text, err := readFileOrStdin(file, cmd.InOrStdin())
			if err != nil {
				return err
			}
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				if !cmd.Flags().Changed("base") {
					current, err := a.RuleFile(args[0])
					if err != nil {
						return err
					}
					base = current.Hash
				}
				saved, err := a.SaveRule(cmd.Context(), args[0], text, base, actorName(by))
				if problems, ok := errors.AsType[diag.Problems](err); ok {
					return renamedProblems(problems, filepath.Join(sh.dir, "rules", filepath.FromSlash(a.RulePath(args[0]))), file)
				}
				if conflict, ok := errors.AsType[*app.ConflictError](err); ok {
					return fmt.Errorf("%w; read it with: %s", conflict, sh.command("rules show "+args[0]+" --json"))
				}
				if err != nil {
					return err
				}
				return sh.print(saved, func() error {
					sh.printf("Saved %s as %s.\n%s\n", saved.Title, saved.File, sh.lookForward(saved.ID))
					sh.printNotCommitted(saved.NotCommitted)
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&file, "file", "", "the file with the text of the rule, or - for standard input")
	cmd.Flags().StringVar(&base, "base", "", "the hash of the text that you edited; empty for a new rule (default: that of the saved rule)")
	cmd.Flags().StringVar(&by, "by", "", "who does this, for the audit log (default: your user name)")
	return cmd
}

// readFileOrStdin reads a file, or standard input if its name is -.
func readFileOrStdin(name string, stdin io.Reader) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(stdin, maxStdin))
	}
	text, err := os.ReadFile(name)
	return text, noFile(name, err)
}

// noFile says in plain words that a file does not exist. Other errors stay as they are.
func noFile(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the file %s does not exist", name)
	}
	return err
}

// maxStdin is more than any rule may have.
const maxStdin = 10 << 20

// renamedProblems returns problems that name the file that the person wrote instead of the
// one that it would be saved as.
func renamedProblems(problems diag.Problems, from, to string) diag.Problems {
	named := make(diag.Problems, len(problems))
	for i, p := range problems {
		if p.File == from {
			p.File = to
		}
		named[i] = p
	}
	return named
}

func newRulesApply(sh *shell) *cobra.Command {
	var since, by string
	var yes, dryRun bool
	cmd := &cobra.Command{
		Use:   "apply RULE --since TIME",
		Short: "Alert about stored articles that a rule matches",
		Long: `Alert about stored articles that a rule matches. Rules look forward: without this
command a new or changed rule is used only for articles that arrive later.

The command first shows the articles and who would be notified, and asks before it
sends anything. It then does what a scan would have done: articles join the events
that exist, and mutes, unsubscribed addresses, working hours and frequencies apply.
Nobody is notified again of what they know already. Articles that this version of the
rule has matched are left out, so applying it twice sends nothing new. The audit log
records who applied it.

Without a terminal to ask on, --yes confirms. --since is when an article was first
seen, and not when it was published.`,
		Example: `  regwatch rules apply kiosk-ban --since 7d
  regwatch rules apply kiosk-ban --since 7d --dry-run
  regwatch rules apply kiosk-ban --since 2026-01-31 --by ada --yes`,
		Args: oneArg("the ID of a rule; regwatch rules lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if since == "" {
				return usageError{errors.New("--since is missing; say how far back, such as --since 7d")}
			}
			log, err := sh.log(true)
			if err != nil {
				return err
			}
			r := app.ApplyRequest{RuleID: args[0], By: actorName(by), Progress: printProgress(sh.stderr)}
			return sh.withEngine(cmd.Context(), log, nil, func(e *app.Engine) error {
				if r.Since, err = sinceFlag(e.App, since); err != nil {
					return err
				}
				return sh.applyRule(cmd, e, r, yes, dryRun)
			})
		},
	}
	cmd.Flags().StringVar(&since, "since", "", "how far back: 36h, 7d, 2w, or a date such as 2026-01-31")
	cmd.Flags().StringVar(&by, "by", "", "who does this, for the audit log (default: your user name)")
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only show what would be sent")
	return cmd
}

// applyRule shows what applying a rule would do, asks, and applies it.
func (sh *shell) applyRule(cmd *cobra.Command, e *app.Engine, r app.ApplyRequest, yes, dryRun bool) error {
	ctx := cmd.Context()
	preview, err := e.PreviewRule(ctx, r)
	if err != nil {
		return err
	}
	show := func() error { return sh.printApplication(preview, e.Now(), e.Zone()) }
	switch apply := !dryRun && preview.Articles > 0; {
	case !apply:
		return sh.print(preview, show)
	case !yes:
		if err := sh.print(preview, show); err != nil {
			return err
		}
		confirmed, err := sh.confirm(ctx, cmd.InOrStdin(), "Apply the rule?")
		if err != nil {
			return err
		}
		if !confirmed {
			sh.printf("Nothing was changed.\n")
			return nil
		}
	case !sh.asJSON:
		if err := show(); err != nil {
			return err
		}
	}
	applied, err := e.ApplyRule(ctx, r)
	if err != nil {
		return err
	}
	return sh.print(applied, func() error {
		sh.printf("Applied to %s: %s.", plural(applied.Articles, "article", "articles"), messagesText(applied))
		if applied.Messages > 0 {
			sh.printf(" regwatch run or the next regwatch scan sends them.")
		}
		sh.printf("\n")
		return nil
	})
}

// maxAppliedEvents is how many events of an application are printed; --json has all.
const maxAppliedEvents = 15

func (sh *shell) printApplication(a app.RuleApplication, now time.Time, zone *time.Location) error {
	from := shortDay(a.Since, now, zone)
	title := sanitize.Line(a.Title)
	if a.Articles == 0 {
		sh.printf("No article stored since %s is new to the rule “%s”.\n", from, title)
	} else {
		sh.printf("The rule “%s” matches %s stored since %s, in %s:\n\n", title, plural(a.Articles, "article", "articles"), from, plural(len(a.Events), "event", "events"))
	}
	for _, e := range a.Events[:min(len(a.Events), maxAppliedEvents)] {
		published := "no date"
		if e.PublishedAt != nil {
			published = shortDay(*e.PublishedAt, now, zone)
		}
		known := "new event"
		if !e.New {
			known = "known event"
		}
		sh.printf("  %s  %s  %s  (%s, %s)\n", published, pad(severityOf(e.Severity), 8), shorten(e.Title, 80), sanitize.Line(e.Source), known)
	}
	if more := len(a.Events) - maxAppliedEvents; more > 0 {
		sh.printf("  and %d more, which --json lists\n", more)
	}
	if len(a.Events) > 0 {
		sh.printf("\n")
	}
	if a.Matched > 0 {
		sh.printf("Left out: %s that this version of the rule has matched before.\n", plural(a.Matched, "article", "articles"))
	}
	if a.WithoutText > 0 {
		sh.printf("Not read: %s whose text was deleted by age.\n", plural(a.WithoutText, "article", "articles"))
	}
	if a.Articles == 0 {
		return nil
	}
	if err := sh.printAppliedRecipients(a.Recipients); err != nil {
		return err
	}
	sh.printf("This makes %s.\n", messagesText(a))
	return nil
}

// messagesText counts the messages of an application.
func messagesText(a app.RuleApplication) string {
	recipients, deferred := 0, 0
	for _, r := range a.Recipients {
		if r.Alerts+r.Updates > 0 {
			recipients++
		}
		deferred += r.Deferred
	}
	if a.Messages == 0 {
		return "no messages"
	}
	s := plural(a.Messages, "message", "messages") + " to " + plural(recipients, "recipient", "recipients")
	if deferred > 0 {
		s += fmt.Sprintf(", %d of them later", deferred)
	}
	return s
}

func (sh *shell) printAppliedRecipients(recipients []app.AppliedRecipient) error {
	table := newTable(sh.stdout, "RECIPIENT", "ALERTS", "UPDATES", "SENT LATER", "NOT SENT")
	for _, r := range recipients {
		table.row(r.Recipient, fmt.Sprint(r.Alerts), fmt.Sprint(r.Updates), fmt.Sprint(r.Deferred), heldText(r.Held))
	}
	return table.flush()
}

// heldText says of how many events a recipient is not notified, and why.
func heldText(held map[string]int) string {
	words := map[string]string{
		"baseline": "old when the source was first read", "told": "nothing new to them", "muted": "muted", "mention": "only mentioned",
		"severity": "below their severity", "opted-out": "unsubscribed", "no-destination": "no destination",
	}
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(held)) {
		parts = append(parts, fmt.Sprintf("%d (%s)", held[reason], words[reason]))
	}
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, ", ")
}

// confirm asks a question on the terminal. Without a terminal it refuses.
func (sh *shell) confirm(ctx context.Context, stdin io.Reader, question string) (bool, error) {
	if !isTerminal(stdin) || sh.asJSON {
		return false, usageError{errors.New("nothing was changed or sent: there is no terminal to ask on; add --yes to confirm, or --dry-run to only see what would be done")}
	}
	sh.printf("%s [y/N] ", question)
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(stdin).ReadString('\n')
		answer <- strings.ToLower(strings.TrimSpace(line))
	}()
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case a := <-answer:
		return a == "y" || a == "yes", nil
	}
}
