package notifier

import (
	"cmp"
	"slices"
	"time"

	"regwatch/internal/conditions"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

// checkCondition checks each part of a condition for one match of a change. Key dates are counted from the current day
// where the source is.
func checkCondition(w models.Condition, m models.Match, c models.Change, now time.Time) []models.ConditionCheck {
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
	from := conditions.Of(c.Article)
	places := slices.Concat(from.Values(conditions.Jurisdiction), c.Event.Jurisdictions)
	slices.Sort(places)
	for _, part := range []struct {
		kind        string
		has, wanted []string
	}{
		{conditions.Role, from.Values(conditions.Role), roles},
		{conditions.Jurisdiction, slices.Compact(places), w.Jurisdictions},
		{conditions.Language, from.Values(conditions.Language), w.Languages},
		{"topic", []string{TopicOf(m)}, w.Topics},
		{"rule", []string{m.RuleID}, w.Rules},
		{conditions.Source, from.Values(conditions.Source), w.Sources},
	} {
		if len(part.wanted) == 0 {
			continue
		}
		check := models.ConditionCheck{Kind: part.kind, Has: part.has, Wanted: part.wanted}
		for _, has := range part.has {
			if slices.ContainsFunc(part.wanted, func(wanted string) bool { return conditions.Match(part.kind, has, wanted) }) {
				check.Met, check.Has = true, []string{has}
				break
			}
		}
		checks = append(checks, check)
	}
	today := now.In(timefmt.Zone(c.Article.Source.Zone)).Format(time.DateOnly)
	for _, part := range []struct {
		kind   string
		window *models.DayWindow
	}{{conditions.Deadline, w.Deadline}, {conditions.Effective, w.Effective}} {
		if part.window != nil {
			checks = append(checks, checkDates(part.kind, *part.window, c.Event.Dates, today))
		}
	}
	return checks
}

// checkDates checks whether a key date of a kind lies in a window.
func checkDates(kind string, w models.DayWindow, dates []models.KeyDate, today string) models.ConditionCheck {
	check := models.ConditionCheck{Kind: kind, Wanted: []string{w.String()}}
	for _, d := range dates {
		if d.Kind != kind {
			continue
		}
		if w.Contains(d.Day, today) {
			check.Met, check.Has = true, []string{d.Day}
			return check
		}
		check.Has = append(check.Has, d.Day)
	}
	return check
}

// met reports whether all parts of a condition are met.
func met(checks []models.ConditionCheck) bool {
	return !slices.ContainsFunc(checks, func(c models.ConditionCheck) bool { return !c.Met })
}

// TopicOf returns the topic of a match. Matches of earlier releases have none, so it is
// the rule's ID.
func TopicOf(m models.Match) string { return cmp.Or(m.Topic, m.RuleID) }
