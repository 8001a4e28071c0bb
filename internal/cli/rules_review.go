package cli

import (
	"cmp"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
)

func newRulesHistory(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "history RULE",
		Short: "Show what has changed in a rule, when and by whom",
		Long: `Show what has changed in a rule, oldest first: its versions that were in force, who
saved it, its relevance models, its reviews, and the exceptions that apply to it.`,
		Example: `  regwatch rules history crypto-ban
  regwatch rules history crypto-ban --json`,
		Args: oneArg("the ID of a rule; regwatch rules lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				history, err := a.RuleHistory(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return sh.print(history, func() error { return sh.printRuleHistory(history, a.Zone()) })
			})
		},
	}
}

func (sh *shell) printRuleHistory(history []app.RuleHistoryEntry, zone *time.Location) error {
	if len(history) == 0 {
		sh.printf("The rule has not been in force yet.\n")
		return nil
	}
	table := newTable(sh.stdout, "WHEN", "BY", "WHAT", "DETAIL")
	for _, h := range history {
		table.row(clock(&h.At, zone), cmp.Or(h.By, "-"), h.What, shorten(h.Detail, 100))
	}
	return table.flush()
}

func newRulesReviewed(sh *shell) *cobra.Command {
	var next, by string
	cmd := &cobra.Command{
		Use:   "reviewed RULE --next DATE",
		Short: "Record that you reviewed a rule, and set the date of its next review",
		Long: `Record that you reviewed a rule, and set review_by, the date of its next review, in its
file. Nothing else in the file changes. The audit log records who reviewed it.

From two weeks before the date the owner of the rule is reminded once, with what the
rule has caught and its precision since the last review; when the date has passed, once
more and then every 30 days.`,
		Example: `  regwatch rules reviewed crypto-ban --next 2027-07-31 --by ana`,
		Args:    oneArg("the ID of a rule; regwatch rules lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if next == "" {
				return usageError{errors.New("--next is missing; say when the rule is to be reviewed again, such as --next 2027-07-31")}
			}
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				r, err := a.ReviewRule(cmd.Context(), args[0], next, actorName(by))
				if err != nil {
					return err
				}
				return sh.print(r, func() error {
					sh.printf("Reviewed %s: the next review is due by %s (before: %s).\n", r.ID, r.Next, cmp.Or(r.Before, "no date"))
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&next, "next", "", "the date of the next review, such as 2027-07-31")
	cmd.Flags().StringVar(&by, "by", "", "who reviewed it (default: your user name)")
	return cmd
}
