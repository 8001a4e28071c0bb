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
	LinkID   string // of Unmerge and Unapart: the correction of the grouping
	By       string // "@name (U0123456789)"
}

// Actions does what people ask for, completely or not at all. Doing the same twice is
// harmless. An error is shown to the person who acted.
type Actions interface {
	Act(ctx context.Context, i Interaction) error
}

// An interactionError says to the person who acted why nothing was done; empty if they
// need not be told.
type interactionError string

func (e interactionError) Error() string { return string(e) }

const errUnknownButton = interactionError("This button comes from another version of regwatch, and this one does not know it.")

// readInteraction returns what a button asks for. The error is an interactionError.
func readInteraction(actionID, value, by string) (Interaction, error) {
	act, ours := strings.CutPrefix(actionID, render.ActionPrefix)
	if !ours {
		return Interaction{}, interactionError("") // such as Open, which is a link
	}
	var v render.ButtonValue
	if len(value) > 4*render.MaxButtonValue || json.Unmarshal([]byte(value), &v) != nil || v.Event == "" {
		return Interaction{}, errUnknownButton
	}
	p := Interaction{Act: models.Action(act), EventID: v.Event, NoticeID: v.Notice, By: by}
	switch {
	case act == render.UndoAction:
		at := slices.IndexFunc(v.Undo, func(d render.UndoEntry) bool { return render.SlackUserID(d.By) == render.SlackUserID(by) })
		if at < 0 {
			return Interaction{}, interactionError("There is nothing of yours to undo here. Each person can undo only what they did.")
		}
		// By is the name that they had then: they may have changed it since.
		p.Act, p.By, p.MuteID, p.LinkID = v.Undo[at].Undo, v.Undo[at].By, v.Undo[at].Mute, v.Undo[at].Link
		undos := []models.Action{models.ActionUnassign, models.ActionUndismiss, models.ActionUnmute, models.ActionUnmerge, models.ActionUnapart}
		if !slices.Contains(undos, p.Act) {
			return Interaction{}, errUnknownButton
		}
		return p, nil
	case slices.Contains([]models.Action{models.ActionAssign, models.ActionDismiss, models.ActionMute, models.ActionMerge, models.ActionApart}, p.Act):
		return p, nil
	}
	return Interaction{}, errUnknownButton
}
