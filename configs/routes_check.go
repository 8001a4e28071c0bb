package configs

import (
	"fmt"
	"slices"
	"strings"

	"regwatch/internal/diag"
	"regwatch/internal/text"
	"regwatch/internal/wildcard"
	"regwatch/models"
)

// A routeValue is a value in the condition of a route, and its place in the file.
type routeValue struct {
	what  string // the route, such as route hk-policy/urgent
	kind  string // one of whenKeys
	value string
	at    position
}

// A Rule is what CheckRoutes needs to know about a rule.
type Rule struct {
	ID       string
	Topic    string
	Severity models.Severity
	Routes   []string // empty means the default route
}

// CheckRoutes reports conditions that no rule or source can meet: names that do not
// exist, and nested routes that no rule reaches. It skips checks for which rules or
// sources are nil.
func (c *Config) CheckRoutes(rules []Rule, sources []models.Source) diag.Problems {
	var ids, topics, sourceIDs, jurisdictions []string
	for _, r := range rules {
		ids, topics = append(ids, r.ID), append(topics, r.Topic)
	}
	for _, s := range sources {
		sourceIDs, jurisdictions = append(sourceIDs, s.ID), append(jurisdictions, s.Jurisdictions...)
	}
	var problems diag.Problems
	unknown := func(a routeValue, known []string, what diag.Text, matches func(string) bool) {
		if known == nil || slices.ContainsFunc(known, matches) {
			return
		}
		problems = append(problems, a.at.problem(diag.Textf("%s: %s %q does not exist", a.what, what, a.value), suggest(a.value, what, unique(known))))
	}
	for _, a := range c.routeValues {
		equal := func(known string) bool { return known == a.value }
		switch a.kind {
		case "rule":
			unknown(a, ids, "rule", equal)
		case "topic":
			unknown(a, topics, "topic", equal)
		case "source":
			unknown(a, sourceIDs, "source", func(known string) bool { return wildcard.Match(a.value, known) })
		case "jurisdiction":
			unknown(a, jurisdictions, "jurisdiction", func(known string) bool { return text.Fold(known) == text.Fold(a.value) })
		}
	}
	if len(problems) > 0 || rules == nil {
		return problems
	}
	for _, r := range c.Routes {
		reachable := slices.DeleteFunc(slices.Clone(rules), func(rule Rule) bool {
			// The default route gets everything that no other route takes, so any rule
			// may reach it.
			return r.Path != models.DefaultRoute && !slices.Contains(rule.Routes, r.Path) || !mayMatch(r.When, rule)
		})
		problems = append(problems, c.unreachable(r, reachable)...)
	}
	return problems
}

// unreachable reports the nested routes that none of the rules reaches.
func (c *Config) unreachable(r models.Route, rules []Rule) diag.Problems {
	var problems diag.Problems
	for _, inner := range r.Routes {
		reachable := slices.DeleteFunc(slices.Clone(rules), func(rule Rule) bool { return !mayMatch(inner.When, rule) })
		if len(reachable) > 0 {
			problems = append(problems, c.unreachable(inner, reachable)...)
			continue
		}
		top, _, _ := strings.Cut(r.Path, "/")
		what := diag.Textf("route %s is never used: no rule has route %s", inner.Path, r.Path)
		want := diag.Textf("add routes: [%s] to a rule", top)
		if len(rules) > 0 {
			var have []string
			for _, rule := range rules {
				have = append(have, fmt.Sprintf("%s (topic %s, %s)", rule.ID, rule.Topic, rule.Severity))
			}
			what = diag.Textf("route %s is never used: no rule with route %s meets its condition", inner.Path, r.Path)
			want = diag.Textf("the rules of that route are %s", strings.Join(have, ", "))
			if len(have) > 5 {
				want = diag.Textf("%d rules have that route, such as %s", len(have), strings.Join(have[:3], ", "))
			}
		}
		problems = append(problems, c.routePosition(inner.Path).problem(what, want))
	}
	return problems
}

// mayMatch reports whether matches of a rule can meet a condition, as far as the rule
// determines that.
func mayMatch(w models.Condition, r Rule) bool {
	return r.Severity.Rank() >= w.Severity.Rank() &&
		(len(w.Topics) == 0 || slices.Contains(w.Topics, r.Topic)) &&
		(len(w.Rules) == 0 || slices.Contains(w.Rules, r.ID))
}

func unique(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}
