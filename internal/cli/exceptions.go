package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/duration"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

func newExceptions(sh *shell) *cobra.Command {
	var all bool
	var rule string
	list := func(cmd *cobra.Command) error {
		return sh.withApp(cmd.Context(), func(a *app.App) error {
			found, err := a.Exceptions(cmd.Context(), rule, all)
			if err != nil {
				return err
			}
			return sh.print(found, func() error { return sh.printExceptions(found, all, a.Zone()) })
		})
	}
	cmd := &cobra.Command{
		Use:   "exceptions",
		Short: "Say which articles do not count for a rule: list, add, extend, remove",
		Long: `List the exceptions in force, with how many matches each has held. An exception says
"not this": articles that its query matches do not count for a rule, for the articles
of some sources, or for all rules, until it expires.

What an exception holds is stored and counted: the digest tells how much it was, and
"regwatch events --held exception" lists it. It alerts nobody. An exception is about
content; to stop alerts to a person for some time, use "regwatch mute".`,
		Example: `  regwatch exceptions
  regwatch exceptions --rule crypto-ban --all
  regwatch exceptions add crypto-ban 'title:appoints' --reason "staff news is no rule change"`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return list(cmd) },
	}
	cmd.Flags().BoolVar(&all, "all", false, "include exceptions that have expired or were removed")
	cmd.Flags().StringVar(&rule, "rule", "", "only those that apply to this rule")
	cmd.AddCommand(newExceptionAdd(sh), newExceptionExtend(sh), newExceptionRemove(sh), newExceptionUndo(sh))
	return cmd
}

func newExceptionAdd(sh *shell) *cobra.Command {
	var r app.ExceptionRequest
	var source, length, until string
	var everything, yes, dryRun bool
	cmd := &cobra.Command{
		Use:   "add RULE|--source PATTERN|--all QUERY --reason TEXT",
		Short: "Say that articles do not count, after a preview",
		Long: `Say that articles that a query matches do not count for a rule (RULE), for articles of
some sources (--source), or for all rules (--all). "regwatch search --help" explains
queries. In a roundup of several reports, a report counts by itself.

The command first shows what the exception would have held in the last 90 days, with a
warning if that was official, critical or marked as relevant, and asks before it stores
anything. Without a terminal to ask on, --yes confirms. A running regwatch uses the
exception within seconds, for articles that arrive from then on. What was sent stays
sent. The audit log records who wrote it.

--from EVENT names the event that was not wanted. Without QUERY, its title gives a
proposal to start from, and without RULE its leading rule is meant.

An exception expires after 90 days, or as --for or --until says. One that never expires
needs --until never. People who get the alerts of the rule are told a week before, and
when it has expired; for other exceptions, those who get messages about health are.`,
		Example: `  regwatch exceptions add crypto-ban 'title:appoints OR title:"joins as"' --reason "staff news"
  regwatch exceptions add crypto-ban --from 01K9ZQ4T --reason "staff news" --dry-run
  regwatch exceptions add --source 'hkma-*' '"monetary base"' --reason "weekly figures" --until 2027-03-01
  regwatch exceptions add --all '"press club"' --reason "no regulator" --for 30d --by ana --yes`,
		Args: func(cmd *cobra.Command, args []string) error {
			most := 2
			if everything || source != "" {
				most = 1
			}
			switch {
			case everything && source != "":
				return usageError{errors.New("--source and --all exclude each other; use one of them")}
			case len(args) > most:
				return usageError{fmt.Errorf("%s takes %s; put the query in quotes, such as 'title:appoints AND staff'", cmd.CommandPath(), map[int]string{1: "one query", 2: "a rule and one query"}[most])}
			case len(args) < most && r.FromEvent == "":
				return usageError{errors.New("name what the exception is about and give its query: RULE QUERY, --source PATTERN QUERY or --all QUERY; or --from EVENT")}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(r.Reason) == "" {
				return usageError{errors.New(`--reason is missing; others see it, such as --reason "staff news is no rule change"`)}
			}
			r.By, r.Progress = actorName(r.By), printProgress(sh.stderr)
			return sh.withApp(cmd.Context(), func(a *app.App) (err error) {
				if r.Until, err = exceptionEnd(a, length, until); err != nil {
					return err
				}
				proposed, err := completeException(cmd, a, &r, source, everything, args)
				if err != nil {
					return err
				}
				if proposed && yes {
					return usageError{fmt.Errorf("--yes needs a query that a person wrote; if the proposed one is right, give it: %s", shellQuote(r.Query))}
				}
				return sh.addException(cmd, a, r, proposed, yes, dryRun)
			})
		},
	}
	cmd.Flags().StringVar(&source, "source", "", "it is about all rules, for articles from sources with this ID; * stands for any part of it")
	cmd.Flags().BoolVar(&everything, "all", false, "it is about all rules")
	cmd.Flags().StringVar(&r.Reason, "reason", "", "why; others see it")
	cmd.Flags().StringVar(&length, "for", "", "how long, such as 30d or 26w (default 90d)")
	cmd.Flags().StringVar(&until, "until", "", "when it expires: a date such as 2027-03-01, or never")
	cmd.Flags().StringVar(&r.FromEvent, "from", "", "the event that was not wanted: its ID or first characters")
	cmd.Flags().StringVar(&r.By, "by", "", "who writes it (default: your user name)")
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only show what it would have held")
	return cmd
}

// completeException fills in what an exception is about and its query, and reports whether the query is only proposed.
func completeException(cmd *cobra.Command, a *app.App, r *app.ExceptionRequest, source string, everything bool, args []string) (proposed bool, err error) {
	var from app.ProposedException
	if r.FromEvent != "" {
		event, err := a.Event(cmd.Context(), r.FromEvent)
		if err != nil {
			return false, err
		}
		from.RuleID = cmp.Or(event.LeadRule, firstRule(event))
	}
	switch {
	case everything:
		r.Scope = models.ExceptAll
	case source != "":
		r.Scope, r.Target = models.ExceptSource, source
	case len(args) == 2:
		r.Scope, r.Target = models.ExceptRule, args[0]
		args = args[1:]
	case len(args) == 1 && isRule(a, args[0]):
		r.Scope, r.Target = models.ExceptRule, args[0]
		args = nil
	default:
		r.Scope, r.Target = models.ExceptRule, from.RuleID
	}
	if len(args) == 1 {
		r.Query = args[0]
		return false, nil
	}
	from, err = a.ProposeException(cmd.Context(), r.FromEvent)
	r.Query = from.Query
	return true, err
}

func firstRule(e app.EventDetails) string {
	if len(e.Rules) > 0 {
		return e.Rules[0].RuleID
	}
	return ""
}

func isRule(a *app.App, id string) bool {
	for _, r := range a.Rules().List() {
		if r.ID == id {
			return true
		}
	}
	return false
}

// exceptionEnd reads --for and --until. The zero time is never.
func exceptionEnd(a *app.App, length, until string) (time.Time, error) {
	switch {
	case length != "" && until != "":
		return time.Time{}, usageError{errors.New("--for and --until exclude each other; use one of them")}
	case until == "never":
		return time.Time{}, nil
	case until != "":
		day, err := time.ParseInLocation(time.DateOnly, until, a.Zone())
		if err != nil {
			return time.Time{}, usageError{fmt.Errorf("--until %q is not understood; use a date such as 2027-03-01, or never", until)}
		}
		return day.UTC(), nil
	case length == "":
		return a.Now().UTC().Add(app.DefaultException), nil
	}
	d, err := duration.Parse(length)
	if err != nil || d <= 0 {
		return time.Time{}, usageError{fmt.Errorf("--for %q is not a duration; use one such as 30d or 26w, or --until with a date", length)}
	}
	return a.Now().UTC().Add(d), nil
}

// addException shows what an exception would have held, asks, and stores it.
func (sh *shell) addException(cmd *cobra.Command, a *app.App, r app.ExceptionRequest, proposed, yes, dryRun bool) error {
	ctx := cmd.Context()
	preview, err := a.PreviewException(ctx, r)
	if err != nil {
		return err
	}
	show := func() error { return sh.printExceptionPreview(preview, proposed, a.Zone()) }
	switch {
	case dryRun:
		return sh.print(preview, show)
	case !yes:
		if err := sh.print(preview, show); err != nil {
			return err
		}
		confirmed, err := sh.confirm(ctx, cmd.InOrStdin(), "Add the exception?")
		if err != nil {
			return err
		}
		if !confirmed {
			sh.printf("Nothing was changed.\n")
			return nil
		}
	case !sh.asJSON:
		if err := show(); err != nil {
			return err
		}
	}
	added, err := a.AddException(ctx, r)
	if err != nil {
		return err
	}
	return sh.print(added, func() error {
		sh.printf("Added exception %s. %s.\nTo remove it: %s\n", added.ShortID, exceptionSentence(added, a.Zone()), sh.command("exceptions remove "+added.ShortID))
		return nil
	})
}

// maxExceptedEvents is how many events a preview lists.
const maxExceptedEvents = 15

func (sh *shell) printExceptionPreview(p app.ExceptionPreview, proposed bool, zone *time.Location) error {
	if proposed {
		sh.printf("Proposed from the title of the event; change it as needed: %s\n", shellQuote(p.Exception.Query))
	}
	sh.printf("Not this: %s, for %s\n", sanitize.Line(p.Exception.Query), exceptionScope(p.Exception, ""))
	sh.printf("In the last 90 days, %s matched the query; %s would have been held, of %s.\n",
		plural(p.Found, "article", "articles"), plural(p.Matches, "match", "matches"), plural(len(p.Events), "event", "events"))
	if p.Imported > 0 {
		sh.printf("It matches %s too, of any time. They alerted nobody; regwatch rules backtest RULE --by published tries a rule on them.\n", plural(p.Imported, "imported article", "imported articles"))
	}
	if p.Cut {
		sh.printf("The query matches so many articles that older ones were not read. Narrow it.\n")
	}
	sh.printf("Alerts that would not have been sent: %d. Marked as not relevant: %d.\n", p.Alerts, p.Irrelevant)
	for _, w := range []struct {
		n    int
		what string
	}{{p.Relevant, "marked as relevant"}, {p.Official, "from an official source"}, {p.Critical, "critical"}} {
		if w.n > 0 {
			sh.printf("WARNING: %s would have been held.\n", plural(w.n, "event "+w.what, "events "+w.what))
		}
	}
	if len(p.Events) == 0 {
		return nil
	}
	sh.printf("\n")
	table := newTable(sh.stdout, "SEEN", "EVENT", "WAS", "RULES", "NOTE", "TITLE")
	for _, e := range p.Events[:min(len(p.Events), maxExceptedEvents)] {
		was := "not sent"
		switch {
		case e.Alerted && e.Held:
			was = "sent"
		case e.Alerted:
			was = "sent, by other matches too"
		}
		var notes []string
		if e.Official {
			notes = append(notes, "official")
		}
		if e.Critical {
			notes = append(notes, "critical")
		}
		if e.Verdict != "" {
			notes = append(notes, string(e.Verdict))
		}
		table.row(clock(&e.Event.FirstSeenAt, zone), e.Event.ShortID, was, strings.Join(e.Rules, ", "), cmp.Or(strings.Join(notes, ", "), "-"), shorten(e.Event.Title, 70))
	}
	if err := table.flush(); err != nil {
		return err
	}
	if more := len(p.Events) - maxExceptedEvents; more > 0 {
		sh.printf("%d more; --json lists all of them\n", more)
	}
	sh.printf("\n")
	return nil
}

// exceptionScope says what an exception is about.
func exceptionScope(x models.Exception, ruleTitle string) string {
	switch x.Scope {
	case models.ExceptRule:
		if ruleTitle != "" {
			return "the rule “" + sanitize.Line(ruleTitle) + "”"
		}
		return "the rule " + x.Target
	case models.ExceptSource:
		return "all rules, from " + x.Target
	}
	return "all rules"
}

// exceptionSentence is an exception as a person reads it.
func exceptionSentence(x app.Exception, zone *time.Location) string {
	s := fmt.Sprintf("Articles that match %s do not count for %s, ", sanitize.Line(x.Query), exceptionScope(x.Exception, x.RuleTitle))
	switch {
	case !x.EndedAt.IsZero():
		s = fmt.Sprintf("Articles that match %s count again for %s (removed %s", sanitize.Line(x.Query), exceptionScope(x.Exception, x.RuleTitle), clock(&x.EndedAt, zone)) + ")"
	case x.Until.IsZero():
		s += "without an end"
	default:
		s += "until " + clock(&x.Until, zone)
	}
	return s + ": " + sanitize.Line(x.Reason)
}

func (sh *shell) printExceptions(list []app.Exception, all bool, zone *time.Location) error {
	switch {
	case len(list) == 0 && all:
		sh.printf("There has never been an exception.\n")
		return nil
	case len(list) == 0:
		sh.printf("There are no exceptions. %s writes one.\n", sh.command("exceptions add"))
		return nil
	}
	table := newTable(sh.stdout, "ID", "NOT THIS", "FOR", "EXPIRES", "HELD", "LAST HELD", "BY", "REASON")
	for _, x := range list {
		table.row(x.ShortID, shorten(x.Query, 60), exceptionTarget(x.Exception), exceptionExpiry(x, zone), fmt.Sprint(x.Held), cmp.Or(clock(x.LastHeldAt, zone), "-"), cmp.Or(x.By, "-"), shorten(x.Reason, 60))
	}
	if err := table.flush(); err != nil {
		return err
	}
	for _, x := range list {
		if x.InForce && x.Problem != "" {
			sh.printf("\nException %s holds nothing, because this version of regwatch does not understand its query: %s\n", x.ShortID, sanitize.Line(x.Problem))
		}
	}
	return nil
}

// exceptionTarget is what an exception is about, in a table.
func exceptionTarget(x models.Exception) string {
	if x.Scope == models.ExceptAll {
		return "all rules"
	}
	return string(x.Scope) + " " + x.Target
}

// exceptionExpiry says when an exception expires, or what became of it.
func exceptionExpiry(x app.Exception, zone *time.Location) string {
	switch {
	case !x.EndedAt.IsZero():
		return "removed " + clock(&x.EndedAt, zone)
	case x.Until.IsZero():
		return "never"
	case !x.InForce:
		return "expired " + clock(&x.Until, zone)
	}
	return fmt.Sprintf("%s (%s left)", clock(&x.Until, zone), plural(*x.DaysLeft, "day", "days"))
}

const exceptionArg = "the ID of an exception, or its first characters; regwatch exceptions lists them"

func newExceptionExtend(sh *shell) *cobra.Command {
	var length, until, by string
	cmd := &cobra.Command{
		Use:   "extend EXCEPTION --for TIME",
		Short: "Change when an exception expires",
		Long: `Change when an exception expires. --for counts from now and not from its end, so it can
also end earlier than before. An exception that has expired is in force again.
"regwatch exceptions undo" gives it its earlier end.`,
		Example: `  regwatch exceptions extend 01K9ZQ4T --for 90d
  regwatch exceptions extend 01K9ZQ4T --until never --by ana`,
		Args: oneArg(exceptionArg),
		RunE: func(cmd *cobra.Command, args []string) error {
			if length == "" && until == "" {
				return usageError{errors.New("--for is missing; say how long, such as --for 90d, or when it expires: --until 2027-03-01")}
			}
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				end, err := exceptionEnd(a, length, until)
				if err != nil {
					return err
				}
				x, err := a.ExtendException(cmd.Context(), args[0], end, actorName(by))
				if err != nil {
					return err
				}
				return sh.print(x, func() error {
					sh.printf("%s.\n%s\nTo undo: %s\n", exceptionSentence(x, a.Zone()), newEnd(x, length, a.Zone()), sh.command("exceptions undo "+x.ShortID))
					return nil
				})
			})
		},
	}
	cmd.Flags().StringVar(&length, "for", "", "how long from now, such as 30d or 26w")
	cmd.Flags().StringVar(&until, "until", "", "when it expires: a date such as 2027-03-01, or never")
	cmd.Flags().StringVar(&by, "by", "", "who does this, for the audit log (default: your user name)")
	return cmd
}

// newEnd compares the new end of an exception with the one before.
func newEnd(x app.Exception, length string, zone *time.Location) string {
	before := "it had no end before"
	if !x.UntilBefore.IsZero() {
		before = "before, it was " + clock(&x.UntilBefore, zone)
	}
	s := "The end is "
	if length != "" {
		s += length + " from now; "
	} else {
		s += "changed; "
	}
	s += before
	if !x.Until.IsZero() && (x.UntilBefore.IsZero() || x.Until.Before(x.UntilBefore)) {
		s += ", so it now ends earlier"
	}
	return s + "."
}

func newExceptionRemove(sh *shell) *cobra.Command {
	return exceptionChange(sh, &cobra.Command{
		Use:   "remove EXCEPTION",
		Short: "Take an exception out of force",
		Long: `Take an exception out of force. Articles that arrive from then on count again; what the
exception has held stays held. "regwatch exceptions undo" puts it back.`,
		Example: `  regwatch exceptions remove 01K9ZQ4T --by ana`,
	}, (*app.App).RemoveException, func(_ app.Exception, undo string, _ *time.Location) string { return "To undo: " + undo })
}

func newExceptionUndo(sh *shell) *cobra.Command {
	return exceptionChange(sh, &cobra.Command{
		Use:   "undo EXCEPTION",
		Short: "Undo the last change of an exception",
		Long: `Undo the last change of an exception: one that was removed is in force again, one whose
end was changed has its earlier end, and one that was only added is removed. The output
says what the next undo would do.`,
		Example: `  regwatch exceptions undo 01K9ZQ4T --by ana`,
	}, (*app.App).UndoException, func(x app.Exception, undo string, zone *time.Location) string {
		return "To " + nextUndo(x, zone) + ": " + undo
	})
}

// nextUndo says what undoing the last change of an exception does.
func nextUndo(x app.Exception, zone *time.Location) string {
	switch {
	case !x.EndedAt.IsZero():
		return "put it back in force"
	case x.Extended && x.UntilBefore.IsZero():
		return "let it have no end again"
	case x.Extended:
		return "give it its earlier end, " + clock(&x.UntilBefore, zone) + ","
	}
	return "remove it"
}

// exceptionChange completes a command that changes one exception. The last line says how to undo it.
func exceptionChange(sh *shell, cmd *cobra.Command, change func(*app.App, context.Context, string, string) (app.Exception, error),
	last func(x app.Exception, undo string, zone *time.Location) string,
) *cobra.Command {
	var by string
	cmd.Args = oneArg(exceptionArg)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return sh.withApp(cmd.Context(), func(a *app.App) error {
			x, err := change(a, cmd.Context(), args[0], actorName(by))
			if err != nil {
				return err
			}
			return sh.print(x, func() error {
				sh.printf("%s.\n%s\n", exceptionSentence(x, a.Zone()), last(x, sh.command("exceptions undo "+x.ShortID), a.Zone()))
				return nil
			})
		})
	}
	cmd.Flags().StringVar(&by, "by", "", "who does this, for the audit log (default: your user name)")
	return cmd
}
