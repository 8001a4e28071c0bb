package slack

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"regwatch/internal/sanitize"
	"regwatch/models"
	"regwatch/notifier/render"
)

// Slack's limits of a modal (api.slack.com, "Plain-text input" and "Views"), in characters.
const (
	maxRuleText = 3000 // of the text with which an input begins, and that it takes
	whyTitle    = "Why was I alerted?"
	ruleTitle   = "Propose a change"
	ruleModal   = "regwatch_rule"
	whyModal    = "regwatch_why"
	ruleBlock   = "rule_text"
	ruleAction  = "text"
	mostFaults  = 5 // that are shown at the input
)

// A ruleState is what a modal for a rule remembers; the text itself is in its input. So any process can go on with it.
type ruleState struct {
	Rule    string `json:"r"`
	Base    string `json:"b"`           // the hash of the file that it was begun with
	Checked string `json:"c,omitempty"` // the hash of the text whose backtest is shown
}

func modal(callback, title string, blocks []slack.Block) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callback, Title: label(title), Close: label("Close"), Blocks: slack.Blocks{BlockSet: blocks},
	}
}

func label(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, false, false)
}

// noteModal shows an answer and nothing else.
func noteModal(callback, title, markup string) (slack.ModalViewRequest, error) {
	m, err := answerOf(markup, "", "")
	return modal(callback, title, m.Blocks), err
}

// whyView says why an event was or was not alerted, with buttons for it.
func whyView(w Why, done string, console render.Console) (slack.ModalViewRequest, error) {
	m, err := answerOf(done+whyText(w, console), console, "/events/"+w.Event)
	v := modal(whyModal, whyTitle, m.Blocks)
	if w.Event == "" {
		return v, err
	}
	value, err2 := json.Marshal(render.ButtonValue{Event: w.Event})
	if err2 != nil {
		return v, err2
	}
	var row []slack.BlockElement
	add := func(act models.Action, text string) {
		row = append(row, slack.NewButtonBlockElement(render.ActionPrefix+string(act), string(value), label(text)))
	}
	add(models.ActionAssign, "Assign to me")
	if !w.Muted {
		add(models.ActionMute, "Mute 7 days")
	}
	if w.MayBelong != "" {
		add(models.ActionMerge, "Same event")
		add(models.ActionApart, "Keep apart")
	}
	v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewActionBlock("event_actions", row...))
	return v, err
}

// A ruleForm is a modal for a rule.
type ruleForm struct {
	state ruleState
	text  string // with which the input begins
	above string // markup above the input
	ready bool   // the text can be proposed
}

func (f ruleForm) view() (slack.ModalViewRequest, error) {
	m, err := answerOf(f.above, "", "")
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	state, err := json.Marshal(f.state)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	input := slack.NewPlainTextInputBlockElement(nil, ruleAction)
	input.InitialValue, input.Multiline, input.MaxLength = f.text, true, maxRuleText
	in := slack.NewInputBlock(ruleBlock, label("The file of the rule, as YAML"), nil, input)
	v := modal(ruleModal, ruleTitle, append(m.Blocks, in))
	v.PrivateMetadata, v.Submit, v.Close = string(state), label("Check and backtest"), label("Cancel")
	if f.ready {
		v.Submit = label("Propose")
	}
	return v, nil
}

// beginForm returns the form of a rule that nobody has changed yet.
func beginForm(r RuleFile) ruleForm {
	return ruleForm{
		state: ruleState{Rule: r.ID, Base: r.Hash}, text: r.Text,
		above: para("Rule <b>%s</b>. Change its text, and see what the change would have done. Nothing changes until somebody else accepts your proposal in the console.", r.ID),
	}
}

// tooLong refuses a rule that no input of Slack can hold.
func tooLong(r RuleFile, console render.Console) error {
	n := utf8.RuneCountInString(r.Text)
	if n <= maxRuleText {
		return nil
	}
	where := "the console"
	if address := rulePage(console, r.ID); address != "" {
		where = address
	}
	return mistake(fmt.Sprintf("the file of rule %s has %d characters, and a field of Slack takes %d. Change it in %s", r.ID, n, maxRuleText, where))
}

func rulePage(console render.Console, id string) string {
	if console == "" {
		return ""
	}
	return string(console) + "/rules/" + url.PathEscape(id)
}

// readRuleForm reads a submitted form.
func readRuleForm(v slack.View) (state ruleState, text string, err error) {
	if json.Unmarshal([]byte(v.PrivateMetadata), &state) != nil || state.Rule == "" || v.State == nil {
		return state, "", errUnknownButton
	}
	return state, ruleText(v.State.Values[ruleBlock][ruleAction].Value), nil
}

// ruleText returns the text of an input as a file has it: Slack cuts the white space at its end.
func ruleText(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.TrimRight(s, " \t\n") + "\n"
}

func textHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

// faultText joins what is wrong with a rule, for the line under an input.
func faultText(faults []string) string {
	shown := faults[:min(len(faults), mostFaults)]
	text := sanitize.Truncate(strings.Join(shown, " • "), 1500)
	if more := len(faults) - len(shown); more > 0 {
		text += fmt.Sprintf(" • and %d more", more)
	}
	return text
}

func queryOf(key, value string) string { return url.Values{key: {value}}.Encode() }
