package notifier

import (
	"slices"
	"time"

	"regwatch/internal/timefmt"
	"regwatch/models"
)

// updates returns the updates in a change for a recipient who was notified of the event
// before, the most important first.
func (l recipientPlan) updates(c models.Change, event models.Event, history models.Notified, now time.Time) []models.Update {
	var updates []models.Update
	worst := history.Severity
	var rules []models.Update
	for _, m := range l.unmutedMatches() {
		if m.Severity.Rank() > worst.Rank() {
			worst = m.Severity
		}
		// A rule that earlier articles only mentioned is news in one that is about it.
		if !slices.Contains(history.Rules, m.RuleID) || slices.Contains(c.NewRules, m.RuleID) {
			rules = append(rules, models.Update{Kind: models.UpdateRule, To: m.RuleID})
		}
	}
	if worst != history.Severity {
		updates = append(updates, models.Update{Kind: models.UpdateSeverity, From: string(history.Severity), To: string(worst)})
	}
	if event.Stage != "" && event.Stage != history.Stage {
		updates = append(updates, models.Update{Kind: models.UpdateStage, From: history.Stage, To: event.Stage})
	}
	if u, ok := reportStage(c, event); ok && !history.Knows(u.To) {
		updates = append(updates, u)
	}
	updates = append(updates, dateChanges(history.Dates, event.Dates, now.In(timefmt.Zone(l.recipient.Zone)).Format(time.DateOnly))...)
	updates = append(updates, rules...)
	if event.Official && !history.Official && c.Article.Source.Role.Official() {
		updates = append(updates, models.Update{Kind: models.UpdateOfficial, To: c.Article.Source.Name})
	}
	return updates
}

// reportStage returns the stage that an article states itself, if its event has another. A copy
// says what the original says.
func reportStage(c models.Change, event models.Event) (models.Update, bool) {
	stage := c.Joined.Stage
	if stage == "" || stage == event.Stage || c.Kind == models.Copied {
		return models.Update{}, false
	}
	return models.Update{Kind: models.UpdateReportStage, From: event.Stage, To: stage}, true
}

// dateChanges compares the days known to a recipient with those of the event. A day of
// the same kind that is gone counts as moved to a new one, the earliest to the earliest.
// Other new days are updates if they are not over yet.
func dateChanges(history, now []models.KeyDate, today string) []models.Update {
	var updates []models.Update
	met := make(map[string]bool)
	for _, d := range now {
		if met[d.Kind] {
			continue
		}
		met[d.Kind] = true
		gone, came := daysOnlyIn(history, now, d.Kind), daysOnlyIn(now, history, d.Kind)
		for i, day := range came {
			switch {
			case i < len(gone):
				updates = append(updates, models.Update{Kind: models.UpdateDate, Of: d.Kind, From: gone[i], To: day})
			case day >= today:
				updates = append(updates, models.Update{Kind: models.UpdateDate, Of: d.Kind, To: day})
			}
		}
	}
	return updates
}

// daysOnlyIn returns the days of a kind that are in some and not in others, the earliest
// first.
func daysOnlyIn(some, others []models.KeyDate, kind string) []string {
	var days []string
	for _, d := range some {
		same := func(o models.KeyDate) bool { return o.Kind == kind && o.Day == d.Day }
		if d.Kind == kind && !slices.ContainsFunc(others, same) && !slices.Contains(days, d.Day) {
			days = append(days, d.Day)
		}
	}
	slices.Sort(days)
	return days
}
