package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

func newAssign(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:   "assign EVENT",
		Short: "Assign an event to yourself and stop its escalation",
		Long: `Assign an event to yourself or, with --by, to somebody else. A critical alert that
is assigned is not escalated, and everybody who received the alert sees to whom it
is assigned.`,
		Example: `  regwatch events assign 01K9ZQ4T
  regwatch events assign 01K9ZQ4T --by ana`,
		Args: oneArg(wantEvent),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				done, err := a.Assign(cmd.Context(), args[0], actorName(by))
				if err != nil {
					return err
				}
				return sh.print(done, func() error {
					sh.printf("%s\nAssigned to %s since %s; its escalation is stopped.\n", sanitize.Line(done.Event.Title), personOf(done.By), clock(&done.AssignedAt, a.Zone()))
					sh.printf("To undo: %s\n", sh.command("events unassign "+done.Event.ShortID+" --by "+shellQuote(done.By)))
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "to whom to assign it (default: your user name)")
	return cmd
}

func newUnassign(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:   "unassign EVENT",
		Short: "Unassign an event from yourself",
		Long: `Unassign an event from yourself or, with --by, from somebody else. A critical alert
that nobody is assigned to any more is escalated when that is due, or at once if that
time has passed.`,
		Example: `  regwatch events unassign 01K9ZQ4T --by ana`,
		Args:    oneArg(wantEvent),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				ended, err := a.Unassign(cmd.Context(), args[0], actorName(by))
				if err != nil {
					return err
				}
				return sh.print(ended, func() error {
					sh.printf("%s\nNo longer assigned to %s.\n", sanitize.Line(ended.Event.Title), personOf(ended.By))
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "from whom to unassign it (default: your user name)")
	return cmd
}

// feedbackFlags are whose feedback is meant, and on which rule.
type feedbackFlags struct{ rule, by string }

func (f *feedbackFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.rule, "rule", "", "feedback on this rule only (default: on the whole event)")
	cmd.Flags().StringVar(&f.by, "by", "", "who gives the feedback (default: your user name)")
}

func newFeedback(sh *shell) *cobra.Command {
	var f feedbackFlags
	var note string
	var undo bool
	verdicts := []string{string(models.Relevant), string(models.Irrelevant)}
	cmd := &cobra.Command{
		Use:   "feedback EVENT relevant|irrelevant",
		Short: "Say whether an event is relevant",
		Long: `Say whether an event is relevant. "regwatch rules backtest" measures rules by this
feedback, and "regwatch rules refit" fits the relevance of their matches to it. Each
person has one verdict on an event and one on each of its rules; a new verdict replaces
the old one, and --undo removes it. The audit log keeps all of them.`,
		Example: `  regwatch events feedback 01K9ZQ4T relevant
  regwatch events feedback 01K9ZQ4T irrelevant --rule crypto-ban --note "a price report"
  regwatch events feedback 01K9ZQ4T --undo`,
		ValidArgs: verdicts,
		Args: func(cmd *cobra.Command, args []string) error {
			switch {
			case undo && len(args) == 1:
				return nil
			case undo:
				return usageError{fmt.Errorf("%s --undo takes one argument: %s", cmd.CommandPath(), wantEvent)}
			case len(args) != 2:
				return usageError{fmt.Errorf("%s takes two arguments: the ID of an event, or its first characters, and relevant or irrelevant", cmd.CommandPath())}
			case !slices.Contains(verdicts, args[1]):
				return usageError{fmt.Errorf("verdict %q does not exist%s; use relevant or irrelevant", args[1], didYouMean(args[1], verdicts))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if undo {
				return sh.removeFeedback(cmd.Context(), args[0], f)
			}
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				given, err := a.AddFeedback(cmd.Context(), models.Feedback{
					EventID: args[0], RuleID: f.rule, By: actorName(f.by), Relevant: args[1] == string(models.Relevant), Note: note,
				})
				if err != nil {
					return err
				}
				if given.Refit, err = a.RefitHint(cmd.Context(), given.Event, f.rule); err != nil {
					return err
				}
				return sh.print(given, func() error {
					sh.printf("%s\nFeedback stored: %s.\n", sanitize.Line(given.Event.Title), feedbackSentence(given.Feedback, given.Event))
					if hint := given.Refit; hint != nil {
						sh.printf("%s has feedback on %d events; %s shows what it would change\n", hint.RuleID, hint.Marks, sh.command("rules refit "+hint.RuleID))
					}
					return nil
				})
			})
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&note, "note", "", "why")
	cmd.Flags().BoolVar(&undo, "undo", false, "remove your feedback")
	return cmd
}

// newUnmark is the name that feedback --undo had before.
func newUnmark(sh *shell) *cobra.Command {
	var f feedbackFlags
	cmd := &cobra.Command{
		Use:    "unmark EVENT",
		Short:  "Remove feedback",
		Hidden: true,
		Args:   oneArg(wantEvent),
		RunE:   func(cmd *cobra.Command, args []string) error { return sh.removeFeedback(cmd.Context(), args[0], f) },
	}
	f.add(cmd)
	return cmd
}

func (sh *shell) removeFeedback(ctx context.Context, event string, f feedbackFlags) error {
	return sh.withApp(ctx, func(a *app.App) error {
		removed, err := a.RemoveFeedback(ctx, models.Feedback{EventID: event, RuleID: f.rule, By: actorName(f.by)})
		if err != nil {
			return err
		}
		return sh.print(removed, func() error {
			sh.printf("%s\nThe feedback by %s is removed.\n", sanitize.Line(removed.Event.Title), personOf(removed.By))
			return nil
		})
	})
}
