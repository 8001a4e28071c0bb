package email

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"net"
	"strconv"
	"testing"

	"regwatch/internal/smtpfake"
	"regwatch/notifier/delivery"
	"regwatch/notifier/delivery/channeltest"
)

const mailPassword = "c0rrect-horse&battery staple"

// plainResponse is what PLAIN sends.
var plainResponse = base64.StdEncoding.EncodeToString([]byte("\x00regwatch\x00" + mailPassword))

func TestEmailPassesTheChannelTests(t *testing.T) { channeltest.Run(t, emailRig) }

func fakeMail(t *testing.T, opts smtpfake.Options) *smtpfake.Server {
	t.Helper()
	s, err := smtpfake.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// mailTo returns a channel to a receiver, changed as a test likes.
func mailTo(t *testing.T, fake *smtpfake.Server, change func(*Options)) *Channel {
	t.Helper()
	host, port, err := net.SplitHostPort(fake.Addr())
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(fake.CertPEM())
	opts := Options{Host: host, Port: number, From: "regwatch <regwatch@example.org>", TLSConfig: &tls.Config{RootCAs: pool}}
	if change != nil {
		change(&opts)
	}
	ch, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(ch.Idle)
	return ch
}

func emailRig(t *testing.T) *channeltest.Rig {
	fake := fakeMail(t, smtpfake.Options{Security: smtpfake.StartTLS, Username: "regwatch", Password: mailPassword})
	ch := mailTo(t, fake, func(o *Options) { o.Username, o.Password = "regwatch", mailPassword })
	r := &channeltest.Rig{Channel: ch, Address: "Reader <reader@example.net>", Secrets: []string{mailPassword, plainResponse, plainResponse[:24], base64.StdEncoding.EncodeToString([]byte(mailPassword))}, Stop: func() { ch.Idle(); _ = fake.Close() }}
	r.Received = func() []string {
		var all []string
		for _, m := range fake.Messages() {
			all = append(all, string(m.Raw))
		}
		return all
	}
	refuse := func(stage smtpfake.Stage, code int, text string) func() {
		return func() {
			ch.Idle() // so that a login is part of each try
			fake.Inject(smtpfake.Fault{Kind: smtpfake.Refuse, Stage: stage, Code: code, Message: text})
		}
	}
	refuseLogin := func(code int, text string) func() {
		return func() {
			ch.Idle()
			for _, mechanism := range []string{"SCRAM-SHA-256", "PLAIN"} {
				fake.Inject(smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtAuth, Mechanism: mechanism, Code: code, Message: text})
			}
		}
	}
	r.Echoes = map[string]func(string){
		"the login":     func(text string) { refuseLogin(535, text)() },
		"the sender":    func(text string) { refuse(smtpfake.AtMail, 553, text)() },
		"the recipient": func(text string) { refuse(smtpfake.AtRcpt, 550, "5.1.1 no such user "+text)() },
		"the text":      func(text string) { refuse(smtpfake.AtDot, 554, text)() },
	}
	r.Faults = map[string]channeltest.Fault{
		"greylisted":               channeltest.NewFault(refuse(smtpfake.AtRcpt, 451, "try later"), delivery.Temporary, 0),
		"mailbox full for now":     channeltest.NewFault(refuse(smtpfake.AtData, 452, "no space"), delivery.Temporary, 0),
		"no such user":             channeltest.NewFault(refuse(smtpfake.AtRcpt, 550, "no such user"), delivery.Permanent, 0),
		"too large":                channeltest.NewFault(refuse(smtpfake.AtDot, 552, "message too large"), delivery.Permanent, 0),
		"sender refused":           channeltest.NewFault(refuse(smtpfake.AtMail, 553, "not your address"), delivery.Blocked, 0),
		"wrong password, echoed":   channeltest.NewFault(refuseLogin(535, "no: "+mailPassword), delivery.Blocked, 0),
		"what PLAIN sent, echoed":  channeltest.NewFault(refuseLogin(535, "no: "+plainResponse), delivery.Blocked, 0),
		"login server out":         channeltest.NewFault(refuse(smtpfake.AtAuth, 454, "later"), delivery.Unreachable, 0),
		"cut before data":          channeltest.NewFault(func() { fake.Inject(smtpfake.Fault{Kind: smtpfake.CutBefore, Stage: smtpfake.AtRcpt}) }, delivery.Temporary, 0),
		"cut at the sender":        channeltest.NewFault(func() { fake.Inject(smtpfake.Fault{Kind: smtpfake.CutBefore, Stage: smtpfake.AtMail}) }, delivery.Unreachable, 0),
		"cut after data":           channeltest.NewFault(func() { fake.Inject(smtpfake.Fault{Kind: smtpfake.CutAfterData}) }, delivery.Ambiguous, 1),
		"shutting down in the act": channeltest.NewFault(refuse(smtpfake.AtMail, 421, "bye"), delivery.Unreachable, 0),
	}
	return r
}
