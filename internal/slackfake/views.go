package slackfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The limits of modals, from api.slack.com: "Views" (reference/surfaces/views), "Input block"
// (reference/block-kit/blocks/input-block), "Plain-text input" and "Select menu" (reference/block-kit/block-elements), and
// "views.open" (methods/views.open). In characters, unless stated otherwise.
const (
	maxViewBlocks      = 100
	maxViewTitle       = 24 // of the title, and of the texts of its two buttons
	maxPrivateMetadata = 3000
	maxCallbackID      = 255
	maxViewSize        = 250_000 // bytes; views.open answers view_too_large
	maxInput           = 3000    // of the first value of a text input
	maxLabel           = 2000    // of an input block, and of its hint
	maxPlaceholder     = 150
	maxOptions         = 100
	maxOption          = 75
	maxOptionValue     = 150
	triggerLife        = 3 * time.Second // "Handling user interaction": a trigger_id is valid so long, and once
)

// A View is an open modal.
type View struct {
	ID       string
	Hash     string // of its present content
	User     string
	Title    string
	Submit   string // the text of its submit button; empty: none
	Close    string
	Callback string
	Content  json.RawMessage   // as the app sent it
	Errors   map[string]string // by block_id: what the app's answer to the last submission shows at inputs
	Values   map[string]string // of the inputs, by block_id
	inputs   map[string]string // action_id, by block_id
	metadata string
}

// Text returns all text that the modal shows, in one line a text.
func (v View) Text() string {
	var content any
	if json.Unmarshal(v.Content, &content) != nil {
		return ""
	}
	return strings.Join(textsOf(content), "\n")
}

// BlockText returns all text that blocks show, in one line a text.
func BlockText(blocks json.RawMessage) string { return View{Content: blocks}.Text() }

func textsOf(v any) []string {
	var all []string
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			all = append(all, textsOf(e)...)
		}
	case map[string]any:
		for _, key := range []string{"title", "text", "label", "hint", "blocks", "elements", "element", "initial_value", "submit", "close"} {
			if s, is := v[key].(string); is {
				all = append(all, s)
			} else {
				all = append(all, textsOf(v[key])...)
			}
		}
	}
	return all
}

// Views returns the open modals, the oldest first.
func (s *Server) Views() []View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.views)
}

// trigger returns a trigger_id, with which the app may open one modal within three seconds.
func (s *Server) trigger(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counter++
	id := fmt.Sprintf("1.%d.s3cretTr1gger", s.counter)
	s.triggers[id] = &givenTrigger{user: user, at: s.now()}
	return id
}

type givenTrigger struct {
	user string
	at   time.Time
	used bool
}

// openView implements views.open. The errors are those of api.slack.com/methods/views.open.
func (s *Server) openView(args map[string]any) func(http.ResponseWriter) {
	const method = "views.open"
	s.mu.Lock()
	defer s.mu.Unlock()
	t, given := s.triggers[text(args, "trigger_id")]
	switch {
	case !given:
		return refusal(method, "invalid_trigger_id")
	case t.used:
		return refusal(method, "exchanged_trigger_id")
	case s.now().Sub(t.at) > triggerLife:
		return refusal(method, "expired_trigger_id")
	}
	v, code, details := readView(args)
	if code != "" {
		return refusal(method, code, details...)
	}
	t.used = true
	s.counter++
	v.ID, v.User = fmt.Sprintf("V%d", s.counter), t.user
	s.rehash(&v)
	s.views = append(s.views, v)
	return ok(map[string]any{"view": s.viewJSON(v)})
}

// updateView implements views.update: a hash that is not the present one is a conflict.
func (s *Server) updateView(args map[string]any) func(http.ResponseWriter) {
	const method = "views.update"
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.views, func(v View) bool { return v.ID == text(args, "view_id") })
	if at < 0 {
		return refusal(method, "not_found")
	}
	if hash := text(args, "hash"); hash != "" && hash != s.views[at].Hash {
		return refusal(method, "hash_conflict")
	}
	v, code, details := readView(args)
	if code != "" {
		return refusal(method, code, details...)
	}
	s.replaceView(at, v)
	return ok(map[string]any{"view": s.viewJSON(s.views[at])})
}

// replaceView shows another content in a modal. What a person has typed into an input stays if block and action keep their
// IDs ("Updating views" of surfaces/modals).
func (s *Server) replaceView(at int, v View) {
	old := s.views[at]
	v.ID, v.User = old.ID, old.User
	for block, action := range v.inputs {
		if typed, had := old.Values[block]; had && old.inputs[block] == action {
			v.Values[block] = typed
		}
	}
	s.rehash(&v)
	s.views[at] = v
}

func (s *Server) rehash(v *View) {
	s.counter++
	v.Hash = fmt.Sprintf("%d.hash", s.counter)
}

func (s *Server) viewJSON(v View) map[string]any {
	var shown map[string]any
	_ = json.Unmarshal(v.Content, &shown) // readView read it
	values := map[string]any{}
	for block, action := range v.inputs {
		values[block] = map[string]any{action: map[string]any{"type": "plain_text_input", "value": v.Values[block]}}
	}
	shown["id"], shown["hash"], shown["team_id"], shown["bot_id"], shown["app_id"] = v.ID, v.Hash, s.team(), ownBot, "A0FAKE"
	shown["state"] = map[string]any{"values": values}
	return shown
}

// readView reads the argument "view", or returns why Slack would refuse it.
func readView(args map[string]any) (v View, code string, details []string) {
	raw, given := object(args, "view")
	if !given {
		return v, "invalid_arguments", []string{"[ERROR] missing required field: view"}
	}
	if len(raw) > maxViewSize {
		return v, "view_too_large", nil
	}
	v, faults := checkView(raw)
	if len(faults) > 0 {
		return v, "invalid_arguments", faults
	}
	return v, "", nil
}

func checkView(raw json.RawMessage) (View, []string) {
	var m struct {
		Type            string           `json:"type"`
		Title           map[string]any   `json:"title"`
		Submit          map[string]any   `json:"submit"`
		Close           map[string]any   `json:"close"`
		PrivateMetadata string           `json:"private_metadata"`
		CallbackID      string           `json:"callback_id"`
		ExternalID      string           `json:"external_id"`
		Blocks          []map[string]any `json:"blocks"`
	}
	v := View{Content: raw, Values: map[string]string{}, inputs: map[string]string{}}
	if err := json.Unmarshal(raw, &m); err != nil {
		return v, []string{"[ERROR] view must be an object"}
	}
	c := newChecker()
	c.inView = true
	if m.Type != "modal" {
		c.fault("/type", "must be modal")
	}
	c.textObject("/title", asAny(m.Title), maxViewTitle, "plain_text")
	for name, button := range map[string]map[string]any{"/submit": m.Submit, "/close": m.Close} {
		if button != nil {
			c.textObject(name, button, maxViewTitle, "plain_text")
		}
	}
	for name, most := range map[string]struct {
		text string
		most int
	}{"/private_metadata": {m.PrivateMetadata, maxPrivateMetadata}, "/callback_id": {m.CallbackID, maxCallbackID}, "/external_id": {m.ExternalID, maxID}} {
		if utf8.RuneCountInString(most.text) > most.most {
			c.fault(name, "must be less than %d characters", most.most+1)
		}
	}
	if len(m.Blocks) == 0 {
		c.fault("/blocks", "must have at least 1 item")
	}
	c.blocks(m.Blocks)
	if len(c.inputs) > 0 && m.Submit == nil {
		c.fault("/submit", "required when a view has an input block")
	}
	v.Title, v.Submit, v.Close, v.Callback, v.metadata = text(m.Title, "text"), text(m.Submit, "text"), text(m.Close, "text"), m.CallbackID, m.PrivateMetadata
	for _, in := range c.inputs {
		v.inputs[in.block], v.Values[in.block] = in.action, in.value
	}
	return v, c.faults
}

func asAny(m map[string]any) any {
	if m == nil {
		return nil
	}
	return m
}

// An input of a view.
type input struct{ block, action, value string }

// input checks an input block.
func (c *checker) input(at string, b map[string]any) {
	c.textObject(at+"/label", b["label"], maxLabel, "plain_text")
	if hint, given := b["hint"]; given {
		c.textObject(at+"/hint", hint, maxLabel, "plain_text")
	}
	e, _ := b["element"].(map[string]any)
	c.optional(at+"/element", e, "action_id", maxID)
	in := input{block: text(b, "block_id"), action: text(e, "action_id"), value: text(e, "initial_value")}
	if in.block == "" || in.action == "" {
		c.fault(at, "the fake needs block_id and action_id of an input, because Slack would invent them")
	}
	c.inputs = append(c.inputs, in)
	if p, given := e["placeholder"]; given {
		c.textObject(at+"/element/placeholder", p, maxPlaceholder, "plain_text")
	}
	switch e["type"] {
	case "plain_text_input":
		c.only(at+"/element", e, "type", "action_id", "initial_value", "multiline", "min_length", "max_length", "placeholder", "dispatch_action_config", "focus_on_load")
		c.optional(at+"/element", e, "initial_value", maxInput)
		for _, key := range []string{"min_length", "max_length"} {
			if n, given := e[key].(float64); given && (n < 0 || n > maxInput || key == "max_length" && n < 1) {
				c.fault(at+"/element/"+key, "must be at most %d", maxInput)
			}
		}
	case "static_select":
		c.only(at+"/element", e, "type", "action_id", "options", "option_groups", "initial_option", "placeholder", "confirm", "focus_on_load")
		options, _ := e["options"].([]any)
		if len(options) == 0 || len(options) > maxOptions {
			c.fault(at+"/element/options", "must have 1 to %d items", maxOptions)
		}
		for i, o := range options {
			here := fmt.Sprintf("%s/element/options/%d", at, i)
			option, _ := o.(map[string]any)
			c.textObject(here+"/text", option["text"], maxOption, "plain_text", "mrkdwn")
			c.optional(here, option, "value", maxOptionValue)
		}
	default:
		c.fault(at+"/element/type", "unsupported type: %v", e["type"])
	}
}
