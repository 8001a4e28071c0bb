package email

import (
	"crypto/tls"
	"crypto/x509"
	"net/mail"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"regwatch/internal/noticetest"
	"regwatch/internal/smtpfake"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

func mailDelivery(address string) models.Delivery {
	n := noticetest.All()["alert"]
	d := models.NewDelivery(n.ID, "mail", address, noticetest.At("2026-08-28T06:05:00Z"))
	d.Notice, d.StartedAt = n, noticetest.At("2026-08-28T06:05:03Z")
	return d
}

func TestMailSaysWhatItIs(t *testing.T) {
	fake := fakeMail(t, smtpfake.Options{Security: smtpfake.StartTLS})
	d := mailDelivery("reader@example.net")
	d.Resend = 2
	receipt, err := mailTo(t, fake, nil).Send(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	m := fake.Messages()[0]
	got := map[string]string{
		"from": m.From, "to": strings.Join(m.To, ","), "fault": m.Fault, "receipt": receipt, "subject": m.Subject,
		"From": m.Header.Get("From"), "To": m.Header.Get("To"), "Date": m.Header.Get("Date"),
		"Auto-Submitted": m.Header.Get("Auto-Submitted"), "Message-ID": m.Header.Get("Message-ID"),
	}
	want := map[string]string{
		"from": "regwatch@example.org", "to": "reader@example.net", "fault": "", "receipt": "<5f0c9a3e7b1d48626a9e0c11d2f4b837.2@example.org>",
		"subject": "[HIGH] Hong Kong and mainland may work together on yuan coins",
		"From":    `"regwatch" <regwatch@example.org>`, "To": "<reader@example.net>", "Date": "Fri, 28 Aug 2026 06:05:03 +0000",
		"Auto-Submitted": "auto-generated", "Message-ID": "<5f0c9a3e7b1d48626a9e0c11d2f4b837.2@example.org>",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mail (-want +got):\n%s", diff)
	}
	shown := rendered(t, d.Notice)
	if diff := cmp.Diff(shown.Text, m.Text); diff != "" {
		t.Errorf("text (-rendered +received):\n%s", diff)
	}
	if diff := cmp.Diff(shown.HTML, m.HTML); diff != "" {
		t.Errorf("HTML (-rendered +received):\n%s", diff)
	}
	if !m.TLS || m.SMTPUTF8 {
		t.Errorf("TLS %v, SMTPUTF8 %v; want it encrypted and fit for any server", m.TLS, m.SMTPUTF8)
	}
}

func TestHostileTitleAddsNoHeader(t *testing.T) {
	fake := fakeMail(t, smtpfake.Options{Security: smtpfake.StartTLS})
	ch := mailTo(t, fake, nil)
	for _, name := range []string{"alert", "alert_hostile"} {
		d := mailDelivery("reader@example.net")
		d.Notice = noticetest.All()[name]
		if _, err := ch.Send(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	names := func(h mail.Header) map[string]int {
		n := map[string]int{}
		for name, values := range h {
			n[name] = len(values)
		}
		return n
	}
	got := fake.Messages()
	if diff := cmp.Diff(names(got[0].Header), names(got[1].Header)); diff != "" {
		t.Errorf("a hostile title changes the headers (-plain +hostile):\n%s", diff)
	}
}

func TestMailSecurityAndLogin(t *testing.T) {
	login := func(o *Options) { o.Username, o.Password = "regwatch", mailPassword }
	implicit := func(o *Options) { o.TLS = Implicit }
	none := func(o *Options) { o.TLS = NoTLS }
	both := func(changes ...func(*Options)) func(*Options) {
		return func(o *Options) {
			for _, c := range changes {
				c(o)
			}
		}
	}
	guarded := func(security smtpfake.Security, auth ...string) smtpfake.Options {
		return smtpfake.Options{Security: security, Username: "regwatch", Password: mailPassword, Auth: auth}
	}
	tests := []struct {
		name    string
		server  smtpfake.Options
		client  func(*Options)
		want    delivery.Reason // empty: it is sent
		wantErr string
	}{
		{"starttls", smtpfake.Options{Security: smtpfake.StartTLS}, nil, "", ""},
		{"implicit", smtpfake.Options{Security: smtpfake.Implicit}, implicit, "", ""},
		{"none, as asked", smtpfake.Options{}, none, "", ""},
		{"any login", guarded(smtpfake.StartTLS), login, "", ""},
		{"PLAIN", guarded(smtpfake.StartTLS, "PLAIN"), login, "", ""},
		{"LOGIN", guarded(smtpfake.StartTLS, "LOGIN"), login, "", ""},
		{"SCRAM-SHA-256", guarded(smtpfake.StartTLS, "SCRAM-SHA-256"), login, "", ""},
		{"PLAIN over implicit TLS", guarded(smtpfake.Implicit, "PLAIN"), both(login, implicit), "", ""},
		{"PLAIN in clear, as asked", guarded(smtpfake.Plain, "PLAIN"), both(login, none), "", ""},
		{"no STARTTLS", smtpfake.Options{}, nil, delivery.Blocked, "offers no STARTTLS"},
		{"untrusted", smtpfake.Options{Security: smtpfake.StartTLS}, func(o *Options) { o.TLSConfig = &tls.Config{RootCAs: x509.NewCertPool()} }, delivery.Blocked, "this machine does not trust"},
		{"untrusted implicit", smtpfake.Options{Security: smtpfake.Implicit}, both(implicit, func(o *Options) { o.TLSConfig = nil }), delivery.Blocked, "this machine does not trust"},
		{"another name", smtpfake.Options{Security: smtpfake.StartTLS}, func(o *Options) { o.TLSConfig.ServerName = "mail.example.com" }, delivery.Blocked, "for another name than mail.example.com"},
		{"TLS where there is none", smtpfake.Options{}, implicit, delivery.Blocked, "does not speak TLS on this port"},
		{"wrong password, PLAIN", guarded(smtpfake.StartTLS, "PLAIN"), both(login, func(o *Options) { o.Password = "wrong-one" }), delivery.Blocked, "does not accept the user name and password"},
		{"wrong password, SCRAM", guarded(smtpfake.StartTLS, "SCRAM-SHA-256"), both(login, func(o *Options) { o.Password = "wrong-one" }), delivery.Blocked, "does not accept the user name and password"},
		{"no password given", guarded(smtpfake.StartTLS), nil, delivery.Blocked, "asks for a user name and password"},
		{"password where none is asked", smtpfake.Options{Security: smtpfake.StartTLS}, login, delivery.Blocked, "offers no login"},
		{"unknown login", guarded(smtpfake.StartTLS, "GSSAPI"), login, delivery.Blocked, "offers none of the logins"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fake := fakeMail(t, tt.server)
			_, err := mailTo(t, fake, tt.client).Send(t.Context(), mailDelivery("reader@example.net"))
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				if m := fake.Messages(); len(m) != 1 || m[0].User != tt.server.Username || m[0].TLS != (tt.server.Security != smtpfake.Plain) {
					t.Errorf("received %d mails: %+v", len(m), m)
				}
				return
			}
			if err == nil || delivery.ErrorOf(err).Reason != tt.want || !strings.Contains(err.Error(), tt.wantErr) {
				t.Errorf("Send = %v (%s); want %s and %q", err, delivery.ErrorOf(err).Reason, tt.want, tt.wantErr)
			}
			if strings.Contains(err.Error(), "wrong-one") {
				t.Errorf("the password shows: %v", err)
			}
		})
	}
}

func TestConnectionIsReusedAndLetGo(t *testing.T) {
	fake := fakeMail(t, smtpfake.Options{Security: smtpfake.StartTLS})
	ch := mailTo(t, fake, nil)
	for range 3 {
		if _, err := ch.Send(t.Context(), mailDelivery("reader@example.net")); err != nil {
			t.Fatal(err)
		}
	}
	// A refusal does not end the connection.
	fake.Inject(smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtRcpt, Code: 550})
	if _, err := ch.Send(t.Context(), mailDelivery("nobody@example.net")); err == nil {
		t.Fatal("no error")
	}
	if _, err := ch.Send(t.Context(), mailDelivery("reader@example.net")); err != nil {
		t.Fatal(err)
	}
	if n := fake.Sessions(); n != 1 {
		// STARTTLS begins a second session on the same connection.
		if n != 2 {
			t.Errorf("%d sessions, want one connection", n)
		}
	}
	ch.Idle()
	before := fake.Sessions()
	if _, err := ch.Send(t.Context(), mailDelivery("reader@example.net")); err != nil {
		t.Fatal(err)
	}
	if fake.Sessions() == before {
		t.Error("the connection outlived Idle")
	}
}

func TestNewEmailRefusesWhatCannotWork(t *testing.T) {
	good := Options{Host: "mail.example.org", Port: 587, From: "a@example.org"}
	tests := []struct {
		change func(*Options)
		want   string
	}{
		{func(o *Options) { o.From = "nobody" }, "not an email address"},
		{func(o *Options) { o.Host = "" }, "server's name"},
		{func(o *Options) { o.Port = 70000 }, "its port"},
		{func(o *Options) { o.TLS = "perhaps" }, "use starttls, implicit or none"},
		{func(o *Options) { o.Auth = "gssapi" }, "use auto, plain, login"},
	}
	for _, tt := range tests {
		opts := good
		tt.change(&opts)
		if _, err := New(opts); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("NewEmail = %v, want %q", err, tt.want)
		}
	}
}

// rendered returns what the shipped templates make of a notice.
func rendered(t *testing.T, n models.Notice) render.EmailMessage {
	t.Helper()
	var shipped *render.Renderer
	m, err := shipped.Email(models.Delivery{Notice: n}, render.MailLinks{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}
