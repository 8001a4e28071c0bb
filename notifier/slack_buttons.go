package notifier

import (
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"regwatch/models"
)

// A button's value has at most so many characters in Slack, and its action_id 255.
const slackValue = 2000

// slackAct begins the action_id of our buttons; the act follows.
const slackAct = "regwatch_"

// undoAct is the act of the button that undoes what the presser did.
const undoAct = "undo"

// A pressValue is what a button carries. It is read back from what Slack says of
// a press, so it says all that is to be done.
type pressValue struct {
	Event  string   `json:"e"`
	Notice string   `json:"n"`
	Undo   []doneBy `json:"u,omitempty"` // of undo: what stands, the latest first
}

// fitting is the value as text that Slack takes, without what was done first where
// that is too long: what JSON escapes in names takes room.
func (v pressValue) fitting() string {
	for {
		text, err := json.Marshal(v)
		switch {
		case err == nil && utf8.RuneCount(text) <= slackValue:
			return string(text)
		case err != nil || len(v.Undo) == 0:
			return ""
		}
		v.Undo = v.Undo[:len(v.Undo)-1]
	}
}

// doneBy is something that a person did with a button and can undo with one.
type doneBy struct {
	Undo Act    `json:"a"`
	By   string `json:"b"`
	Mute string `json:"m,omitempty"`

	at time.Time
}

// slackButtons returns the row of buttons under an alert: what a person can do
// about the event, one to undo what they did, and the article. Where nobody hears
// presses there is only the article, which is a link.
func slackButtons(n models.Notice, s *models.Standing, l language, hears bool) []slack.Block {
	alert := n.Content.Alert
	if alert == nil {
		return nil
	}
	var row []slack.BlockElement
	act := func(act, label string, v pressValue) {
		if text := v.fitting(); text != "" {
			row = append(row, slack.NewButtonBlockElement(slackAct+act, text, plainLabel(l.say(label))))
		}
	}
	if hears && alert.EventID != "" {
		v := pressValue{Event: alert.EventID, Notice: n.ID}
		act(string(Take), "button_take", v)
		act(string(Dismiss), "button_dismiss", v)
		if s == nil || s.Mute == nil {
			act(string(Mute), "button_mute", v)
		}
		if v.Undo = undoable(s); len(v.Undo) > 0 {
			act(undoAct, "button_undo", v)
		}
	}
	if link := webLink(alert.Link); link != "" && utf8.RuneCountInString(link) <= slackURL {
		open := slack.NewButtonBlockElement("open", "", plainLabel(l.say("open")))
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
