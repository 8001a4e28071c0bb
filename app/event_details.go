package app

import (
	"context"
	"slices"
	"time"

	"regwatch/models"
	"regwatch/notifier/render"
)

// EventDetails are everything that is known about one event.
type EventDetails struct {
	Event
	Matches []Match       `json:"matches"`
	Mutes   []models.Mute `json:"mutes"`   // in force, of the event, its rules and its sources
	Notices []EventNotice `json:"notices"` // oldest first

	Rules []Match `json:"-"` // the strongest match of each rule, the rule that leads first
}

// A Match means that a rule, as it was then, matched a revision of an article.
type Match struct {
	ArticleID string       `json:"article_id"`
	Revision  int          `json:"revision"`
	Part      int          `json:"part,omitempty"` // of a roundup, from 1
	RuleID    string       `json:"rule_id"`
	RuleHash  string       `json:"rule_hash"`
	RuleTitle string       `json:"rule_title"`
	Topic     string       `json:"topic"`
	Why       string       `json:"why,omitempty"`
	Severity  string       `json:"severity"`
	Strength  string       `json:"strength"`
	Draft     bool         `json:"draft"`
	Alerts    bool         `json:"alerts"` // it is enough for an alert by itself
	Routes    []string     `json:"routes"`
	Tags      []string     `json:"tags"`
	Hits      []models.Hit `json:"hits"`
	MatchedAt time.Time    `json:"matched_at"`
}

func newMatches(found []models.Match) []Match {
	matches := []Match{}
	for _, m := range found {
		matches = append(matches, Match{
			ArticleID: m.ArticleID, Revision: m.Revision, Part: m.Part, RuleID: m.RuleID, RuleHash: m.RuleHash, RuleTitle: m.RuleTitle, Topic: m.Topic,
			Why: m.Why, Severity: string(m.Severity), Strength: string(m.Strength), Draft: m.Draft, Alerts: m.Alerts(),
			Routes: nonNil(m.Routes), Tags: nonNil(m.Tags), Hits: nonNil(m.Hits), MatchedAt: m.MatchedAt,
		})
	}
	return matches
}

// An EventNotice is one decision to notify a recipient of an event or not.
type EventNotice struct {
	Kind       string          `json:"kind"` // alert, update, escalation or reminder
	Recipient  string          `json:"recipient"`
	Reason     string          `json:"reason,omitempty"` // why the recipient gets it
	Held       string          `json:"held,omitempty"`   // why it is not sent
	HeldAs     string          `json:"held_as,omitempty"`
	WaitUntil  *time.Time      `json:"wait_until,omitempty"` // when it is sent, if it is deferred
	WaitReason string          `json:"wait_reason,omitempty"`
	InSummary  bool            `json:"in_summary,omitempty"` // it is sent with others in one message
	Deliveries []EventDelivery `json:"deliveries"`
	CreatedAt  time.Time       `json:"created_at"`
}

// An EventDelivery is the sending of a notice to one destination.
type EventDelivery struct {
	Destination string     `json:"destination"`
	State       string     `json:"state"`
	SentAt      *time.Time `json:"sent_at,omitempty"`
	LastError   string     `json:"last_error,omitempty"`
}

// IsHeld reports whether the notice is not sent.
func (n EventNotice) IsHeld() bool { return n.Held != "" }

// NotNotified returns for each recipient who was notified of nothing the last decision,
// which says why.
func (d EventDetails) NotNotified() []EventNotice {
	notified := make(map[string]bool)
	for _, n := range d.Notices {
		notified[n.Recipient] = notified[n.Recipient] || !n.IsHeld()
	}
	var held []EventNotice
	for _, n := range slices.Backward(d.Notices) {
		same := func(other EventNotice) bool { return other.Recipient == n.Recipient }
		if !notified[n.Recipient] && !slices.ContainsFunc(held, same) {
			held = append(held, n)
		}
	}
	slices.Reverse(held)
	return held
}

// Event returns everything that is known about an event, which is found by its ID or the
// beginning of it.
func (a *App) Event(ctx context.Context, id string) (EventDetails, error) {
	event, err := a.findEvent(ctx, id)
	if err != nil {
		return EventDetails{}, err
	}
	d := EventDetails{Event: event}
	matches, err := a.store.EventMatches(ctx, event.ID)
	if err != nil {
		return d, err
	}
	d.Matches, d.Rules = newMatches(matches), newMatches(strongestByRule(matches))
	if d.Mutes, err = a.mutesOn(ctx, event); err != nil {
		return d, err
	}
	d.Notices, err = a.eventNotices(ctx, event.ID)
	return d, err
}

func strongestByRule(matches []models.Match) []models.Match {
	met := make(map[string]bool)
	return slices.DeleteFunc(models.Ranked(matches), func(m models.Match) bool {
		again := met[m.RuleID]
		met[m.RuleID] = true
		return again
	})
}

// eventNotices returns the notices of an event without those that only change what was
// sent.
func (a *App) eventNotices(ctx context.Context, eventID string) ([]EventNotice, error) {
	found, err := a.store.EventNotices(ctx, eventID)
	if err != nil {
		return nil, err
	}
	var summaries []string
	for _, n := range found {
		if n.ToldIn != "" {
			summaries = append(summaries, n.ToldIn)
		}
	}
	sent, err := a.store.NoticesByID(ctx, summaries)
	if err != nil {
		return nil, err
	}
	summaryDeliveries := make(map[string][]models.Delivery)
	for _, n := range sent {
		summaryDeliveries[n.ID] = n.Deliveries
	}
	notices := []EventNotice{}
	for _, n := range found {
		if n.Kind == models.NoticeAmend {
			continue
		}
		notice := EventNotice{
			Kind: string(n.Kind), Recipient: n.Recipient, Reason: render.Reasons(n.Reasons, "en"),
			Held: render.Reasons(n.HeldReasons, "en"), HeldAs: string(n.HeldAs),
			WaitUntil: optionalTime(n.WaitUntil), WaitReason: render.Reasons(n.WaitReasons, "en"),
			InSummary: n.ToldIn != "", Deliveries: []EventDelivery{}, CreatedAt: n.CreatedAt,
		}
		for _, delivery := range append(n.Deliveries, summaryDeliveries[n.ToldIn]...) {
			notice.Deliveries = append(notice.Deliveries, EventDelivery{
				Destination: delivery.Destination, State: string(delivery.State), SentAt: optionalTime(delivery.SentAt), LastError: delivery.LastError,
			})
		}
		notices = append(notices, notice)
	}
	return notices, nil
}
