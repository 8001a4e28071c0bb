package render

import (
	"encoding/json"
	"strings"
	"testing"

	"regwatch/internal/golden"
	"regwatch/internal/noticetest"
	"regwatch/models"
)

const consoleAddress = "https://regwatch.example.com"

// withConsole returns a renderer whose messages link to a console.
func withConsole() *Renderer {
	w := &Renderer{}
	w.SetConsole(consoleAddress)
	return w
}

// messages returns what a notice looks like on each channel that links to the console.
func messages(t *testing.T, w *Renderer, n models.Notice) map[string]string {
	t.Helper()
	d := models.NewDelivery(n.ID, "c", "", n.CreatedAt)
	d.Notice = n
	slack, err := w.Slack(d, true)
	if err != nil {
		t.Fatal(err)
	}
	blocks, err := json.Marshal(slack.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	mail, err := w.Email(d, MailLinks{})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"Slack": string(blocks), "mail, text": mail.Text, "mail, HTML": mail.HTML}
}

func TestMessagesLinkToConsole(t *testing.T) {
	all := noticetest.All()
	uncertain := all["digest_less_certain"]
	uncertain.Content.Digest.Coverage.Held = []models.HeldCount{{Why: models.HeldLessCertain, Events: 14}, {Why: models.HeldUnlikely, Events: 4}, {Why: models.HeldMuted, Events: 1}}
	for _, tt := range []struct {
		name string
		n    models.Notice
		want []string
	}{
		{"alert", all["alert"], []string{"/events/" + all["alert"].Content.Alert.EventID, "/events/" + all["alert"].Content.Alert.EventID + "/exception"}},
		{"reminder", all["reminder"], []string{"/events/" + all["reminder"].Content.Reminder.EventID}},
		{"digest", all["digest"], []string{"/events/" + all["digest"].Content.Digest.Events[0].EventID}},
		{"summary", all["summary"], []string{"/events/" + all["summary"].Content.Summary.Events[0].EventID}},
		{"less certain", uncertain, []string{"/events/" + uncertain.Content.Digest.LessCertain[0].EventID, "/inbox?from=2026-11-16&held=unlikely&state=any&to=2026-11-23", "/inbox?from=2026-11-16&held=less-certain&state=any&to=2026-11-23"}},
	} {
		for channel, text := range messages(t, withConsole(), tt.n) {
			text = strings.NewReplacer("&amp;", "&", `\u0026`, "&").Replace(text) // as HTML and JSON write it
			for _, path := range tt.want {
				if !strings.Contains(text, consoleAddress+path) {
					t.Errorf("%s, %s: no link to %s:\n%s", tt.name, channel, path, text)
				}
			}
			if strings.Contains(text, "held=muted") {
				t.Errorf("%s, %s: links to a list for which the digest names no command", tt.name, channel)
			}
		}
		for channel, text := range messages(t, nil, tt.n) {
			if strings.Contains(text, "/events/") || strings.Contains(text, "/inbox") {
				t.Errorf("%s, %s: links to a console that does not exist:\n%s", tt.name, channel, text)
			}
		}
	}
}

// A person's own template may fail; the shipped one that replaces it has the links too.
func TestFallbackLinksToConsole(t *testing.T) {
	w := withConsole()
	w.replaced = map[string]string{"email/alert.html.tmpl": `{{template "head" .}}{{index .Why 99}}`}
	for channel, text := range messages(t, w, noticetest.All()["alert"]) {
		if !strings.Contains(text, consoleAddress+"/events/") {
			t.Errorf("%s has no link to the console", channel)
		}
	}
}

func TestConsoleEscapesEventID(t *testing.T) {
	if got, want := Console("https://x.example").Event("a/../b?c"), "https://x.example/events/a%2F..%2Fb%3Fc"; got != want {
		t.Errorf("Event = %s, want %s", got, want)
	}
}

func TestMailWithConsoleLooksAsExpected(t *testing.T) {
	for _, kind := range []string{"alert", "digest_less_certain"} {
		n := noticetest.All()[kind]
		d := models.NewDelivery(n.ID, "c", "", n.CreatedAt)
		d.Notice = n
		m, err := withConsole().Email(d, SampleLinks())
		if err != nil {
			t.Fatal(err)
		}
		golden.Assert(t, "testdata/email/console_"+kind+".html", []byte(m.HTML))
		golden.Assert(t, "testdata/email/console_"+kind+".txt", []byte(m.Text))
		checkHTML(t, m.HTML)
	}
}
