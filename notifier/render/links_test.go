package render

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"regwatch/internal/noticetest"
	"regwatch/models"
)

// rendered returns a notice as shown by every channel.
func rendered(t *testing.T, n models.Notice) map[string]string {
	t.Helper()
	var w *Renderer
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
	webhook, err := Webhook(n)
	if err != nil {
		t.Fatal(err)
	}
	mail, err := w.Email(d, MailLinks{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := w.Text(n, 80)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"Slack's text": slack.Text, "Slack's blocks": string(blocks), "webhook": string(bytes.Join(webhook, nil)),
		"mail's text": mail.Text, "mail's HTML": mail.HTML, "terminal": text,
	}
}

// linksOf returns an alert and a digest whose links are all the same.
func linksOf(link string) map[string]models.Notice {
	all := noticetest.All()
	alert, digest := all["alert"], all["digest"]
	a, d := *alert.Content.Alert, *digest.Content.Digest
	a.Link = link
	a.OtherSources = []models.Reference{{Source: "Wire", Title: "x", Link: link}}
	d.Events = append([]models.DigestEvent(nil), d.Events...)
	for i := range d.Events {
		d.Events[i].Link = link
	}
	alert.Content.Alert, digest.Content.Digest = &a, &d
	return map[string]models.Notice{"alert": alert, "digest": digest}
}

func TestRenderOmitsLinkWithUserinfo(t *testing.T) {
	for _, link := range []string{"https://user:s3cretPw@evil.example/x", "https://bank.example@evil.example/x"} {
		for kind, n := range linksOf(link) {
			for where, text := range rendered(t, n) {
				if strings.Contains(text, "evil.example") || strings.Contains(text, "s3cretPw") {
					t.Errorf("%s: the %s has the link %s:\n%s", where, kind, link, text)
				}
			}
		}
	}
}

// Slack requires & escaped in its markup, but not in the address of a link or a button.
func TestSlackEscapesLinks(t *testing.T) {
	const link, want = `https://news.example/?a=1&b="<2>&c=新`, `https://news.example/?a=1&b=%22%3C2%3E&c=%E6%96%B0`
	var w *Renderer
	n := linksOf(link)["alert"]
	d := models.NewDelivery(n.ID, "c", "", n.CreatedAt)
	d.Notice = n
	m, err := w.Slack(d, true)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	var urls []string
	collectURLs(t, raw, &urls)
	if len(urls) < 2 {
		t.Fatalf("the message has the addresses %q; want one of the title and one of the button Open", urls)
	}
	for _, u := range urls {
		if u != want {
			t.Errorf("the message links to %q, want %q", u, want)
		}
	}
	if escaped := strings.ReplaceAll(want, "&", "&amp;"); !strings.Contains(m.Text, escaped) || strings.Contains(m.Text, want) {
		t.Errorf("the text for notifications has no %q:\n%s", escaped, m.Text)
	}
}

// collectURLs collects the values of "url" at any depth.
func collectURLs(t *testing.T, raw []byte, urls *[]string) {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if u, is := v["url"].(string); is {
				*urls = append(*urls, u)
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	walk(v)
}

func TestSlackButtonsAppearOnce(t *testing.T) {
	n := noticetest.All()["alert"]
	p, err := slackBlocks("<actions/><p>x</p><actions/>", SlackButtons(n, nil, English, true, ""))
	if err != nil || len(p.blocks) != 2 {
		t.Errorf("%d blocks, %v; want the buttons once and a paragraph", len(p.blocks), err)
	}
}

// The status is shown in the alert, so it omits the alert's own article, even if the link
// of that article changed or is missing.
func TestStatusUpdateOmitsOwnSource(t *testing.T) {
	for _, link := range []string{"https://a.example/1", ""} {
		alert := models.Alert{Title: "A step", Source: "HKMA", Link: link}
		got := amended(alert, models.Status{OtherSources: []models.Reference{
			{Source: "HKMA", Title: "A step", Link: "https://a.example/moved"},
			{Source: "SCMP", Title: "A step", Link: "https://b.example/2"},
			{Source: "HKMA", Title: "Circular"},
		}}).OtherSources
		if len(got) != 2 || got[0].Source != "SCMP" || got[1].Title != "Circular" {
			t.Errorf("link %q: other sources %+v; want SCMP and the circular", link, got)
		}
	}
}
