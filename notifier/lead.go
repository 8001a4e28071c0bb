package notifier

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"regwatch/models"
)

// DefaultRoute is where rules lead that name no route, and what no route takes.
const DefaultRoute = "default"

// A way leads from a match to a recipient over a line of a route.
type way struct {
	match models.Match
	route Route
	line  RouteLine
}

// subscription names the line.
func (w way) subscription() string { return w.route.Path + "/" + w.line.Recipient }

// ways returns where a match of a change leads.
func (r Routing) ways(m models.Match, c models.Change) []way {
	fallback, _ := r.Route(DefaultRoute)
	names := m.Routes
	if len(names) == 0 {
		names = []string{DefaultRoute}
	}
	var ways []way
	for _, name := range names {
		route, ok := r.Route(name)
		if !ok {
			// A route that is gone must not swallow an alert.
			route = fallback
		}
		ways = append(ways, route.ways(m, c)...)
	}
	if len(ways) == 0 {
		// Nor may routes that do not take it.
		return fallback.ways(m, c)
	}
	return ways
}

func (r Route) ways(m models.Match, c models.Change) []way {
	if _, unmet := r.When.judge(m, c); len(unmet) > 0 {
		return nil
	}
	var ways []way
	for _, narrower := range r.Routes {
		ways = append(ways, narrower.ways(m, c)...)
	}
	if len(ways) > 0 {
		return ways
	}
	for _, line := range r.Lines {
		ways = append(ways, way{m, r, line})
	}
	return ways
}

// A lead is all that leads from one change to one recipient.
type lead struct {
	recipient Recipient
	ways      []way
	matches   []models.Match // ranked
}

// leads returns where the matches of a change lead, ordered by the recipient's
// name.
func (r Routing) leads(c models.Change) []lead {
	byName := make(map[string]*lead)
	for _, m := range models.Ranked(c.Matches) {
		for _, w := range r.ways(m, c) {
			name := w.line.Recipient
			l := byName[name]
			if l == nil {
				l = &lead{recipient: r.Recipients[name]}
				l.recipient.Name = name
				byName[name] = l
			}
			l.ways = append(l.ways, w)
			if !slices.ContainsFunc(l.matches, func(have models.Match) bool { return have.RuleID == m.RuleID && have.RuleHash == m.RuleHash }) {
				l.matches = append(l.matches, m)
			}
		}
	}
	sorted := make([]lead, 0, len(byName))
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		sorted = append(sorted, *byName[name])
	}
	return sorted
}

// reason names the routes and rules that led here: those worth an alert, or
// where there are none all of them.
func (l lead) reason() string {
	var routes, rules []string
	for _, w := range l.telling() {
		if !slices.Contains(routes, w.route.Path) {
			routes = append(routes, w.route.Path)
		}
		if !slices.Contains(rules, w.match.RuleID) {
			rules = append(rules, w.match.RuleID)
		}
	}
	return fmt.Sprintf("%s by %s", plural(len(routes), "route ", "routes ")+strings.Join(routes, ", "), strings.Join(rules, ", "))
}

// telling returns the ways of what is worth an alert by itself, or all where
// nothing is.
func (l lead) telling() []way {
	telling := slices.DeleteFunc(slices.Clone(l.ways), func(w way) bool { return !w.match.Alerts() })
	if len(telling) == 0 {
		return l.ways
	}
	return telling
}
