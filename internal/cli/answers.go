package cli

import (
	"context"
	"fmt"
	"os/user"
	"time"

	"regwatch/models"
	"regwatch/notifier"
	"regwatch/store"
)

// Answers are what people say of what they were told: at the command line, with
// a button, or by a link in a mail. Each is one transaction, in which it is also
// planned to be shown in the messages that told of the event.
type answers struct {
	store   *store.Store
	routing models.Routing
}

// take notes that a person works on an event, so that it goes no further.
func (a answers) take(ctx context.Context, eventID, by string) (models.Assignment, error) {
	now := time.Now().UTC()
	return a.store.Assign(ctx, models.Assignment{EventID: eventID, By: by, AssignedAt: now}, a.show(now))
}

// untake notes that they no longer do.
func (a answers) untake(ctx context.Context, eventID, by string) (models.Assignment, error) {
	now := time.Now().UTC()
	return a.store.Unassign(ctx, models.Assignment{EventID: eventID, By: by}, now, a.show(now))
}

// mark keeps what a person says of an event: whether it was worth telling.
func (a answers) mark(ctx context.Context, m models.Feedback) (models.Feedback, error) {
	m.GivenAt = time.Now().UTC()
	return a.store.AddFeedback(ctx, m, a.show(m.GivenAt))
}

// unmark takes that back.
func (a answers) unmark(ctx context.Context, m models.Feedback) error {
	now := time.Now().UTC()
	return a.store.RemoveFeedback(ctx, m, now, a.show(now))
}

// muteEvent holds further news of an event back from everybody for so long.
func (a answers) muteEvent(ctx context.Context, eventID, by string, length time.Duration) (models.Mute, error) {
	return a.mute(ctx, models.Mute{Kind: models.MuteEvent, Target: eventID, By: by}, length)
}

// mute holds notices back for so long.
func (a answers) mute(ctx context.Context, m models.Mute, length time.Duration) (models.Mute, error) {
	m.MutedAt = time.Now().UTC()
	m.Until = m.MutedAt.Add(length)
	return a.store.Mute(ctx, m, a.show(m.MutedAt))
}

// unmute ends a mute.
func (a answers) unmute(ctx context.Context, id, by string) (models.Mute, error) {
	now := time.Now().UTC()
	return a.store.Unmute(ctx, id, by, now, a.show(now))
}

// act does what a button says: one of a message on Slack, or of a page behind a mail.
func (a answers) act(ctx context.Context, action models.Action, eventID, muteID, by string) (err error) {
	switch action {
	case models.ActionAssign:
		_, err = a.take(ctx, eventID, by)
	case models.ActionUnassign:
		_, err = a.untake(ctx, eventID, by)
	case models.ActionDismiss:
		_, err = a.mark(ctx, models.Feedback{EventID: eventID, By: by})
	case models.ActionUndismiss:
		err = a.unmark(ctx, models.Feedback{EventID: eventID, By: by})
	case models.ActionMute:
		_, err = a.muteEvent(ctx, eventID, by, models.ActionMuteTime)
	case models.ActionUnmute:
		_, err = a.unmute(ctx, muteID, by)
	default:
		return fmt.Errorf("unknown action %q", action)
	}
	return err
}

// show plans how an answer is shown where the event was told.
func (a answers) show(now time.Time) store.StatusPlanner {
	return func(event models.Event, sent []models.Notice, mute *models.Mute) []models.Notice {
		return notifier.PlanStatus(event, sent, notifier.NewStatus(event, mute), a.routing, now)
	}
}

// actorName returns the name for the audit log: that of the flag, or else of the user
// who runs the command; empty if the system does not know it.
func actorName(flag string) string {
	if flag != "" {
		return flag
	}
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}
