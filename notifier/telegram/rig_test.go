package telegram

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/net/html"

	"regwatch/notifier/delivery"
	"regwatch/notifier/delivery/channeltest"
)

func TestTelegramPassesTheChannelTests(t *testing.T) { channeltest.Run(t, rig) }

const (
	tokenKey = "AAF-0123456789abcdefghijklmnopqrstu"
	token    = "123456789:" + tokenKey
	group    = "-1001234567890"
)

func newChannel(t *testing.T, url, chat string) *Channel {
	ch, err := New(Options{Token: token, Chat: chat, API: url + "/", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	ch.pace = 0 // of a real Telegram
	return ch
}

func rig(t *testing.T) *channeltest.Rig {
	bot := &botAPI{}
	server := channeltest.NewServer(t, bot.accept)
	r := &channeltest.Rig{
		Channel: newChannel(t, server.URL, group), Secrets: []string{token, tokenKey}, Received: server.Received, Stop: server.Close,
		Faults: server.Faults(), Echoes: server.Echoes(),
	}
	for _, code := range []int{400, 403} {
		r.Echoes[fmt.Sprint("a description with ", code)] = func(text string) {
			server.Next(channeltest.HTTPAnswer{Code: code, Body: refusalBody(code, text, "")})
		}
	}
	refusal := func(code int, description, parameters string) func() {
		return func() {
			server.Next(channeltest.HTTPAnswer{Code: code, Body: refusalBody(code, description, parameters)})
		}
	}
	for name, fault := range map[string]channeltest.Fault{
		"401, a revoked token":           channeltest.NewFault(refusal(401, "Unauthorized", ""), delivery.Blocked, 0),
		"404, no token":                  channeltest.NewFault(refusal(404, "Not Found", ""), delivery.Blocked, 0),
		"404 of another server":          channeltest.NewFault(func() { server.Next(channeltest.HTTPAnswer{Code: 404, Body: "<html>"}) }, delivery.Blocked, 0),
		"403, blocked by the person":     channeltest.NewFault(refusal(403, "Forbidden: bot was blocked by the user", ""), delivery.Blocked, 0),
		"400, no administrator any more": channeltest.NewFault(refusal(400, "Bad Request: CHAT_ADMIN_REQUIRED", ""), delivery.Blocked, 0),
		"400, may not send text":         channeltest.NewFault(refusal(400, "Bad Request: CHAT_SEND_PLAIN_FORBIDDEN", ""), delivery.Blocked, 0),
		"400, entities it cannot parse":  channeltest.NewFault(refusal(400, "Bad Request: can't parse entities: Unsupported start tag", ""), delivery.Permanent, 0),
		"403, removed from the group":    channeltest.NewFault(refusal(403, "Forbidden: bot was kicked from the supergroup chat", ""), delivery.Blocked, 0),
		"400, no rights":                 channeltest.NewFault(refusal(400, "Bad Request: not enough rights to send text messages to the chat", ""), delivery.Blocked, 0),
		"400, an unknown chat":           channeltest.NewFault(refusal(400, "Bad Request: chat not found", ""), delivery.Blocked, 0),
		"400, a chat that moved":         channeltest.NewFault(refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", `"migrate_to_chat_id":-1009876543210`), delivery.Blocked, 0),
		"400, too long":                  channeltest.NewFault(refusal(400, "Bad Request: message is too long", ""), delivery.Permanent, 0),
		"400, another":                   channeltest.NewFault(refusal(400, "Bad Request: something new", ""), delivery.Temporary, 0),
		"429 with retry_after":           channeltest.NewFault(refusal(429, "Too Many Requests: retry after 35", `"retry_after":35`), delivery.RateLimited, 0),
		"200 without a message":          channeltest.NewFault(func() { server.Next(channeltest.HTTPAnswer{Code: 200, Body: `{"ok":true}`}) }, delivery.Ambiguous, 0),
		"200 with a page":                channeltest.NewFault(func() { server.Next(channeltest.HTTPAnswer{Code: 200, Body: "<html>login</html>"}) }, delivery.Ambiguous, 0),
	} {
		r.Faults[name] = fault
	}
	return r
}

func refusalBody(code int, description, parameters string) string {
	if parameters != "" {
		parameters = `,"parameters":{` + parameters + "}"
	}
	return fmt.Sprintf(`{"ok":false,"error_code":%d,"description":%s%s}`, code, strconv.Quote(description), parameters)
}

// A botAPI is a server of the Bot API with one bot that is in one group. It refuses what
// https://core.telegram.org/bots/api#sendmessage, #editmessagetext and #html-style forbid.
type botAPI struct {
	last     int64
	messages map[int64]string // by ID
	requests []request
}

func (b *botAPI) accept(r *http.Request, body []byte) (channeltest.HTTPAnswer, string) {
	refuse := func(code int, description string) (channeltest.HTTPAnswer, string) {
		return channeltest.HTTPAnswer{Code: code, Body: refusalBody(code, description, "")}, ""
	}
	method, ok := strings.CutPrefix(r.URL.Path, "/bot"+token+"/")
	var q request
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	switch {
	case !ok:
		return refuse(401, "Unauthorized")
	case !slices.Contains([]string{"sendMessage", "editMessageText"}, method):
		return refuse(404, "Not Found: method not found")
	case !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"), decoder.Decode(&q) != nil:
		return refuse(400, "Bad Request: message text is empty")
	case q.Chat != group && q.Chat != "@regwatch_news":
		return refuse(400, "Bad Request: chat not found")
	case q.Mode != "HTML":
		return refuse(400, "Bad Request: unsupported parse_mode")
	}
	text, err := parseHTML(q.Text)
	switch {
	case err != nil:
		return refuse(400, "Bad Request: can't parse entities: "+err.Error())
	case strings.TrimSpace(text) == "":
		return refuse(400, "Bad Request: message text is empty")
	case len(utf16.Encode([]rune(text))) > 4096:
		return refuse(400, "Bad Request: message is too long")
	}
	b.requests = append(b.requests, q)
	if b.messages == nil {
		b.messages = map[int64]string{}
	}
	id := q.Message
	if method == "sendMessage" {
		if q.Reply != nil && b.messages[q.Reply.Message] == "" {
			return refuse(400, "Bad Request: message to be replied not found")
		}
		b.last++
		id = b.last
	} else {
		if b.messages[id] == "" {
			return refuse(400, "Bad Request: message to edit not found")
		}
		if b.messages[id] == q.Text {
			return refuse(400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
		}
	}
	b.messages[id] = q.Text
	return channeltest.HTTPAnswer{Code: 200, Body: fmt.Sprintf(`{"ok":true,"result":{"message_id":%d,"chat":{"id":%s}}}`, id, group)}, text
}

// entity matches the named entities that Telegram knows, and numbers.
var entity = regexp.MustCompile(`&(?:lt|gt|amp|quot|#[0-9]+);`)

// parseHTML returns the text of Telegram's HTML: only its tags, all closed in order, and only
// its entities.
func parseHTML(s string) (string, error) {
	if rest := entity.ReplaceAllString(s, ""); strings.Contains(rest, "&") {
		return "", fmt.Errorf("an & that begins no entity")
	}
	var text strings.Builder
	var open []string
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				return "", fmt.Errorf("can't find end tag corresponding to start tag %s", open[len(open)-1])
			}
			return text.String(), nil
		case html.TextToken:
			text.WriteString(z.Token().Data)
		case html.StartTagToken:
			t := z.Token()
			if !slices.Contains([]string{"b", "i", "a", "blockquote"}, t.Data) || t.Data == "blockquote" && slices.Contains(open, t.Data) {
				return "", fmt.Errorf("unsupported start tag %q", t.Data)
			}
			for _, a := range t.Attr {
				if t.Data != "a" || a.Key != "href" {
					return "", fmt.Errorf("attribute %s", a.Key)
				}
			}
			open = append(open, t.Data)
		case html.EndTagToken:
			name := z.Token().Data
			if len(open) == 0 || open[len(open)-1] != name {
				return "", fmt.Errorf("unmatched end tag %s", name)
			}
			open = open[:len(open)-1]
		default:
			return "", fmt.Errorf("a comment or a tag that closes itself")
		}
	}
}
