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
func (t Trial) judge(events []models.RatedEvent) (marked Marked, draft, saved *Precision) {
	marked = Marked{Lost: []MarkedEvent{}, Dropped: []MarkedEvent{}, Remaining: []MarkedEvent{}}
	sources := byID(t.Sources)
	var tells, told Precision
	for _, e := range events {
		verdict, disputed := models.Judge(e.Feedback, t.RuleID)
		if verdict == "" {
			continue
		}
		own := e.Event.LeadRule == t.RuleID || slices.ContainsFunc(e.Feedback, func(m models.Feedback) bool { return m.RuleID == t.RuleID })
		if !e.Judgeable() {
			if own {
				marked.Expired++
			}
			continue
		}
		now, before := alertsTo(t.Draft, t.RuleID, e, sources), t.Saved != nil && alertsTo(t.Saved, t.RuleID, e, sources)
		if !own && !now && !before {
			continue
		}
		if now {
			tells.count(verdict)
		}
		if before {
			told.count(verdict)
		}
		past := markedEvent(e, disputed)
		if disputed {
			marked.Disputed++
		}
		switch {
		case verdict == models.Relevant:
			marked.Relevant++
			if !now {
				marked.Lost = append(marked.Lost, past)
			}
			continue
		case now:
			marked.Remaining = append(marked.Remaining, past)
		case before || t.Saved == nil:
			marked.Dropped = append(marked.Dropped, past)
		}
		marked.Irrelevant++
	}
	return marked, tells.measured(), told.measured()
}

// alertsTo reports whether a rule would alert to an article of an event, as its
// text stands now.
func alertsTo(set *rules.Set, id string, e models.RatedEvent, sources map[string]models.Source) bool {
	for _, a := range e.Articles {
		a.Source = sourceOf(a, sources)
		for _, m := range matchesOf(set, id, a) {
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
func (p *Precision) measured() *Precision {
	n := p.Relevant + p.Irrelevant
	if n == 0 {
		return nil
	}
	p.Rate = rules.Wilson(p.Relevant, n)
	return p
}

func markedEvent(e models.RatedEvent, disputed bool) MarkedEvent {
	return MarkedEvent{
		EventID: e.Event.ID, Title: e.Event.Title, Link: e.Event.Link, Source: e.Event.Articles[0].SourceName,
		SeenAt: e.Event.FirstSeenAt, Severity: e.Event.Severity, Disputed: disputed, Marks: e.Feedback,
	}
}
