package smtpfake

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMessageIsDecoded(t *testing.T) {
	folder := t.TempDir()
	s := start(t, Options{Folder: folder})
	connect(t, s).talk(begun + "> text\n < 250 2.0.0\n > QUIT\n < 221\n < cut")
	got := s.Messages()
	if len(got) != 1 {
		t.Fatalf("kept %d messages, want 1", len(got))
	}
	m := got[0]
	want := []string{"a@example.org", "b@example.org", "Hong Kong 穩", "k1@example.org", "one two", "<b>hi</b>", ""}
	have := []string{m.From, strings.Join(m.To, ","), m.Subject, m.MessageID, m.Text, m.HTML, m.Fault}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
	files, _ := filepath.Glob(filepath.Join(folder, "*.eml"))
	if len(files) != 1 {
		t.Fatalf("files = %v, want one", files)
	}
	if content, err := os.ReadFile(files[0]); err != nil || string(content) != letter {
		t.Errorf("file holds %q (%v)", content, err)
	}
}

func TestMessagesOfConnectionAreIndependent(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s)
	c.talk(begun + `> text
		< 250
		> RCPT TO:<c@example.org>
		< 503
		> MAIL FROM:<>
		< 250
		> RCPT TO:<c@example.org>
		< 250
		> RCPT TO:<Postmaster>
		< 250
		> DATA
		< 354
		> text
		< 250`)
	var got []string
	for _, m := range s.Messages() {
		got = append(got, m.From+" to "+strings.Join(m.To, ","))
	}
	if diff := cmp.Diff([]string{"a@example.org to b@example.org", " to c@example.org,Postmaster"}, got); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if n := s.Sessions(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}

func TestDoubledDotsAreRemoved(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s)
	c.talk(begun)
	c.say(header + "..\r\n...\r\n..a\r\n.\r\n")
	c.talk("< 250")
	if got := string(s.Messages()[0].Raw); got != header+".\r\n..\r\n.a\r\n" {
		t.Errorf("kept %q", got)
	}
}

const header = "From: a@example.org\r\nDate: Fri, 28 Aug 2026 06:05:03 +0000\r\nMessage-ID: <k1@example.org>\r\n\r\n"

func TestRefusesMessagesAgainstRFC5322(t *testing.T) {
	const from, date, id = "From: a@example.org\r\n", "Date: Fri, 28 Aug 2026 06:05:03 +0000\r\n", "Message-ID: <k1@example.org>\r\n"
	tests := []struct {
		name, text, want string
		params           string // of MAIL
	}{
		{"minimal", from + date + id, "250", ""},
		{"minimal with a body", header + "Hello.\r\n", "250", ""},
		{"group and folded fields", from + date + id + "To: A Group:\r\n b@example.org;\r\nSubject: a\r\n\tb\r\n", "250", ""},
		{"longest line", header + strings.Repeat("x", 998) + "\r\n", "250", ""},
		{"longest line with a dot added", header + "." + strings.Repeat(".", 998) + "\r\n", "250", ""},
		{"line too long", header + strings.Repeat("x", 999) + "\r\n", "554 5.6.0 A line is longer", ""},
		{"line far too long", header + strings.Repeat("x", 5000) + "\r\n", "554 5.6.0 A line is longer", ""},
		{"dot not doubled", header + ".x\r\n", "554 5.6.0 A line begins with a dot", ""},
		{"NUL", header + "a\x00b\r\n", "554 5.6.0 The message holds a NUL", ""},
		{"no From", date + id, "554 5.6.0 There is no From", ""},
		{"two From", from + from + date + id, "554 5.6.0 There is more than one From", ""},
		{"From without an address", "From: regwatch\r\n" + date + id, "554 5.6.0 The From", ""},
		{"several From without Sender", "From: a@example.org, b@example.org\r\n" + date + id, "554 5.6.0 Several", ""},
		{"several From with Sender", "From: a@example.org, b@example.org\r\nSender: a@example.org\r\n" + date + id, "250", ""},
		{"no Date", from + id, "554 5.6.0 There is no Date", ""},
		{"two Date", from + date + "DATE: Fri, 28 Aug 2026 06:05:03 +0000\r\n" + id, "554 5.6.0 There is more than one Date", ""},
		{"Date is none", from + "Date: today\r\n" + id, "554 5.6.0 The Date", ""},
		{"no Message-ID", from + date, "554 5.6.0 There is no Message-Id", ""},
		{"two Message-ID", from + date + id + id, "554 5.6.0 There is more than one Message-Id", ""},
		{"Message-ID without brackets", from + date + "Message-ID: k1@example.org\r\n", "554 5.6.0 The Message-Id", ""},
		{"Message-ID with a space", from + date + "Message-ID: <k 1@example.org>\r\n", "554 5.6.0 The Message-Id", ""},
		{"References", from + date + id + "References: <a@b>\r\n <c@d>\r\n", "250", ""},
		{"References is no ID", from + date + id + "References: a@b\r\n", "554 5.6.0 The References", ""},
		{"To is no address", from + date + id + "To: everybody\r\n", "554 5.6.0 The To", ""},
		{"two Subject", from + date + id + "Subject: a\r\nSubject: b\r\n", "554 5.6.0 There is more than one Subject", ""},
		{"no field", from + date + id + "Hello\r\n", "554 5.6.0 A line of the header", ""},
		{"space before the colon", from + date + id + "Subject : a\r\n", "554 5.6.0 A line of the header", ""},
		{"folded first", " x\r\n" + from + date + id, "554 5.6.0 A header line is folded", ""},
		{"folded empty", from + date + id + "Subject: a\r\n \r\n b\r\n", "554 5.6.0 A header line is folded", ""},
		{"empty", "", "554 5.6.0 A line of the header", ""},
		{"UTF-8 header", from + date + id + "Subject: é\r\n", "554 5.6.7", " BODY=8BITMIME"},
		{"UTF-8 header, asked for", from + date + id + "Subject: é\r\n", "250", " SMTPUTF8"},
		{"UTF-8 body", header + "é\r\n", "554 5.6.3", " SMTPUTF8"},
		{"UTF-8 body, asked for", header + "é\r\n", "250", " BODY=8BITMIME"},
		{"too large", header + strings.Repeat("0123456789abcdef\r\n", maxSize/18), "552 5.3.4", ""},
		{"bare LF", header + "a\nb\r\n", "521 5.5.2 Error: bare <LF>", ""},
		{"bare CR", header + "a\rb\r\n", "521 5.5.2 Error: bare <CR>", ""},
		{"end of data with bare LF", header + "a\n.\r\nMAIL FROM:<x@example.org>\r\n", "521 5.5.2 Error: bare <LF>", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, Options{})
			c := connect(t, s)
			c.talk(strings.Replace(begun, "FROM:<a@example.org>", "FROM:<a@example.org>"+tt.params, 1))
			go c.say(tt.text + ".\r\n")
			c.talk("< " + tt.want)
			if kept := len(s.Messages()) == 1; kept != (tt.want == "250") {
				t.Errorf("kept: %v", kept)
			}
			if strings.HasPrefix(tt.want, "521") {
				c.talk("< cut")
				return
			}
			c.talk(strings.TrimPrefix(begun, greeted) + "> text\n < 250")
		})
	}
}

func TestGreylistingRefusesFirstAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, Options{InMemory: true, Greylist: time.Minute})
		c := connect(t, s)
		c.talk(greeted + `> MAIL FROM:<a@example.org>
			< 250
			> RCPT TO:<b@example.org>
			< 451 4.7.1
			> DATA
			< 554 5.5.1`)
		time.Sleep(time.Minute)
		c.talk("> RCPT TO:<b@example.org>\n < 250")
	})
}
