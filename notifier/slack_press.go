package notifier

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// An Act is what a person does about an event with one press.
type Act string

const (
	Take      Act = "take"
	Untake    Act = "untake"
	Dismiss   Act = "dismiss" // not relevant
	Undismiss Act = "undismiss"
	Mute      Act = "mute" // for MuteTime
	Unmute    Act = "unmute"
)

// MuteTime is how long a press of a button mutes an event.
const MuteTime = 7 * 24 * time.Hour

// A Press is what a person asked for with a button under an alert.
type Press struct {
	Act      Act
	EventID  string
	NoticeID string // of the alert that was sent
	MuteID   string // of Unmute
	By       string // "@name (U0123456789)"
}

// Answers does what people ask for, wholly or not at all. To do the same twice
// does no harm. An error is shown to the person who pressed.
type Answers interface {
	Answer(ctx context.Context, p Press) error
}

// nameSlackUser names a person as the audit has them: readable, and the same
// person under another name still by the ID.
func nameSlackUser(name, id string) string {
	name = strings.Trim(oneLine(strings.NewReplacer("(", " ", ")", " ", "@", " ").Replace(name)), " ")
	return "@" + cmp.Or(cut(strings.Join(strings.Fields(name), " "), 60), id) + " (" + id + ")"
}

// called is how a person is called where others read it, without the ID.
func called(by string) string {
	if slackUser(by) != "" {
		by, _, _ = strings.Cut(by, " (")
	}
	return cut(oneLine(by), namesRunes)
}

// slackUser returns the ID of a person whom nameSlackUser named, or empty.
func slackUser(by string) string {
	_, id, found := strings.Cut(by, " (")
	id, closed := strings.CutSuffix(id, ")")
	if !found || !closed || id == "" || strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return ""
	}
	return id
}

// A pressFault is why a press does nothing, for the person who pressed; empty if
// they need not be told.
type pressFault string

func (f pressFault) Error() string { return string(f) }

// readPress returns what a press of a button asks for. The error is a pressFault.
func readPress(actionID, value, by string) (Press, error) {
	act, ours := strings.CutPrefix(actionID, slackAct)
	if !ours {
		return Press{}, pressFault("") // such as Open, which is a link
	}
	var v pressValue
	if len(value) > 4*slackValue || json.Unmarshal([]byte(value), &v) != nil || v.Event == "" {
		return Press{}, pressFault("This button is of another version of regwatch, which cannot say what it was to do.")
	}
	p := Press{Act: Act(act), EventID: v.Event, NoticeID: v.Notice, By: by}
	switch {
	case act == undoAct:
		at := slices.IndexFunc(v.Undo, func(d doneBy) bool { return slackUser(d.By) == slackUser(by) })
		if at < 0 {
			return Press{}, pressFault("There is nothing of yours to undo here; each person undoes what they did.")
		}
		// As they were called then: they may have changed their name since.
		p.Act, p.By, p.MuteID = v.Undo[at].Undo, v.Undo[at].By, v.Undo[at].Mute
		if !slices.Contains([]Act{Untake, Undismiss, Unmute}, p.Act) {
			return Press{}, pressFault("This button is of another version of regwatch, which cannot say what it was to do.")
		}
		return p, nil
	case slices.Contains([]Act{Take, Dismiss, Mute}, p.Act):
		return p, nil
	}
	return Press{}, pressFault("This button is of another version of regwatch, which cannot say what it was to do.")
}
