package scanner

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"regwatch/events"
	"regwatch/internal/diag"
	"regwatch/models"
	"regwatch/rules"
)

// week is the time that the average of alerts is taken over.
const week = 7 * 24 * time.Hour

// maxShownWords is how many of the words that met a rule are shown of an event.
const maxShownWords = 6

// A ruleResult is one wording of a rule and what it makes of history.
type ruleResult struct {
	found         []events.Found
	alertingParts map[articlePart]bool // by which it would alert
	subjects      int
	mentions      int
	events        []simulatedEvent
}

func newRuleResult() *ruleResult { return &ruleResult{alertingParts: make(map[articlePart]bool)} }

// A articlePart is an article, or one part of a digest article.
type articlePart struct {
	article string
	part    int
}

// A simulatedEvent is an event and the articles in it, oldest first.
type simulatedEvent struct {
	event models.Event
	found []events.Found
}

// add takes up an article that the rule matches, and reports whether it would
// alert.
func (s *ruleResult) add(a models.Article, matches []models.Match) (alerts bool) {
	if len(matches) == 0 {
		return false
	}
	parts := make(map[int][]models.Match)
	strength := models.Mention
	for _, m := range matches {
		parts[m.Part] = append(parts[m.Part], m)
		strength = strength.Or(m.Strength)
		if m.Alerts() {
			alerts = true
			s.alertingParts[articlePart{a.ID, m.Part}] = true
		}
	}
	for part, inPart := range parts {
		s.found = append(s.found, events.Found{Article: a, Part: part, Matches: inPart})
	}
	if strength == models.Subject {
		s.subjects++
	} else {
		s.mentions++
	}
	return alerts
}

// groupEvents puts the articles into events as scans would have: each in its turn,
// among the events that share a key with it. The error is that of the context, which may end meanwhile.
func (s *ruleResult) groupEvents(ctx context.Context) error {
	slices.SortStableFunc(s.found, func(a, b events.Found) int {
		if c := a.Article.SeenAt.Compare(b.Article.SeenAt); c != 0 {
			return c
		}
		if c := a.Article.PublishedOrSeen().Compare(b.Article.PublishedOrSeen()); c != 0 {
			return c
		}
		return a.Part - b.Part
	})
	byKey := make(map[string][]int)
	for _, f := range s.found {
		if err := ctx.Err(); err != nil {
			return err
		}
		var indexes []int
		for _, key := range events.Keys(f) {
			indexes = append(indexes, byKey[key]...)
		}
		slices.Sort(indexes)
		indexes = slices.Compact(indexes)
		candidates := make([]models.Event, len(indexes))
		for i, n := range indexes {
			candidates[i] = s.events[n].event
		}
		change := events.Assign(candidates, []events.Found{f}, f.Article.SeenAt)[0]
		index := slices.IndexFunc(candidates, func(e models.Event) bool { return e.ID == change.Event.ID })
		if index < 0 {
			index = len(s.events)
			s.events = append(s.events, simulatedEvent{})
		} else {
			index = indexes[index]
		}
		g := &s.events[index]
		g.event = change.Event
		g.found = append(g.found, f)
		for _, key := range change.NewKeys {
			byKey[key] = append(byKey[key], index)
		}
	}
	return nil
}

// firstAlert returns when an event would have been told: with its first article that
// alerts. It is silent if it has only such that a source's first scan brought.
func (g simulatedEvent) firstAlert() (at time.Time, silent, ok bool) {
	for _, f := range g.found {
		if !slices.ContainsFunc(f.Matches, models.Match.Alerts) {
			continue
		}
		if !f.Article.Baseline {
			return f.Article.SeenAt, false, true
		}
		silent, ok = true, true
	}
	return time.Time{}, silent, ok
}

// isDemoted reports whether the event has an article with a match of this outcome, other than from a source's first
// scan.
func (g simulatedEvent) isDemoted(to models.Outcome) bool {
	return slices.ContainsFunc(g.found, func(f events.Found) bool {
		return !f.Article.Baseline && slices.ContainsFunc(f.Matches, func(m models.Match) bool { return m.Outcome == to })
	})
}

// outcome counts what the side makes of the window of a backtest.
func (s *ruleResult) outcome(revision string, b Backtest, zone *time.Location) Outcome {
	from, until := b.From, b.Until
	o := Outcome{Revision: revision, Subjects: s.subjects, Mentions: s.mentions, Events: len(s.events), Weeks: weeksBetween(from, until, zone)}
	for _, g := range s.events {
		at, silent, ok := g.firstAlert()
		switch {
		case !ok && g.isDemoted(models.OutcomeDigest):
			o.InDigest++
		case !ok && g.isDemoted(models.OutcomeCount):
			o.Unlikely++
		case !ok && g.isDemoted(models.OutcomeExcepted):
			o.Excepted++
		case silent:
			o.Silent++
		case ok:
			o.Alerts++
			for i := range slices.Backward(o.Weeks) {
				if !at.Before(o.Weeks[i].From) {
					o.Weeks[i].Alerts++
					break
				}
			}
		}
	}
	if span := until.Sub(from); span > 0 {
		o.PerWeek = math.Round(100*float64(o.Alerts)/max(1, float64(span)/float64(week))) / 100
		o.PerWeekMeasured = b.Stored && span >= week
	}
	return o
}

// weeksBetween returns the calendar weeks that a window touches, oldest first. They begin on Monday, as ISO 8601 has it, at
// midnight in a zone, so a week in which clocks change is not seven times 24 hours.
func weeksBetween(from, until time.Time, zone *time.Location) []Week {
	weeks := []Week{}
	if from.IsZero() {
		return weeks
	}
	if zone == nil {
		zone = time.UTC
	}
	local := from.In(zone)
	sinceMonday := (int(local.Weekday()) + 6) % 7
	for n := -sinceMonday; ; n += 7 {
		monday := time.Date(local.Year(), local.Month(), local.Day()+n, 0, 0, 0, 0, zone)
		if !monday.Before(until) {
			return weeks
		}
		weeks = append(weeks, Week{From: monday.UTC()})
	}
}

// alertsMissingIn returns the events of s that would have alerted, and of which no
// article would have with the other wording; newest first. Set has the other wording of the rule.
func (s *ruleResult) alertsMissingIn(other *ruleResult, set *rules.Set, id string) []PastEvent {
	out := []PastEvent{}
	for _, g := range slices.Backward(s.events) {
		_, silent, ok := g.firstAlert()
		alsoAlerts := slices.ContainsFunc(g.found, func(f events.Found) bool { return other.alertingParts[articlePart{f.Article.ID, f.Part}] })
		if ok && !alsoAlerts {
			e := g.pastEvent(silent)
			if len(out) < maxReasons {
				e.WhyNot = g.whyNot(set, id)
			}
			out = append(out, e)
		}
	}
	return out
}

// maxReasons is of how many events a backtest says why one wording does not alert to them.
const maxReasons = 50

// whyNot says why a wording does not alert to the event, by the first article with which the other one does.
func (g simulatedEvent) whyNot(set *rules.Set, id string) diag.Text {
	for _, f := range g.found {
		if slices.ContainsFunc(f.Matches, models.Match.Alerts) {
			return set.WhyNot(id, f.Article)
		}
	}
	return ""
}

func (g simulatedEvent) pastEvent(silent bool) PastEvent {
	e := PastEvent{
		Title: g.event.Title, Link: g.event.Link, Source: g.event.Articles[0].SourceName, Articles: len(g.event.Articles),
		SeenAt: g.event.FirstSeenAt, Severity: g.event.Severity, Words: []string{}, Silent: silent,
	}
	for _, f := range g.found {
		for _, m := range f.Matches {
			if !m.Alerts() {
				continue
			}
			for _, h := range m.Hits {
				known := func(w string) bool { return strings.EqualFold(w, h.Text) }
				if len(e.Words) < maxShownWords && !slices.ContainsFunc(e.Words, known) {
					e.Words = append(e.Words, h.Text)
				}
			}
		}
		if len(e.Words) > 0 {
			break
		}
	}
	return e
}
