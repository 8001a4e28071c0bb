package notifier

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"regwatch/internal/sanitize"
	"regwatch/internal/timefmt"
	"regwatch/models"
	"regwatch/notifier/render"
)

// A resolvedRoute leads from a match to a recipient over a line of a route.
type resolvedRoute struct {
	match models.Match
	route models.Route
	line  models.RouteLine
}

// subscription names the line.
func (w resolvedRoute) subscription() string { return w.route.Path + "/" + w.line.Recipient }

// resolve returns where a match of a change leads.
func resolveRoutes(r models.Routing, m models.Match, c models.Change) []resolvedRoute {
	fallback, _ := r.Route(models.DefaultRoute)
	names := m.Routes
	if len(names) == 0 {
		names = []string{models.DefaultRoute}
	}
	var ways []resolvedRoute
	for _, name := range names {
		route, ok := r.Route(name)
		if !ok {
			// A route that is gone must not swallow an alert.
			route = fallback
		}
		ways = append(ways, resolveRoute(route, m, c)...)
	}
	if len(ways) == 0 {
		// Nor may routes that do not take it.
		return resolveRoute(fallback, m, c)
	}
	return ways
}

func resolveRoute(r models.Route, m models.Match, c models.Change) []resolvedRoute {
	if _, unmet := checkCondition(r.When, m, c); len(unmet) > 0 {
		return nil
	}
	var ways []resolvedRoute
	for _, narrower := range r.Routes {
		ways = append(ways, resolveRoute(narrower, m, c)...)
	}
	if len(ways) > 0 {
		return ways
	}
	for _, line := range r.Lines {
		ways = append(ways, resolvedRoute{m, r, line})
	}
	return ways
}

// A recipientPlan is all that leads from one change to one recipient.
type recipientPlan struct {
	recipient models.Recipient
	resolve   []resolvedRoute
	matches   []models.Match // ranked
	mutes     []models.Mute  // in force for the recipient, of any kind
	left      []models.OptOut
}

// plansFor returns where the matches of a change lead, ordered by the recipient's
// name.
func plansFor(r models.Routing, c models.Change, circumstances models.Circumstances, now time.Time) []recipientPlan {
	byName := make(map[string]*recipientPlan)
	for _, m := range models.Ranked(c.Matches) {
		for _, w := range resolveRoutes(r, m, c) {
			name := w.line.Recipient
			l := byName[name]
			if l == nil {
				l = &recipientPlan{recipient: r.Recipients[name], left: circumstances.OptOuts}
				l.recipient.Name = name
				for _, mute := range circumstances.Mutes {
					if mute.InForce(now) && (mute.Recipient == "" || mute.Recipient == name) {
						l.mutes = append(l.mutes, mute)
					}
				}
				byName[name] = l
			}
			l.resolve = append(l.resolve, w)
			if !slices.ContainsFunc(l.matches, func(have models.Match) bool { return have.RuleID == m.RuleID && have.RuleHash == m.RuleHash }) {
				l.matches = append(l.matches, m)
			}
		}
	}
	sorted := make([]recipientPlan, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		sorted = append(sorted, *byName[name])
	}
	return sorted
}

// alertingMatches returns the matches that are worth an alert by themselves.
func (l recipientPlan) alertingMatches() []models.Match {
	return slices.DeleteFunc(slices.Clone(l.matches), func(m models.Match) bool { return !m.Alerts() })
}

// unmutedMatches returns those of them whose rule is not muted.
func (l recipientPlan) unmutedMatches() []models.Match {
	return slices.DeleteFunc(l.alertingMatches(), func(m models.Match) bool { return l.mute(models.MuteRule, m.RuleID) != nil })
}

// mute returns the mute of a thing that lasts longest, or nil.
func (l recipientPlan) mute(kind models.MuteKind, target string) *models.Mute {
	var longest *models.Mute
	for _, m := range l.mutes {
		if m.Kind == kind && m.Target == target && (longest == nil || m.Until.After(longest.Until)) {
			longest = &m
		}
	}
	return longest
}

// countedRoutes returns the ways that count: of what alerts, or where nothing does of
// what would if it were not muted, or of everything.
func (l recipientPlan) countedRoutes() []resolvedRoute {
	for _, matches := range [][]models.Match{l.unmutedMatches(), l.alertingMatches()} {
		if len(matches) > 0 {
			return slices.DeleteFunc(slices.Clone(l.resolve), func(w resolvedRoute) bool {
				return !slices.ContainsFunc(matches, func(m models.Match) bool { return m.RuleID == w.match.RuleID && m.RuleHash == w.match.RuleHash })
			})
		}
	}
	return l.resolve
}

// severity is the gravest of what counts.
func (l recipientPlan) severity() models.Severity {
	worst := models.Severity("")
	for _, w := range l.countedRoutes() {
		if w.match.Severity.Rank() > worst.Rank() {
			worst = w.match.Severity
		}
	}
	return worst
}

// reason names the routes and rules that led here.
func (l recipientPlan) reason() string {
	var routes, rules []string
	for _, w := range l.countedRoutes() {
		if !slices.Contains(routes, w.route.Path) {
			routes = append(routes, w.route.Path)
		}
		if !slices.Contains(rules, w.match.RuleID) {
			rules = append(rules, w.match.RuleID)
		}
	}
	return fmt.Sprintf("%s by %s", plural(len(routes), "route ", "routes ")+strings.Join(routes, ", "), strings.Join(rules, ", "))
}

// subscriptions names the lines that led here.
func (l recipientPlan) subscriptions() []string {
	var names []string
	for _, w := range l.countedRoutes() {
		if !slices.Contains(names, w.subscription()) {
			names = append(names, w.subscription())
		}
	}
	return names
}

// destinations returns where the recipient is told: not where every line that
// led here was left.
func (l recipientPlan) destinations() []models.Destination {
	ways := l.countedRoutes()
	return slices.DeleteFunc(slices.Clone(l.recipient.Destinations), func(to models.Destination) bool {
		return !slices.ContainsFunc(ways, func(w resolvedRoute) bool { return !w.optedOut(to, l.left) })
	})
}

// optedOut reports whether a destination has left the line. One that is mandatory
// is left only if an admin has said so.
func (w resolvedRoute) optedOut(to models.Destination, left []models.OptOut) bool {
	return slices.ContainsFunc(left, func(o models.OptOut) bool {
		return o.Subscription == w.subscription() && o.Address == to.String() && o.Counts(w.line.Mandatory)
	})
}

// pace is the most urgent of the lines that led here.
func (l recipientPlan) pace() models.Frequency {
	urgency := []models.FrequencyKind{models.AtOnce, models.Hourly, models.Daily, models.Weekly}
	paces := make([]models.Frequency, 0, len(l.resolve))
	for _, w := range l.countedRoutes() {
		if w.line.Frequency != nil {
			paces = append(paces, *w.line.Frequency)
		} else {
			paces = append(paces, l.recipient.Frequency)
		}
	}
	return slices.MinFunc(paces, func(a, b models.Frequency) int {
		return slices.Index(urgency, a.Kind) - slices.Index(urgency, b.Kind)
	})
}

// escalation says when a critical alert goes on and where: by the first of the
// routes that led here.
func (l recipientPlan) escalation(now time.Time) (at time.Time, to string) {
	for _, w := range l.countedRoutes() {
		e := w.route.Escalate
		if w.match.Severity != models.Critical || e.To == "" {
			continue
		}
		if goes := now.Add(e.After); at.IsZero() || goes.Before(at) {
			at, to = goes, e.To
		}
	}
	return at, to
}

// held says why a change is not told, or returns "". Known is true if nothing of
// it is news to the recipient.
func (l recipientPlan) held(c models.Change, event models.Event, known bool, now time.Time) (models.Hold, string) {
	worth := l.alertingMatches()
	switch {
	case len(worth) == 0 && slices.ContainsFunc(l.matches, func(m models.Match) bool { return !m.Draft }):
		return models.HeldMention, "a mention only: " + words(l.matches)
	case len(worth) == 0:
		return models.HeldDraft, "only draft rules match: " + words(l.matches)
	case c.Article.Baseline:
		return models.HeldBaseline, "first scan of " + c.Article.Source.Name + ": older than its look-back"
	case l.severity().Rank() < l.recipient.MinSeverity.Rank():
		return models.HeldSeverity, fmt.Sprintf("severity %s is below the %s that %s asks for", l.severity(), l.recipient.MinSeverity, l.recipient.Name)
	}
	if m := l.mute(models.MuteEvent, event.ID); m != nil {
		return models.HeldMuted, "this event is " + l.muted(*m, now)
	}
	if m := l.mute(models.MuteSource, cmp.Or(c.Article.SourceID, c.Article.Source.ID)); m != nil {
		return models.HeldMuted, "the source " + c.Article.Source.Name + " is " + l.muted(*m, now)
	}
	if len(l.unmutedMatches()) == 0 {
		return models.HeldMuted, "the rule " + worth[0].RuleID + " is " + l.muted(*l.mute(models.MuteRule, worth[0].RuleID), now)
	}
	switch {
	case len(l.recipient.Destinations) == 0:
		return "", l.recipient.Name + " has no destination"
	case len(l.destinations()) == 0:
		return models.HeldOptedOut, l.recipient.Name + " has left " + strings.Join(l.subscriptions(), ", ")
	case known:
		return models.HeldTold, "already told of this event; " + update(c)
	}
	return "", ""
}

func (l recipientPlan) muted(m models.Mute, now time.Time) string {
	return mutedWords(m, timefmt.Zone(l.recipient.Zone), now)
}

// mutedWords says until when something is muted, by whom and why.
func mutedWords(m models.Mute, loc *time.Location, now time.Time) string {
	s := "muted until " + render.English.Moment(m.Until, now, loc)
	if m.By != "" {
		s += " by " + sanitize.Line(m.By)
	}
	if m.Reason != "" {
		s += ": " + sanitize.Line(m.Reason)
	}
	return s
}

func update(c models.Change) string {
	if c.Kind == models.Revised {
		return fmt.Sprintf("this is revision %d of an article it has", c.Article.Revision)
	}
	return c.Joined.SourceName + " has " + c.Joined.JoinedBy
}

// words names rules with the first words that each found.
func words(matches []models.Match) string {
	var parts []string
	for _, m := range matches {
		part := m.RuleID
		if len(m.Hits) > 0 {
			part += " (“" + m.Hits[0].Text + "”)"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}
