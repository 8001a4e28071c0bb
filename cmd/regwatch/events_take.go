package main

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/internal/sanitize"
	"regwatch/models"
)

func newEventTake(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:   "take EVENT",
		Short: "Say that you work on an event, so that it goes no further",
		Long: `Say that you work on an event. A critical alert that somebody has taken does not
go on to the next in line, and whoever was told of it sees who works on it.`,
		Example: `  regwatch events take 01K9ZQ4T
  regwatch events take 01K9ZQ4T --by ana`,
		Args: oneArg("the ID of an event, or how it begins; regwatch events lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withEvent(cmd, sh, args[0], func(a answers, e models.Event, zone *time.Location) error {
				take, err := a.take(cmd.Context(), e.ID, whoever(by))
				if err != nil {
					return err
				}
				if sh.asJSON {
					return sh.printJSON(take)
				}
				who := cmp.Or(sanitize.Line(take.By), "somebody unknown")
				sh.printf("%s\nTaken by %s since %s; it goes no further.\n", sanitize.Line(e.Title), who, clock(&take.TakenAt, zone))
				sh.printf("Give it up with: regwatch events untake %s --by %q\n", e.ID, take.By)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who works on it (default: the user of this system)")
	return cmd
}

func newEventUntake(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:   "untake EVENT",
		Short: "Say that you no longer work on an event",
		Long: `Say that you no longer work on an event. A critical alert that nobody has taken
any more goes on to the next in line when its time has come, or at once if it has.`,
		Example: `  regwatch events untake 01K9ZQ4T --by ana`,
		Args:    oneArg("the ID of an event, or how it begins; regwatch events lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withEvent(cmd, sh, args[0], func(a answers, e models.Event, _ *time.Location) error {
				gone, err := a.untake(cmd.Context(), e.ID, whoever(by))
				if err != nil {
					return err
				}
				if sh.asJSON {
					return sh.printJSON(map[string]any{"event_id": e.ID, "by": gone.By, "given_up": true})
				}
				sh.printf("%s\nNo longer taken by %s.\n", sanitize.Line(e.Title), cmp.Or(sanitize.Line(gone.By), "somebody unknown"))
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who worked on it (default: the user of this system)")
	return cmd
}

// mutesOf returns the mutes in force that hold back what is new of an event: of
// itself, of a rule that it met, or of a source that tells of it.
func (a answers) mutesOf(ctx context.Context, e models.Event) ([]models.Mute, error) {
	c, err := a.store.Circumstances(ctx, time.Now())
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

// printPeople prints who was told of an event, who works on it, and why its news
// may be held back.
func (sh *shell) printPeople(e models.Event, mutes []models.Mute, zone *time.Location) {
	var told []string
	for _, t := range e.Told {
		name := t.Recipient
		switch {
		case t.Lost:
			name += " (every delivery was given up)"
		case !t.WaitUntil.IsZero():
			name += " (waits until " + clock(&t.WaitUntil, zone) + ")"
		}
		told = append(told, name)
	}
	sh.printf("Told: %s\n", cmp.Or(strings.Join(told, ", "), "nobody"))
	var takers []string
	for _, t := range e.Takes {
		takers = append(takers, cmp.Or(sanitize.Line(t.By), "somebody unknown")+" ("+clock(&t.TakenAt, zone)+")")
	}
	sh.printf("Taken by: %s\n", cmp.Or(strings.Join(takers, ", "), "nobody"))
	for _, m := range mutes {
		sh.printf("%s.\n", muteSentence(m, zone))
	}
}
