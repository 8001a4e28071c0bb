package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/duration"
	"regwatch/internal/sanitize"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// How long a mute may last. Whoever wants silence for longer should change the rule,
// source or route.
const (
	shortestMute = time.Minute
	longestMute  = 365 * 24 * time.Hour
)

func newMute(sh *shell) *cobra.Command {
	var length string
	var m models.Mute
	kinds := []string{string(models.MuteRule), string(models.MuteEvent), string(models.MuteSource)}
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
				return usageError{fmt.Errorf("%q cannot be muted; want rule, event or source%s", args[0], didYouMean(args[0], kinds))}
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
			return mute(cmd, sh, m, lasts)
		},
	}
	cmd.Flags().StringVar(&length, "for", "", "how long, such as 12h or 7d; at most a year")
	cmd.Flags().StringVar(&m.Reason, "reason", "", "why; others see it")
	cmd.Flags().StringVar(&m.Recipient, "recipient", "", "mute it for this recipient only (default: everybody)")
	cmd.Flags().StringVar(&m.By, "by", "", "who mutes it (default: your user name)")
	return cmd
}

func muteLength(s string) (time.Duration, error) {
	if s == "" {
		return 0, usageError{errors.New("--for is missing; say how long, such as --for 12h or --for 7d")}
	}
	d, err := duration.Parse(s)
	switch {
	case err != nil:
		return 0, usageError{fmt.Errorf("--for %q; want a time such as 90m, 12h or 7d", s)}
	case d < shortestMute:
		return 0, usageError{fmt.Errorf("--for %s; want at least a minute", s)}
	case d > longestMute:
		return 0, usageError{fmt.Errorf("--for %s; want at most a year (365d); to stop it for longer, change the rule, source or route", s)}
	}
	return d, nil
}

func mute(cmd *cobra.Command, sh *shell, m models.Mute, length time.Duration) error {
	a, err := openAppOnly(cmd.Context(), sh)
	if err != nil {
		return err
	}
	defer a.Close()
	w := a.Folder()
	if err := engineKnownTarget(a, cmd.Context(), w, &m); err != nil {
		return err
	}
	stored, err := a.Mute(cmd.Context(), m, length)
	if err != nil {
		return err
	}
	if sh.asJSON {
		return sh.printJSON(stored)
	}
	zone := w.Config.Location()
	if stored.Until.After(time.Now().Add(length)) {
		sh.printf("Nothing changed: it is already muted for longer. %s.\n", muteSentence(stored, zone))
	} else {
		sh.printf("%s.\n", muteSentence(stored, zone))
	}
	sh.printf("To unmute: regwatch unmute %s\n", stored.ID)
	return nil
}

// knownTarget refuses what there is not, and writes out the ID of an event of
// which the beginning was given.
func engineKnownTarget(a *app.App, ctx context.Context, w written, m *models.Mute) error {
	if m.Recipient != "" && a.Config().Routing().Recipients[m.Recipient].Name == "" {
		var names []string
		for _, to := range w.Config.Recipients {
			names = append(names, to.Name)
		}
		return usageError{fmt.Errorf("no recipient is called %q%s; there is %s", m.Recipient, didYouMean(m.Recipient, names), yamlnode.Or(names))}
	}
	switch m.Kind {
	case models.MuteSource:
		return knownSources(w.Sources, []string{m.Target})
	case models.MuteRule:
		var ids []string
		for _, r := range w.Rules.Rules() {
			ids = append(ids, r.ID)
		}
		if !slices.Contains(ids, m.Target) {
			return usageError{fmt.Errorf("no rule is called %q%s; regwatch rules lists them", m.Target, didYouMean(m.Target, ids))}
		}
		return nil
	}
	e, err := a.Store().FindEvent(ctx, m.Target)
	m.Target = e.ID
	return err
}

// muteSentence is a mute as a person reads it.
func muteSentence(m models.Mute, zone *time.Location) string {
	s := fmt.Sprintf("The %s %s is muted for %s until %s, by %s", m.Kind, m.Target, cmp.Or(m.Recipient, "everybody"), clock(&m.Until, zone), cmp.Or(sanitize.Line(m.By), "somebody unknown"))
	if m.Reason != "" {
		s += ": " + sanitize.Line(m.Reason)
	}
	return s
}

func newUnmute(sh *shell) *cobra.Command {
	var by string
	cmd := &cobra.Command{
		Use:     "unmute MUTE",
		Short:   "End a mute early",
		Long:    `End a mute early. Alerts that it stopped are not sent; new ones are.`,
		Example: `  regwatch unmute 01K9ZQ4T`,
		Args:    oneArg("the ID of a mute, or how it begins; regwatch mutes lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			a, err := openAppOnly(cmd.Context(), sh)
			if err != nil {
				return err
			}
			defer a.Close()
			id, err := engineFindMute(a, cmd.Context(), args[0])
			if err != nil {
				return err
			}
			ended, err := a.Unmute(cmd.Context(), id, actorName(by))
			if err != nil {
				return err
			}
			if sh.asJSON {
				return sh.printJSON(ended)
			}
			forWhom := ""
			if ended.Recipient != "" {
				forWhom = " for " + ended.Recipient
			}
			sh.printf("The %s %s is no longer muted%s.\n", ended.Kind, ended.Target, forWhom)
			return nil
		},
	}
	cmd.Flags().StringVar(&by, "by", "", "who ends it (default: your user name)")
	return cmd
}

// findMute returns the ID of the mute whose ID begins so. What is over is found
// only by its whole ID.
func engineFindMute(a *app.App, ctx context.Context, begins string) (string, error) {
	mutes, err := a.Store().Mutes(ctx)
	if err != nil {
		return "", err
	}
	begins = strings.ToUpper(strings.TrimSpace(begins))
	var ids []string
	for _, m := range mutes {
		if begins != "" && strings.HasPrefix(m.ID, begins) && m.InForce(time.Now()) {
			ids = append(ids, m.ID)
		}
	}
	switch len(ids) {
	case 0:
		return begins, nil // the store says what is wrong with it
	case 1:
		return ids[0], nil
	}
	return "", fmt.Errorf("%q begins the IDs of several mutes; write more of the one you mean: %s", begins, strings.Join(ids[:min(len(ids), 5)], ", "))
}

// A muteRow is a mute as --json prints it.
type muteRow struct {
	models.Mute
	InForce bool `json:"in_force"`
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
			w, s, err := openFolder(cmd, sh)
			if err != nil {
				return err
			}
			defer s.Close()
			mutes, err := s.Mutes(cmd.Context())
			if err != nil {
				return err
			}
			now := time.Now()
			rows := []muteRow{}
			for _, m := range mutes {
				if m.InForce(now) || all {
					rows = append(rows, muteRow{m, m.InForce(now)})
				}
			}
			return sh.listMutes(rows, all, w.Config.Location())
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "include mutes that have ended")
	return cmd
}

func (sh *shell) listMutes(rows []muteRow, all bool, zone *time.Location) error {
	if sh.asJSON {
		return sh.printJSON(rows)
	}
	if len(rows) == 0 && all {
		sh.printf("Nothing was ever muted.\n")
		return nil
	}
	if len(rows) == 0 {
		sh.printf("Nothing is muted.\n")
		return nil
	}
	table := newTable(sh.stdout, "MUTE", "WHAT", "FOR", "UNTIL", "BY", "REASON")
	for _, m := range rows {
		until := clock(&m.Until, zone)
		switch {
		case !m.EndedAt.IsZero():
			until = "ended " + clock(&m.EndedAt, zone)
		case !m.InForce:
			until = "ended " + until
		}
		table.row(m.ID, string(m.Kind)+" "+m.Target, cmp.Or(m.Recipient, "everybody"), until, cmp.Or(m.By, "-"), shorten(sanitize.Line(cmp.Or(m.Reason, "-")), 70))
	}
	return table.flush()
}
