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

func newEventShow(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "show EVENT",
		Short: "Show an event: its rules and articles, who was notified, assignments and feedback",
		Long: `Show an event: its title and link, the rules that matched with the words that they
found, its articles, who was notified of it and who was not and why, to whom it is
assigned, what people said of it, and the mutes in force.

EVENT is the ID of an event or its first characters.`,
		Example: `  regwatch events show 01K9ZQ4T`,
		Args:    oneArg(wantEvent),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				event, err := a.Event(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				if event.SimilarPast, err = a.SimilarPast(cmd.Context(), event.ID, 3); err != nil {
					return err
				}
				return sh.print(event, func() error { sh.printEvent(event, a.Zone()); return nil })
			})
		},
	}
}

func (sh *shell) printEvent(e app.EventDetails, zone *time.Location) {
	sh.printf("%s · %s\n", strings.ToUpper(eventSeverity(e.Event)), sanitize.Line(e.Title))
	if e.Link != "" {
		sh.printf("%s\n", sanitize.Line(e.Link))
	}
	sh.printf("Event %s, first seen %s, last seen %s\n", e.ID, clock(&e.FirstSeenAt, zone), clock(&e.LastSeenAt, zone))
	official := "not confirmed by an official source"
	if e.Official {
		official = "confirmed by an official source"
	}
	sh.printf("Stage: %s · %s\n", cmp.Or(e.Stage, "none found"), official)
	if e.StageQuote != "" {
		sh.printf("Stage quote: “%s”\n", shorten(e.StageQuote, 160))
	}
	sh.printf("Published: %s · %s\n", cmp.Or(e.Reports.In(zone), "-"), plural(e.Outlets, "outlet", "outlets"))
	if len(e.Jurisdictions) > 0 {
		sh.printf("Jurisdictions: %s\n", sanitize.Line(strings.Join(e.Jurisdictions, ", ")))
	}
	if len(e.Instruments) > 0 {
		sh.printf("Instruments: %s\n", instrumentNames(e.Instruments))
	}
	if len(e.Entities) > 0 {
		sh.printf("Names: %s\n", e.EntityNames())
	}
	if r := e.Restates; r != nil {
		sh.printf("First reported: %s (event %s)\n", localDay(r.At, zone), sanitize.Line(r.EventID))
	}
	if m := e.Matter; m != nil {
		sh.printf("Matter: %s · %s\n", matterName(*m), sh.command("matters show "+shellQuote(m.ID)))
	}
	for i, s := range e.Extract {
		label := "Extract:"
		if i > 0 {
			label = "        "
		}
		sh.printf("%s “%s”\n", label, sanitize.Line(s))
	}
	if m := e.MayBelong; m != nil {
		sh.printf("May belong to: “%s” (event %s)\n  %s\n", shorten(m.Title, 90), sanitize.Line(m.EventID), app.SimilarityIn(m.Similarity, "en"))
		pair := e.ShortID + " " + sanitize.Line(m.EventID)
		sh.printf("  If it does: %s\n  If not: %s\n", sh.command("events merge "+pair), sh.command("events keep-apart "+pair))
	}
	for _, c := range e.Corrections {
		sh.printf("Corrected: %s (%s)\n  To undo: %s\n", correctionSentence(c.EventLink), clock(&c.MadeAt, zone), sh.undoGrouping(c.EventLink))
	}
	for _, d := range e.Dates {
		sh.printf("Date: %s %s: “%s”\n", d.Day, d.Kind, shorten(d.Quote, 160))
	}
	for _, m := range e.Rules {
		verb := "Matched"
		switch {
		case m.Draft:
			verb = "Matched (draft)"
		case m.Strength == string(models.Mention) && !m.Alerts:
			verb = "Mentions"
		}
		sh.printf("%s: %s: %s\n", verb, sanitize.Line(cmp.Or(m.RuleTitle, m.RuleID)), matchedWords(m.Hits))
		if names := m.Names(); names != "" {
			sh.printf("  Names: %s\n", names)
		}
		if relevance := m.RelevanceText(); relevance != "" {
			sh.printf("  Relevance: %s\n", relevance)
		}
	}
	sh.printf("Articles:\n")
	for _, in := range e.Articles {
		sh.printf("  %s  %s  (%s; %s)\n", clock(&in.SeenAt, zone), shorten(in.Title, 90), sanitize.Line(in.SourceName), app.JoinedIn(in.JoinedBy, "en"))
		if in.Similarity != nil {
			sh.printf("    %s\n", app.SimilarityIn(*in.Similarity, "en"))
		}
	}
	if len(e.SimilarPast) > 0 {
		sh.printf("Similar past events:\n")
		sh.printPastEvents(e.SimilarPast, zone)
	}
	sh.printEventNotices(e, zone)
	sh.printAssignments(e.Event, zone)
	sh.printFeedback(e.Event, zone)
	sh.printWork(e, zone)
	for _, m := range e.Mutes {
		sh.printf("%s.\n", muteSentence(m, zone))
	}
	if len(e.Rules) > 0 {
		sh.printf("Not this? %s\n", sh.command("exceptions add --from "+e.ShortID+" --reason TEXT"))
	}
}

// instrumentNames names the laws and documents that an event is about, and after them those
// that are only cited.
func instrumentNames(all []app.Instrument) string {
	var about, cited []string
	for _, n := range all {
		if n.Cited {
			cited = append(cited, sanitize.Line(n.Name))
			continue
		}
		about = append(about, sanitize.Line(n.Name))
	}
	if len(cited) > 0 {
		about = append(about, "cited: "+strings.Join(cited, ", "))
	}
	return strings.Join(about, "; ")
}

func newEventsSimilar(sh *shell) *cobra.Command {
	limit := 10
	cmd := &cobra.Command{
		Use:   "similar EVENT",
		Short: "List past events that are like an event",
		Long: `List events of earlier times that are most like an event by title and first sentences, in
English and Chinese, the most similar first, with the terms that both have. They were over
more than a week before the event began, so they are no part of it, and may be of any age.

EVENT is the ID of an event or its first characters.`,
		Example: `  regwatch events similar 01K9ZQ4T
  regwatch events similar 01K9ZQ4T --limit 3`,
		Args: oneArg(wantEvent),
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 1 {
				return usageError{fmt.Errorf("--limit %d; use 1 or more", limit)}
			}
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				past, err := a.SimilarPast(cmd.Context(), args[0], limit)
				if err != nil {
					return err
				}
				return sh.print(past, func() error {
					if len(past) == 0 {
						sh.printf("No past event is like this one.\n")
					}
					sh.printPastEvents(past, a.Zone())
					return nil
				})
			})
		},
	}
	cmd.Flags().IntVar(&limit, "limit", limit, "how many to list")
	return cmd
}

func (sh *shell) printPastEvents(past []app.PastEvent, zone *time.Location) {
	for _, p := range past {
		sh.printf("  %s  %s  %s\n    score %.2f; both have %s\n", p.ShortID, localDay(p.FirstSeenAt, zone), shorten(p.Title, 90), p.Score, sanitize.Line(strings.Join(p.Terms, ", ")))
	}
}

// printEventNotices prints who was notified of an event, and who was not and why.
func (sh *shell) printEventNotices(e app.EventDetails, zone *time.Location) {
	sent := slices.DeleteFunc(slices.Clone(e.Notices), app.EventNotice.IsHeld)
	sh.printf("Notified:%s\n", noneOf(len(sent), "nobody"))
	for _, n := range sent {
		sh.printf("  %s  %s: %s\n", sanitize.Line(n.Recipient), n.Kind, noticeState(n, zone))
	}
	held := e.NotNotified()
	if len(held) == 0 {
		return
	}
	sh.printf("Not notified:\n")
	for _, n := range held {
		sh.printf("  %s  %s: %s\n", sanitize.Line(n.Recipient), clock(&n.CreatedAt, zone), sanitize.Line(n.Held))
	}
}

// noticeState says when and where a notice was sent, or why not yet.
func noticeState(n app.EventNotice, zone *time.Location) string {
	if n.WaitUntil != nil {
		return "deferred until " + clock(n.WaitUntil, zone) + ": " + sanitize.Line(n.WaitReason)
	}
	var parts []string
	before := ""
	for _, d := range n.Deliveries {
		state, to := eventDeliveryState(d, zone), sanitize.Line(d.Destination)
		if state == before {
			parts[len(parts)-1] += ", " + to
			continue
		}
		before = state
		parts = append(parts, state+" "+to)
	}
	if len(parts) == 0 { // their destinations get it as somebody else's
		return "decided " + clock(&n.CreatedAt, zone) + "; sent with the message to another recipient"
	}
	state := strings.Join(parts, "; ")
	if n.InSummary {
		state += ", in a summary"
	}
	return state
}

// eventDeliveryState says what became of a delivery; the destination comes next.
func eventDeliveryState(d app.EventDelivery, zone *time.Location) string {
	why := ""
	if d.LastError != "" {
		why = " (" + sanitize.Line(d.LastError) + ")"
	}
	switch models.DeliveryState(d.State) {
	case models.DeliverySent:
		return "sent " + clock(d.SentAt, zone) + " to"
	case models.DeliveryDue:
		return "not sent yet" + why + " to"
	case models.DeliveryDead:
		return "failed" + why + " to"
	case models.DeliveryDropped:
		return "dropped" + why + ", so not sent to"
	case models.DeliveryUnverified:
		return "held until confirmed by"
	}
	return d.State + why
}

// noneOf ends a heading: with nothing if something follows, and else with a word for none.
func noneOf(n int, none string) string {
	if n == 0 {
		return " " + none
	}
	return ""
}

func (sh *shell) printAssignments(e app.Event, zone *time.Location) {
	var names []string
	for _, t := range e.Assignments {
		names = append(names, personOf(t.By)+" ("+clock(&t.AssignedAt, zone)+")")
	}
	sh.printf("Assigned to: %s\n", cmp.Or(strings.Join(names, ", "), "nobody"))
}

func (sh *shell) printFeedback(e app.Event, zone *time.Location) {
	sh.printf("Feedback:%s\n", noneOf(len(e.Feedback), "none"))
	for _, f := range e.Feedback {
		sh.printf("  %s  %s\n", clock(&f.GivenAt, zone), feedbackSentence(f, e))
	}
}

// feedbackSentence is feedback as a person reads it.
func feedbackSentence(f models.Feedback, e app.Event) string {
	verdict := models.Irrelevant
	if f.Relevant {
		verdict = models.Relevant
	}
	s := string(verdict) + ", by " + personOf(f.By)
	if f.RuleID != "" {
		s += ", for the rule " + ruleTitle(f.RuleID, e)
	}
	if f.Note != "" {
		s += ": " + sanitize.Line(f.Note)
	}
	return s
}

// ruleTitle is the title of one of an event's rules in quotes.
func ruleTitle(id string, e app.Event) string {
	if i := slices.Index(e.RuleIDs, id); i >= 0 {
		return "“" + sanitize.Line(e.RuleTitles[i]) + "”"
	}
	return id
}
