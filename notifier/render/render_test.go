package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"regwatch/internal/golden"
	"regwatch/internal/noticetest"
	"regwatch/internal/sanitize"
	"regwatch/internal/slackfake"
	"regwatch/internal/timefmt"
	"regwatch/models"
)

func eachSample(t *testing.T, test func(t *testing.T, name string, n models.Notice)) {
	t.Helper()
	all := noticetest.All()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) { test(t, name, all[name]) })
	}
}

func slackOf(t *testing.T, n models.Notice) SlackMessage {
	t.Helper()
	var shipped *Renderer
	m, err := shipped.Slack(models.Delivery{Notice: n}, false)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func EmailOf(t *testing.T, n models.Notice) EmailMessage {
	t.Helper()
	var shipped *Renderer
	m, err := shipped.Email(models.Delivery{Notice: n}, MailLinks{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TextOf(t *testing.T, n models.Notice, columns int) string {
	t.Helper()
	var shipped *Renderer
	s, err := shipped.Text(n, columns)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func slackJSON(t *testing.T, m SlackMessage) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSlackGoldens(t *testing.T) {
	eachSample(t, func(t *testing.T, name string, n models.Notice) {
		m := slackOf(t, n)
		golden.Assert(t, "testdata/slack/"+name+".json", slackJSON(t, m))
		checkSlack(t, m)
	})
}

// checkSlack checks a message like Slack, and looks for active text.
func checkSlack(t *testing.T, m SlackMessage) {
	t.Helper()
	blocks, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range slackfake.Check(blocks) {
		t.Error(fault)
	}
	if strings.Contains(string(blocks), `"mrkdwn"`) {
		t.Error("a block holds mrkdwn, in which article text could act")
	}
	if strings.ContainsAny(m.Text, "<>") {
		t.Errorf("top-level text is not escaped: %s", m.Text)
	}
}

func TestEmailGoldens(t *testing.T) {
	eachSample(t, func(t *testing.T, name string, n models.Notice) {
		m := EmailOf(t, n)
		golden.Assert(t, "testdata/email/"+name+".txt", []byte("Subject: "+m.Subject+"\n\n"+m.Text))
		golden.Assert(t, "testdata/email/"+name+".html", []byte(m.HTML))
		checkHTML(t, m.HTML)
		if strings.ContainsFunc(m.Subject, unicode.IsControl) {
			t.Errorf("the subject holds control characters: %q", m.Subject)
		}
	})
}

// An email links to regwatch's pages only if there are links, in its language.
func TestEmailWithLinksGoldens(t *testing.T) {
	links := MailLinks{
		Unsubscribe: "https://regwatch.example/u/1.1790000000.5f0c.c2ln", Assign: "https://regwatch.example/e/1.1790000000.5f0c.c2ln",
		Dismiss: "https://regwatch.example/e/dismiss/1.1790000000.5f0c.c2ln", Mute: "https://regwatch.example/e/mute/1.1790000000.5f0c.c2ln",
		Merge: "https://regwatch.example/e/merge/1.1790000000.5f0c.c2ln", Apart: "https://regwatch.example/e/apart/1.1790000000.5f0c.c2ln",
	}
	for _, language := range Languages() {
		n := noticetest.All()["alert"]
		n.Content.Language = language
		var shipped *Renderer
		m, err := shipped.Email(models.Delivery{Notice: n}, links)
		if err != nil {
			t.Fatal(err)
		}
		golden.Assert(t, "testdata/email/links_"+language+".txt", []byte("Subject: "+m.Subject+"\n\n"+m.Text))
		golden.Assert(t, "testdata/email/links_"+language+".html", []byte(m.HTML))
		checkHTML(t, m.HTML)
		for _, link := range []string{links.Unsubscribe, links.Assign, links.Dismiss, links.Mute, links.Merge, links.Apart} {
			if !strings.Contains(m.HTML, `href="`+link+`"`) || !strings.Contains(m.Text, "\n"+link+"\n") {
				t.Errorf("%s: the mail lacks %s:\n%s", language, link, m.Text)
			}
		}
	}
}

// checkHTML looks for remote or active content, and for markup from the text of an
// article.
func checkHTML(t *testing.T, page string) {
	t.Helper()
	if len(page) > mostHTML {
		t.Errorf("the HTML measures %d bytes; Gmail cuts it at %d", len(page), mostHTML)
	}
	z := html.NewTokenizer(strings.NewReader(page))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		if token.Type != html.StartTagToken && token.Type != html.SelfClosingTagToken {
			continue
		}
		if slices.Contains([]string{"script", "img", "link", "iframe", "object", "form", "svg", "video"}, token.Data) {
			t.Errorf("the HTML has a %s", token)
		}
		for _, a := range token.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "href" && sanitize.Link(a.Val) == "" || a.Key == "style" && strings.Contains(a.Val, "url(") {
				t.Errorf("the HTML has %s=%q", a.Key, a.Val)
			}
		}
	}
}

func TestTerminalGoldens(t *testing.T) {
	eachSample(t, func(t *testing.T, name string, n models.Notice) {
		got := TextOf(t, n, 0)
		golden.Assert(t, "testdata/terminal/"+name+".txt", []byte(got))
		for line := range strings.Lines(got) {
			columns := 0
			for _, r := range strings.TrimSuffix(line, "\n") {
				columns += runeWidth(r)
				if unicode.IsControl(r) {
					t.Errorf("%q holds a control character", line)
				}
			}
			if columns > terminalColumns && !strings.Contains(line, "://") {
				t.Errorf("%q takes %d columns", line, columns)
			}
		}
	})
}

func TestMessagesStayWithinLimits(t *testing.T) {
	for name, n := range noticetest.Huge() {
		t.Run(name, func(t *testing.T) {
			checkSlack(t, slackOf(t, n))
			m := EmailOf(t, n)
			checkHTML(t, m.HTML)
			if got := len([]rune(m.Subject)); got > subjectRunes || got == 0 {
				t.Errorf("the subject has %d characters, want 1 to %d", got, subjectRunes)
			}
			if TextOf(t, n, 20) == "" {
				t.Error("the terminal shows nothing")
			}
		})
	}
}

// Two thousand events of usual length fill an email, which says how many more there are;
// all dates to act on are in it.
func TestEmailShortensLongDigest(t *testing.T) {
	d := noticetest.FullDigest()
	for i := range 2000 - len(d.Events) {
		e := d.Events[i%4]
		e.Title = fmt.Sprintf("%s, event %d", e.Title, i)
		d.Events = append(d.Events, e)
	}
	m := EmailOf(t, noticetest.Notice(models.Content{Digest: &d}))
	shown := strings.Count(m.HTML, ", event ")
	if len(m.HTML) > mostHTML || shown < 100 || !strings.Contains(m.HTML, fmt.Sprintf("%d more events", 2000-mostLines)) {
		t.Errorf("%d bytes with %d further events; want at most %d bytes, 100 events and the rest counted", len(m.HTML), shown, mostHTML)
	}
	for _, date := range d.Dates {
		if !strings.Contains(m.HTML, date.Link) {
			t.Errorf("the date of %s is left out", date.Title)
		}
	}
	t.Logf("%d bytes, %d of 2000 events", len(m.HTML), shown)
}

func TestCut(t *testing.T) {
	tests := []struct {
		in   string
		n    int
		want string
	}{
		{"short", 10, "short"},
		{"exactly ten", 11, "exactly ten"},
		{"one two three four", 14, "one two three…"},
		{"one two threefour", 12, "one two thr…"},
		{"穩定幣條例草案", 4, "穩定幣…"},
		{"one two, three four", 15, "one two, three…"},
		{"cafe\u0301s open", 5, "caf…"},
	}
	for _, tt := range tests {
		got := sanitize.Truncate(tt.in, tt.n)
		if got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.in, tt.n, got, tt.want)
		}
		if len([]rune(got)) > tt.n {
			t.Errorf("cut(%q, %d) has %d characters", tt.in, tt.n, len([]rune(got)))
		}
	}
}

func TestWindow(t *testing.T) {
	tests := []struct{ from, to, zone, want string }{
		{"2026-11-16T01:00:00Z", "2026-11-23T01:00:00Z", "Asia/Hong_Kong", "Mon 16 Nov – Mon 23 Nov 2026, HKT"},
		{"2026-12-28T01:00:00Z", "2027-01-04T01:00:00Z", "Asia/Hong_Kong", "Mon 28 Dec 2026 – Mon 4 Jan 2027, HKT"},
		{"2026-11-16T01:00:00Z", "2026-11-23T01:00:00Z", "Asia/Dubai", "Mon 16 Nov – Mon 23 Nov 2026, UTC+04"},
		{"2026-11-16T01:00:00Z", "2026-11-23T01:00:00Z", "America/New_York", "Sun 15 Nov – Sun 22 Nov 2026, EST"},
		{"2026-11-16T01:00:00Z", "2026-11-23T01:00:00Z", "No/Where", "Mon 16 Nov – Mon 23 Nov 2026, UTC"},
	}
	for _, tt := range tests {
		if got := English.window(noticetest.At(tt.from), noticetest.At(tt.to), timefmt.Zone(tt.zone)); got != tt.want {
			t.Errorf("window(%s, %s, %s) = %q, want %q", tt.from, tt.to, tt.zone, got, tt.want)
		}
	}
}

func FuzzSegments(f *testing.F) {
	f.Add("offshore renminbi-backed stablecoin", 9, 24)
	f.Add("人民幣穩定幣", 3, 9)
	f.Add("\xff\x1b[0m", 0, 2)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		var got strings.Builder
		for _, s := range segments(models.Excerpt{Text: text, Highlights: [][2]int{{start, end}}}, 1<<30) {
			got.WriteString(s.Text)
		}
		if want := sanitize.Printable(text); got.String() != want {
			t.Errorf("segments lose text: %q, want %q", got.String(), want)
		}
	})
}

func TestWrapKeepsBracketsWithText(t *testing.T) {
	for _, tt := range []struct {
		text       string
		columns    int
		head, rest string
	}{
		{"見標題（第二段）", 8, "見標題", "（第二段）"},
		{"條文「（甲）」", 6, "條文", "「（甲）」"},
		{"原文說明。附件", 8, "原文說", "明。附件"},
		{"（（（（", 4, "（", "（（（"}, // no better place
	} {
		head, rest := wrap(tt.text, tt.columns)
		if head != tt.head || rest != tt.rest {
			t.Errorf("wrap(%q, %d) = %q, %q; want %q, %q", tt.text, tt.columns, head, rest, tt.head, tt.rest)
		}
	}
}
