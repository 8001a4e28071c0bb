package render

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"regwatch/internal/sanitize"
	"regwatch/models"
)

// MaxButtonValue is how many characters Slack takes in a button's value; its action_id
// may have 255.
const MaxButtonValue = 2000

// ActionPrefix begins the action_id of our buttons; the act follows.
const ActionPrefix = "regwatch_"

// UndoAction is the act of the button that undoes what the presser did.
const UndoAction = "undo"

// A ButtonValue is what a button carries. It is read back from what Slack says of
// a press, so it says all that is to be done.
type ButtonValue struct {
	Event  string      `json:"e"`
	Notice string      `json:"n"`
	Undo   []UndoEntry `json:"u,omitempty"` // of undo: what stands, the latest first
}

// fitting is the value as text that Slack takes, without what was done first where
// that is too long: what JSON escapes in names takes room.
func (v ButtonValue) fitting() string {
	for {
		text, err := json.Marshal(v)
		switch {
		case err == nil && utf8.RuneCount(text) <= MaxButtonValue:
			return string(text)
		case err != nil || len(v.Undo) == 0:
			return ""
		}
		v.Undo = v.Undo[:len(v.Undo)-1]
	}
}

// UndoEntry is something that a person did with a button and can undo with one.
type UndoEntry struct {
	Undo models.Action `json:"a"`
	By   string        `json:"b"`
	Mute string        `json:"m,omitempty"`

	at time.Time
}

// SlackButtons returns the row of buttons under an alert or a reminder: what a person can do
// about the event, one to undo what they did, and the article. Where nobody hears
// presses there is only the article, which is a link.
func SlackButtons(n models.Notice, s *models.Standing, l Language, hears bool) []slack.Block {
	var event, address string
	switch c := n.Content; {
	case c.Alert != nil:
		event, address = c.Alert.EventID, c.Alert.Link
	case c.Reminder != nil:
		event, address = c.Reminder.EventID, c.Reminder.Link
	}
	var row []slack.BlockElement
	act := func(act, label string, v ButtonValue) {
		if text := v.fitting(); text != "" {
			row = append(row, slack.NewButtonBlockElement(ActionPrefix+act, text, plainLabel(l.Say(label))))
		}
	}
	if hears && event != "" {
		v := ButtonValue{Event: event, Notice: n.ID}
		act(string(models.ActionAssign), "button_take", v)
		act(string(models.ActionDismiss), "button_dismiss", v)
		if s == nil || s.Mute == nil {
			act(string(models.ActionMute), "button_mute", v)
		}
		if v.Undo = undoable(s); len(v.Undo) > 0 {
			act(UndoAction, "button_undo", v)
		}
	}
	if link := sanitize.Link(address); link != "" && utf8.RuneCountInString(link) <= SlackURL {
		open := slack.NewButtonBlockElement("open", "", plainLabel(l.Say("open")))
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
func undoable(s *models.Standing) []UndoEntry {
	if s == nil {
		return nil
	}
	var done []UndoEntry
	for _, t := range s.Takes {
		done = append(done, UndoEntry{Undo: models.ActionUnassign, By: t.By, at: t.TakenAt})
	}
	for _, m := range s.Marks {
		if m.RuleID == "" && !m.Relevant {
			done = append(done, UndoEntry{Undo: models.ActionUndismiss, By: m.By, at: m.MarkedAt})
		}
	}
	if m := s.Mute; m != nil && m.Kind == models.MuteEvent {
		done = append(done, UndoEntry{Undo: models.ActionUnmute, By: m.By, Mute: m.ID, at: m.MutedAt})
	}
	done = slices.DeleteFunc(done, func(d UndoEntry) bool { return SlackUserID(d.By) == "" })
	slices.SortStableFunc(done, func(a, b UndoEntry) int { return b.at.Compare(a.at) })
	return done[:min(len(done), mostUndoable)]
}

// NameSlackUser names a person as the audit has them: readable, and the same
// person under another name still by the ID.
func NameSlackUser(name, id string) string {
	name = strings.Trim(sanitize.Line(strings.NewReplacer("(", " ", ")", " ", "@", " ").Replace(name)), " ")
	return "@" + cmp.Or(sanitize.Truncate(strings.Join(strings.Fields(name), " "), 60), id) + " (" + id + ")"
}

// PersonName is how a person is called where others read it, without the ID.
func PersonName(by string) string {
	if SlackUserID(by) != "" {
		by, _, _ = strings.Cut(by, " (")
	}
	return sanitize.Truncate(sanitize.Line(by), MaxNameRunes)
}

// SlackUserID returns the ID of a person whom nameSlackUser named, or empty.
func SlackUserID(by string) string {
	_, id, found := strings.Cut(by, " (")
	id, closed := strings.CutSuffix(id, ")")
	if !found || !closed || id == "" || strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return ""
	}
	return id
}
