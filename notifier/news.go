package notifier

import (
	"slices"
	"time"

	"regwatch/internal/timefmt"
	"regwatch/models"
)

// changes returns what of a change is news to a recipient who was sent its event
// before, the most important first.
func (l recipientPlan) changes(c models.Change, event models.Event, history models.Notified, now time.Time) []models.Update {
	var news []models.Update
	worst := history.Severity
	var rules []models.Update
	for _, m := range l.unmutedMatches() {
		if m.Severity.Rank() > worst.Rank() {
			worst = m.Severity
		}
		if !slices.Contains(history.Rules, m.RuleID) {
			rules = append(rules, models.Update{Kind: models.UpdateRule, To: m.RuleID})
		}
	}
	if worst != history.Severity {
		news = append(news, models.Update{Kind: models.UpdateSeverity, From: string(history.Severity), To: string(worst)})
	}
	if event.Stage != "" && event.Stage != history.Stage {
		news = append(news, models.Update{Kind: models.UpdateStage, From: history.Stage, To: event.Stage})
	}
	news = append(news, dateChanges(history.Dates, event.Dates, now.In(timefmt.Zone(l.recipient.Zone)).Format(time.DateOnly))...)
	news = append(news, rules...)
	if event.Official && !history.Official && c.Article.Source.Role.Official() {
		news = append(news, models.Update{Kind: models.UpdateOfficial, To: c.Article.Source.Name})
	}
	return news
}

// dateChanges compares the days that a recipient knows with those of the event.
// Days of one kind that are gone were moved to those that came, the earliest to
// the earliest. A day that merely came is news if there is still time to act.
func dateChanges(history, now []models.KeyDate, today string) []models.Update {
	var news []models.Update
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
				news = append(news, models.Update{Kind: models.UpdateDate, Of: d.Kind, From: gone[i], To: day})
			case day >= today:
				news = append(news, models.Update{Kind: models.UpdateDate, Of: d.Kind, To: day})
			}
		}
	}
	return news
}

// daysOnlyIn returns the days of a kind that are among some and not among others, the
// earliest first.
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
