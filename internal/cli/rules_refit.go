package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

func newRulesRefit(sh *shell) *cobra.Command {
	var accept, by string
	var undo, history bool
	cmd := &cobra.Command{
		Use:   "refit RULE",
		Short: "Fit the relevance of a rule's matches to your feedback",
		Long: `Fit the relevance model of a rule to the feedback that people gave on its events, in
Slack, by mail or with "regwatch events feedback". The model decides which matches are
likely and alert, and which are only in the digest or counted there.

Without a flag the command proposes a model and shows what it would have changed over
the last 90 days: the alerts that it gains and loses, and the feedback that it agrees
with. Nothing changes until a person accepts the proposal with --accept. --undo goes
back to the model before, and --history lists all of them. The audit log records who
proposed, accepted and undid a model. A running regwatch uses the model within seconds,
for articles that arrive from then on.

A refit needs feedback on at least 10 events, at least 3 of each kind. An
event that people disagree about counts as relevant. A rule of your own has no model
until its first refit.`,
		Example: `  regwatch rules refit crypto-ban
  regwatch rules refit crypto-ban --accept 5f0c2a9d1b7e --by ana
  regwatch rules refit crypto-ban --undo --by ana
  regwatch rules refit crypto-ban --history`,
		Args: oneArg("the ID of a rule; regwatch rules lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			accepts := cmd.Flags().Changed("accept")
			if accepts && undo || accepts && history || undo && history {
				return usageError{errors.New("--accept, --undo and --history exclude each other; use one of them")}
			}
			if accepts && accept == "" {
				return usageError{errors.New("--accept is empty; name the version of the model, which regwatch rules refit RULE prints")}
			}
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				switch ctx := cmd.Context(); {
				case accept != "":
					decision, err := a.AcceptRefit(ctx, args[0], accept, actorName(by))
					return sh.printRefitDecision(decision, err)
				case undo:
					decision, err := a.UndoRefit(ctx, args[0], "", actorName(by))
					return sh.printRefitDecision(decision, err)
				case history:
					h, err := a.RefitHistory(ctx, args[0])
					if err != nil {
						return err
					}
					return sh.print(h, func() error { return sh.printRefitHistory(h, a.Zone()) })
				default:
					refit, err := a.ProposeRefit(ctx, app.RefitRequest{RuleID: args[0], By: actorName(by), Progress: printProgress(sh.stderr)})
					if err != nil {
						return err
					}
					return sh.print(refit, func() error { return sh.printRefit(refit, a.Zone()) })
				}
			})
		},
	}
	cmd.Flags().StringVar(&accept, "accept", "", "use the proposed model of this version")
	cmd.Flags().StringVar(&by, "by", "", "who does this, for the audit log (default: your user name)")
	cmd.Flags().BoolVar(&undo, "undo", false, "go back to the model before")
	cmd.Flags().BoolVar(&history, "history", false, "list the models of the rule")
	return cmd
}

// printRefit prints a proposed model: what it learned from, what it would have changed, and how to accept it.
func (sh *shell) printRefit(r app.Refit, zone *time.Location) error {
	p := backtestPrinter{sh, r.Backtest, zone, [2]string{"PROPOSED", "NOW"}}
	p.printHead()
	sh.printf("Learned from feedback on %d events: %d relevant and %d not relevant", r.Relevant+r.Irrelevant, r.Relevant, r.Irrelevant)
	if r.Disputed > 0 {
		sh.printf("; people disagree about %d, which count as relevant", r.Disputed)
	}
	if r.Expired > 0 {
		sh.printf("; %d more were left out, because their texts were deleted by age", r.Expired)
	}
	start := "It starts from model " + r.Base
	if r.Base == "" {
		start = "It starts from nothing, because the rule comes without a model"
	}
	sh.printf(".\n%s. The feedback below is what it learned from,\nso on new articles it will do somewhat worse.\n\n", start)
	p.printComparison()
	if err := sh.printChangedWeights(r); err != nil {
		return err
	}
	if r.State == string(models.ModelAccepted) {
		sh.printf("\nThis model is in use already. There is nothing to accept.\n")
		return nil
	}
	sh.printf("\nNothing has changed yet. To use the model:\n  %s\n", sh.command("rules refit "+r.RuleID+" --accept "+r.Version+" --by NAME"))
	return nil
}

func (sh *shell) printChangedWeights(r app.Refit) error {
	if len(r.Changed) > 0 {
		sh.printf("\nWhat weighs differently; above 0 makes a match more relevant:\n")
		table := newTable(sh.stdout, "IF", "PROPOSED", "NOW")
		for _, c := range r.Changed {
			table.row(sanitize.Line(c.Text), fmt.Sprintf("%+.2f", c.After), fmt.Sprintf("%+.2f", c.Before))
		}
		if err := table.flush(); err != nil {
			return err
		}
	}
	sh.printf("\nA match is likely from %v, and less certain from %v", r.Thresholds.Alert, r.Thresholds.Digest)
	if before := r.ThresholdsBefore; before != nil {
		sh.printf("; now from %v and %v", before.Alert, before.Digest)
	}
	if r.RuleThresholds {
		sh.printf(". The file of the rule says so")
	}
	sh.printf(".\n")
	return nil
}

func (sh *shell) printRefitDecision(d app.RefitDecision, err error) error {
	if err != nil {
		return err
	}
	return sh.print(d, func() error {
		switch {
		case d.State == string(models.ModelAccepted):
			sh.printf("Rule %s uses model %s for articles that arrive from now on.\nTo undo: %s\n", d.RuleID, d.Version, sh.command("rules refit "+d.RuleID+" --undo"))
		case d.InUse == "":
			sh.printf("Rule %s does not use model %s any more. It has no model, so all of its matches alert.\n", d.RuleID, d.Version)
		default:
			sh.printf("Rule %s does not use model %s any more, but %s again.\n", d.RuleID, d.Version, d.InUse)
		}
		return nil
	})
}

func (sh *shell) printRefitHistory(h app.RefitHistory, zone *time.Location) error {
	if len(h.Models) == 0 {
		sh.printf("Rule %s has no model from feedback. %s proposes one.\n", h.RuleID, sh.command("rules refit "+h.RuleID))
		return nil
	}
	table := newTable(sh.stdout, "VERSION", "STATE", "RELEVANT", "NOT RELEVANT", "PROPOSED", "DECIDED", "BY")
	for _, m := range h.Models {
		state := m.State
		if m.InUse {
			state = "in use"
		}
		table.row(m.Version, state, fmt.Sprint(m.Relevant), fmt.Sprint(m.Irrelevant), clock(&m.ProposedAt, zone), clock(m.DecidedAt, zone), sanitize.Line(m.DecidedBy))
	}
	if err := table.flush(); err != nil {
		return err
	}
	if h.Shipped != "" {
		sh.printf("\nThe model that comes with regwatch is %s.\n", h.Shipped)
	}
	return nil
}
