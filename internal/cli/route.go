package cli

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"regwatch/events"
	"regwatch/internal/timefmt"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/store"
)

func newRoute(sh *shell) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "route",
		Short: "Show the routes, and explain them for an event or an article",
		Long: `Print the routes of regwatch.yaml: the condition of each, its recipients, and where
critical alerts are escalated to if nobody is assigned.

A rule names its routes. If it names none, or the conditions of none are met, the
route default applies. Within a route, every narrower route whose condition is met
applies; if none is, the recipients of the route itself are notified.`,
		Example: `  regwatch route
  regwatch route explain 01K9ZQ4T
  regwatch route explain article.txt --source hkma-press`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			w, problems := read(sh.dir)
			if len(problems) > 0 {
				return problems
			}
			if sh.asJSON {
				return sh.printJSON(routeRows(w.Config.Routes))
			}
			for _, r := range w.Config.Routes {
				sh.printRoute(r, 0)
			}
			sh.printf("\n")
			for _, r := range w.Config.Recipients {
				sh.printf("%s\n", recipientWords(r))
			}
			return nil
		},
	}
	cmd.AddCommand(newRouteExplain(sh), newRouteFeed(sh))
	return cmd
}

// printRoute prints a route with those within it.
func (sh *shell) printRoute(r models.Route, depth int) {
	indent := strings.Repeat("  ", depth)
	name := r.Path[strings.LastIndexByte(r.Path, '/')+1:]
	if when := r.When.String(); when != "" {
		name += ": " + when
	}
	sh.printf("%s%s\n", indent, name)
	for _, line := range r.Lines {
		s := line.Recipient
		if line.Frequency != nil {
			s += ", " + frequencyText(*line.Frequency)
		}
		if line.Mandatory {
			s += ", mandatory"
		}
		if line.Reminders != nil {
			s += ", " + remindersText(*line.Reminders)
		}
		sh.printf("%s  → %s\n", indent, s)
	}
	if r.Escalate.To != "" && len(r.Lines) > 0 {
		sh.printf("%s  critical: escalated after %s to %s if nobody is assigned\n", indent, shortDuration(r.Escalate.After), r.Escalate.To)
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

// recipientWords describes a recipient in a line.
func recipientWords(r models.Recipient) string {
	var over []string
	for _, d := range r.Destinations {
		over = append(over, d.String())
	}
	parts := []string{strings.Join(over, ", "), r.Zone, r.Language}
	if r.MinSeverity != models.Low {
		parts = append(parts, "from "+string(r.MinSeverity))
	}
	if h := r.Hours; len(h.Days) > 0 || h.From != h.To || len(h.Holidays) > 0 {
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
		parts = append(parts, hours)
	}
	parts = append(parts, frequencyText(r.Frequency))
	for _, d := range r.Deputies {
		parts = append(parts, fmt.Sprintf("deputy from %s to %s: %s", d.From, d.To, d.Recipient))
	}
	return r.Name + ": " + strings.Join(parts, "; ")
}

func frequencyText(p models.Frequency) string {
	switch p.Kind {
	case models.Daily:
		return "daily at " + timefmt.Clock(p.At)
	case models.Weekly:
		return "weekly on " + p.Day.String() + " at " + timefmt.Clock(p.At)
	case models.AtOnce:
		return "at once"
	}
	return string(p.Kind)
}

// shortDuration writes 30m for thirty minutes, and not 30m0s.
func shortDuration(d time.Duration) string {
	s := strings.TrimSuffix(d.String(), "0s")
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return cmp.Or(s, d.String())
}

func newRouteExplain(sh *shell) *cobra.Command {
	var from string
	var allow []string
	cmd := &cobra.Command{
		Use:   "explain EVENT|FILE|URL",
		Short: "Explain who would be notified of an event or an article",
		Long: `Explain for every recipient whether they would be notified, by which rules and
routes, through which destinations and when; or why not: a condition that is not
met, a mute, an unsubscribed address, hours, a frequency or a burst.

Name an event by its ID or how it begins; it is explained as if nobody had been
notified yet. An article is a file of plain text whose first line is the title,
"-" for standard input, or a web address; --source names its source. Nothing is
sent and nothing is stored.`,
		Example: `  regwatch route explain 01K9ZQ4T
  regwatch route explain article.txt --source hkma-press
  pbpaste | regwatch route explain - --json`,
		Args: oneArg("the ID of an event or how it begins, a file, - or a web address"),
		RunE: func(cmd *cobra.Command, args []string) error {
			w, s, err := openFolder(cmd, sh)
			if err != nil {
				return err
			}
			defer s.Close()
			now := time.Now()
			var changes []models.Change
			eventID := ""
			if isArticle(args[0]) {
				article, err := readArticle(cmd.Context(), sh, cmd.InOrStdin(), args[0], allow)
				if err != nil {
					return err
				}
				if from != "" {
					if article.Source, err = sourceCalled(sh, from); err != nil {
						return err
					}
					article.SourceID = from
				}
				changes = changesOf(article, w, now)
				if len(changes) == 0 {
					changes = []models.Change{{Article: article, Event: models.Event{Title: article.Title}}}
				}
			} else if changes, err = changesOfEvent(cmd.Context(), s, args[0], w.Sources); err != nil {
				return err
			} else {
				eventID = changes[0].Event.ID
			}
			circumstances, err := s.PlanContext(cmd.Context(), now)
			if err != nil {
				return err
			}
			return sh.printExplanations(eventID, changes, notifier.Explain(changes, w.Config.Routing(), circumstances, now), w.Config)
		},
	}
	cmd.Flags().StringVar(&from, "source", "", "the ID of the source of the article")
	cmd.Flags().StringSliceVar(&allow, "allow-host", nil, "a private or loopback host that may be fetched")
	return cmd
}

// isArticle tells an article from the ID of an event.
func isArticle(arg string) bool {
	if arg == "-" || strings.Contains(arg, "://") || strings.ContainsAny(arg, "./\\") {
		return true
	}
	_, err := os.Stat(arg)
	return err == nil
}

// changesOf is what an article would change if nothing was known before.
func changesOf(article models.Article, w written, now time.Time) []models.Change {
	article.ID, article.SeenAt, article.Revision = models.NewID(now, article.Title), now, 1
	parts := make(map[int][]models.Match)
	for _, m := range w.Rules.Match(article) {
		parts[m.Part] = append(parts[m.Part], m)
	}
	var found []events.Found
	for part, matches := range parts {
		found = append(found, events.Found{Article: article, Part: part, Matches: matches})
	}
	slices.SortFunc(found, func(a, b events.Found) int { return a.Part - b.Part })
	return events.Assign(nil, found, now)
}

// changesOfEvent is an event as if all of its articles came now.
func changesOfEvent(ctx context.Context, s *store.Store, id string, sources []models.Source) ([]models.Change, error) {
	event, err := s.FindEvent(ctx, id)
	if err != nil {
		return nil, err
	}
	matches, err := s.EventMatches(ctx, event.ID)
	if err != nil {
		return nil, err
	}
	var changes []models.Change
	for _, joined := range event.Articles {
		c := models.Change{Kind: models.Copied, Event: event, Joined: joined}
		if c.Article, err = s.FindArticle(ctx, joined.ArticleID, ""); err != nil {
			return nil, err
		}
		c.Article.Source = models.Source{ID: joined.SourceID, Name: joined.SourceName, Role: joined.Role}
		for _, src := range sources {
			if src.ID == joined.SourceID {
				c.Article.Source = src
			}
		}
		c.Matches = latest(matches, joined)
		changes = append(changes, c)
	}
	return changes, nil
}

// latest returns what the last revision of an article met that met anything.
func latest(matches []models.Match, of models.EventArticle) []models.Match {
	var last []models.Match
	for _, m := range matches {
		if m.ArticleID != of.ArticleID || m.Part != of.Part {
			continue
		}
		if len(last) > 0 && m.Revision > last[0].Revision {
			last = nil
		}
		if len(last) == 0 || m.Revision == last[0].Revision {
			last = append(last, m)
		}
	}
	return last
}
