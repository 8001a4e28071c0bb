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
