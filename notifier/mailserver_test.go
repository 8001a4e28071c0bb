package notifier

import (
	"crypto/tls"
	"mime"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// channel returns a channel that sends through the server.
func (s mailServer) channel(t *testing.T) *Email {
	t.Helper()
	host, port, err := net.SplitHostPort(s.smtp)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	ch, err := NewEmail(EmailOptions{Host: host, Port: number, From: "regwatch <regwatch@example.org>", TLSConfig: &tls.Config{RootCAs: s.roots}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(ch.Idle)
	return ch
}

// TestMailIsReadBack sends through a mail server as it is packaged, and reads
// over IMAP what a reader gets.
func TestMailIsReadBack(t *testing.T) {
	server := startedMailServer(t)
	ch := server.channel(t)

	// Each run of the test has mails of its own in the mailbox.
	run := strconv.FormatInt(time.Now().UnixNano(), 36)
	want := map[string]string{} // Message-ID to subject
	var ids []string
	for name, n := range samples() {
		d := mailDelivery("reader@example.net")
		d.Notice, d.NoticeID = n, run+"-"+name
		receipt, err := ch.Send(t.Context(), d)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		rendered, err := RenderEmail(n)
		if err != nil {
			t.Fatal(err)
		}
		want[receipt] = rendered.Subject
		ids = append(ids, receipt)
	}
	if _, err := ch.Send(t.Context(), mailDelivery("nobody@example.net")); reasonOf(err).Reason != Permanent {
		t.Errorf("to nobody: %v (%s), want it permanent", err, reasonOf(err).Reason)
	}
	_, err := ch.Send(t.Context(), mailDelivery("reader@elsewhere.example"))
	if told := reasonOf(err); told.Reason != Blocked || !told.OneAddress {
		t.Errorf("elsewhere: %v (%s), want that address blocked", err, told.Reason)
	}

	box := server.read(t, ids)
	got := map[string]string{}
	for _, id := range ids {
		m := box.messages[id]
		got[id] = decodeSubject(t, m.Header.Get("Subject"))
		if !strings.Contains(m.Header.Get("Received"), "ESMTPS") {
			t.Errorf("%s came in clear", id)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mails by Message-ID (-sent +arrived):\n%s", diff)
	}
}

func decodeSubject(t *testing.T, s string) string {
	t.Helper()
	words := mime.WordDecoder{}
	decoded, err := words.DecodeHeader(s)
	if err != nil {
		t.Error(err)
	}
	return decoded
}
