package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"regwatch/models"
	"regwatch/notifier"
	"regwatch/store"
)

// Assign assigns an event to a person, which stops its escalation. Everybody who received
// the alert sees it.
func (a *App) Assign(ctx context.Context, eventID, by string) (models.Assignment, error) {
	now := a.now().UTC()
	return a.store.Assign(ctx, models.Assignment{EventID: eventID, By: by, AssignedAt: now}, a.statusPlanner(now))
}

// Unassign ends an assignment. The error is a *store.NotAssignedError if there is none.
func (a *App) Unassign(ctx context.Context, eventID, by string) (models.Assignment, error) {
	now := a.now().UTC()
	return a.store.Unassign(ctx, models.Assignment{EventID: eventID, By: by}, now, a.statusPlanner(now))
}

// AddFeedback stores whether an event is relevant to a person. It replaces earlier
// feedback of the same person on the same rule.
func (a *App) AddFeedback(ctx context.Context, f models.Feedback) (models.Feedback, error) {
	f.GivenAt = a.now().UTC()
	return a.store.AddFeedback(ctx, f, a.statusPlanner(f.GivenAt))
}

// RemoveFeedback removes a person's feedback. The error is a *store.NoFeedbackError if
// there is none.
func (a *App) RemoveFeedback(ctx context.Context, f models.Feedback) error {
	now := a.now().UTC()
	return a.store.RemoveFeedback(ctx, f, now, a.statusPlanner(now))
}

// Mute holds notices back from now on, for a length of time.
func (a *App) Mute(ctx context.Context, m models.Mute, length time.Duration) (models.Mute, error) {
	m.MutedAt = a.now().UTC()
	m.Until = m.MutedAt.Add(length)
	return a.store.Mute(ctx, m, a.statusPlanner(m.MutedAt))
}

// Unmute ends a mute. The error is a *store.NoMuteError if none is in force.
func (a *App) Unmute(ctx context.Context, id, by string) (models.Mute, error) {
	now := a.now().UTC()
	return a.store.Unmute(ctx, id, by, now, a.statusPlanner(now))
}

// act does what a button says, of a message on Slack or of a page behind a mail.
func (a *App) act(ctx context.Context, action models.Action, eventID, muteID, by string) (err error) {
	switch action {
	case models.ActionAssign:
		_, err = a.Assign(ctx, eventID, by)
	case models.ActionUnassign:
		_, err = a.Unassign(ctx, eventID, by)
	case models.ActionDismiss:
		_, err = a.AddFeedback(ctx, models.Feedback{EventID: eventID, By: by})
	case models.ActionUndismiss:
		err = a.RemoveFeedback(ctx, models.Feedback{EventID: eventID, By: by})
	case models.ActionMute:
		_, err = a.Mute(ctx, models.Mute{Kind: models.MuteEvent, Target: eventID, By: by}, models.ActionMuteTime)
	case models.ActionUnmute:
		_, err = a.Unmute(ctx, muteID, by)
	default:
		return fmt.Errorf("unknown action %q", action)
	}
	return err
}

// statusPlanner plans how the messages about an event show what people did.
func (a *App) statusPlanner(now time.Time) store.StatusPlanner {
	return func(event models.Event, sent []models.Notice, mute *models.Mute) []models.Notice {
		return notifier.PlanStatus(event, sent, notifier.NewStatus(event, mute), a.routing(), now)
	}
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

// ActOnce does what a button of a page says. A form that is sent twice does it once, and
// undoing what was never done changes nothing.
func (e *Engine) ActOnce(ctx context.Context, action models.Action, eventID, by string) error {
	var muteID string
	if action == models.ActionMute || action == models.ActionUnmute {
		status, err := e.EventStatus(ctx, eventID)
		switch mute := status.Mute; {
		case err != nil:
			return err
		case action == models.ActionMute && mute != nil, action == models.ActionUnmute && (mute == nil || mute.By != by):
			return nil
		case mute != nil:
			muteID = mute.ID
		}
	}
	err := e.act(ctx, action, eventID, muteID, by)
	_, notAssigned := errors.AsType[*store.NotAssignedError](err)
	_, noFeedback := errors.AsType[*store.NoFeedbackError](err)
	_, noMute := errors.AsType[*store.NoMuteError](err)
	if notAssigned || noFeedback || noMute {
		return nil
	}
	e.worker.Wake()
	return err
}

// eventMute returns the mute in force on an event, or nil.
func (a *App) eventMute(ctx context.Context, eventID string, now time.Time) (*models.Mute, error) {
	mutes, err := a.store.Mutes(ctx)
	if err != nil {
		return nil, err
	}
	for _, mute := range mutes {
		if mute.Kind != models.MuteEvent || mute.Recipient != "" || !mute.InForce(now) {
			continue
		}
		of, err := a.store.FindEvent(ctx, mute.Target) // it may have been merged
		if _, gone := errors.AsType[*store.NoEventError](err); gone {
			continue
		}
		if err != nil {
			return nil, err
		}
		if of.ID == eventID {
			return &mute, nil
		}
	}
	return nil, nil
}
