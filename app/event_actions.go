package app

import (
	"context"
	"time"

	"regwatch/models"
	"regwatch/notifier"
	"regwatch/store"
)

// An EventAssignment is an event that is assigned to a person.
type EventAssignment struct {
	models.Assignment
	Event Event `json:"-"`
}

// An EndedAssignment is an assignment that was ended.
type EndedAssignment struct {
	By      string `json:"by"`
	EventID string `json:"event_id"`
	Ended   bool   `json:"given_up"`

	Event Event `json:"-"`
}

// Assign assigns an event to a person, which stops its escalation. Everybody who received
// the alert sees it. To assign it again changes nothing.
func (a *App) Assign(ctx context.Context, eventID, by string) (EventAssignment, error) {
	event, err := a.findEvent(ctx, eventID)
	if err != nil {
		return EventAssignment{}, err
	}
	now := a.now().UTC()
	stored, err := a.store.Assign(ctx, models.Assignment{EventID: event.ID, By: by, AssignedAt: now}, a.statusPlanner(now))
	a.wake()
	return EventAssignment{stored, event}, err
}

// Unassign ends an assignment. The error is a *store.NotAssignedError if there is none.
func (a *App) Unassign(ctx context.Context, eventID, by string) (EndedAssignment, error) {
	event, err := a.findEvent(ctx, eventID)
	if err != nil {
		return EndedAssignment{}, err
	}
	now := a.now().UTC()
	ended, err := a.store.Unassign(ctx, models.Assignment{EventID: event.ID, By: by}, now, a.statusPlanner(now))
	a.wake()
	return EndedAssignment{ended.By, event.ID, true, event}, bare[*store.NotAssignedError](err)
}

// EventFeedback is what one person says of an event.
type EventFeedback struct {
	models.Feedback
	Event Event `json:"-"`
}

// RemovedFeedback is feedback that was removed.
type RemovedFeedback struct {
	By      string `json:"by"`
	EventID string `json:"event_id"`
	RuleID  string `json:"rule_id"` // empty: of the whole event
	Removed bool   `json:"taken_back"`

	Event Event `json:"-"`
}

// AddFeedback stores whether an event is relevant to a person. It replaces earlier
// feedback of the same person on the same rule.
func (a *App) AddFeedback(ctx context.Context, f models.Feedback) (EventFeedback, error) {
	event, err := a.findEvent(ctx, f.EventID)
	if err != nil {
		return EventFeedback{}, err
	}
	f.EventID, f.GivenAt = event.ID, a.now().UTC()
	stored, err := a.store.AddFeedback(ctx, f, a.statusPlanner(f.GivenAt))
	a.wake()
	return EventFeedback{stored, event}, bare[*store.NotRaisedError](err)
}

// RemoveFeedback removes a person's feedback. The error is a *store.NoFeedbackError if
// there is none.
func (a *App) RemoveFeedback(ctx context.Context, f models.Feedback) (RemovedFeedback, error) {
	event, err := a.findEvent(ctx, f.EventID)
	if err != nil {
		return RemovedFeedback{}, err
	}
	f.EventID = event.ID
	now := a.now().UTC()
	err = a.store.RemoveFeedback(ctx, f, now, a.statusPlanner(now))
	a.wake()
	return RemovedFeedback{f.By, event.ID, f.RuleID, true, event}, bare[*store.NoFeedbackError](err)
}

// EventStatus returns what people did about an event: assignments, feedback and the mute.
func (a *App) EventStatus(ctx context.Context, eventID string) (models.Status, error) {
	event, err := a.store.FindEvent(ctx, eventID)
	if err != nil {
		return models.Status{}, err
	}
	mute, err := a.eventMute(ctx, event.ID, a.now())
	return notifier.NewStatus(event, mute), err
}

// statusPlanner plans how the messages about an event show what people did.
func (a *App) statusPlanner(now time.Time) store.StatusPlanner {
	return func(event models.Event, sent []models.Notice, mute *models.Mute) []models.Notice {
		return notifier.PlanStatus(event, sent, notifier.NewStatus(event, mute), a.routing(), now)
	}
}
