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

// MaxButtonValue is Slack's limit for a button's value, in characters. An action_id may
// have 255.
const MaxButtonValue = 2000

// ActionPrefix begins the action_id of regwatch's buttons, before the action.
const ActionPrefix = "regwatch_"

// UndoAction is the action of the button that undoes a person's own action.
const UndoAction = "undo"

// A ButtonValue is the value of a button. Slack returns it with the interaction, so it
// contains all data for the action.
type ButtonValue struct {
	Event  string      `json:"e"`
	Notice string      `json:"n"`
	Undo   []UndoEntry `json:"u,omitempty"` // for undo: what can be undone, the latest first
}

// encode returns the value as JSON within Slack's limit. It leaves out the oldest undo
// entries if it is too long: escaped characters in names take more room.
func (v ButtonValue) encode() string {
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

// An UndoEntry is an action that a person can undo with a button.
type UndoEntry struct {
	Undo models.Action `json:"a"`
	By   string        `json:"b"`
	Mute string        `json:"m,omitempty"`
	Link string        `json:"l,omitempty"` // the correction of the grouping

	at time.Time
}

// SlackButtons returns the buttons under an alert or a reminder: the actions for the
// event, an undo button, and links to the article and to the event in the console. A
// message that is not interactive has only the links.
func SlackButtons(n models.Notice, s *models.Status, l Language, interactive bool, console Console) []slack.Block {
	event, _ := eventOf(n.Content)
	var row []slack.BlockElement
	add := func(action, label string, v ButtonValue) {
		if value := v.encode(); value != "" {
			row = append(row, slack.NewButtonBlockElement(ActionPrefix+action, value, plainLabel(l.Say(label))))
		}
	}
	if interactive && event != "" {
		v := ButtonValue{Event: event, Notice: n.ID}
		add(string(models.ActionAssign), "button_take", v)
		add(string(models.ActionDismiss), "button_dismiss", v)
		if s == nil || s.Mute == nil {
			add(string(models.ActionMute), "button_mute", v)
		}
		if n.Content.Alert.MayBelong() && (s == nil || s.Grouping == nil) {
			add(string(models.ActionMerge), "button_merge", v)
			add(string(models.ActionApart), "button_apart", v)
		}
		if v.Undo = undoable(s); len(v.Undo) > 0 {
			add(UndoAction, "button_undo", v)
		}
	}
	for _, link := range linksUnder(n, l, console) {
		if utf8.RuneCountInString(link.Address) <= SlackURL {
			open := slack.NewButtonBlockElement(link.Action, "", plainLabel(link.Label))
			open.URL = link.Address
			row = append(row, open)
		}
	}
	if len(row) == 0 {
		return nil
	}
	return []slack.Block{slack.NewActionBlock("", row...)}
}

// eventOf returns the event of an alert or a reminder, and the address of its article.
func eventOf(c models.Content) (id, article string) {
	switch {
	case c.Alert != nil:
		return c.Alert.EventID, c.Alert.Link
	case c.Reminder != nil:
		return c.Reminder.EventID, c.Reminder.Link
	}
	return "", ""
}

func plainLabel(s string) *slack.TextBlockObject {
	emoji := false
	return &slack.TextBlockObject{Type: slack.PlainTextType, Text: s, Emoji: &emoji}
}

// mostUndoable keeps a button's value within its limit.
const mostUndoable = 10

// undoable returns the actions that people can undo, the latest first.
func undoable(s *models.Status) []UndoEntry {
	if s == nil {
		return nil
	}
	var done []UndoEntry
	for _, t := range s.Assignments {
		done = append(done, UndoEntry{Undo: models.ActionUnassign, By: t.By, at: t.AssignedAt})
	}
	for _, m := range s.Feedback {
		if m.RuleID == "" && !m.Relevant {
			done = append(done, UndoEntry{Undo: models.ActionUndismiss, By: m.By, at: m.GivenAt})
		}
	}
	if m := s.Mute; m != nil && m.Kind == models.MuteEvent {
		done = append(done, UndoEntry{Undo: models.ActionUnmute, By: m.By, Mute: m.ID, at: m.MutedAt})
	}
	if g := s.Grouping; g != nil && g.Link != "" {
		switch g.Kind {
		case models.LinkMerge:
			done = append(done, UndoEntry{Undo: models.ActionUnmerge, By: g.By, Link: g.Link, at: g.At})
		case models.LinkApart:
			done = append(done, UndoEntry{Undo: models.ActionUnapart, By: g.By, Link: g.Link, at: g.At})
		}
	}
	done = slices.DeleteFunc(done, func(d UndoEntry) bool { return SlackUserID(d.By) == "" })
	slices.SortStableFunc(done, func(a, b UndoEntry) int { return b.at.Compare(a.at) })
	return done[:min(len(done), mostUndoable)]
}

// NameSlackUser returns the audit's name of a person: the name and the ID, which stays
// the same when the name changes.
func NameSlackUser(name, id string) string {
	name = strings.Trim(sanitize.Line(strings.NewReplacer("(", " ", ")", " ", "@", " ").Replace(name)), " ")
	return "@" + cmp.Or(sanitize.Truncate(strings.Join(strings.Fields(name), " "), 60), id) + " (" + id + ")"
}

// PersonName returns the name without the ID.
func PersonName(by string) string {
	if SlackUserID(by) != "" {
		by, _, _ = strings.Cut(by, " (")
	}
	return sanitize.Truncate(sanitize.Line(by), MaxNameRunes)
}

// SlackUserID returns the ID in a result of NameSlackUser, or "".
func SlackUserID(by string) string {
	_, id, found := strings.Cut(by, " (")
	id, closed := strings.CutSuffix(id, ")")
	if !found || !closed || id == "" || strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return ""
	}
	return id
}
