package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
)

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
		return false, usageError{errors.New("nothing was sent: there is no terminal to ask on; add --yes to confirm, or --dry-run to see what would be sent")}
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
