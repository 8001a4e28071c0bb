package notifier

import (
	"cmp"
	"slices"

	"regwatch/internal/origin"
	"regwatch/models"
)

// checkCondition checks each part of a condition for one match of a change.
func checkCondition(w models.Condition, m models.Match, c models.Change) []models.ConditionCheck {
	var checks []models.ConditionCheck
	if w.Severity != "" {
		checks = append(checks, models.ConditionCheck{
			Kind: models.ConditionSeverity, Has: []string{string(m.Severity)}, Wanted: []string{string(w.Severity)},
			Met: m.Severity.Rank() >= w.Severity.Rank(),
		})
	}
	roles := make([]string, len(w.Roles))
	for i, role := range w.Roles {
		roles[i] = string(role)
	}
	from := origin.Of(c.Article)
	places := slices.Concat(from.Values(origin.Jurisdiction), c.Event.Jurisdictions)
	slices.Sort(places)
	for _, part := range []struct {
		kind        string
		has, wanted []string
	}{
		{origin.Role, from.Values(origin.Role), roles},
		{origin.Jurisdiction, slices.Compact(places), w.Jurisdictions},
		{origin.Language, from.Values(origin.Language), w.Languages},
		{"topic", []string{TopicOf(m)}, w.Topics},
		{"rule", []string{m.RuleID}, w.Rules},
		{origin.Source, from.Values(origin.Source), w.Sources},
	} {
		if len(part.wanted) == 0 {
			continue
		}
		check := models.ConditionCheck{Kind: part.kind, Has: part.has, Wanted: part.wanted}
		for _, has := range part.has {
			if slices.ContainsFunc(part.wanted, func(wanted string) bool { return origin.Same(part.kind, has, wanted) }) {
				check.Met, check.Has = true, []string{has}
				break
			}
		}
		checks = append(checks, check)
	}
	return checks
}

// met reports whether all parts of a condition are met.
func met(checks []models.ConditionCheck) bool {
	return !slices.ContainsFunc(checks, func(c models.ConditionCheck) bool { return !c.Met })
}

// TopicOf returns the topic of a match. Matches of earlier releases have none, so it is
// the rule's ID.
func TopicOf(m models.Match) string { return cmp.Or(m.Topic, m.RuleID) }
