package slackfake

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A Button is a button of a message.
type Button struct{ ActionID, BlockID, Text, Value, URL string }

// Buttons returns the buttons of a message, in order.
func (m Message) Buttons() []Button {
	type element struct {
		Type     string `json:"type"`
		ActionID string `json:"action_id"`
		Value    string `json:"value"`
		URL      string `json:"url"`
		Text     struct{ Text string }
	}
	var blocks []struct {
		BlockID   string `json:"block_id"`
		Type      string `json:"type"`
		Accessory json.RawMessage
		Elements  []json.RawMessage
	}
	if json.Unmarshal(m.Blocks, &blocks) != nil {
		return nil
	}
	var buttons []Button
	for i, b := range blocks {
		candidates := []json.RawMessage{b.Accessory}
		if b.Type == "actions" {
			candidates = b.Elements
		}
		for _, raw := range candidates {
			var e element
			if json.Unmarshal(raw, &e) == nil && e.Type == "button" {
				id := b.BlockID
				if id == "" {
					id = fmt.Sprintf("b%d", i) // Slack gives every block an ID
				}
				buttons = append(buttons, Button{e.ActionID, id, e.Text.Text, e.Value, e.URL})
			}
		}
	}
	return buttons
}

// Click clicks the button of a message with a text, as a person would, and returns the ID
// of the envelope.
func (s *Server) Click(user string, m Message, text string) (string, error) {
	for _, b := range m.Buttons() {
		if b.Text == text {
			return s.Push("interactive", s.InteractionPayload(user, m, b))
		}
	}
	return "", fmt.Errorf("the message has no button %q", text)
}

// InteractionPayload is what Slack sends when a person clicks a button. A test may
// change it.
//
// As https://docs.slack.dev/reference/interaction-payloads/block_actions-payload shows,
// and as apps in shared channels get it: team is the workspace of the app, and
// user.team_id that of the person, which in a channel shared over Slack Connect may be
// another. Enterprise is null but on Enterprise Grid.
func (s *Server) InteractionPayload(user string, m Message, b Button) map[string]any {
	now := s.now()
	u, known := s.user(user)
	if !known {
		u.Team = s.team()
	}
	team := map[string]any{"id": s.team(), "domain": "example"}
	var enterprise any
	if s.opts.Enterprise != "" {
		enterprise = map[string]any{"id": s.opts.Enterprise, "name": "Example Org"}
		team["enterprise_id"], team["enterprise_name"] = s.opts.Enterprise, "Example Org"
	}
	return map[string]any{
		"type": "block_actions", "api_app_id": "A0FAKE", "token": "legacy", "trigger_id": s.trigger(user),
		"user":       map[string]any{"id": user, "username": strings.ToLower(user), "name": strings.ToLower(user), "team_id": u.Team},
		"team":       team,
		"enterprise": enterprise, "is_enterprise_install": false,
		"channel":   map[string]any{"id": m.Channel, "name": "reg-alerts"},
		"container": map[string]any{"type": "message", "message_ts": m.TS, "channel_id": m.Channel, "is_ephemeral": false},
		"message":   messageJSON(m, false), "state": map[string]any{"values": map[string]any{}},
		"response_url": s.responseURL(m.Channel, user),
		"actions": []any{map[string]any{
			"type": "button", "action_id": b.ActionID, "block_id": b.BlockID, "value": b.Value,
			"text":      map[string]any{"type": "plain_text", "text": b.Text},
			"action_ts": fmt.Sprintf("%d.%06d", now.Unix(), now.Nanosecond()/1000),
		}},
	}
}
