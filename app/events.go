package app

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"regwatch/events"
	"regwatch/internal/yamlnode"
	"regwatch/models"
	"regwatch/notifier/render"
	"regwatch/store"
)

// An Event is one development with its articles, whom regwatch notified of it, and what
// people did.
type Event struct {
	ID            string              `json:"id"`
	Revision      int                 `json:"revision"` // rises with every change
	MergedInto    string              `json:"merged_into,omitempty"`
	Title         string              `json:"title"`
	Link          string              `json:"link"`
	Severity      string              `json:"severity"`
	Strength      string              `json:"strength"` // subject or mention
	LeadRule      string              `json:"lead_rule"`
	RuleIDs       []string            `json:"rule_ids"`
	Jurisdictions []string            `json:"jurisdictions"`
	Official      bool                `json:"official"`
	Baseline      bool                `json:"baseline"` // known only from first scans so far
	FirstSeenAt   time.Time           `json:"first_seen_at"`
	LastSeenAt    time.Time           `json:"last_seen_at"`
	Articles      []EventArticle      `json:"articles"` // oldest first
	Notified      []Notified          `json:"told"`
	Assignments   []models.Assignment `json:"takes"` // the first first
	Feedback      []models.Feedback   `json:"marks"` // the newest last
	Stage         string              `json:"stage"` // empty if none was found
	Dates         []models.KeyDate    `json:"dates"`
	RuleTitles    []string            `json:"rule_titles"` // of RuleIDs; the ID of a rule that is not in force

	ShortID string `json:"-"` // as much of the ID as no other event has
}

// An EventArticle is an article's place in an event.
type EventArticle struct {
	ArticleID   string     `json:"article_id"`
	Part        int        `json:"part,omitempty"` // of a roundup, from 1
	Source      string     `json:"source"`
	SourceName  string     `json:"source_name"`
	Role        string     `json:"role"`
	Title       string     `json:"title"`
	Link        string     `json:"link"`
	Strength    string     `json:"strength"`
	JoinedBy    string     `json:"joined_by"`
	JoinedAt    time.Time  `json:"joined_at"`
	PublishedAt *time.Time `json:"published_at,omitempty"`
	SeenAt      time.Time  `json:"seen_at"`
}

// Notified is what one recipient was sent about an event, or will be.
type Notified struct {
	Recipient string     `json:"recipient"`
	Severity  string     `json:"severity"` // the highest
	RuleIDs   []string   `json:"rule_ids"`
	Official  bool       `json:"official"`
	Lost      bool       `json:"lost"`       // every delivery failed
	WaitUntil *time.Time `json:"wait_until"` // when deferred notices are sent; null if there are none
}

// IsMention reports whether articles only mention what rules look for. Such an event
// causes no alert and has no severity.
func (e Event) IsMention() bool { return e.Strength == string(models.Mention) }

// LeadTitle is the title of the rule that leads the event; empty if the event is only
// mentioned.
func (e Event) LeadTitle() string {
	if i := slices.Index(e.RuleIDs, e.LeadRule); i >= 0 {
		return e.RuleTitles[i]
	}
	return e.LeadRule
}

// Verdict is what the feedback on the event comes to: relevant, irrelevant, disputed, or
// empty without feedback.
func (e Event) Verdict() string {
	verdict, disputed := models.Judge(e.Feedback, "")
	if disputed {
		return "disputed"
	}
	return string(verdict)
}

const (
	// NoStage is the stage, for an [EventFilter], of an event in which none was found.
	NoStage = "none"
	// Nobody is the assignee, for an [EventFilter], of an event that nobody is assigned to.
	Nobody = "nobody"
)

// An EventFilter says which events are wanted. A field with its zero value allows every
// event. Of several values in one field an event needs only one.
type EventFilter struct {
	Since, Until time.Time // first seen, changed or joined by an article in [Since, Until); a zero Until is now
	Rules        []string  // IDs of rules that matched
	Severity     string    // the lowest; an event that is only mentioned has no severity
	Stages       []string  // names of stages, or NoStage
	Sources      []string  // IDs of sources of its articles
	Text         string    // words; the title has all of them
	AssignedTo   string    // a person, or Nobody
}

// Events returns the events that a filter allows, oldest first.
func (a *App) Events(ctx context.Context, f EventFilter) ([]Event, error) {
	q, err := a.eventQuery(ctx, f)
	if err != nil {
		return nil, err
	}
	if f.AssignedTo != "" && !q.Unassigned && len(q.AssignedTo) == 0 {
		return []Event{}, nil // nobody of that name has an event
	}
	found, err := a.store.Events(ctx, q)
	if err != nil {
		return nil, err
	}
	return a.newEvents(ctx, found)
}

// eventQuery checks a filter and translates it for the store.
func (a *App) eventQuery(ctx context.Context, f EventFilter) (store.EventFilter, error) {
	q := store.EventFilter{
		From: f.Since, To: f.Until, Rules: f.Rules, MinSeverity: models.Severity(f.Severity),
		Sources: f.Sources, Words: strings.Fields(f.Text), Unassigned: f.AssignedTo == Nobody,
	}
	if q.To.IsZero() {
		q.To = a.now()
	}
	if f.Severity != "" && q.MinSeverity.Rank() == 0 {
		var names []string
		for _, s := range models.Severities() {
			names = append(names, string(s))
		}
		return q, unknownValue("severity", f.Severity, names)
	}
	stages := append(events.Stages(), NoStage)
	for _, stage := range f.Stages {
		if !slices.Contains(stages, stage) {
			return q, unknownValue("stage", stage, stages)
		}
		if stage == NoStage {
			stage = ""
		}
		q.Stages = append(q.Stages, stage)
	}
	for _, id := range f.Rules {
		if err := a.requireStoredRule(ctx, id); err != nil {
			return q, err
		}
	}
	for _, id := range f.Sources {
		if err := a.requireStoredSource(ctx, id); err != nil {
			return q, err
		}
	}
	if f.AssignedTo == "" || q.Unassigned {
		return q, nil
	}
	names, err := a.store.Assignees(ctx)
	for _, name := range names {
		if isPerson(name, f.AssignedTo) {
			q.AssignedTo = append(q.AssignedTo, name)
		}
	}
	return q, err
}

func unknownValue(what, value string, known []string) error {
	return inputError("there is no %s %q%s; use %s", what, value, didYouMean(value, known), yamlnode.Or(known))
}

// Assignees returns the names of everybody to whom an event is assigned, in order.
func (a *App) Assignees(ctx context.Context) ([]string, error) {
	names, err := a.store.Assignees(ctx)
	for i, name := range names {
		names[i] = render.PersonName(name)
	}
	return slices.Compact(names), err
}

// isPerson reports whether a stored name is the person whom somebody asks for: ana is ana,
// and is @Ana (U0ANA), whom Slack calls so.
func isPerson(stored, asked string) bool {
	for _, name := range []string{stored, render.PersonName(stored), strings.TrimPrefix(render.PersonName(stored), "@")} {
		if strings.EqualFold(name, strings.TrimSpace(asked)) {
			return true
		}
	}
	return false
}

// newEvents are events for a list, with short IDs.
func (a *App) newEvents(ctx context.Context, found []models.Event) ([]Event, error) {
	ids := make([]string, len(found))
	for i, e := range found {
		ids[i] = e.ID
	}
	short, err := a.store.ShortEventIDs(ctx, ids)
	if err != nil {
		return nil, err
	}
	titles := a.ruleTitles()
	list := make([]Event, len(found))
	for i, e := range found {
		list[i] = newEvent(e, titles, short[e.ID])
	}
	return list, nil
}

func newEvent(e models.Event, ruleTitles map[string]string, short string) Event {
	event := Event{
		ID: e.ID, Revision: e.Revision, MergedInto: e.MergedInto, Title: e.Title, Link: e.Link, Severity: string(e.Severity),
		Strength: string(e.Strength), LeadRule: e.LeadRule, RuleIDs: nonNil(e.RuleIDs), Jurisdictions: nonNil(e.Jurisdictions),
		Official: e.Official, Baseline: e.Baseline, FirstSeenAt: e.FirstSeenAt, LastSeenAt: e.LastSeenAt,
		Articles: []EventArticle{}, Notified: []Notified{}, Assignments: nonNil(e.Assignments), Feedback: nonNil(e.Feedback),
		Stage: e.Stage, Dates: nonNil(e.Dates), RuleTitles: []string{}, ShortID: short,
	}
	for _, id := range e.RuleIDs {
		event.RuleTitles = append(event.RuleTitles, cmp.Or(ruleTitles[id], id))
	}
	for _, in := range e.Articles {
		event.Articles = append(event.Articles, EventArticle{
			ArticleID: in.ArticleID, Part: in.Part, Source: in.SourceID, SourceName: in.SourceName, Role: string(in.Role), Title: in.Title,
			Link: in.Link, Strength: string(in.Strength), JoinedBy: in.JoinedBy, JoinedAt: in.JoinedAt,
			PublishedAt: optionalTime(in.PublishedAt), SeenAt: in.SeenAt,
		})
	}
	for _, n := range e.Notified {
		event.Notified = append(event.Notified, Notified{n.Recipient, string(n.Severity), nonNil(n.Rules), n.Official, n.Lost, optionalTime(n.WaitUntil)})
	}
	return event
}

// nonNil returns a list that is [] in JSON, and not null, if it is empty.
func nonNil[T any](list []T) []T { return append([]T{}, list...) }

// findEvent finds an event by its ID or the beginning of it.
func (a *App) findEvent(ctx context.Context, id string) (Event, error) {
	found, err := a.store.FindEvent(ctx, id)
	if err != nil {
		return Event{}, err
	}
	list, err := a.newEvents(ctx, []models.Event{found})
	if err != nil {
		return Event{}, err
	}
	return list[0], nil
}
