package notifier

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"regwatch/models"
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

// Slack's limits of a button, in characters.
const (
	slackValue    = 2000
	slackActionID = "regwatch_" // and the act; the limit is 255
	undoAct       = "undo"
)

// A pressValue is what a button carries. It is read back from what Slack says of
// a press, so that it says all that is to be done.
type pressValue struct {
	Event  string   `json:"e"`
	Notice string   `json:"n"`
	Undo   []doneBy `json:"u,omitempty"` // of undo: what stands, the latest first
}

// doneBy is something that a person did with a button and can undo with one.
type doneBy struct {
	Undo Act    `json:"a"`
	By   string `json:"b"`
	Mute string `json:"m,omitempty"`

	at time.Time
}

// buttonLabels are the words on the buttons.
type buttonLabels struct{ take, dismiss, mute, undo, open string }

// slackRow is the row of buttons under an alert: what a person can do about the
// event, one to undo what they did, and the article. Without an app that hears
// presses there is only the article.
func slackRow(eventID, noticeID, link string, s *models.Standing, hears bool, say buttonLabels) []slack.Block {
	var row []slack.BlockElement
	act := func(act, label string, v pressValue) {
		text, err := json.Marshal(v)
		if err != nil || utf8.RuneCount(text) > slackValue {
			return
		}
		row = append(row, slack.NewButtonBlockElement(slackActionID+act, string(text), plainLabel(label)))
	}
	if hears && eventID != "" {
		v := pressValue{Event: eventID, Notice: noticeID}
		act(string(Take), say.take, v)
		act(string(Dismiss), say.dismiss, v)
		if s == nil || s.Mute == nil {
			act(string(Mute), say.mute, v)
		}
		if v.Undo = undoable(s); len(v.Undo) > 0 {
			act(undoAct, say.undo, v)
		}
	}
	if link != "" && utf8.RuneCountInString(link) <= slackURL {
		open := slack.NewButtonBlockElement("open", "", plainLabel(say.open))
		open.URL = link
		row = append(row, open)
	}
	if len(row) == 0 {
		return nil
	}
	return []slack.Block{slack.NewActionBlock("", row...)}
}

func plainLabel(s string) *slack.TextBlockObject {
	emoji := false
	return &slack.TextBlockObject{Type: slack.PlainTextType, Text: s, Emoji: &emoji}
}

// mostUndoable keeps a button's value within its limit.
const mostUndoable = 10

// undoable are what people did with buttons and stands, the latest first.
func undoable(s *models.Standing) []doneBy {
	if s == nil {
		return nil
	}
	var done []doneBy
	for _, t := range s.Takes {
		done = append(done, doneBy{Undo: Untake, By: t.By, at: t.TakenAt})
	}
	for _, m := range s.Marks {
		if m.RuleID == "" && !m.Relevant {
			done = append(done, doneBy{Undo: Undismiss, By: m.By, at: m.MarkedAt})
		}
	}
	if m := s.Mute; m != nil && m.Kind == models.MuteEvent {
		done = append(done, doneBy{Undo: Unmute, By: m.By, Mute: m.ID, at: m.MutedAt})
	}
	done = slices.DeleteFunc(done, func(d doneBy) bool { return slackUser(d.By) == "" })
	slices.SortStableFunc(done, func(a, b doneBy) int { return b.at.Compare(a.at) })
	return done[:min(len(done), mostUndoable)]
}

// nameSlackUser names a person as the audit has them: readable, and the same
// person under another name still by the ID.
func nameSlackUser(name, id string) string {
	name = strings.Trim(oneLine(strings.NewReplacer("(", " ", ")", " ", "@", " ").Replace(name)), " ")
	return "@" + cmp.Or(cut(strings.Join(strings.Fields(name), " "), 60), id) + " (" + id + ")"
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
	act, ours := strings.CutPrefix(actionID, slackActionID)
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
