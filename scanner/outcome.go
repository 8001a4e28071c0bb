package scanner

import (
	"math"
	"slices"
	"strings"
	"time"

	"regwatch/events"
	"regwatch/models"
)

// week is what alerts are counted by.
const week = 7 * 24 * time.Hour

// maxWords is how many of the words that met a rule are shown of an event.
const maxWords = 6

// A side is one wording of a rule and what it makes of history.
type side struct {
	found    []events.Found
	alerting map[place]bool // by which it would alert
	subjects int
	mentions int
	gathered []gathered
}

func newSide() *side { return &side{alerting: make(map[place]bool)} }

// A place is an article, or one part of a digest article.
type place struct {
	article string
	part    int
}

// A gathered is an event and the articles in it, oldest first.
type gathered struct {
	event models.Event
	found []events.Found
}

// add takes up an article that the rule matches, and reports whether it would
// alert.
func (s *side) add(a models.Article, matches []models.Match) (alerts bool) {
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
			s.alerting[place{a.ID, m.Part}] = true
		}
	}
	for part, of := range parts {
		s.found = append(s.found, events.Found{Article: a, Part: part, Matches: of})
	}
	if strength == models.Subject {
		s.subjects++
	} else {
		s.mentions++
	}
	return alerts
}

// gather puts the articles into events as scans would have: each in its turn,
// among the events that share a key with it.
func (s *side) gather() {
	slices.SortStableFunc(s.found, func(a, b events.Found) int {
		if c := a.Article.SeenAt.Compare(b.Article.SeenAt); c != 0 {
			return c
		}
		if c := when(a.Article).Compare(when(b.Article)); c != 0 {
			return c
		}
		return a.Part - b.Part
	})
	byKey := make(map[string][]int)
	for _, f := range s.found {
		var near []int
		for _, key := range events.Keys(f) {
			near = append(near, byKey[key]...)
		}
		slices.Sort(near)
		near = slices.Compact(near)
		candidates := make([]models.Event, len(near))
		for i, n := range near {
			candidates[i] = s.gathered[n].event
		}
		change := events.Assign(candidates, []events.Found{f}, f.Article.SeenAt)[0]
		at := slices.IndexFunc(candidates, func(e models.Event) bool { return e.ID == change.Event.ID })
		if at < 0 {
			at = len(s.gathered)
			s.gathered = append(s.gathered, gathered{})
		} else {
			at = near[at]
		}
		g := &s.gathered[at]
		g.event = change.Event
		g.found = append(g.found, f)
		for _, key := range change.NewKeys {
			byKey[key] = append(byKey[key], at)
		}
	}
}

// when is when an article was published, or seen if that is unknown or earlier.
func when(a models.Article) time.Time {
	if a.PublishedAt.IsZero() || a.PublishedAt.After(a.SeenAt) {
		return a.SeenAt
	}
	return a.PublishedAt
}

// alert returns when an event would have been told: with its first article that
// alerts. It is silent if it has only such that a source's first scan brought.
func (g gathered) alert() (at time.Time, silent, ok bool) {
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

// outcome counts what the side makes of the window.
func (s *side) outcome(revision string, from, until time.Time) Outcome {
	o := Outcome{Revision: revision, Subjects: s.subjects, Mentions: s.mentions, Events: len(s.gathered), Weeks: weeksOf(from, until)}
	for _, g := range s.gathered {
		at, silent, ok := g.alert()
		switch {
		case silent:
			o.Silent++
		case ok:
			o.Alerts++
			// The weeks are counted back from the end of the window.
			if i := len(o.Weeks) - 1 - int((until.Sub(at)-1)/week); i >= 0 && i < len(o.Weeks) {
				o.Weeks[i].Alerts++
			}
		}
	}
	if span := until.Sub(from); span > 0 {
		o.PerWeek = math.Round(100*float64(o.Alerts)/max(1, float64(span)/float64(week))) / 100
	}
	return o
}

func weeksOf(from, until time.Time) []Week {
	weeks := []Week{}
	if from.IsZero() {
		return weeks
	}
	for start := until.Add(-week); ; start = start.Add(-week) {
		weeks = append(weeks, Week{From: start})
		if !start.After(from) {
			break
		}
	}
	slices.Reverse(weeks)
	return weeks
}

// beyond returns the events of s that would have alerted, and of which no
// article would have with the other wording; newest first.
func (s *side) beyond(other *side) []PastEvent {
	out := []PastEvent{}
	for _, g := range slices.Backward(s.gathered) {
		_, silent, ok := g.alert()
		told := slices.ContainsFunc(g.found, func(f events.Found) bool { return other.alerting[place{f.Article.ID, f.Part}] })
		if ok && !told {
			out = append(out, g.past(silent))
		}
	}
	return out
}

func (g gathered) past(silent bool) PastEvent {
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
				met := func(w string) bool { return strings.EqualFold(w, h.Text) }
				if len(e.Words) < maxWords && !slices.ContainsFunc(e.Words, met) {
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
