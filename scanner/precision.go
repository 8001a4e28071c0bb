package scanner

import (
	"slices"
	"time"

	"regwatch/models"
	"regwatch/rules"
)

// Marked is how a rule fares on the events of the window that people have
// marked: those of which they judged the rule, and those it led or would tell.
type Marked struct {
	Relevant   int `json:"relevant"` // events
	Irrelevant int `json:"irrelevant"`
	Disputed   int `json:"disputed,omitempty"` // counted as relevant
	// Expired are further events whose texts retention has deleted, so that they
	// cannot be tried.
	Expired int `json:"expired,omitempty"`

	Lost      []MarkedEvent `json:"lost"`      // relevant, and the draft would not tell of it
	Dropped   []MarkedEvent `json:"dropped"`   // irrelevant, told by the saved rule and not by the draft
	Remaining []MarkedEvent `json:"remaining"` // irrelevant, and the draft would tell of it
}

// A MarkedEvent is a stored event that people have marked.
type MarkedEvent struct {
	EventID  string            `json:"event_id"`
	Title    string            `json:"title"`
	Link     string            `json:"link"`
	Source   string            `json:"source"`
	SeenAt   time.Time         `json:"seen_at"`
	Severity models.Severity   `json:"severity"`
	Disputed bool              `json:"disputed,omitempty"`
	Marks    []models.Feedback `json:"marks"`
}

// Precision is the share of relevant events among those that were marked and
// that a wording would tell, with its interval.
type Precision struct {
	Relevant   int `json:"relevant"`
	Irrelevant int `json:"irrelevant"`
	rules.Rate
}

// judge tries both wordings on the events that people have marked.
func (t Trial) rate(events []models.RatedEvent) (ratings Marked, draft, saved *Precision) {
	ratings = Marked{Lost: []MarkedEvent{}, Dropped: []MarkedEvent{}, Remaining: []MarkedEvent{}}
	sources := sourcesByID(t.Sources)
	var draftPrecision, savedPrecision Precision
	for _, e := range events {
		verdict, disputed := models.Judge(e.Feedback, t.RuleID)
		if verdict == "" {
			continue
		}
		concernsRule := e.Event.LeadRule == t.RuleID || slices.ContainsFunc(e.Feedback, func(m models.Feedback) bool { return m.RuleID == t.RuleID })
		if !e.Judgeable() {
			if concernsRule {
				ratings.Expired++
			}
			continue
		}
		draftAlerts, savedAlerts := alertsTo(t.Draft, t.RuleID, e, sources), t.Saved != nil && alertsTo(t.Saved, t.RuleID, e, sources)
		if !concernsRule && !draftAlerts && !savedAlerts {
			continue
		}
		if draftAlerts {
			draftPrecision.count(verdict)
		}
		if savedAlerts {
			savedPrecision.count(verdict)
		}
		event := newMarkedEvent(e, disputed)
		if disputed {
			ratings.Disputed++
		}
		switch {
		case verdict == models.Relevant:
			ratings.Relevant++
			if !draftAlerts {
				ratings.Lost = append(ratings.Lost, event)
			}
			continue
		case draftAlerts:
			ratings.Remaining = append(ratings.Remaining, event)
		case savedAlerts || t.Saved == nil:
			ratings.Dropped = append(ratings.Dropped, event)
		}
		ratings.Irrelevant++
	}
	return ratings, draftPrecision.withRate(), savedPrecision.withRate()
}

// alertsTo reports whether a rule would alert to an article of an event, as its
// text stands now.
func alertsTo(set *rules.Set, id string, e models.RatedEvent, sources map[string]models.Source) bool {
	for _, a := range e.Articles {
		a.Source = configuredSource(a, sources)
		for _, m := range activeMatches(set, id, a) {
			in := func(place models.EventArticle) bool { return place.ArticleID == a.ID && place.Part == m.Part }
			if m.Alerts() && slices.ContainsFunc(e.Event.Articles, in) {
				return true
			}
		}
	}
	return false
}

func (p *Precision) count(v models.Verdict) {
	if v == models.Relevant {
		p.Relevant++
		return
	}
	p.Irrelevant++
}

// measured fills in the share, or returns nil if nothing was counted.
func (p *Precision) withRate() *Precision {
	n := p.Relevant + p.Irrelevant
	if n == 0 {
		return nil
	}
	p.Rate = rules.Wilson(p.Relevant, n)
	return p
}

func newMarkedEvent(e models.RatedEvent, disputed bool) MarkedEvent {
	return MarkedEvent{
		EventID: e.Event.ID, Title: e.Event.Title, Link: e.Event.Link, Source: e.Event.Articles[0].SourceName,
		SeenAt: e.Event.FirstSeenAt, Severity: e.Event.Severity, Disputed: disputed, Marks: e.Feedback,
	}
}
