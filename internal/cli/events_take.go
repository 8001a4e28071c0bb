package cli

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

func newEventTake(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:   "take EVENT",
		Short: "Assign an event to yourself and stop its escalation",
		Long: `Assign an event to yourself or, with --by, to somebody else. A critical alert that
is assigned is not escalated, and everybody who received the alert sees to whom it
is assigned.`,
		Example: `  regwatch events take 01K9ZQ4T
  regwatch events take 01K9ZQ4T --by ana`,
		Args: oneArg("the ID of an event, or how it begins; regwatch events lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withEvent(cmd, sh, args[0], func(a *app.App, e models.Event, zone *time.Location) error {
				take, err := a.Assign(cmd.Context(), e.ID, actorName(by))
				if err != nil {
					return err
				}
				if sh.asJSON {
					return sh.printJSON(take)
				}
				who := cmp.Or(sanitize.Line(take.By), "somebody unknown")
				sh.printf("%s\nAssigned to %s since %s; its escalation is stopped.\n", sanitize.Line(e.Title), who, clock(&take.AssignedAt, zone))
				sh.printf("To unassign: regwatch events untake %s --by %q\n", e.ID, take.By)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "to whom it is assigned (default: your user name)")
	return cmd
}

func newEventUntake(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:   "untake EVENT",
		Short: "Unassign an event from yourself",
		Long: `Unassign an event from yourself or, with --by, from somebody else. A critical alert
that is not assigned to anybody any more is escalated when it is due, or at once if
that time has passed.`,
		Example: `  regwatch events untake 01K9ZQ4T --by ana`,
		Args:    oneArg("the ID of an event, or how it begins; regwatch events lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withEvent(cmd, sh, args[0], func(a *app.App, e models.Event, _ *time.Location) error {
				gone, err := a.Unassign(cmd.Context(), e.ID, actorName(by))
				if err != nil {
					return err
				}
				if sh.asJSON {
					return sh.printJSON(map[string]any{"event_id": e.ID, "by": gone.By, "given_up": true})
				}
				sh.printf("%s\nNo longer assigned to %s.\n", sanitize.Line(e.Title), cmp.Or(sanitize.Line(gone.By), "somebody unknown"))
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "from whom it is unassigned (default: your user name)")
	return cmd
}

// mutesOf returns the mutes in force that hold back updates to an event: of the event, of
// a rule that matched it, or of a source that reported it.
func engineMutesOf(a *app.App, ctx context.Context, e models.Event) ([]models.Mute, error) {
	c, err := a.Store().PlanContext(ctx, time.Now())
	return slices.DeleteFunc(c.Mutes, func(m models.Mute) bool {
		switch m.Kind {
		case models.MuteEvent:
			return m.Target != e.ID
		case models.MuteRule:
			return !slices.Contains(e.RuleIDs, m.Target)
		}
		return !slices.ContainsFunc(e.Articles, func(a models.EventArticle) bool { return a.SourceID == m.Target })
	}), err
}

// printPeople prints who was notified of an event, to whom it is assigned, and the mutes
// that hold back its updates.
func (sh *shell) printPeople(e models.Event, mutes []models.Mute, zone *time.Location) {
	var told []string
	for _, t := range e.Notified {
		name := t.Recipient
		switch {
		case t.Lost:
			name += " (every delivery is dead)"
		case !t.WaitUntil.IsZero():
			name += " (deferred until " + clock(&t.WaitUntil, zone) + ")"
		}
		told = append(told, name)
	}
	sh.printf("Notified: %s\n", cmp.Or(strings.Join(told, ", "), "nobody"))
	var takers []string
	for _, t := range e.Assignments {
		takers = append(takers, cmp.Or(sanitize.Line(t.By), "somebody unknown")+" ("+clock(&t.AssignedAt, zone)+")")
	}
	sh.printf("Assigned to: %s\n", cmp.Or(strings.Join(takers, ", "), "nobody"))
	for _, m := range mutes {
		sh.printf("%s.\n", muteSentence(m, zone))
	}
}
