package cli

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"regwatch/internal/samplesite"
	"regwatch/internal/slackfake"
)

// TestDemo runs the demo as a user does, and compares the messages on Slack and by mail
// with what the authors of the sample articles expect.
func TestDemo(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes 15 s, because of Slack's rate limit; not with -short")
	}
	out := filepath.Join(t.TempDir(), "demo")
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"demo", "--once", "--out", out}, &stdout, &stderr); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, stdout.String(), stderr.String())
	}
	if stderr.Len() > 0 {
		t.Errorf("written to standard error:\n%s", stderr.String())
	}
	site, err := samplesite.New(samplesite.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	onSlack := slackMessages(t, out)
	byMail := mails(t, out)
	stories := make(map[string][]samplesite.Article)
	for _, item := range site.Published() {
		key := item.Story
		if key == "" {
			key = item.Title
		}
		stories[key] = append(stories[key], item)
	}
	for story, items := range stories {
		want := 0
		for _, item := range items {
			if item.Expect == samplesite.ExpectAlert {
				want = 1
			}
		}
		for channel, messages := range map[string][]string{"Slack": onSlack, "mail": byMail} {
			if got := about(messages, items); got != want {
				t.Errorf("%s: story %q was told %d times, want %d (%s)", channel, story, got, want, items[0].Expect)
			}
		}
	}
	for _, name := range []string{"digest.html", "digest.txt", "regwatch.db", "regwatch.yaml"} {
		if info, err := os.Stat(filepath.Join(out, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, want := range []string{"quayside-brief", "sent a web page instead of a feed", "only mentions", "older than the look-back", "already sent for this event"} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("the output does not say %q", want)
		}
	}
	checkDemoCommands(t, stdout.String())
	// The demo removes what it wrote, and nothing else.
	if err := clearDemo(out); err != nil {
		t.Errorf("a second demo in the same folder: %v", err)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "thesis.txt"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := clearDemo(other); err == nil {
		t.Error("a folder of somebody else was cleared")
	}
}

var (
	demoEvents   = regexp.MustCompile(`List the (\d+) events:`)
	demoSum      = regexp.MustCompile(`(\d+) new events \((.*?)\)`)
	demoCommands = regexp.MustCompile(`(?m)^    \S.* (-C .*)$`)
	number       = regexp.MustCompile(`\d+`)
)

// checkDemoCommands runs the commands that the demo suggests, and compares its number of
// events with its sum and with the list of events.
func checkDemoCommands(t *testing.T, out string) {
	t.Helper()
	commands := demoCommands.FindAllStringSubmatch(out, -1)
	if len(commands) != 3 {
		t.Fatalf("the demo suggests %d commands, want 3:\n%s", len(commands), out)
	}
	for _, command := range commands {
		if output(t, strings.Fields(command[1])...) == "" {
			t.Errorf("regwatch %s prints nothing", command[1])
		}
	}
	var events []any
	if err := json.Unmarshal([]byte(output(t, append(strings.Fields(commands[0][1]), "--json")...)), &events); err != nil {
		t.Fatal(err)
	}
	sum, listed := demoSum.FindStringSubmatch(out), demoEvents.FindStringSubmatch(out)
	if sum == nil || listed == nil || sum[1] != listed[1] || listed[1] != strconv.Itoa(len(events)) {
		t.Fatalf("the demo counts %v and %v events, and regwatch events lists %d", sum, listed, len(events))
	}
	parts := 0
	for _, n := range number.FindAllString(sum[2], -1) {
		part, _ := strconv.Atoi(n) // digits only
		parts += part
	}
	if parts != len(events) {
		t.Errorf("%q does not add up to %d events", sum[0], len(events))
	}
}

// about counts the messages that carry the title of one of the items, and not only as the story to which the message may
// belong.
func about(messages []string, items []samplesite.Article) int {
	n := 0
	for _, m := range messages {
		m = mayBelong.ReplaceAllString(fold(m), "")
		for _, item := range items {
			if strings.Contains(m, fold(item.Title)) {
				n++
				break
			}
		}
	}
	return n
}

var mayBelong = regexp.MustCompile(`itmaybelongto“[^”]*”`)

// fold makes texts comparable that were wrapped or whose spaces were changed.
func fold(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u3000", " ")), "")
}

// slackMessages returns the text of what was posted, without its other sources:
// a copy is named there and not told.
func slackMessages(t *testing.T, out string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(out, "slack", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var m slackfake.Message
		if err := json.Unmarshal(src, &m); err != nil {
			t.Fatal(err)
		}
		if !updateLine.MatchString(m.Text) {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// mails returns the subjects of the alerts that were mailed.
func mails(t *testing.T, out string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(out, "mail", "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	var subjects []string
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if updateLine.MatchString(strings.ReplaceAll(strings.ReplaceAll(string(src), "=\r\n", ""), "=\n", "")) {
			continue
		}
		m, err := mail.ReadMessage(bytes.NewReader(src))
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		if !strings.Contains(strings.ToLower(subject), "digest") {
			subjects = append(subjects, subject)
		}
	}
	if len(subjects) == 0 {
		t.Error("no mail arrived")
	}
	return subjects
}
