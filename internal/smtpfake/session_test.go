package smtpfake

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/wneessen/go-mail/smtp"
)

func TestRefusesCommandsAgainstRFC5321(t *testing.T) {
	const mail = "> MAIL FROM:<a@example.org>\n < 250\n"
	tests := map[string]string{
		"MAIL without EHLO":            "< 220\n > MAIL FROM:<a@example.org>\n < 503 5.5.1",
		"EHLO without a name":          "< 220\n > EHLO\n < 501 5.5.4",
		"EHLO with two names":          "< 220\n > EHLO a b\n < 501",
		"EHLO with an underscore":      "< 220\n > EHLO my_host.example.org\n < 501",
		"EHLO with an empty label":     "< 220\n > EHLO a..b\n < 501",
		"EHLO with an address":         "< 220\n > EHLO [192.0.2.1]\n < 250",
		"EHLO with an IPv6 address":    "< 220\n > EHLO [IPv6:2001:db8::1]\n < 250",
		"EHLO with an untagged IPv6":   "< 220\n > EHLO [2001:db8::1]\n < 501",
		"EHLO in UTF-8":                "< 220\n > EHLO bücher.example\n < 501",
		"HELO with an address":         "< 220\n > HELO [192.0.2.1]\n < 501",
		"HELO":                         "< 220\n > HELO a\n < 250 smtpfake\n " + mail,
		"HELO has no parameters":       "< 220\n > HELO a\n < 250\n > MAIL FROM:<a@example.org> BODY=8BITMIME\n < 555",
		"EHLO ends a transaction":      greeted + mail + "> EHLO a\n < 250\n > RCPT TO:<b@example.org>\n < 503",
		"RSET ends a transaction":      greeted + mail + "> RSET\n < 250\n > RCPT TO:<b@example.org>\n < 503",
		"nested MAIL":                  greeted + mail + "> MAIL FROM:<a@example.org>\n < 503 5.5.1",
		"RCPT without MAIL":            greeted + "> RCPT TO:<b@example.org>\n < 503 5.5.1",
		"DATA without MAIL":            greeted + "> DATA\n < 503 5.5.1",
		"DATA without RCPT":            greeted + mail + "> DATA\n < 503 5.5.1",
		"DATA with an argument":        greeted + mail + "> DATA now\n < 501",
		"DATA with a space":            greeted + mail + "> DATA\\s\n < 501",
		"unknown command":              greeted + "> PLEASE\n < 500 5.5.2",
		"empty command":                greeted + "> \n < 500 5.5.2",
		"space before a command":       greeted + "> \\sNOOP\n < 500 5.5.2",
		"lower case":                   "< 220\n > ehlo a\n < 250\n > mail from:<a@example.org>\n < 250",
		"VRFY":                         greeted + "> VRFY b\n < 252",
		"BDAT":                         greeted + mail + "> BDAT 1 LAST\n < 502",
		"AUTH where none is offered":   greeted + "> AUTH PLAIN AGEAYg==\n < 502",
		"STARTTLS where none is":       greeted + "> STARTTLS\n < 502",
		"bare LF":                      greeted + `> NOOP\nNOOP` + "\n < 521 5.5.2\n < cut",
		"bare CR":                      greeted + `> NOOP\rNOOP` + "\n < 521 5.5.2\n < cut",
		"pipelining":                   greeted + `> NOOP\r\nNOOP` + "\n < 503 5.5.0 \n < 250",
		"longest command":              greeted + "> NOOP " + strings.Repeat("x", 505) + "\n < 250",
		"command too long":             greeted + "> NOOP " + strings.Repeat("x", 506) + "\n < 500 5.5.2",
		"command far too long":         greeted + "> NOOP " + strings.Repeat("x", 20000) + "\n < 500 5.5.2\n > NOOP\n < 250",
		"MAIL may be longer":           greeted + "> MAIL FROM:<a@example.org> SIZE=" + strings.Repeat("0", 500) + "\n < 501 5.5.4",
		"sender and parameters":        greeted + "> MAIL FROM:<a@example.org> SIZE=100 BODY=8BITMIME SMTPUTF8\n < 250",
		"sender without brackets":      greeted + "> MAIL FROM:a@example.org\n < 501 5.1.7\n > MAIL FROM:<a@example.org>\n < 250",
		"sender with one bracket":      greeted + "> MAIL FROM:a@example.org>\n < 501 5.1.7",
		"recipient without brackets":   greeted + mail + "> RCPT TO:b@example.org\n < 501 5.1.3\n > DATA\n < 503",
		"space after the colon":        greeted + "> MAIL FROM: <a@example.org>\n < 501 5.1.7",
		"space before the colon":       greeted + "> MAIL FROM :<a@example.org>\n < 501",
		"no sender":                    greeted + "> MAIL\n < 501",
		"null sender":                  greeted + "> MAIL FROM:<>\n < 250",
		"sender with a name":           greeted + "> MAIL FROM:\"A\" <a@example.org>\n < 501 5.1.7",
		"sender with a name inside":    greeted + "> MAIL FROM:<A <a@example.org>>\n < 501 5.1.7",
		"sender with a source route":   greeted + "> MAIL FROM:<@x:a@example.org>\n < 501 5.1.7",
		"sender without a domain":      greeted + "> MAIL FROM:<a>\n < 501 5.1.7",
		"sender with a wrong domain":   greeted + "> MAIL FROM:<a@-example.org>\n < 501 5.1.7",
		"sender with a trailing dot":   greeted + "> MAIL FROM:<a@example.org.>\n < 501 5.1.7",
		"sender at an address":         greeted + "> MAIL FROM:<a@[192.0.2.1]>\n < 250",
		"sender with two dots":         greeted + "> MAIL FROM:<a..b@example.org>\n < 501 5.1.7",
		"quoted sender":                greeted + `> MAIL FROM:<"a b>"@example.org>` + "\n < 250",
		"quoted sender, not closed":    greeted + `> MAIL FROM:<"a@example.org>` + "\n < 501 5.1.7",
		"local part too long":          greeted + "> MAIL FROM:<" + strings.Repeat("x", 65) + "@example.org>\n < 501 5.1.7",
		"address too long":             greeted + "> MAIL FROM:<a@" + strings.Repeat("x.", 130) + "org>\n < 501 5.1.7",
		"sender not closed":            greeted + "> MAIL FROM:<a@example.org\n < 501 5.1.7",
		"text after the sender":        greeted + "> MAIL FROM:<a@example.org>SIZE=1\n < 501 5.1.7",
		"two spaces after the sender":  greeted + "> MAIL FROM:<a@example.org>\\s\\sSIZE=1\n < 555",
		"space at the end":             greeted + "> MAIL FROM:<a@example.org>\\s\n < 555",
		"unknown parameter":            greeted + "> MAIL FROM:<a@example.org> RET=HDRS\n < 555 5.5.4",
		"wrong BODY":                   greeted + "> MAIL FROM:<a@example.org> BODY=BINARYMIME\n < 501 5.5.4",
		"parameter twice":              greeted + "> MAIL FROM:<a@example.org> SIZE=1 SIZE=1\n < 501 5.5.4",
		"SIZE too large":               greeted + "> MAIL FROM:<a@example.org> SIZE=999999999\n < 552 5.3.4",
		"SIZE is no number":            greeted + "> MAIL FROM:<a@example.org> SIZE=-1\n < 501 5.5.4",
		"UTF-8 sender":                 greeted + "> MAIL FROM:<法務@例え.jp> SMTPUTF8\n < 250",
		"UTF-8 sender without asking":  greeted + "> MAIL FROM:<法務@example.org>\n < 553 5.6.7",
		"UTF-8 recipient":              greeted + "> MAIL FROM:<a@example.org> SMTPUTF8\n < 250\n > RCPT TO:<法務@例え.jp>\n < 250",
		"UTF-8 recipient, not asked":   greeted + mail + "> RCPT TO:<法務@例え.jp>\n < 553 5.6.7",
		"broken UTF-8":                 greeted + "> MAIL FROM:<\xff@example.org> SMTPUTF8\n < 501 5.1.7",
		"recipient with a space":       greeted + mail + "> RCPT TO: <b@example.org>\n < 501 5.1.3",
		"recipient with a name":        greeted + mail + "> RCPT TO:B <b@example.org>\n < 501 5.1.3",
		"null recipient":               greeted + mail + "> RCPT TO:<>\n < 501 5.1.3",
		"recipient without a domain":   greeted + mail + "> RCPT TO:<b>\n < 501 5.1.3",
		"postmaster":                   greeted + mail + "> RCPT TO:<postmaster>\n < 250",
		"parameter of RCPT":            greeted + mail + "> RCPT TO:<b@example.org> NOTIFY=NEVER\n < 555 5.5.4",
		"more recipients than allowed": greeted + mail + strings.Repeat("> RCPT TO:<b@example.org>\n < 250\n", maxRcpt) + "> RCPT TO:<b@example.org>\n < 452 4.5.3",
		"QUIT":                         greeted + mail + "> QUIT\n < 221\n < cut",
	}
	for name, script := range tests {
		t.Run(name, func(t *testing.T) {
			connect(t, start(t, Options{})).talk(script)
		})
	}
}

func TestOffersWorkingExtensions(t *testing.T) {
	login := Options{Username: "u", Password: "p"}
	with := func(o Options, change func(*Options)) Options {
		change(&o)
		return o
	}
	tests := []struct {
		name   string
		opts   Options
		want   string // the response to EHLO
		script string
	}{
		{"all", Options{}, "250-smtpfake.localhost\n250-ENHANCEDSTATUSCODES\n250-SIZE 10485760\n250-8BITMIME\n250 SMTPUTF8", ""},
		{"ASCII", Options{ASCII: true}, "250-smtpfake.localhost\n250-ENHANCEDSTATUSCODES\n250-SIZE 10485760\n250 8BITMIME", `
			> MAIL FROM:<a@example.org> SMTPUTF8
			< 555
			> MAIL FROM:<法務@example.org> SMTPUTF8
			< 555
			> MAIL FROM:<法務@example.org>
			< 553`},
		{"7 bit", Options{SevenBit: true}, "250-smtpfake.localhost\n250-ENHANCEDSTATUSCODES\n250 SIZE 10485760", `
			> MAIL FROM:<a@example.org> BODY=8BITMIME
			< 555
			> MAIL FROM:<a@example.org> BODY=7BIT
			< 555
			> MAIL FROM:<a@example.org> SMTPUTF8
			< 555`},
		{"login in clear", login, "250-smtpfake.localhost\n250-ENHANCEDSTATUSCODES\n250-SIZE 10485760\n250-8BITMIME\n250-SMTPUTF8\n250 AUTH PLAIN LOGIN SCRAM-SHA-256", `
			> MAIL FROM:<a@example.org>
			< 530 5.7.0
			> STARTTLS
			< 502`},
		{"login after STARTTLS", with(login, func(o *Options) { o.Security = StartTLS }), "250-smtpfake.localhost\n250-ENHANCEDSTATUSCODES\n250-SIZE 10485760\n250-8BITMIME\n250-SMTPUTF8\n250 STARTTLS", `
			> AUTH PLAIN AHUAcA==
			< 538 5.7.11
			> STARTTLS now
			< 501
			> STARTTLS
			< 220
			tls
			> MAIL FROM:<a@example.org>
			< 503 5.5.1
			> AUTH PLAIN AHUAcA==
			< 503
			> EHLO client.example.org
			< 250-smtpfake.localhost
			> STARTTLS
			< 503
			> AUTH PLAIN AHUAcA==
			< 235
			> MAIL FROM:<a@example.org>
			< 250`},
		{"login over TLS", with(login, func(o *Options) { o.Security, o.Auth = Implicit, []string{"PLAIN"} }), "250-smtpfake.localhost\n250-ENHANCEDSTATUSCODES\n250-SIZE 10485760\n250-8BITMIME\n250-SMTPUTF8\n250 AUTH PLAIN", `
			> STARTTLS
			< 502
			> AUTH LOGIN
			< 504`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := connect(t, start(t, tt.opts))
			c.talk("< 220\n > EHLO client.example.org")
			if diff := cmp.Diff(tt.want, c.answer()); diff != "" {
				t.Errorf("answer to EHLO (-want +got):\n%s", diff)
			}
			c.talk(tt.script)
		})
	}
}

func TestSTARTTLSResetsSession(t *testing.T) {
	c := connect(t, start(t, Options{Security: StartTLS}))
	c.talk(greeted + `> MAIL FROM:<a@example.org>
		< 250
		> STARTTLS
		< 220
		tls
		> RCPT TO:<b@example.org>
		< 503
		> EHLO client.example.org
		< 250
		> RCPT TO:<b@example.org>
		< 503`)
}

func TestUntrustedCertificateEndsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, Options{InMemory: true, Security: StartTLS})
		c := connect(t, s)
		c.talk(greeted + "> STARTTLS\n < 220")
		began := time.Now()
		err := tls.Client(c.conn, &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"}).Handshake()
		if _, ok := errors.AsType[*tls.CertificateVerificationError](err); !ok || time.Since(began) != 0 {
			t.Errorf("Handshake = %v after %s; want the certificate refused at once", err, time.Since(began))
		}
		// The server's part of the handshake can still be read.
		if _, err := io.Copy(io.Discard, c.in); err != nil || time.Since(began) != 0 {
			t.Errorf("reading to the end = %v after %s; want the server to hang up at once", err, time.Since(began))
		}
	})
}

func TestLogin(t *testing.T) {
	tests := map[string]string{
		"PLAIN":                      "> AUTH PLAIN AHUAcA==\n < 235 2.7.0",
		"PLAIN in two steps":         "> AUTH plain\n < 334\n > AHUAcA==\n < 235",
		"PLAIN, wrong":               "> AUTH PLAIN AHUAeA==\n < 535 5.7.8",
		"PLAIN, malformed":           "> AUTH PLAIN dXA=\n < 501 5.5.2",
		"PLAIN, empty":               "> AUTH PLAIN =\n < 501 5.5.2",
		"LOGIN":                      "> AUTH LOGIN\n < 334 VXNlcm5hbWU6\n > dQ==\n < 334 UGFzc3dvcmQ6\n > cA==\n < 235",
		"LOGIN with a name":          "> AUTH LOGIN dQ==\n < 334 UGFzc3dvcmQ6\n > cA==\n < 235",
		"LOGIN, wrong":               "> AUTH LOGIN dQ==\n < 334\n > eA==\n < 535 5.7.8",
		"no base64":                  "> AUTH PLAIN !\n < 501 5.5.2",
		"no base64 in the exchange":  "> AUTH LOGIN\n < 334\n > !\n < 501 5.5.2",
		"cancelled":                  "> AUTH LOGIN\n < 334\n > *\n < 501 5.7.0\n > NOOP\n < 250",
		"cancelled after the answer": "> AUTH PLAIN AHUAeA==\n < 535\n > *\n < 500",
		"unknown":                    "> AUTH GSSAPI\n < 504 5.5.4",
		"none named":                 "> AUTH\n < 501 5.5.4",
		"twice":                      "> AUTH PLAIN AHUAcA==\n < 235\n > AUTH PLAIN AHUAcA==\n < 503",
		"after a failure":            "> AUTH PLAIN AHUAeA==\n < 535\n > AUTH PLAIN AHUAcA==\n < 235",
		"in a transaction":           "> AUTH PLAIN AHUAeA==\n < 535\n > MAIL FROM:<a@example.org>\n < 530",
		"the AUTH parameter":         "> AUTH PLAIN AHUAcA==\n < 235\n > MAIL FROM:<a@example.org> AUTH=<>\n < 250",
	}
	for name, script := range tests {
		t.Run(name, func(t *testing.T) {
			s := start(t, Options{Username: "u", Password: "p"})
			c := connect(t, s)
			c.talk(greeted + script)
			for _, command := range s.Commands() {
				if strings.Contains(command, "AHU") || strings.Contains(command, "dQ==") {
					t.Errorf("Commands shows a login: %q", command)
				}
			}
		})
	}
}

func TestIdleConnectionEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := connect(t, start(t, Options{InMemory: true}))
		c.talk(greeted)
		began := time.Now()
		c.talk("< 421 4.4.2\n < cut")
		if waited := time.Since(began); waited != idleTimeout {
			t.Errorf("ended after %s, want %s", waited, idleTimeout)
		}
	})
}

// SCRAM needs a client that computes. The one of go-mail also shows that a real client
// works over memory and TLS.
func TestLoginWithSCRAM(t *testing.T) {
	for password, want := range map[string]string{"p": "", "wrong": "5.7.8"} {
		synctest.Test(t, func(t *testing.T) {
			s := start(t, Options{InMemory: true, Security: StartTLS, Username: "u", Password: "p"})
			conn, err := s.Dial(t.Context(), "tcp", s.Addr())
			if err != nil {
				t.Fatal(err)
			}
			c, err := smtp.NewClient(conn, "localhost")
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			pool := x509.NewCertPool()
			pool.AppendCertsFromPEM(s.CertPEM())
			if err := c.StartTLS(&tls.Config{RootCAs: pool, ServerName: "localhost"}); err != nil {
				t.Fatal(err)
			}
			err = c.Auth(smtp.ScramSHA256Auth("u", password))
			if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
				t.Errorf("Auth with password %q = %v, want %q", password, err, want)
			}
		})
	}
}
