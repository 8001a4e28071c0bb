package email

import (
	"context"
	"crypto/tls"
	"mime"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/noticetest"
	"regwatch/internal/signedlink"
	"regwatch/models"
	"regwatch/notifier/delivery"
)

// channel returns a channel that sends through the server.
func (s mailServer) channel(t *testing.T) *Channel {
	t.Helper()
	host, port, err := net.SplitHostPort(s.smtp)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	ch, err := New(Options{Host: host, Port: number, From: "regwatch <regwatch@example.org>", TLSConfig: &tls.Config{RootCAs: s.roots}})
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
	for name, n := range noticetest.All() {
		d := mailDelivery("reader@example.net")
		d.Notice, d.NoticeID = n, run+"-"+name
		receipt, err := ch.Send(t.Context(), d)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		rendered := rendered(t, n)
		want[receipt] = rendered.Subject
		ids = append(ids, receipt)
	}
	if _, err := ch.Send(t.Context(), mailDelivery("nobody@example.net")); delivery.ErrorOf(err).Reason != delivery.Permanent {
		t.Errorf("to nobody: %v (%s), want it permanent", err, delivery.ErrorOf(err).Reason)
	}
	_, err := ch.Send(t.Context(), mailDelivery("reader@elsewhere.example"))
	if told := delivery.ErrorOf(err); told.Reason != delivery.Blocked || !told.OneAddress {
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

// TestMailsOverSeveralConnectionsAreReadBack sends mails at once.
func TestMailsOverSeveralConnectionsAreReadBack(t *testing.T) {
	server := startedMailServer(t)
	ch := server.channel(t)
	run := strconv.FormatInt(time.Now().UnixNano(), 36)
	ids := make([]string, 3*MaxInProgress)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			d := mailDelivery("reader@example.net")
			d.NoticeID = run + "-" + strconv.Itoa(i)
			receipt, err := ch.Send(t.Context(), d)
			if err != nil {
				t.Error(err)
			}
			ids[i] = receipt
		})
	}
	all.Wait()
	if t.Failed() {
		return
	}
	if n := len(ch.pool.free); n < 2 || n > maxConnections {
		t.Errorf("%d connections are open, want 2 to %d", n, maxConnections)
	}
	server.read(t, ids)
}

// TestMailOfOddAddressesIsReadBack sends from and to addresses that are easily written
// wrongly, through a server that refuses what RFC 5321 forbids.
func TestMailOfOddAddressesIsReadBack(t *testing.T) {
	server := startedMailServer(t)
	run := strconv.FormatInt(time.Now().UnixNano(), 36)
	for i, from := range []string{"regwatch@example.org", "Reg Watch <regwatch@example.org>", "監管通知 <regwatch@例え.jp>", `"no reply" <"no reply"@example.org>`, "o'neil+x@example.org"} {
		ch := server.channel(t)
		var err error
		opts := ch.opts
		opts.From = from
		if ch, err = New(opts); err != nil {
			t.Fatal(err)
		}
		d := mailDelivery("The Reader <reader@example.net>")
		d.NoticeID = run + "-" + strconv.Itoa(i)
		receipt, err := ch.Send(t.Context(), d)
		ch.Idle()
		if err != nil {
			t.Errorf("from %s: %v", from, err)
			continue
		}
		if got := server.read(t, []string{receipt}).messages[receipt].Header.Get("Return-Path"); got != path(ch.from.Address) {
			t.Errorf("from %s: Return-Path %s, want %s", from, got, path(ch.from.Address))
		}
	}
}

// TestMailThreadsAreReadBack tells of two events, the second of which follows up
// first and whose first message reached nobody, and looks how a server sorts them.
func TestMailThreadsAreReadBack(t *testing.T) {
	server := startedMailServer(t)
	ch := server.channel(t)
	run := strconv.FormatInt(time.Now().UnixNano(), 36)
	names := map[string]string{} // Message-ID to what it is
	var ids []string
	send := func(name, event string, root *models.Delivery) *models.Delivery {
		d := mailDelivery("reader@example.net")
		d.Notice = noticetest.All()["alert"]
		d.Notice.Content.Alert.Title = "Of event " + run + event // servers join threads of one subject
		d.Notice.Subject, d.Notice.SubjectID = "event", run+event
		d.NoticeID, d.Thread, d.Root = run+"-"+strings.ReplaceAll(name, " ", "-"), run+event, root
		receipt, err := ch.Send(t.Context(), d)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		d.Receipt = receipt
		names[receipt] = name
		ids = append(ids, receipt)
		return &d
	}
	alert := send("alert of A", "A", nil)
	send("update of B", "B", nil) // its alert went into a summary
	send("update of A", "A", alert)
	send("later update of B", "B", nil)
	send("later update of A", "A", alert)

	var got [][]string
	for _, thread := range server.read(t, ids).threads {
		var named []string
		for _, id := range thread {
			if name := names[id]; name != "" {
				named = append(named, name)
			}
		}
		if len(named) > 0 {
			got = append(got, named)
		}
	}
	want := [][]string{{"alert of A", "update of A", "later update of A"}, {"update of B", "later update of B"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("threads (-want +as the server sorts them):\n%s", diff)
	}
}

// TestUnsubscribeLinkIsReadBack takes the link to unsubscribe from the mail as
// the reader's server hands it out.
func TestUnsubscribeLinkIsReadBack(t *testing.T) {
	server := startedMailServer(t)
	links := signedlink.Links{Base: "https://regwatch.example.com", Keys: []models.SigningKey{{Version: 1, Secret: []byte("0123456789abcdef0123456789abcdef")}}}
	ch := server.channel(t)
	ch.opts.Links = func(context.Context) (signedlink.Links, error) { return links, nil }
	d := mailDelivery("reader@example.net")
	d.Notice, d.NoticeID = noticetest.All()["alert"], strconv.FormatInt(time.Now().UnixNano(), 36)+"-leave"
	d.Notice.ID = d.NoticeID
	d.Notice.Subscriptions = []string{"hk-policy/urgent/legal"}
	receipt, err := ch.Send(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	m := server.read(t, []string{receipt}).messages[receipt]
	if got := m.Header.Get("List-Unsubscribe-Post"); got != "List-Unsubscribe=One-Click" {
		t.Errorf("List-Unsubscribe-Post %q, want the one that RFC 8058 gives", got)
	}
	address := strings.Trim(m.Header.Get("List-Unsubscribe"), "<> ")
	token, ok := strings.CutPrefix(address, links.Base+"/u/")
	if !ok {
		t.Fatalf("List-Unsubscribe %q, want an address of our own pages", address)
	}
	if about, err := links.Read(signedlink.Subscriptions, token, time.Now()); err != nil || about != d.ID {
		t.Errorf("the link is about %q, %v; want the delivery %s", about, err, d.ID)
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
