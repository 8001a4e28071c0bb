package slackfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Slash commands, shortcuts and submissions of modals, as api.slack.com describes them in "Slash commands"
// (interactivity/slash-commands), "Shortcuts payloads" (reference/interaction-payloads/shortcuts), "View interactions
// payloads" (reference/interaction-payloads/views) and "Handling user interaction" (interactivity/handling).

// A response_url takes five messages within thirty minutes ("Handling user interaction").
const (
	maxResponses = 5
	responseLife = 30 * time.Minute
)

const responsePath = "/commands/"

// An expected is what an envelope may be answered with.
type expected struct {
	kind          string // slash_commands, view_submission or empty
	channel, user string
	view          string
}

// A responseURL is an address to which the app may answer.
type responseURL struct {
	channel, user string
	at            time.Time
	used          int
}

// Problems returns what the app did that Slack does not allow and does not answer with an error: late acknowledgements that
// carried an answer, answers that Slack would drop.
func (s *Server) Problems() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.problems)
}

// Command types a slash command in a channel, and returns the ID of its envelope.
func (s *Server) Command(user, channel, command, words string) (string, error) {
	payload := map[string]any{
		"token": "legacy", "team_id": s.team(), "team_domain": "example", "channel_id": channel, "channel_name": "reg-alerts",
		"user_id": user, "user_name": strings.ToLower(user), "command": command, "text": words, "api_app_id": "A0FAKE",
		"is_enterprise_install": "false", "response_url": s.responseURL(channel, user), "trigger_id": s.trigger(user),
	}
	return s.pushExpecting("slash_commands", payload, expected{kind: "slash_commands", channel: channel, user: user})
}

// Shortcut chooses a message shortcut on a message, and returns the ID of the envelope.
func (s *Server) Shortcut(user, callback string, m Message) (string, error) {
	payload := map[string]any{
		"type": "message_action", "callback_id": callback, "token": "legacy", "trigger_id": s.trigger(user), "response_url": s.responseURL(m.Channel, user),
		"user": s.personJSON(user), "team": map[string]any{"id": s.team(), "domain": "example"}, "channel": map[string]any{"id": m.Channel, "name": "reg-alerts"},
		"message": messageJSON(m, false), "message_ts": m.TS, "action_ts": fmt.Sprintf("%d.000001", s.now().Unix()), "is_enterprise_install": false, "enterprise": nil,
	}
	return s.pushExpecting("interactive", payload, expected{})
}

// Submit types values into the inputs of a modal, by block_id, and submits it. It returns the ID of the envelope.
func (s *Server) Submit(viewID string, values map[string]string) (string, error) {
	v, payload, err := s.viewPayload("view_submission", viewID, values)
	if err != nil {
		return "", err
	}
	if v.Submit == "" {
		return "", fmt.Errorf("the modal %q cannot be submitted", v.Title)
	}
	payload["response_urls"] = []any{}
	return s.pushExpecting("interactive", payload, expected{kind: "view_submission", user: v.User, view: v.ID})
}

// ClickView clicks the button of a modal with a text.
func (s *Server) ClickView(viewID, label string) (string, error) {
	v, payload, err := s.viewPayload("block_actions", viewID, nil)
	if err != nil {
		return "", err
	}
	var content struct{ Blocks json.RawMessage }
	_ = json.Unmarshal(v.Content, &content) // readView read it
	for _, b := range (Message{Blocks: content.Blocks}).Buttons() {
		if b.Text != label {
			continue
		}
		payload["container"] = map[string]any{"type": "view", "view_id": v.ID}
		payload["actions"] = []any{map[string]any{
			"type": "button", "action_id": b.ActionID, "block_id": b.BlockID, "value": b.Value, "action_ts": fmt.Sprintf("%d.%06d", s.now().Unix(), s.now().Nanosecond()/1000),
			"text": map[string]any{"type": "plain_text", "text": b.Text},
		}}
		return s.pushExpecting("interactive", payload, expected{})
	}
	return "", fmt.Errorf("the modal %q has no button %q", v.Title, label)
}

// viewPayload types values into a modal, and returns it and what Slack sends about it.
func (s *Server) viewPayload(kind, viewID string, values map[string]string) (View, map[string]any, error) {
	s.mu.Lock()
	at := slices.IndexFunc(s.views, func(v View) bool { return v.ID == viewID })
	if at < 0 {
		s.mu.Unlock()
		return View{}, nil, fmt.Errorf("no modal %s is open", viewID)
	}
	for block, typed := range values {
		if _, has := s.views[at].inputs[block]; !has {
			s.mu.Unlock()
			return View{}, nil, fmt.Errorf("the modal has no input %q", block)
		}
		s.views[at].Values[block] = typed
	}
	v := s.views[at]
	shown := s.viewJSON(v)
	s.mu.Unlock()
	return v, map[string]any{
		"type": kind, "team": map[string]any{"id": s.team(), "domain": "example"}, "user": s.personJSON(v.User), "api_app_id": "A0FAKE", "token": "legacy",
		"trigger_id": s.trigger(v.User), "view": shown, "is_enterprise_install": false, "enterprise": nil,
	}, nil
}

func (s *Server) personJSON(user string) map[string]any {
	u, known := s.user(user)
	if !known {
		u.Team = s.team()
	}
	return map[string]any{"id": user, "username": strings.ToLower(user), "name": strings.ToLower(user), "team_id": u.Team}
}

func (s *Server) responseURL(channel, user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counter++
	path := fmt.Sprintf("%sT0FAKE/%d/s3cretAnsw3r", responsePath, s.counter)
	s.responses[path] = &responseURL{channel: channel, user: user, at: s.now()}
	return "http://" + s.Addr() + path
}

// pushExpecting sends an envelope that may be answered in its acknowledgement.
func (s *Server) pushExpecting(kind string, payload map[string]any, e expected) (string, error) {
	s.mu.Lock()
	s.counter++
	envelope := fmt.Sprintf("envelope-c%d", s.counter)
	s.expecting[envelope] = e
	s.sent[envelope] = sentEnvelope{kind, payload}
	s.mu.Unlock()
	s.sockets.mu.Lock()
	s.sockets.pushed[envelope] = s.now()
	s.sockets.mu.Unlock()
	return envelope, s.PushAgain(envelope, kind, payload)
}

type sentEnvelope struct {
	kind    string
	payload map[string]any
}

// Resend sends an envelope of a command, a shortcut or a modal once more, as Slack does after a connection was cut.
func (s *Server) Resend(envelope string) error {
	s.mu.Lock()
	e, ok := s.sent[envelope]
	s.mu.Unlock()
	if !ok {
		return fmt.Errorf("no envelope %s was sent", envelope)
	}
	return s.PushAgain(envelope, e.kind, e.payload)
}

// answered takes what came with the first acknowledgement of an envelope.
func (s *Server) answered(envelope string, late bool, payload json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	problem := func(format string, args ...any) {
		s.problems = append(s.problems, envelope+": "+fmt.Sprintf(format, args...))
	}
	e := s.expecting[envelope]
	if late {
		if len(payload) > 0 || e.kind == "view_submission" {
			problem("acknowledged after more than 3 s; the person has seen an error")
		}
		return
	}
	switch e.kind {
	case "slash_commands":
		if len(payload) > 0 {
			var args map[string]any
			if err := json.Unmarshal(payload, &args); err != nil {
				problem("its answer is not an object")
				return
			}
			if code := s.takeAnswer(e.channel, e.user, args); code != "" {
				problem("its answer is refused: %s", code)
			}
		}
	case "view_submission":
		s.submitted(e.view, payload, problem)
	default:
		if len(payload) > 0 {
			problem("its acknowledgement takes no answer")
		}
	}
}

// submitted does what an app answers to a submission. Without an answer the modal closes.
func (s *Server) submitted(viewID string, payload json.RawMessage, problem func(string, ...any)) {
	at := slices.IndexFunc(s.views, func(v View) bool { return v.ID == viewID })
	if at < 0 {
		return
	}
	var answer struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
		View   json.RawMessage   `json:"view"`
	}
	if len(payload) > 0 && json.Unmarshal(payload, &answer) != nil {
		problem("its answer is not an object")
		return
	}
	switch answer.Action {
	case "", "clear":
		s.views = slices.Delete(s.views, at, at+1)
	case "errors":
		for block, sentence := range answer.Errors {
			if _, has := s.views[at].inputs[block]; !has || sentence == "" {
				problem("errors names %q, which is no input block", block)
			}
		}
		if len(answer.Errors) == 0 {
			problem("errors is empty")
		}
		s.views[at].Errors = answer.Errors
	case "update":
		v, faults := checkView(answer.View)
		if len(faults) > 0 {
			problem("its view is refused: %s", strings.Join(faults, "; "))
			return
		}
		s.replaceView(at, v)
	default:
		problem("unknown response_action %q", answer.Action)
	}
}

// takeAnswer takes a message that one person sees, or returns why Slack would refuse it. The caller holds the lock.
func (s *Server) takeAnswer(channel, user string, args map[string]any) string {
	var m Message
	m.Text = text(args, "text")
	if code, details := fill(&m, args); code != "" {
		return strings.Join(append([]string{code}, details...), " ")
	}
	if kind := text(args, "response_type"); kind != "" && kind != "ephemeral" {
		return "the fake allows only answers that one person sees, and this is " + kind
	}
	s.ephemerals = append(s.ephemerals, Ephemeral{Channel: channel, User: user, Text: m.Text, Blocks: m.Blocks})
	return ""
}

// respond serves a response_url.
func (s *Server) respond(w http.ResponseWriter, r *http.Request) {
	args, err := readArguments(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls["response_url"]++
	u, known := s.responses[r.URL.Path]
	switch {
	case err != nil || r.Method != http.MethodPost:
		writeText(w, http.StatusBadRequest, "invalid_payload")
	case !known || s.now().Sub(u.at) > responseLife:
		writeText(w, http.StatusNotFound, "expired_url")
	case u.used >= maxResponses:
		writeText(w, http.StatusNotFound, "used_url")
	default:
		u.used++
		if code := s.takeAnswer(u.channel, u.user, args); code != "" {
			writeText(w, http.StatusBadRequest, code)
			return
		}
		writeText(w, http.StatusOK, "ok")
	}
}
