package notifier

import (
	"crypto/tls"
	"crypto/x509"
	"mime"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestPostfix sends through a mail server as it is packaged, and reads what
// arrived in the mailbox.
func TestPostfix(t *testing.T) {
	address, folder, ok := strings.Cut(os.Getenv("REGWATCH_TEST_POSTFIX"), " ")
	if !ok {
		t.Skip(`no postfix to send through; start one with: export REGWATCH_TEST_POSTFIX="$(.ci/postfix.sh start)"`)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := os.ReadFile(filepath.Join(folder, "cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(certificate)
	ch, err := NewEmail(EmailOptions{Host: host, Port: number, From: "regwatch <regwatch@example.org>", TLSConfig: &tls.Config{RootCAs: pool}})
	if err != nil {
		t.Fatal(err)
	}
	defer ch.Idle()

	// Each run of the test has mails of its own in the mailbox.
	run := strconv.FormatInt(time.Now().UnixNano(), 36)
	want := map[string]string{} // Message-ID to subject
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
	}
	if _, err := ch.Send(t.Context(), mailDelivery("nobody@example.net")); reasonOf(err).Reason != Permanent {
		t.Errorf("to nobody: %v (%s), want it permanent", err, reasonOf(err).Reason)
	}
	_, err = ch.Send(t.Context(), mailDelivery("reader@elsewhere.example"))
	if told := reasonOf(err); told.Reason != Blocked || !told.OneAddress {
		t.Errorf("elsewhere: %v (%s), want that address blocked", err, told.Reason)
	}

	got := map[string]string{}
	for deadline := time.Now().Add(20 * time.Second); len(got) < len(want) && time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		got = mailbox(t, filepath.Join(folder, "Maildir", "new"), run)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mails by Message-ID (-sent +arrived):\n%s", diff)
	}
}

func mailbox(t *testing.T, folder, run string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := mail.ReadMessage(f)
		_ = f.Close()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if id := m.Header.Get("Message-ID"); strings.HasPrefix(id, "<"+run+"-") {
			got[id] = decodeSubject(t, m.Header.Get("Subject"))
			if !strings.Contains(m.Header.Get("Received"), "ESMTPS") {
				t.Errorf("%s came in clear", id)
			}
		}
	}
	return got
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
