package cli

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/app"
	"regwatch/internal/sanitize"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

func newRoutes(sh *shell) *cobra.Command {
	list := func(*cobra.Command, []string) error {
		routes, err := app.ReadRoutes(sh.dir)
		if err != nil {
			return err
		}
		return sh.print(routes.Routes, func() error { sh.printRoutes(routes); return nil })
	}
	cmd := &cobra.Command{
		Use:     "routes",
		Aliases: []string{"route"},
		Short:   "Show who receives which alerts, and why",
		Long: `Show the routes of regwatch.yaml: the condition of each, who receives its alerts,
and to whom critical alerts are escalated if nobody is assigned.

A rule names its routes. If it names none, or if the conditions of none are met,
the route default applies. A route can contain narrower routes. If the condition of
a narrower route is met, its recipients receive the alert instead of the recipients
of the route around it.`,
		Example: `  regwatch routes
  regwatch routes explain 01K9ZQ4T
  regwatch routes explain article.txt --source hkma-press`,
		Args: noArgs,
		RunE: list,
	}
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "List the routes and their recipients", Example: "  regwatch routes list --json", Args: noArgs, RunE: list},
		newRoutesExplain(sh), newRoutesFeed(sh),
	)
	return cmd
}

func (sh *shell) printRoutes(r app.Routes) {
	for _, route := range r.Routes {
		sh.printRoute(route, 0)
	}
	sh.printf("\n")
	for _, to := range r.Recipients {
		sh.printf("%s\n", describeRecipient(to))
	}
}

// printRoute prints a route with those within it.
func (sh *shell) printRoute(r app.Route, depth int) {
	indent := strings.Repeat("  ", depth)
	name := r.Path[strings.LastIndexByte(r.Path, '/')+1:]
	if r.Condition != "" {
		name += ": " + r.Condition
	}
	sh.printf("%s%s\n", indent, name)
	for _, line := range r.To {
		s := line.Recipient
		if line.Pace != "" {
			s += ", " + line.Pace
		}
		if line.Mandatory {
			s += ", mandatory"
		}
		if line.Reminders != nil {
			s += ", " + remindersText(*line.Reminders)
		}
		sh.printf("%s  → %s\n", indent, s)
	}
	if r.After.Waits() && len(r.To) > 0 {
		sh.printf("%s  %s\n", indent, waitsFor(r.After))
	}
	if r.EscalateTo != "" && len(r.To) > 0 {
		sh.printf("%s  critical: escalated after %s to %s if nobody is assigned\n", indent, shortDuration(r.EscalateAfter), r.EscalateTo)
	}
	for _, inner := range r.Routes {
		sh.printRoute(inner, depth+1)
	}
}

// remindersText says how many days before a key date reminders are sent.
func remindersText(days []int) string {
	if len(days) == 0 {
		return "no reminders"
	}
	return "reminders " + strings.Trim(strings.ReplaceAll(fmt.Sprint(days), " ", ", "), "[]") + " days ahead"
}

// describeRecipient describes a recipient in one line.
func describeRecipient(r models.Recipient) string {
	var destinations []string
	for _, d := range r.Destinations {
		destinations = append(destinations, d.String())
	}
	parts := []string{strings.Join(destinations, ", "), r.Zone, r.Language}
	if r.MinSeverity != models.Low {
		parts = append(parts, "from "+string(r.MinSeverity))
	}
	if hours := describeHours(r.Hours); hours != "" {
		parts = append(parts, hours)
	}
	parts = append(parts, app.FrequencyText(r.Frequency))
	for _, d := range r.Deputies {
		parts = append(parts, fmt.Sprintf("deputy from %s to %s: %s", d.From, d.To, d.Recipient))
	}
	return r.Name + ": " + strings.Join(parts, "; ")
}

// describeHours describes working hours; it is empty for all hours.
func describeHours(h models.Hours) string {
	var days []string
	for _, d := range h.Days {
		days = append(days, d.String()[:3])
	}
	hours := strings.Join(days, " ")
	if h.From != h.To {
		hours = strings.TrimSpace(hours + " " + timefmt.Clock(h.From) + " to " + timefmt.Clock(h.To))
	}
	if len(h.Holidays) > 0 {
		hours = strings.TrimPrefix(hours+", except on "+plural(len(h.Holidays), "holiday", "holidays"), ", ")
	}
	return hours
}

// shortDuration writes 30m for thirty minutes, and not 30m0s.
func shortDuration(d time.Duration) string {
	s := strings.TrimSuffix(d.String(), "0s")
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return cmp.Or(s, d.String())
}

func newRoutesExplain(sh *shell) *cobra.Command {
	var in app.ArticleInput
	cmd := &cobra.Command{
		Use:   "explain EVENT|FILE|URL",
		Short: "Explain who would be notified of an event or an article",
		Long: `Explain for each recipient whether they would be notified: by which rules and
routes, through which channels and when. Or why they would not be notified: a
condition that is not met, a mute, an unsubscribed address, working hours, the
frequency, or too many alerts at once.

Name an event by its ID or the beginning of its ID. It is explained as if nobody
had been notified yet. An article is a file of plain text whose first line is the
title, "-" for standard input, or a web address; --source names its source. Nothing
is sent or stored.`,
		Example: `  regwatch routes explain 01K9ZQ4T
  regwatch routes explain article.txt --source hkma-press
  pbpaste | regwatch routes explain - --json`,
		Args: oneArg("the ID of an event or its beginning, a file, - or a web address"),
		RunE: func(cmd *cobra.Command, args []string) error {
			in.From, in.Stdin = args[0], cmd.InOrStdin()
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				e, err := a.ExplainRoutes(cmd.Context(), in)
				if err != nil {
					return suggestAllowHost(err)
				}
				return sh.print(e, func() error { sh.printRouteExplanation(e); return nil })
			})
		},
	}
	addArticleFlags(cmd, &in)
	return cmd
}

// addArticleFlags adds the flags for an article that is not stored.
func addArticleFlags(cmd *cobra.Command, in *app.ArticleInput) {
	cmd.Flags().StringVar(&in.Source, "source", "", "the ID of the source of the article")
	cmd.Flags().StringSliceVar(&in.AllowHosts, "allow-host", nil, "a private or loopback host that may be fetched")
}

func (sh *shell) printRouteExplanation(e app.RouteExplanation) {
	sh.printf("%s\n", sanitize.Line(e.Title))
	if len(e.Rules) == 0 {
		sh.printf("No rule matches: nobody is notified.\n")
		return
	}
	titles := make(map[string]string)
	for _, r := range e.Rules {
		titles[r.Rule] = r.Title
		sh.printf("  %s: %s, %s, topic %s\n", sanitize.Line(r.Title), r.Strength, r.Severity, r.Topic)
	}
	for _, r := range e.Recipients {
		zone := timefmt.Zone(r.Zone)
		sh.printf("\n%s: %s\n", r.Recipient, whenNotified(r, zone))
		if r.Known {
			sh.printf("  was already notified of this event\n")
		}
		if r.Told {
			sh.printf("  through %s; %s\n", strings.Join(r.Over, ", "), r.Reason)
		}
		if len(r.Left) > 0 {
			sh.printf("  not through %s: unsubscribed\n", strings.Join(r.Left, ", "))
		}
		if r.GoesTo != "" {
			sh.printf("  if nobody is assigned, it is escalated to %s at %s\n", r.GoesTo, clock(&r.GoesOn, zone))
		}
		for _, s := range r.Steps {
			sh.printf("  - %s\n", describeStep(s, titles[s.Rule]))
		}
	}
}

// whenNotified says when a recipient is notified, or why not.
func whenNotified(r app.RecipientExplanation, zone *time.Location) string {
	switch r.When() {
	case app.NotifiedAtOnce:
		return "notified at once"
	case app.NotifiedLater:
		return "notified later, at " + clock(&r.WaitUntil, zone) + ": " + r.WaitFor
	case app.NotNotified:
		return "not notified: " + r.Held
	}
	if len(r.Steps) == 0 {
		return "not notified: no route of these rules leads to them"
	}
	return "not notified: no route that leads to them applies"
}

// describeStep says whether a line of a route applies to a rule, and why.
func describeStep(s app.StepExplanation, title string) string {
	rule := "“" + sanitize.Line(title) + "”"
	if !s.Alerts {
		rule += ", which alone sends no alert"
	}
	why := strings.Join(s.Met, "; ")
	switch {
	case len(s.Unmet) > 0:
		return fmt.Sprintf("route %s does not apply to %s: %s", s.Route, rule, strings.Join(s.Unmet, "; "))
	case s.Narrower:
		return fmt.Sprintf("route %s does not apply to %s: a narrower route applies", s.Route, rule)
	case s.Fallback:
		why = strings.TrimPrefix(why+"; no route that the rule names applies", "; ")
	}
	text := fmt.Sprintf("route %s applies to %s", s.Route, rule)
	if why != "" {
		text += ": " + why
	}
	if s.Mandatory {
		text += " (mandatory)"
	}
	return text
}

func newRoutesFeed(sh *shell) *cobra.Command {
	var calendar bool
	cmd := &cobra.Command{
		Use:   "feed ROUTE",
		Short: "Print the address of the Atom feed of a route",
		Long: `Print the address of the Atom feed of a route. regwatch run serves the feed. It has
the newest 50 events of the route and of the routes within it. With --calendar it is the
address of a calendar (iCalendar) with the key dates of these events, to subscribe to in a
calendar program: a date that moves is updated there, and one that is withdrawn goes.
Anybody who has an address can read it; "regwatch subscriptions revoke-links" invalidates
all addresses.`,
		Example: `  regwatch routes feed hk-policy
  regwatch routes feed hk-policy --calendar
  regwatch routes feed hk-policy/urgent --json`,
		Args: oneArg("a route of regwatch.yaml, such as hk-policy/urgent"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return sh.withApp(cmd.Context(), func(a *app.App) error {
				feed, err := a.RouteFeed(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				return sh.print(feed, func() error {
					address := feed.Feed
					if calendar {
						address = feed.Calendar
					}
					sh.printf("%s\n", address)
					return nil
				})
			})
		},
	}
	cmd.Flags().BoolVar(&calendar, "calendar", false, "print the address of the calendar of key dates instead")
	return cmd
}

// waitsFor says what the alerts of a route wait for.
func waitsFor(c models.Corroboration) string {
	what := fmt.Sprintf("%d independent sources report the event", c.Sources)
	if c.Official {
		what = "an official source reports the event"
	}
	text := fmt.Sprintf("waits until %s, for %s at most", what, shortDuration(c.Within))
	if c.Critical {
		return text + "; critical alerts too"
	}
	return text
}
