package email

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A mailServer is a postfix and a dovecot as they are packaged: mail goes in by
// SMTP and is read back over IMAP.
type mailServer struct {
	smtp, imap string
	roots      *x509.CertPool
	password   string
}

func startedMailServer(t *testing.T) mailServer {
	t.Helper()
	said := strings.Fields(os.Getenv("REGWATCH_TEST_MAIL"))
	if len(said) != 3 {
		t.Skip(`no mail server to send through; start one with: export REGWATCH_TEST_MAIL="$(.ci/mail.sh start)"`)
	}
	s := mailServer{smtp: said[0], imap: said[1], roots: x509.NewCertPool()}
	certificate, err := os.ReadFile(filepath.Join(said[2], "cert.pem"))
	if err != nil {
		t.Fatal(err)
	}
	s.roots.AppendCertsFromPEM(certificate)
	password, err := os.ReadFile(filepath.Join(said[2], "password"))
	if err != nil {
		t.Fatal(err)
	}
	s.password = strings.TrimSpace(string(password))
	return s
}

// A mailbox is what a reader's program sees: the messages by their Message-ID,
// and the threads into which the server sorts them.
type mailbox struct {
	messages map[string]*mail.Message
	threads  [][]string // of Message-IDs, in the order of the server
}

// read waits until all the messages are there.
func (s mailServer) read(t *testing.T, ids []string) mailbox {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		box := s.look(t)
		missing := 0
		for _, id := range ids {
			if box.messages[id] == nil {
				missing++
			}
		}
		if missing == 0 {
			return box
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d mails did not arrive", missing, len(ids))
		}
	}
}

func (s mailServer) look(t *testing.T) mailbox {
	t.Helper()
	c, err := tls.Dial("tcp", s.imap, &tls.Config{RootCAs: s.roots, ServerName: "localhost"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	im := &imapConn{t: t, r: bufio.NewReader(c), w: c}
	im.line() // the greeting
	im.do("LOGIN reader " + s.password)
	im.do("SELECT INBOX")
	box := mailbox{messages: map[string]*mail.Message{}}
	byUID := map[string]string{}
	for _, a := range im.do("UID FETCH 1:* (UID BODY.PEEK[])") {
		if a.literal == nil {
			continue
		}
		m, err := mail.ReadMessage(bytes.NewReader(a.literal))
		if err != nil {
			t.Fatalf("a mail cannot be read: %v", err)
		}
		id := m.Header.Get("Message-ID")
		box.messages[id] = m
		byUID[uidPattern.FindStringSubmatch(a.text)[1]] = id
	}
	// RFC 5256: each thread is a list in parentheses, and may hold such lists.
	for _, a := range im.do("UID THREAD REFERENCES UTF-8 ALL") {
		list, ok := strings.CutPrefix(a.text, "* THREAD ")
		for ok && list != "" {
			depth, end := 0, 0
			for end = range list {
				switch list[end] {
				case '(':
					depth++
				case ')':
					depth--
				}
				if depth == 0 {
					break
				}
			}
			var thread []string
			for _, uid := range numberPattern.FindAllString(list[:end+1], -1) {
				thread = append(thread, byUID[uid])
			}
			box.threads = append(box.threads, thread)
			list = strings.TrimSpace(list[end+1:])
		}
	}
	im.do("LOGOUT")
	return box
}

var (
	uidPattern     = regexp.MustCompile(`UID (\d+)`)
	numberPattern  = regexp.MustCompile(`\d+`)
	literalPattern = regexp.MustCompile(`\{(\d+)\}$`)
)

// An imapConn speaks as much of IMAP4rev1 (RFC 3501) as reading a mailbox takes.
type imapConn struct {
	t   *testing.T
	r   *bufio.Reader
	w   io.Writer
	tag int
}

type imapAnswer struct {
	text    string
	literal []byte // that the first line announced
}

func (c *imapConn) line() string {
	c.t.Helper()
	line, err := c.r.ReadString('\n')
	if err != nil {
		c.t.Fatalf("IMAP: %v", err)
	}
	return strings.TrimRight(line, "\r\n")
}

func (c *imapConn) do(command string) []imapAnswer {
	c.t.Helper()
	c.tag++
	tag := fmt.Sprintf("a%d", c.tag)
	if _, err := fmt.Fprintf(c.w, "%s %s\r\n", tag, command); err != nil {
		c.t.Fatalf("IMAP: %v", err)
	}
	var answers []imapAnswer
	for {
		a := imapAnswer{text: c.line()}
		if rest, done := strings.CutPrefix(a.text, tag+" "); done {
			if !strings.HasPrefix(rest, "OK") {
				c.t.Fatalf("IMAP %s: %s", strings.Fields(command)[0], rest)
			}
			return answers
		}
		for size := literalPattern.FindStringSubmatch(a.text); size != nil; size = literalPattern.FindStringSubmatch(a.text) {
			n, err := strconv.Atoi(size[1])
			if err != nil {
				c.t.Fatal(err)
			}
			a.literal = make([]byte, n)
			if _, err := io.ReadFull(c.r, a.literal); err != nil {
				c.t.Fatalf("IMAP: %v", err)
			}
			a.text = strings.TrimSuffix(a.text, size[0]) + c.line()
		}
		answers = append(answers, a)
	}
}
