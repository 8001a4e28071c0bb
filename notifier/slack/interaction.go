package slack

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"regwatch/models"
	"regwatch/notifier/render"
)

// An Interaction is what a person asked for with a button under an alert.
type Interaction struct {
	Act      models.Action
	EventID  string
	NoticeID string // of the alert that was sent
	MuteID   string // of Unmute
	By       string // "@name (U0123456789)"
}

// Actions does what people ask for, wholly or not at all. To do the same twice
// does no harm. An error is shown to the person who pressed.
type Actions interface {
	Act(ctx context.Context, p Interaction) error
}

// A interactionError is why a press does nothing, for the person who pressed; empty if
// they need not be told.
type interactionError string

func (f interactionError) Error() string { return string(f) }

// readInteraction returns what a press of a button asks for. The error is a pressFault.
func readInteraction(actionID, value, by string) (Interaction, error) {
	act, ours := strings.CutPrefix(actionID, render.ActionPrefix)
	if !ours {
		return Interaction{}, interactionError("") // such as Open, which is a link
	}
	var v render.ButtonValue
	if len(value) > 4*render.MaxButtonValue || json.Unmarshal([]byte(value), &v) != nil || v.Event == "" {
		return Interaction{}, interactionError("This button is of another version of regwatch, which cannot say what it was to do.")
	}
	p := Interaction{Act: models.Action(act), EventID: v.Event, NoticeID: v.Notice, By: by}
	switch {
	case act == render.UndoAction:
		at := slices.IndexFunc(v.Undo, func(d render.UndoEntry) bool { return render.SlackUserID(d.By) == render.SlackUserID(by) })
		if at < 0 {
			return Interaction{}, interactionError("There is nothing of yours to undo here; each person undoes what they did.")
		}
		// As they were called then: they may have changed their name since.
		p.Act, p.By, p.MuteID = v.Undo[at].Undo, v.Undo[at].By, v.Undo[at].Mute
		if !slices.Contains([]models.Action{models.ActionUnassign, models.ActionUndismiss, models.ActionUnmute}, p.Act) {
			return Interaction{}, interactionError("This button is of another version of regwatch, which cannot say what it was to do.")
		}
		return p, nil
	case slices.Contains([]models.Action{models.ActionAssign, models.ActionDismiss, models.ActionMute}, p.Act):
		return p, nil
	}
	return Interaction{}, interactionError("This button is of another version of regwatch, which cannot say what it was to do.")
}
