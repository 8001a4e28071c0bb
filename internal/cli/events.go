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
	"regwatch/internal/sanitize"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

const wantEvent = "the ID of an event, or its first characters; regwatch events lists them"

func newEvents(sh *shell) *cobra.Command {
	var f app.EventFilter
	var days, limit int
	var since string
	columns := []string{"id", "first-seen", "severity", "stage", "rule", "articles", "assigned-to", "title"}
	cmd := &cobra.Command{
		Use:   "events",
		Short: "List and show events; assign, close, merge and split them, and give feedback",
		Long: `List the events of the last days, the oldest first. An event is one development,
with every article that reports it. Show one with "regwatch events show ID"; the
first characters of an ID are enough.

An event is listed if it was first seen, changed or reported again within that
time. Filters narrow the list. --rule, --stage, --source, --jurisdiction and --held take
several values, separated by commas, and need one of them.

If there are more events than --limit, those are listed that were seen last. With
--json all are printed, unless you set --limit.

Columns: id, first-seen, last-seen, severity, stage, dates, rule (that leads), rules,
official, jurisdictions, articles, sources, assigned-to, state, due, feedback, title,
link.`,
		Example: `  regwatch events --days 30
  regwatch events --severity high --assigned-to nobody
  regwatch events --held unlikely --days 7
  regwatch events --state open --published official --jurisdiction "Hong Kong"
  regwatch events --may-belong
  regwatch events --rule crypto-ban --text "hong kong" --since 12w
  regwatch events --columns id,feedback,title,link`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			show, err := findColumns(columns)
			if err != nil {
				return err
			}
			if since != "" && cmd.Flags().Changed("days") {
				return usageError{errors.New("use either --days or --since")}
			}
			// Ten thousand days are more than any history.
			if days < 1 || days > 10_000 {
				return usageError{fmt.Errorf("--days %d; use a number from 1 to 10000", days)}
			}
			if limit < 0 {
				return usageError{fmt.Errorf("--limit %d; use a number of events, or 0 for all", limit)}
			}
			if sh.asJSON && !cmd.Flags().Changed("limit") {
				limit = 0
			}
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				f.Since = a.Now().AddDate(0, 0, -days)
				if since != "" {
					if f.Since, err = sinceFlag(a, since); err != nil {
						return err
					}
				}
				if f.AssignedTo == "me" {
					f.AssignedTo = actorName("")
				}
				events, total, err := a.NewestEvents(cmd.Context(), f, limit)
				if err != nil {
					return err
				}
				return sh.print(events, func() error {
					if len(events) == 0 {
						return sh.printNoEvents(cmd.Context(), a, f)
					}
					if err := sh.printEvents(events, show, a.Zone()); err != nil {
						return err
					}
					if len(events) < total {
						fmt.Fprintf(sh.stderr, "These are %d of %d events, those seen last. To list all, add --limit 0; for the next page, add --before %s.\n",
							len(events), total, leastSeen(events).ShortID)
					}
					return nil
				})
			})
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&days, "days", 7, "how many days to go back")
	flags.StringVar(&since, "since", "", "how far to go back: a time such as 36h, 7d or 12w, or a date such as 2026-01-31")
	flags.StringSliceVar(&f.Rules, "rule", nil, "only events that this rule matched; a mention does not count, except with --held")
	flags.StringVar(&f.Severity, "severity", "", "only events of this severity and higher: low, medium, high or critical")
	flags.StringSliceVar(&f.Stages, "stage", nil, `only events at this stage, or "none"`)
	flags.StringSliceVar(&f.Sources, "source", nil, "only events that this source reported")
	flags.StringVar(&f.Text, "text", "", "only events with all of these words in the title")
	flags.StringVar(&f.AssignedTo, "assigned-to", "", `only events assigned to this person, to "me" or to "nobody"`)
	flags.StringSliceVar(&f.Held, "held", nil, "only events that someone was not sent because of this, such as less-certain, unlikely or mention")
	flags.StringVar(&f.State, "state", "", "only events that are open, or that are closed")
	flags.StringVar(&f.Published, "published", "", `only events that an authority published ("official"), or the "press" alone`)
	flags.StringSliceVar(&f.Jurisdictions, "jurisdiction", nil, "only events of this jurisdiction, in English")
	flags.BoolVar(&f.LessCertain, "less-certain", false, "only events that are listed in the digest, and that no rule alerts to")
	flags.BoolVar(&f.MayBelong, "may-belong", false, "only events that may belong to another one, until somebody merges them or keeps them apart")
	flags.IntVar(&limit, "limit", 1000, "how many to list, those seen last; 0 is all")
	flags.StringVar(&f.Before, "before", "", "the next page: only events that were last seen before this `EVENT`")
	flags.StringSliceVar(&columns, "columns", columns, "the columns to show")
	cmd.AddCommand(newEventShow(sh), newEventsSimilar(sh), newEventsEval(sh), newEventsMerge(sh), newEventsSplit(sh), newEventsKeepApart(sh), newEventsMove(sh), newEventsUndo(sh), newEventsMatter(sh),
		newAssign(sh), newUnassign(sh), newFeedback(sh), newEventsClose(sh), newEventsReopen(sh), newEventsDue(sh), newEventsNote(sh),
		hiddenAlias(newAssign(sh), "take"), hiddenAlias(newUnassign(sh), "untake"), hiddenAlias(newFeedback(sh), "mark"), newUnmark(sh))
	return cmd
}

// leastSeen returns the event that was last seen before all others.
func leastSeen(events []app.Event) app.Event {
	return slices.MinFunc(events, func(a, b app.Event) int {
		return cmp.Or(a.LastSeenAt.Compare(b.LastSeenAt), cmp.Compare(a.ID, b.ID))
	})
}

// An eventColumn is a column that a list of events can have.
type eventColumn struct {
	name string
	cell func(e app.Event, zone *time.Location) string
}

func eventColumns() []eventColumn {
	return []eventColumn{
		{"id", func(e app.Event, _ *time.Location) string { return e.ShortID }},
		{"first-seen", func(e app.Event, zone *time.Location) string { return clock(&e.FirstSeenAt, zone) }},
		{"last-seen", func(e app.Event, zone *time.Location) string { return clock(&e.LastSeenAt, zone) }},
		{"severity", func(e app.Event, _ *time.Location) string { return eventSeverity(e) }},
		{"stage", func(e app.Event, _ *time.Location) string { return e.Stage }},
		{"dates", func(e app.Event, _ *time.Location) string { return keyDates(e) }},
		{"rule", func(e app.Event, _ *time.Location) string {
			return shorten(cmp.Or(e.LeadTitle(), strings.Join(e.RuleTitles, ", ")), 40)
		}},
		{"rules", func(e app.Event, _ *time.Location) string { return strings.Join(e.RuleTitles, ", ") }},
		{"official", func(e app.Event, _ *time.Location) string { return yesNo(e.Official) }},
		{"jurisdictions", func(e app.Event, _ *time.Location) string { return strings.Join(e.Jurisdictions, ", ") }},
		{"articles", func(e app.Event, _ *time.Location) string { return fmt.Sprint(len(e.Articles)) }},
		{"sources", func(e app.Event, _ *time.Location) string { return eventSources(e) }},
		{"assigned-to", func(e app.Event, _ *time.Location) string { return eventAssignees(e) }},
		{"state", func(e app.Event, _ *time.Location) string { return e.State }},
		{"due", func(e app.Event, _ *time.Location) string {
			if e.Due == nil {
				return ""
			}
			return e.Due.Day
		}},
		{"feedback", func(e app.Event, _ *time.Location) string { return e.Verdict() }},
		{"title", func(e app.Event, _ *time.Location) string { return shorten(e.Title, 70) }},
		{"link", func(e app.Event, _ *time.Location) string { return e.Link }},
	}
}

// findColumns returns the columns of the names that a person gave.
func findColumns(names []string) ([]eventColumn, error) {
	all := eventColumns()
	var known []string
	for _, c := range all {
		known = append(known, c.name)
	}
	var found []eventColumn
	for _, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		i := slices.Index(known, name)
		if i < 0 {
			return nil, usageError{fmt.Errorf("--columns: column %q does not exist%s; use %s", name, didYouMean(name, known), yamlnode.Or(known))}
		}
		found = append(found, all[i])
	}
	if len(found) == 0 {
		return nil, usageError{fmt.Errorf("--columns is empty; use %s", yamlnode.Or(known))}
	}
	return found, nil
}

func eventSeverity(e app.Event) string {
	switch {
	case e.Severity != "":
		return e.Severity
	case len(e.DigestRules) > 0:
		return "digest"
	case len(e.ExceptedRules) > 0:
		return "excepted"
	case e.IsMention():
		return "mention"
	case e.Strength == string(models.Subject):
		return "unlikely"
	}
	return ""
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func keyDates(e app.Event) string {
	var dates []string
	for _, d := range e.Dates {
		dates = append(dates, d.Day+" "+d.Kind)
	}
	return strings.Join(dates, ", ")
}

func eventSources(e app.Event) string {
	var names []string
	for _, in := range e.Articles {
		if !slices.Contains(names, in.Source) {
			names = append(names, in.Source)
		}
	}
	return strings.Join(names, ", ")
}

func eventAssignees(e app.Event) string {
	var names []string
	for _, t := range e.Assignments {
		names = append(names, personOf(t.By))
	}
	return strings.Join(names, ", ")
}

// personOf is a person's name for a person.
func personOf(by string) string { return cmp.Or(sanitize.Line(by), "somebody unknown") }

func (sh *shell) printEvents(events []app.Event, columns []eventColumn, zone *time.Location) error {
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = strings.ToUpper(strings.ReplaceAll(c.name, "-", " "))
	}
	table := newTable(sh.stdout, head...)
	for _, e := range events {
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = cmp.Or(c.cell(e, zone), "-")
		}
		table.row(cells...)
	}
	return table.flush()
}

// printNoEvents says that a list is empty, and who has events if a person was asked for.
func (sh *shell) printNoEvents(ctx context.Context, a *app.App, f app.EventFilter) error {
	since := f.Since.In(a.Zone()).Format(time.DateOnly)
	if f.Severity+f.Text+f.AssignedTo+f.State+f.Published == "" && !f.MayBelong && !f.LessCertain &&
		len(f.Rules)+len(f.Stages)+len(f.Sources)+len(f.Jurisdictions)+len(f.Held) == 0 {
		sh.printf("There are no events since %s.\n", since)
		return nil
	}
	sh.printf("No event since %s matches these filters.\n", since)
	if f.AssignedTo == "" {
		return nil
	}
	names, err := a.Assignees(ctx)
	if len(names) > 0 {
		sh.printf("Events are assigned to %s.\n", strings.Join(names, ", "))
	}
	return err
}
