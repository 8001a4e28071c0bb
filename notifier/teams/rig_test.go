package teams

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"regwatch/notifier/delivery"
	"regwatch/notifier/delivery/channeltest"
)

func TestTeamsPassesTheChannelTests(t *testing.T) { channeltest.Run(t, rig) }

const signature = "s1gnature-of-the-w0rkflow"

func rig(t *testing.T) *channeltest.Rig {
	server := channeltest.NewServer(t, workflow)
	address := server.URL + "/powerautomate/automations/direct/workflows/0123456789abcdef/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=" + signature
	ch, err := New(Options{URL: address, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	ch.pace = 0 // of a real Teams
	r := &channeltest.Rig{Channel: ch, Secrets: []string{address, signature, "0123456789abcdef"}, Received: server.Received, Stop: server.Close, Faults: server.Faults(), Echoes: server.Echoes()}
	azure := func(code int, name string) func() {
		return func() {
			server.Next(channeltest.HTTPAnswer{Code: code, Body: fmt.Sprintf(`{"error":{"code":%q,"message":"…"}}`, name)})
		}
	}
	for name, fault := range map[string]channeltest.Fault{
		"400":                     channeltest.NewFault(azure(400, "InvalidRequestContent"), delivery.Temporary, 0),
		"401, a wrong signature":  channeltest.NewFault(azure(401, "DirectApiInvalidAuthorizationScheme"), delivery.Blocked, 0),
		"404, a removed workflow": channeltest.NewFault(azure(404, "WorkflowNotFound"), delivery.Blocked, 0),
		"400, a removed workflow": channeltest.NewFault(azure(400, "WorkflowNotFound"), delivery.Blocked, 0),
		"a workflow that is off":  channeltest.NewFault(azure(400, "WorkflowTriggerIsNotEnabled"), delivery.Blocked, 0),
		"504":                     channeltest.NewFault(azure(504, "GatewayTimeout"), delivery.Unreachable, 0),
	} {
		r.Faults[name] = fault
	}
	return r
}

// workflow is a flow with the trigger "When a Teams webhook request is received" and the action
// "Post card in a chat or channel". It refuses what the two refuse:
// https://learn.microsoft.com/connectors/teams/#microsoft-teams-webhook,
// https://learn.microsoft.com/adaptive-cards/schema-explorer/adaptive-card.
func workflow(r *http.Request, body []byte) (channeltest.HTTPAnswer, string) {
	refuse := func(code int, why string) (channeltest.HTTPAnswer, string) {
		return channeltest.HTTPAnswer{Code: code, Body: fmt.Sprintf(`{"error":{"code":"InvalidRequestContent","message":%q}}`, why)}, ""
	}
	switch {
	case r.Method != http.MethodPost:
		return refuse(405, "method")
	case r.URL.Query().Get("sig") != signature:
		return refuse(401, "signature")
	case !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"):
		return refuse(415, "content type")
	case len(body) > 28<<10 || 2*len(utf16.Encode([]rune(string(body)))) > 28<<10:
		return refuse(413, "size")
	}
	var m struct {
		Type        string `json:"type"`
		Attachments []struct {
			ContentType string         `json:"contentType"`
			Content     map[string]any `json:"content"`
		} `json:"attachments"`
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return refuse(400, err.Error())
	}
	if m.Type != "message" || len(m.Attachments) != 1 || m.Attachments[0].ContentType != "application/vnd.microsoft.card.adaptive" {
		return refuse(400, "no card")
	}
	if problem := checkCard(m.Attachments[0].Content); problem != "" {
		return refuse(400, problem)
	}
	return channeltest.HTTPAnswer{Code: 202, Header: []string{"X-Ms-Workflow-Run-Id", "08584"}}, string(body)
}

func checkCard(card map[string]any) string {
	if card["type"] != "AdaptiveCard" || card["version"] != "1.4" || card["$schema"] != "http://adaptivecards.io/schemas/adaptive-card.json" {
		return "not an Adaptive Card 1.4"
	}
	body, _ := card["body"].([]any)
	if len(body) == 0 {
		return "an empty card"
	}
	actions, _ := card["actions"].([]any)
	if len(actions) > 6 {
		return "more than six actions"
	}
	for _, a := range actions {
		if problem := checkAction(a, true); problem != "" {
			return problem
		}
	}
	return checkElements(body)
}

func checkElements(elements []any) string {
	for _, e := range elements {
		fields, _ := e.(map[string]any)
		switch fields["type"] {
		case "RichTextBlock":
			inlines, _ := fields["inlines"].([]any)
			if len(inlines) == 0 {
				return "a RichTextBlock without inlines"
			}
			for _, i := range inlines {
				if problem := checkRun(i); problem != "" {
					return problem
				}
			}
		case "Container":
			items, _ := fields["items"].([]any)
			if problem := checkElements(items); problem != "" || len(items) == 0 {
				return "a Container: " + problem
			}
		default:
			// A TextBlock would read Markdown, which text from outside must not be.
			return fmt.Sprintf("an element of type %v", fields["type"])
		}
	}
	return ""
}

func checkRun(run any) string {
	fields, _ := run.(map[string]any)
	text, _ := fields["text"].(string)
	if fields["type"] != "TextRun" || text == "" || strings.Contains(text, "\n") {
		return fmt.Sprintf("an inline %v", fields)
	}
	for name := range fields {
		if !slices.Contains([]string{"type", "text", "size", "weight", "italic", "selectAction"}, name) {
			return "a TextRun with " + name
		}
	}
	if a, ok := fields["selectAction"]; ok {
		return checkAction(a, false)
	}
	return ""
}

func checkAction(a any, titled bool) string {
	fields, _ := a.(map[string]any)
	address, _ := fields["url"].(string)
	title, _ := fields["title"].(string)
	if fields["type"] != "Action.OpenUrl" || !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") || titled && title == "" {
		return fmt.Sprintf("an action %v", fields)
	}
	return ""
}
