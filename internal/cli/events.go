package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

func newEvents(sh *shell) *cobra.Command {
	var days int
	cmd := &cobra.Command{
		Use:     "events",
		Short:   "List recent events; show, assign and mark them",
		Example: "  regwatch events --days 30 --json",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			// Ten thousand days are more than any history.
			if days < 1 || days > 10_000 {
				return usageError{fmt.Errorf("--days %d; want from 1 to 10000", days)}
			}
			w, s, err := openFolder(cmd, sh)
			if err != nil {
				return err
			}
			defer s.Close()
			now := time.Now()
			events, err := s.EventsBetween(cmd.Context(), now.AddDate(0, 0, -days), now)
			if err != nil {
				return err
			}
			if len(events) == 0 && !sh.asJSON {
				sh.printf("No event was seen in the last %s.\n", plural(days, "day", "days"))
				return nil
			}
			return sh.listEvents(events, w.Config.Location())
		},
	}
	cmd.Flags().IntVar(&days, "days", 7, "how many days to go back")
	cmd.AddCommand(newEventShow(sh), newEventTake(sh), newEventUntake(sh), newEventMark(sh), newEventUnmark(sh))
	return cmd
}

func (sh *shell) listEvents(events []models.Event, zone *time.Location) error {
	if sh.asJSON {
		rows := make([]eventRow, len(events))
		for i, e := range events {
			rows[i] = rowOfEvent(e)
		}
		return sh.printJSON(rows)
	}
	table := newTable(sh.stdout, "EVENT", "FIRST SEEN", "SEVERITY", "RULE", "ARTICLES", "MARKED", "TITLE")
	for _, e := range events {
		severity, rule := string(e.Severity), e.LeadRule
		if e.Strength == models.Mention {
			severity, rule = "-", "mentions only"
		}
		marked, disputed := models.Judge(e.Feedback, "")
		if disputed {
			marked = "disputed"
		}
		table.row(e.ID, clock(&e.FirstSeenAt, zone), severity, rule, fmt.Sprint(len(e.Articles)), cmp.Or(string(marked), "-"), shorten(e.Title, 70))
	}
	return table.flush()
}

func newEventShow(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:     "show EVENT",
		Short:   "Show an event: rules, articles, who was notified, to whom it is assigned, marks",
		Example: `  regwatch events show 01K9ZQ4T`,
		Args:    oneArg("the ID of an event, or how it begins; regwatch events lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withEvent(cmd, sh, args[0], func(a *app.App, e models.Event, zone *time.Location) error {
				matches, err := a.Store().EventMatches(cmd.Context(), e.ID)
				if err != nil {
					return err
				}
				mutes, err := engineMutesOf(a, cmd.Context(), e)
				if err != nil {
					return err
				}
				if sh.asJSON {
					return sh.printJSON(struct {
						eventRow
						Matches []matchRow    `json:"matches"`
						Mutes   []models.Mute `json:"mutes"` // in force, of the event, its rules and its sources
					}{rowOfEvent(e), rowsOfMatches(matches), append([]models.Mute{}, mutes...)})
				}
				sh.printEvent(e, matches, mutes, e.Feedback, zone)
				return nil
			})
		},
	}
}

func (sh *shell) printEvent(e models.Event, matches []models.Match, mutes []models.Mute, marks []models.Feedback, zone *time.Location) {
	severity := strings.ToUpper(string(e.Severity))
	if e.Strength == models.Mention {
		severity = "MENTION"
	}
	sh.printf("%s · %s\n", severity, sanitize.Line(e.Title))
	if e.Link != "" {
		sh.printf("%s\n", e.Link)
	}
	sh.printf("Event %s, first seen %s\n", e.ID, clock(&e.FirstSeenAt, zone))
	met := make(map[string]bool)
	for _, m := range models.Ranked(matches) {
		if met[m.RuleID+m.RuleHash] {
			continue
		}
		met[m.RuleID+m.RuleHash] = true
		verb := "Raised by"
		if !m.Alerts() {
			verb = "Mentions"
		}
		sh.printf("%s %s (%.8s): %s\n", verb, m.RuleID, m.RuleHash, wordsOf(m.Hits))
	}
	sh.printf("Articles:\n")
	for _, a := range e.Articles {
		sh.printf("  %s  %s  (%s; %s)\n", clock(&a.SeenAt, zone), shorten(sanitize.Line(a.Title), 90), a.SourceName, a.JoinedBy)
	}
	sh.printPeople(e, mutes, zone)
	if len(marks) == 0 {
		sh.printf("Marks: none\n")
		return
	}
	sh.printf("Marks:\n")
	for _, m := range marks {
		sh.printf("  %s  %s\n", clock(&m.GivenAt, zone), sentenceOf(m))
	}
}

// sentenceOf is a mark as a person reads it.
func sentenceOf(m models.Feedback) string {
	s := string(verdictOf(m)) + " by " + cmp.Or(sanitize.Line(m.By), "somebody unknown")
	if m.RuleID != "" {
		s += ", of rule " + m.RuleID
	}
	if m.RuleHash != "" {
		s += fmt.Sprintf(" (%.8s)", m.RuleHash)
	}
	if m.Note != "" {
		s += ": " + sanitize.Line(m.Note)
	}
	return s
}

func verdictOf(m models.Feedback) models.Verdict {
	if m.Relevant {
		return models.Relevant
	}
	return models.Irrelevant
}

// A marking is whose mark is meant, and on what.
type marking struct{ rule, by string }

func (m *marking) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&m.rule, "rule", "", "mark this rule only (default: the whole event)")
	cmd.Flags().StringVar(&m.by, "by", "", "whose mark it is (default: your user name)")
}

// on names the event, and the person: who runs the command, unless --by says
// another.
func (m marking) on(event string) models.Feedback {
	return models.Feedback{EventID: event, RuleID: m.rule, By: actorName(m.by)}
}

func newEventMark(sh *shell) *cobra.Command {
	var m marking
	var note string
	verdicts := []string{string(models.Relevant), string(models.Irrelevant)}
	cmd := &cobra.Command{
		Use:   "mark EVENT relevant|irrelevant",
		Short: "Mark an event as relevant or irrelevant",
		Long: `Mark an event as relevant or irrelevant. regwatch rules backtest measures rules by
these marks. Each person has one mark on an event and one on each of its rules; a
new mark replaces the old one. The audit log keeps both.`,
		Example: `  regwatch events mark 01K9ZQ4T relevant
  regwatch events mark 01K9ZQ4T irrelevant --rule crypto-ban --note "a price report"`,
		ValidArgs: verdicts,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usageError{fmt.Errorf("%s takes two arguments: the ID of an event, or how it begins, and relevant or irrelevant", cmd.CommandPath())}
			}
			if !slices.Contains(verdicts, args[1]) {
				return usageError{fmt.Errorf("%q; an event is marked as relevant or irrelevant%s", args[1], didYouMean(args[1], verdicts))}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return withEvent(cmd, sh, args[0], func(a *app.App, e models.Event, _ *time.Location) error {
				mark := m.on(e.ID)
				mark.Relevant, mark.Note = args[1] == string(models.Relevant), note
				stored, err := a.AddFeedback(cmd.Context(), mark)
				if err != nil {
					return err
				}
				if sh.asJSON {
					return sh.printJSON(stored)
				}
				sh.printf("%s\nMarked %s.\n", sanitize.Line(e.Title), sentenceOf(stored))
				return nil
			})
		},
	}
	m.flags(cmd)
	cmd.Flags().StringVar(&note, "note", "", "why")
	return cmd
}

func newEventUnmark(sh *shell) *cobra.Command {
	var m marking
	cmd := &cobra.Command{
		Use:   "unmark EVENT",
		Short: "Remove a mark",
		Example: `  regwatch events unmark 01K9ZQ4T
  regwatch events unmark 01K9ZQ4T --rule crypto-ban --by ana`,
		Args: oneArg("the ID of an event, or how it begins; regwatch events lists them"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return withEvent(cmd, sh, args[0], func(a *app.App, e models.Event, _ *time.Location) error {
				mark := m.on(e.ID)
				if err := a.RemoveFeedback(cmd.Context(), mark); err != nil {
					return err
				}
				if sh.asJSON {
					return sh.printJSON(map[string]any{"event_id": e.ID, "rule_id": mark.RuleID, "by": mark.By, "taken_back": true})
				}
				sh.printf("%s\nThe mark by %s is removed.\n", sanitize.Line(e.Title), cmp.Or(mark.By, "somebody unknown"))
				return nil
			})
		},
	}
	m.flags(cmd)
	return cmd
}

// withEvent opens the folder and finds an event by its ID or the beginning of it.
func withEvent(cmd *cobra.Command, sh *shell, id string, do func(a *app.App, e models.Event, zone *time.Location) error) error {
	return sh.withApp(cmd.Context(), func(a *app.App) error {
		e, err := a.Store().FindEvent(cmd.Context(), id)
		if err != nil {
			return err
		}
		return do(a, e, a.Zone())
	})
}
