package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/duration"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

func newMute(sh *shell) *cobra.Command {
	var length string
	var m models.Mute
	kinds := app.MuteKinds()
	cmd := &cobra.Command{
		Use:   "mute rule|event|source ID --for TIME --reason TEXT",
		Short: "Mute a rule, an event or a source for some time",
		Long: `Stop alerts of a rule, updates to an event, or alerts from a source, for everybody
or for one recipient. The mute ends by itself. Alerts that it stops are recorded
and listed in digests; they are not sent later.

An alert that several rules matched is stopped only if all of them are muted.`,
		Example: `  regwatch mute rule crypto-ban --for 7d --reason "the vote is on Friday; we follow it"
  regwatch mute event 01K9ZQ4T --for 24h --reason "handled by counsel"
  regwatch mute source scmp-hk --for 12h --reason "moves its archive" --recipient oncall`,
		ValidArgs: kinds,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usageError{fmt.Errorf("%s takes two arguments: rule, event or source, and its ID", cmd.CommandPath())}
			}
			if !slices.Contains(kinds, args[0]) {
				return usageError{fmt.Errorf("%q cannot be muted%s; use rule, event or source", args[0], didYouMean(args[0], kinds))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			lasts, err := muteLength(length)
			if err != nil {
				return err
			}
			if strings.TrimSpace(m.Reason) == "" {
				return usageError{errors.New(`--reason is missing; others see it, such as --reason "known, handled by counsel"`)}
			}
			m.Kind, m.Target, m.By = models.MuteKind(args[0]), args[1], actorName(m.By)
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				change, err := a.Mute(cmd.Context(), m, lasts)
				if err != nil {
					return err
				}
				return sh.print(change.Mute.Mute, func() error { sh.printMuteChange(change, a.Zone()); return nil })
			})
		},
	}
	cmd.Flags().StringVar(&length, "for", "", "how long, such as 12h or 7d; at most a year")
	cmd.Flags().StringVar(&m.Reason, "reason", "", "why; others see it")
	cmd.Flags().StringVar(&m.Recipient, "recipient", "", "mute it for this recipient only (default: everybody)")
	cmd.Flags().StringVar(&m.By, "by", "", "who mutes it (default: your user name)")
	return cmd
}

func muteLength(text string) (time.Duration, error) {
	if text == "" {
		return 0, usageError{errors.New("--for is missing; say how long, such as --for 12h or --for 7d")}
	}
	d, err := duration.Parse(text)
	if err != nil {
		return 0, usageError{fmt.Errorf("--for %q is not a duration; use one such as 90m, 12h or 7d", text)}
	}
	return d, nil
}

func (sh *shell) printMuteChange(c app.MuteChange, zone *time.Location) {
	if !c.Changed {
		sh.printf("Nothing changed: it is already muted for longer. ")
	}
	sh.printf("%s.\n", muteSentence(c.Mute.Mute, zone))
	sh.printf("To unmute: %s\n", sh.command("unmute "+c.Mute.ShortID))
}

// muteSentence is a mute as a person reads it.
func muteSentence(m models.Mute, zone *time.Location) string {
	s := fmt.Sprintf("The %s %s is muted for %s until %s, by %s", m.Kind, m.Target, cmp.Or(m.Recipient, "everybody"), clock(&m.Until, zone), personOf(m.By))
	if m.Reason != "" {
		s += ": " + sanitize.Line(m.Reason)
	}
	return s
}

func newUnmute(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:   "unmute MUTE",
		Short: "End a mute early",
		Long: `End a mute early. New alerts are sent again; those that the mute stopped are not.

MUTE is the ID of a mute or its first characters.`,
		Example: `  regwatch unmute 01K9ZQ4T`,
		Args:    oneArg("the ID of a mute, or its first characters; regwatch mutes lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				ended, err := a.Unmute(cmd.Context(), args[0], actorName(by))
				if err != nil {
					return err
				}
				return sh.print(ended, func() error {
					forWhom := ""
					if ended.Recipient != "" {
						forWhom = " for " + ended.Recipient
					}
					sh.printf("The %s %s is no longer muted%s.\n", ended.Kind, ended.Target, forWhom)
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who ends it (default: your user name)")
	return cmd
}

func newMutes(sh *shell) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "mutes",
		Short: "List what is muted, by whom and why",
		Example: `  regwatch mutes
  regwatch mutes --all --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				mutes, err := a.Mutes(cmd.Context(), all)
				if err != nil {
					return err
				}
				return sh.print(mutes, func() error { return sh.printMutes(mutes, all, a.Zone()) })
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "include mutes that have ended")
	return cmd
}

func (sh *shell) printMutes(mutes []app.Mute, all bool, zone *time.Location) error {
	switch {
	case len(mutes) == 0 && all:
		sh.printf("There has never been a mute.\n")
		return nil
	case len(mutes) == 0:
		sh.printf("Nothing is muted.\n")
		return nil
	}
	table := newTable(sh.stdout, "ID", "WHAT", "FOR", "UNTIL", "BY", "REASON")
	for _, m := range mutes {
		until := clock(&m.Until, zone)
		switch {
		case !m.EndedAt.IsZero():
			until = "ended " + clock(&m.EndedAt, zone)
		case !m.InForce:
			until = "ended " + until
		}
		table.row(m.ShortID, string(m.Kind)+" "+m.Target, cmp.Or(m.Recipient, "everybody"), until, cmp.Or(m.By, "-"), shorten(cmp.Or(m.Reason, "-"), 70))
	}
	return table.flush()
}
