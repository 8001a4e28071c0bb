package cli

import (
	"cmp"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
)

func newMatters(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "matters",
		Short: "List matters: the laws, bills and cases that events are steps of",
		Long: `List the matters that have events, those seen last first. A matter is one law, bill
or case; its events are the steps of it over the years, from the first plan to its
enforcement. An event belongs to the matter that the title or lead of its articles
names. "regwatch events matter" corrects that.`,
		Example: `  regwatch matters
  regwatch matters show "Stablecoins Ordinance"
  regwatch matters --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				matters, err := a.Matters(cmd.Context())
				if err != nil {
					return err
				}
				return sh.print(matters, func() error {
					if len(matters) == 0 {
						sh.printf("No event is about a law, bill or case that regwatch recognizes.\n")
						return nil
					}
					table := newTable(sh.stdout, "NAME", "EVENTS", "FIRST REPORTED", "LAST SEEN", "ID")
					for _, m := range matters {
						first := "-"
						if m.FirstAt != nil {
							first = localDay(*m.FirstAt, a.Zone())
						}
						table.row(shorten(m.Name, 60), fmt.Sprint(m.Events), first, localDay(m.LastSeenAt, a.Zone()), sanitize.Line(m.ID))
					}
					return table.flush()
				})
			})
		},
	}
	cmd.AddCommand(newMattersShow(sh))
	return cmd
}

func newMattersShow(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "show NAME",
		Short: "Show the timeline of a matter: its events by date, with stage and proof",
		Long: `Show the events of a matter by the date on which they were first reported, each with
its stage, its title and the sentence that proves the stage.

NAME is the name of a matter in any language, its number or its ID.`,
		Example: `  regwatch matters show "Stablecoins Ordinance"
  regwatch matters show 穩定幣條例
  regwatch matters show "Cap. 656" --json`,
		Args: oneArg("the name of a matter; regwatch matters lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				timeline, err := a.Timeline(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return sh.print(timeline, func() error { sh.printTimeline(timeline, a.Zone()); return nil })
			})
		},
	}
}

func (sh *shell) printTimeline(t app.Timeline, zone *time.Location) {
	sh.printf("%s (%s), %s\n", sanitize.Line(t.Name), sanitize.Line(t.ID), plural(t.Events, "event", "events"))
	for _, s := range t.Steps {
		by := "press"
		if s.Official {
			by = "official"
		}
		sh.printf("\n%s  %s · %s · event %s\n  %s\n", localDay(s.At, zone), cmp.Or(s.Stage, "no stage found"), by, s.ShortID, shorten(s.Title, 160))
		if s.StageQuote != "" && s.StageQuote != s.Title {
			sh.printf("  “%s”\n", shorten(s.StageQuote, 200))
		}
		if r := s.Restates; r != nil {
			sh.printf("  First reported %s, event %s\n", localDay(r.At, zone), sanitize.Line(r.EventID))
		}
		for _, d := range s.Dates {
			sh.printf("  Date: %s %s\n", d.Day, d.Kind)
		}
	}
}

func newEventsMatter(sh *shell) *cobra.Command {
	var by string
	var create bool
	cmd := &cobra.Command{
		Use:   "matter EVENT NAME|none|auto",
		Short: "Put an event into a matter, or into none",
		Long: `Put an event into the matter that it is a step of, or into none. What you choose
stays, whatever its articles name; "auto" lets them decide again.

NAME is the name of a matter in any language, its number or its ID. To begin a matter
that regwatch does not know, add --new.`,
		Example: `  regwatch events matter 01K9ZQ4T "Stablecoins Ordinance"
  regwatch events matter 01K9ZQ4T none
  regwatch events matter 01K9ZQ4T auto
  regwatch events matter 01K9ZQ4T "Custody bill" --new`,
		Args: exactly(2, "two arguments: the ID of an event, and the name of a matter, none or auto; regwatch matters lists matters"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				done, err := a.SetMatter(cmd.Context(), args[0], args[1], create, actorName(by))
				if err != nil {
					return err
				}
				return sh.print(done, func() error {
					now := "no matter"
					if m := done.Event.Matter; m != nil {
						now = "the matter " + sanitize.Line(m.Name)
					}
					sh.printf("%s\nEvent %s belongs to %s.\n", sanitize.Line(done.Event.Title), done.Event.ShortID, now)
					sh.printf("To undo: %s\n", sh.command("events matter "+done.Event.ShortID+" "+shellQuote(undoMatter(done.Before))))
					return nil
				})
			})
		},
	}
	cmd.Flags().BoolVar(&create, "new", false, "begin a new matter if none has this name")
	cmd.Flags().StringVar(&by, "by", "", "who says so (default: your user name)")
	return cmd
}

// undoMatter returns the argument that restores what an event had before.
func undoMatter(before app.MatterRef) string {
	switch {
	case !before.SetByPerson:
		return app.AutomaticMatter
	case before.ID == "":
		return app.NoMatter
	}
	return before.ID
}

// matterName is the name of a matter with who chose it, if a person did.
func matterName(m app.MatterRef) string {
	name := sanitize.Line(m.Name)
	if m.SetByPerson {
		name += " (set by a person)"
	}
	return name
}

// localDay is the day of a moment where the reader is.
func localDay(t time.Time, zone *time.Location) string { return t.In(zone).Format(time.DateOnly) }
