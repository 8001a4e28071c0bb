package mattermost

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"regwatch/internal/noticetest"
	"regwatch/internal/samplenotice"
	"regwatch/notifier/delivery"
	"regwatch/notifier/delivery/channeltest"
)

func TestMattermostPassesTheChannelTests(t *testing.T) { channeltest.Run(t, rig) }

const hook = "xz7kq1wd3bfd7c8dd1u4ih6s9a"

func rig(t *testing.T) *channeltest.Rig {
	server := channeltest.NewServer(t, incoming)
	address := server.URL + "/hooks/" + hook
	ch, err := New(Options{URL: address, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	r := &channeltest.Rig{Channel: ch, Secrets: []string{address, hook}, Received: server.Received, Stop: server.Close, Faults: server.Faults(), Echoes: server.Echoes()}
	refusal := func(code int, id string) func() {
		return func() { server.Next(channeltest.HTTPAnswer{Code: code, Body: appError(code, id)}) }
	}
	for name, fault := range map[string]channeltest.Fault{
		"400, a removed webhook":   channeltest.NewFault(refusal(400, "web.incoming_webhook.invalid.app_error"), delivery.Blocked, 0),
		"404, a removed channel":   channeltest.NewFault(refusal(404, "web.incoming_webhook.channel.app_error"), delivery.Blocked, 0),
		"501, webhooks turned off": channeltest.NewFault(refusal(501, "web.incoming_webhook.disabled.app_error"), delivery.Blocked, 0),
		"403":                      channeltest.NewFault(refusal(403, "web.incoming_webhook.permissions.app_error"), delivery.Blocked, 0),
		"400":                      channeltest.NewFault(refusal(400, "web.incoming_webhook.parse.app_error"), delivery.Temporary, 0),
		"200 with a page":          channeltest.NewFault(func() { server.Next(channeltest.HTTPAnswer{Code: 200, Body: "<html>login</html>"}) }, delivery.Blocked, 0),
		"200 with other text":      channeltest.NewFault(func() { server.Next(channeltest.HTTPAnswer{Code: 200, Body: "o"}) }, delivery.Ambiguous, 0),
	} {
		r.Faults[name] = fault
	}
	return r
}

func appError(code int, id string) string {
	return fmt.Sprintf(`{"id":%q,"message":"…","detailed_error":"","request_id":"x","status_code":%d}`, id, code)
}

// incoming is an incoming webhook. It refuses what server/channels/web/webhook.go and
// server/channels/app/webhook.go of github.com/mattermost/mattermost refuse, and a text that
// Mattermost would cut in pieces.
func incoming(r *http.Request, body []byte) (channeltest.HTTPAnswer, string) {
	refuse := func(code int, id string) (channeltest.HTTPAnswer, string) {
		return channeltest.HTTPAnswer{Code: code, Body: appError(code, id)}, ""
	}
	if r.Method != http.MethodPost || r.URL.Path != "/hooks/"+hook {
		return refuse(400, "web.incoming_webhook.invalid.app_error")
	}
	var m struct {
		Text string `json:"text"`
	}
	decoder := json.NewDecoder(strings.NewReader(string(body)))
	decoder.DisallowUnknownFields()
	switch {
	case !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"), decoder.Decode(&m) != nil:
		return refuse(400, "api.webhook.incoming.error")
	case m.Text == "":
		return refuse(400, "web.incoming_webhook.text.app_error")
	case utf8.RuneCountInString(m.Text) > 16383:
		return refuse(400, "web.incoming_webhook.split.app_error")
	}
	return channeltest.HTTPAnswer{Code: 200, Header: []string{"Content-Type", "text/plain"}, Body: "ok"}, m.Text
}

func TestTextFromOutsideIsNoMarkdown(t *testing.T) {
	for title, want := range map[string]string{
		"[click](https://evil.example)": `\[click\]\(https://evil.example\)`,
		"@channel: *all* _of_ `it`":     "＠channel: \\*all\\* \\_of\\_ \\`it\\`",
		"# heading | ~town-square":      `\# heading \| \~town\-square`,
		"ends with a backslash \\":      `ends with a backslash \\`,
		"2. a list":                     `2\. a list`,
		"&commat;channel &lt;b&gt; R&D": `&amp;commat;channel &amp;lt;b&amp;gt; R&amp;D`,
		"desk@example.com, 監管沙盒 **試行**": `desk＠example.com, 監管沙盒 \*\*試行\*\*`,
	} {
		d := noticetest.Due("a", "mm", "", time.Now())
		d.Notice, _ = samplenotice.Notice("alert")
		d.Notice.Content.Alert.Title = title
		text, err := Text(nil, d)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text, want) {
			t.Errorf("title %q: no %q in\n%s", title, want, text)
		}
	}
}

func TestAddressOfALinkEndsWithIt(t *testing.T) {
	d := noticetest.Due("a", "mm", "", time.Now())
	d.Notice, _ = samplenotice.Notice("alert")
	d.Notice.Content.Alert.Link = "https://example.org/a_(b)"
	text, err := Text(nil, d)
	if err != nil || !strings.Contains(text, "(https://example.org/a_%28b%29)") {
		t.Errorf("%v: the address is broken in\n%s", err, text)
	}
}
