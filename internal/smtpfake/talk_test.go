package smtpfake

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"strings"
	"testing"
)

func start(t *testing.T, opts Options) *Server {
	t.Helper()
	s, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// A client sends the lines of a test and reads whole responses.
type client struct {
	t    *testing.T
	s    *Server
	conn net.Conn
	in   *bufio.Reader
}

// connect opens an in-memory connection and reads nothing.
func connect(t *testing.T, s *Server) *client {
	t.Helper()
	conn, err := s.Dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	c := &client{t: t, s: s, conn: conn, in: bufio.NewReader(conn)}
	if s.opts.Security == Implicit {
		c.encrypt()
	}
	return c
}

func (c *client) encrypt() {
	c.t.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(c.s.CertPEM())
	conn := tls.Client(c.conn, &tls.Config{RootCAs: pool, ServerName: "localhost"})
	if err := conn.Handshake(); err != nil {
		c.t.Fatal(err)
	}
	c.conn, c.in = conn, bufio.NewReader(conn)
}

// answer returns a whole response with its lines joined by LF, or "cut" if the connection
// ended.
func (c *client) answer() string {
	c.t.Helper()
	var lines []string
	for {
		line, err := c.in.ReadString('\n')
		if err == io.EOF {
			return "cut"
		}
		if err != nil {
			c.t.Fatal(err)
		}
		line, ok := strings.CutSuffix(line, "\r\n")
		if !ok || len(line) < 4 {
			c.t.Fatalf("the server answers %q", line)
		}
		lines = append(lines, line)
		if line[3] == ' ' {
			return strings.Join(lines, "\n")
		}
	}
}

// say writes bytes unchanged. The server may close the connection before it reads all of
// them.
func (c *client) say(text string) { _, _ = io.WriteString(c.conn, text) }

// talk runs a conversation of lines "> what the client sends" and "< how the response
// begins"; "< cut" means that the server closes the connection. "> text" sends a whole
// valid message, and "tls" does the handshake. Go escapes encode other bytes.
func (c *client) talk(script string) {
	c.t.Helper()
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if line == ">" {
			line = "> " // an empty command
		}
		switch {
		case line == "":
		case line == "tls":
			c.encrypt()
		case line == "> text":
			c.say(letter + ".\r\n")
		case strings.HasPrefix(line, "> "):
			c.say(unescape.Replace(line[2:]) + "\r\n")
		case strings.HasPrefix(line, "< "):
			if got := c.answer(); !strings.HasPrefix(got, line[2:]) {
				c.t.Fatalf("the server answers %q; want %q in\n%s", got, line[2:], script)
			}
		default:
			c.t.Fatalf("a script line begins with > or <: %q", line)
		}
	}
}

var unescape = strings.NewReplacer(`\r`, "\r", `\n`, "\n", `\0`, "\x00", `\s`, " ")

const letter = "From: a@example.org\r\nTo: b@example.org\r\nDate: Fri, 28 Aug 2026 06:05:03 +0000\r\nSubject: =?utf-8?q?Hong_Kong_=E7=A9=A9?=\r\nMessage-ID: <k1@example.org>\r\n" +
	"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\none=20two\r\n" +
	"--x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+aGk8L2I+\r\n--x--\r\n"

// greeted begins a conversation; begun also begins a message, up to its text.
const (
	greeted = "< 220\n > EHLO client.example.org\n < 250\n"
	begun   = greeted + "> MAIL FROM:<a@example.org>\n < 250 2.1.0\n > RCPT TO:<b@example.org>\n < 250 2.1.5\n > DATA\n < 354\n"
)
