package smtpfake

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"
)

const letter = "From: a@example.org\r\nTo: b@example.org\r\nSubject: =?utf-8?q?Hong_Kong_=E7=A9=A9?=\r\nMessage-ID: <k1@example.org>\r\n" +
	"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\none=20two\r\n" +
	"--x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+aGk8L2I+\r\n--x--\r\n"

func start(t *testing.T, opts Options) *Server {
	t.Helper()
	s, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func send(t *testing.T, s *Server, auth sasl.Client) error {
	t.Helper()
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(s.CertPEM())
	config := &tls.Config{RootCAs: pool}
	var c *smtp.Client
	var err error
	switch s.opts.Security {
	case Implicit:
		c, err = smtp.DialTLS(s.Addr(), config)
	case StartTLS:
		var conn net.Conn
		if conn, err = net.Dial("tcp", s.Addr()); err != nil {
			t.Fatal(err)
		}
		config.ServerName = "127.0.0.1"
		c, err = smtp.NewClientStartTLS(conn, config)
	default:
		c, err = smtp.Dial(s.Addr())
	}
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if auth != nil {
		if err := c.Auth(auth); err != nil {
			return err
		}
	}
	return c.SendMail("a@example.org", []string{"b@example.org"}, strings.NewReader(letter))
}

func TestMessageIsKeptAsAReaderSeesIt(t *testing.T) {
	folder := t.TempDir()
	s := start(t, Options{Folder: folder})
	if err := send(t, s, nil); err != nil {
		t.Fatal(err)
	}
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

func TestSecurityAndAuth(t *testing.T) {
	right := func() sasl.Client { return sasl.NewPlainClient("", "u", "p") }
	tests := []struct {
		name    string
		opts    Options
		auth    sasl.Client
		wantErr string
	}{
		{"starttls", Options{Security: StartTLS}, nil, ""},
		{"implicit", Options{Security: Implicit}, nil, ""},
		{"plain password", Options{Security: StartTLS, Username: "u", Password: "p"}, right(), ""},
		{"login", Options{Security: StartTLS, Username: "u", Password: "p"}, sasl.NewLoginClient("u", "p"), ""},
		{"wrong password", Options{Security: StartTLS, Username: "u", Password: "other"}, right(), "535"},
		{"no password", Options{Security: StartTLS, Username: "u", Password: "p"}, nil, "530"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, tt.opts)
			err := send(t, s, tt.auth)
			if tt.wantErr == "" {
				if err != nil {
					t.Fatal(err)
				}
				if m := s.Messages(); len(m) != 1 || !m[0].TLS || m[0].User != tt.opts.Username {
					t.Errorf("kept %+v", m)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
				t.Errorf("err = %v, want %s", err, tt.wantErr)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	tests := []struct {
		name     string
		fault    Fault
		wantErr  string // empty means none; "cut" any
		wantKept int
	}{
		{"no such user", Fault{Kind: Refuse, Stage: AtRcpt, Code: 550, Message: "No such user"}, "No such user", 0},
		{"come back later", Fault{Kind: Refuse, Stage: AtData, Code: 451}, "451", 0},
		{"cut before data", Fault{Kind: CutBefore}, "cut", 0},
		{"cut at mail", Fault{Kind: CutBefore, Stage: AtMail}, "cut", 0},
		{"cut after data", Fault{Kind: CutAfterData}, "cut", 1},
		{"slow", Fault{Kind: Slow, Delay: time.Millisecond}, "", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, Options{})
			s.Inject(tt.fault)
			err := send(t, s, nil)
			switch {
			case tt.wantErr == "" && err != nil,
				tt.wantErr != "" && err == nil,
				tt.wantErr != "cut" && err != nil && !strings.Contains(err.Error(), tt.wantErr):
				t.Errorf("err = %v, want %q", err, tt.wantErr)
			}
			if n := len(s.Messages()); n != tt.wantKept {
				t.Errorf("kept %d messages, want %d", n, tt.wantKept)
			}
			if err := send(t, s, nil); err != nil {
				t.Errorf("next message: %v", err)
			}
		})
	}
}

func TestGreylistingAsksToComeBack(t *testing.T) {
	s := start(t, Options{Greylist: time.Millisecond})
	if err := send(t, s, nil); err == nil || !strings.Contains(err.Error(), "451") {
		t.Errorf("first: %v, want 451", err)
	}
	time.Sleep(2 * time.Millisecond)
	if err := send(t, s, nil); err != nil {
		t.Errorf("second: %v", err)
	}
}
