package scanner

import (
	"context"
	"slices"
	"strings"
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
	Article  string            `json:"article_id,omitempty"` // the article that was marked, if it belongs to no event
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

// rate tries both wordings on the events that people have marked.
func (t Trial) rate(events []models.RatedEvent) (ratings Marked, draft, saved *Precision) {
	ratings = Marked{Lost: []MarkedEvent{}, Dropped: []MarkedEvent{}, Remaining: []MarkedEvent{}}
	sources := sourcesByID(t.Sources)
	var draftPrecision, savedPrecision Precision
	for _, e := range events {
		verdict, disputed := models.Judge(e.Feedback, t.RuleID)
		if verdict == "" {
			continue
		}
		concerns := concernsRule(e, t.RuleID)
		if !e.Judgeable() {
			if concerns {
				ratings.Expired++
			}
			continue
		}
		draftMeets, draftAlerts := tryOn(t.Draft, t.RuleID, e, sources)
		savedMeets, savedAlerts := false, false
		if t.Saved != nil {
			savedMeets, savedAlerts = tryOn(t.Saved, t.RuleID, e, sources)
		}
		// An event that alerts nobody concerns the rules that would alert to it but for its relevance.
		concerns = concerns || e.Event.LeadRule == "" && (draftMeets || savedMeets)
		if !concerns && !draftAlerts && !savedAlerts {
			continue
		}
		if draftAlerts {
			draftPrecision.count(verdict)
		}
		if savedAlerts {
			savedPrecision.count(verdict)
		}
		event := newMarkedEvent(e, disputed, sources)
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

// tryOn reports whether a rule would alert to an article of an event, as its text stands
// now, and whether it would whatever the relevance is.
func tryOn(set *rules.Set, id string, e models.RatedEvent, sources map[string]models.Source) (meets, alerts bool) {
	for _, a := range e.Articles {
		a.Source = configuredSource(a, sources)
		for _, m := range activeMatches(set, id, a) {
			if isIn(e.Event, a, m) {
				meets, alerts = meets || m.Meets(), alerts || m.Alerts()
			}
		}
	}
	return meets, alerts
}

// A MarkedMatch is the match with which a rule stands for an event that people have marked.
type MarkedMatch struct {
	EventID  string
	Article  models.Article
	Match    models.Match
	Verdict  models.Verdict
	Disputed bool
	MarkedAt time.Time // when the last of its marks was given
}

// MarkedMatches returns one match of a rule for each event of which people judged the rule, or that it led or would alert
// to: the strongest of the first article that the rule matches, as its text stands now. They are ordered by event.
// Expired counts the events whose texts retention has deleted.
func MarkedMatches(ctx context.Context, h History, set *rules.Set, id string, configured []models.Source, until time.Time) (found []MarkedMatch, expired int, err error) {
	events, err := h.RatedEvents(ctx, models.ArticleWindow{Until: until})
	if err != nil {
		return nil, 0, err
	}
	sources := sourcesByID(configured)
	for _, e := range events {
		m := MarkedMatch{EventID: e.Event.ID}
		m.Verdict, m.Disputed = models.Judge(e.Feedback, id)
		if m.Verdict == "" {
			continue
		}
		concerns := concernsRule(e, id)
		if !e.Judgeable() {
			if concerns {
				expired++
			}
			continue
		}
		var matched bool
		m.Article, m.Match, matched = firstMatch(set, id, e, sources)
		if !matched || !concerns && !m.Match.Meets() {
			continue
		}
		for _, f := range e.Feedback {
			if (f.RuleID == "" || f.RuleID == id) && f.GivenAt.After(m.MarkedAt) {
				m.MarkedAt = f.GivenAt
			}
		}
		found = append(found, m)
	}
	slices.SortFunc(found, func(a, b MarkedMatch) int { return strings.Compare(a.EventID+a.Article.ID, b.EventID+b.Article.ID) })
	return found, expired, nil
}

// firstMatch returns the strongest match of a rule with the first article of an event that has a text and that the rule
// matches in the event's part.
func firstMatch(set *rules.Set, id string, e models.RatedEvent, sources map[string]models.Source) (models.Article, models.Match, bool) {
	for _, a := range e.Articles {
		if a.BodyState == models.BodyExpired {
			continue
		}
		a.Source = configuredSource(a, sources)
		matches := slices.DeleteFunc(activeMatches(set, id, a), func(m models.Match) bool { return !isIn(e.Event, a, m) })
		if len(matches) > 0 {
			return a, models.Ranked(matches)[0], true
		}
	}
	return models.Article{}, models.Match{}, false
}

// concernsRule reports whether people judged a rule by an event, the rule leads it, or the event is in the digest
// because of the rule.
func concernsRule(e models.RatedEvent, id string) bool {
	return e.Event.LeadRule == id || slices.Contains(e.Event.DigestRules, id) || slices.ContainsFunc(e.Feedback, func(m models.Feedback) bool { return m.RuleID == id })
}

// isIn reports whether the part of an article that a rule matched belongs to an event. An article without an event was marked
// with all of its parts.
func isIn(e models.Event, a models.Article, m models.Match) bool {
	return e.ID == "" || slices.ContainsFunc(e.Articles, func(place models.EventArticle) bool { return place.ArticleID == a.ID && place.Part == m.Part })
}

func (p *Precision) count(v models.Verdict) {
	if v == models.Relevant {
		p.Relevant++
		return
	}
	p.Irrelevant++
}

// withRate fills in the share, or returns nil if nothing was counted.
func (p *Precision) withRate() *Precision {
	n := p.Relevant + p.Irrelevant
	if n == 0 {
		return nil
	}
	p.Rate = rules.Wilson(p.Relevant, n)
	return p
}

func newMarkedEvent(e models.RatedEvent, disputed bool, sources map[string]models.Source) MarkedEvent {
	m := MarkedEvent{
		EventID: e.Event.ID, Title: e.Event.Title, Link: e.Event.Link, Source: e.Event.Articles[0].SourceName,
		SeenAt: e.Event.FirstSeenAt, Severity: e.Event.Severity, Disputed: disputed, Marks: e.Feedback,
	}
	if m.EventID == "" {
		m.Article, m.Source = e.Articles[0].ID, configuredSource(e.Articles[0], sources).Name
	}
	return m
}
