package app

import (
	"context"
	"errors"
	"fmt"

	"regwatch/models"
	"regwatch/store"
)

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
		_, err = a.RemoveFeedback(ctx, models.Feedback{EventID: eventID, By: by})
	case models.ActionMute:
		_, err = a.mute(ctx, models.Mute{Kind: models.MuteEvent, Target: eventID, By: by}, a.now().UTC(), models.ActionMuteTime)
	case models.ActionUnmute:
		_, err = a.unmute(ctx, muteID, by)
	default:
		return fmt.Errorf("unknown action %q", action)
	}
	return err
}

// ActOnce does what a button of a page says. A form that is sent twice does it once, and
// undoing what was never done changes nothing.
func (a *App) ActOnce(ctx context.Context, action models.Action, eventID, by string) error {
	var muteID string
	if action == models.ActionMute || action == models.ActionUnmute {
		status, err := a.EventStatus(ctx, eventID)
		switch mute := status.Mute; {
		case err != nil:
			return err
		case action == models.ActionMute && mute != nil, action == models.ActionUnmute && (mute == nil || mute.By != by):
			return nil
		case mute != nil:
			muteID = mute.ID
		}
	}
	err := a.act(ctx, action, eventID, muteID, by)
	_, notAssigned := errors.AsType[*store.NotAssignedError](err)
	_, noFeedback := errors.AsType[*store.NoFeedbackError](err)
	_, noMute := errors.AsType[*store.NoMuteError](err)
	if notAssigned || noFeedback || noMute {
		return nil
	}
	return err
}
