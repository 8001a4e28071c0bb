package configs

import (
	"fmt"
	"slices"
	"strings"

	"regwatch/internal/diag"
	"regwatch/internal/text"
	"regwatch/models"
)

// asked is a value that a route asks for, and the place where it was written.
type asked struct {
	what  string // route hk-policy/urgent
	kind  string // one of whenKeys
	value string
	at    place
}

// A Rule is what routes have to know of a rule.
type Rule struct {
	ID       string
	Topic    string
	Severity models.Severity
	Routes   []string // empty: the default
}

// CheckRoutes reports what no rule and no source can meet: names that do not
// exist, and narrower routes to which nothing leads. Rules or sources that are
// nil are not known and nothing is said of them.
func (c *Config) CheckRoutes(rules []Rule, sources []models.Source) diag.Problems {
	var ids, topics, sourceIDs, jurisdictions []string
	for _, r := range rules {
		ids, topics = append(ids, r.ID), append(topics, r.Topic)
	}
	for _, s := range sources {
		sourceIDs, jurisdictions = append(sourceIDs, s.ID), append(jurisdictions, s.Jurisdictions...)
	}
	var problems diag.Problems
	unknown := func(a asked, known []string, what string, met func(string) bool) {
		if known == nil || slices.ContainsFunc(known, met) {
			return
		}
		problems = append(problems, a.at.problem(fmt.Sprintf("%s asks for a %s %q that does not exist", a.what, what, a.value), choose(a.value, what, distinct(known))))
	}
	for _, a := range c.asked {
		same := func(known string) bool { return known == a.value }
		switch a.kind {
		case "rule":
			unknown(a, ids, "rule", same)
		case "topic":
			unknown(a, topics, "topic", same)
		case "source":
			unknown(a, sourceIDs, "source", func(known string) bool { return text.MatchWildcard(a.value, known) })
		case "jurisdiction":
			unknown(a, jurisdictions, "jurisdiction", func(known string) bool { return text.Fold(known) == text.Fold(a.value) })
		}
	}
	if len(problems) > 0 || rules == nil {
		return problems
	}
	for _, r := range c.Routes {
		taken := slices.DeleteFunc(slices.Clone(rules), func(rule Rule) bool {
			// What no route takes goes to the default, so any rule may lead there.
			return r.Path != models.DefaultRoute && !slices.Contains(rule.Routes, r.Path) || !takes(r.When, rule)
		})
		problems = append(problems, c.unreachable(r, taken)...)
	}
	return problems
}

// unreachable reports each narrower route that none of the rules that lead to the
// route around it can take.
func (c *Config) unreachable(r models.Route, rules []Rule) diag.Problems {
	var problems diag.Problems
	for _, inner := range r.Routes {
		taken := slices.DeleteFunc(slices.Clone(rules), func(rule Rule) bool { return !takes(inner.When, rule) })
		if len(taken) > 0 {
			problems = append(problems, c.unreachable(inner, taken)...)
			continue
		}
		top, _, _ := strings.Cut(r.Path, "/")
		what := fmt.Sprintf("route %s is never taken: no rule leads to %s", inner.Path, r.Path)
		want := fmt.Sprintf("want routes: [%s] in a rule", top)
		if len(rules) > 0 {
			var have []string
			for _, rule := range rules {
				have = append(have, fmt.Sprintf("%s (topic %s, %s)", rule.ID, rule.Topic, rule.Severity))
			}
			what = fmt.Sprintf("route %s is never taken: no rule that leads to %s meets its when", inner.Path, r.Path)
			want = fmt.Sprintf("the rules that lead there are %s", strings.Join(have, ", "))
			if len(have) > 5 {
				want = fmt.Sprintf("%d rules lead there, such as %s", len(have), strings.Join(have[:3], ", "))
			}
		}
		problems = append(problems, c.placeOf(inner.Path).problem(what, want))
	}
	return problems
}

// takes reports whether a match of the rule can meet the condition, as far as
// that lies with the rule.
func takes(w models.Condition, r Rule) bool {
	return r.Severity.Rank() >= w.Severity.Rank() &&
		(len(w.Topics) == 0 || slices.Contains(w.Topics, r.Topic)) &&
		(len(w.Rules) == 0 || slices.Contains(w.Rules, r.ID))
}

func distinct(names []string) []string {
	names = slices.Clone(names)
	slices.Sort(names)
	return slices.Compact(names)
}
