package cli

import (
	"bytes"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regwatch/configs"
	"regwatch/internal/samplesite"
	"regwatch/internal/slackfake"
	"regwatch/internal/smtpfake"
)

const ruleForStream = `id: everything
title: Everything
why: Because.
status: active
severity: high
terms: {ref: [REF]}
when: {terms: ref, in: title}
examples: {match: [REF-1], ignore: [nothing]}
`

// desk is a folder that tells of every article of a stream, on Slack and by
// mail, through servers whose faults a test chooses.
type desk struct {
	dir   string
	site  *samplesite.Site
	token string
	pass  string
}

func newDesk(t *testing.T, slackAPI, mailAddr string) *desk {
	t.Helper()
	d := &desk{dir: t.TempDir(), site: samplesite.NewStream(samplesite.StreamOptions{Seed: 7, Copies: -1, Noise: -1})}
	server := httptest.NewServer(d.site)
	t.Cleanup(server.Close)
	d.token, d.pass = filepath.Join(d.dir, "token"), filepath.Join(d.dir, "password")
	host, port, err := net.SplitHostPort(mailAddr)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"sources/stream.yaml":   string(d.site.SourcesYAML(server.URL)),
		"rules/everything.yaml": ruleForStream,
		"token":                 "xoxb-right",
		"password":              "right-password",
		configs.FileName: fmt.Sprintf(`
channels:
  slack: {kind: slack, token: "file:token", channel: "#alerts", api: "%s"}
  mail: {kind: email, host: %s, port: %s, tls: none, username: regwatch, password: "file:password", from: r@example.com}
recipients:
  team: {send: [slack, "mail:team@example.com"], burst: {over: 1000, within: 1m}}
routes:
  default: [team]
`, slackAPI, host, port),
	} {
		d.write(t, name, text)
	}
	return d
}

func (d *desk) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) regwatch(t *testing.T, args ...string) (output string, code int) {
	t.Helper()
	var out bytes.Buffer
	code = run(t.Context(), append([]string{"-C", d.dir}, args...), &out, &out)
	return out.String(), code
}

// TestChannelsThatRefuse: a wrong token and a wrong password are told in a
// sentence, hold back nothing else, and lose nothing: once they are right, all
// that was owed arrives, once.
func TestChannelsThatRefuse(t *testing.T) {
	t.Parallel()
	slack, err := slackfake.New(slackfake.Options{Token: "xoxb-right"})
	if err != nil {
		t.Fatal(err)
	}
	defer slack.Close()
	mail, err := smtpfake.New(smtpfake.Options{Username: "regwatch", Password: "right-password"})
	if err != nil {
		t.Fatal(err)
	}
	defer mail.Close()
	d := newDesk(t, slack.APIURL(), mail.Addr())
	d.site.Publish(2)

	d.write(t, "token", "xoxb-wrong")
	d.write(t, "password", "wrong-password")
	if out, code := d.regwatch(t, "scan"); code != 0 || !strings.Contains(out, "0 messages sent, 4 still due") {
		t.Errorf("scan: exit code %d\n%s", code, out)
	}
	out, _ := d.regwatch(t, "deliveries", "--state", "due")
	for _, want := range []string{"invalid_auth", "token", "password"} {
		if !strings.Contains(out, want) {
			t.Errorf("the deliveries that are due do not say %q:\n%s", want, out)
		}
	}
	for _, test := range []string{"slack", "mail:me@example.com"} {
		out, code := d.regwatch(t, "notify", "test", test)
		if code != exitFailed || len(out) < 40 {
			t.Errorf("notify test %s: exit code %d\n%s", test, code, out)
		}
		t.Logf("%s", out)
		for _, secret := range []string{"xoxb-wrong", "wrong-password"} {
			if strings.Contains(out, secret) {
				t.Errorf("notify test %s prints the secret", test)
			}
		}
	}
	d.write(t, "token", "xoxb-right")
	d.write(t, "password", "right-password")
	for _, test := range []string{"slack", "mail:me@example.com"} {
		if out, code := d.regwatch(t, "notify", "test", test); code != 0 {
			t.Errorf("notify test %s: exit code %d\n%s", test, code, out)
		}
	}
	if n, m := len(slack.Messages()), len(mail.Messages()); n != 1 || m != 1 {
		t.Errorf("%d on Slack and %d mails; want the test message only", n, m)
	}
	// What is owed comes with the next start, when the back-off has passed.
	w := &world{site: d.site, slack: slack, mail: mail, dir: d.dir}
	p := start(t, buildRegwatch(t), d.dir)
	w.settle(t.Context(), t)
	p.stop(t)
	mails, repeated := w.mailTexts()
	if repeated > 0 {
		t.Errorf("%d mails came a second time", repeated)
	}
	for name, texts := range map[string][]string{"Slack": w.slackTexts(), "mail": mails} {
		if v, details := judge(d.site.Published(), texts); v.stories != 2 || v.lost+v.doubled > 0 {
			t.Errorf("%s: %s %v\n%s", name, v, details, tail(p.out.String()))
		}
	}
}

// TestWhatAChannelLosesIsToldOverAnother: a mail that is refused for good is told
// on Slack, in the same pass.
func TestWhatAChannelLosesIsToldOverAnother(t *testing.T) {
	slack, err := slackfake.New(slackfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer slack.Close()
	mail, err := smtpfake.New(smtpfake.Options{Username: "regwatch", Password: "right-password"})
	if err != nil {
		t.Fatal(err)
	}
	defer mail.Close()
	d := newDesk(t, slack.APIURL(), mail.Addr())
	d.site.Publish(1)
	mail.Inject(smtpfake.Fault{Kind: smtpfake.Refuse, Stage: smtpfake.AtRcpt, Code: 550, Message: "5.1.1 no such user"})
	if out, code := d.regwatch(t, "scan"); code != 0 || !strings.Contains(out, "2 messages sent, 1 given up") {
		t.Errorf("scan: exit code %d\n%s", code, out)
	}
	if all := slack.Messages(); len(all) != 2 || !strings.Contains(all[1].Text, "1 message not delivered: mail:team@example.com") {
		t.Errorf("on Slack: %+v; want the alert, and that its mail was not delivered", all)
	}
	if n := len(mail.Messages()); n != 0 {
		t.Errorf("%d mails, want none", n)
	}
}

// TestSlackThatAsksForPatience: 429 and a broken answer lose and double nothing.
func TestSlackThatAsksForPatience(t *testing.T) {
	t.Parallel()
	slack, err := slackfake.New(slackfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer slack.Close()
	mail, err := smtpfake.New(smtpfake.Options{Username: "regwatch", Password: "right-password"})
	if err != nil {
		t.Fatal(err)
	}
	defer mail.Close()
	d := newDesk(t, slack.APIURL(), mail.Addr())
	d.site.Publish(3)
	for _, f := range []slackfake.Fault{
		{Kind: slackfake.RateLimited}, {Kind: slackfake.CutAfter}, {Kind: slackfake.ServerError}, {Kind: slackfake.Late500}, {Kind: slackfake.Empty},
	} {
		slack.Inject(f)
	}
	w := &world{site: d.site, slack: slack, mail: mail, dir: d.dir}
	p := start(t, buildRegwatch(t), d.dir)
	w.settle(t.Context(), t)
	p.stop(t)
	if v, details := judge(d.site.Published(), w.slackTexts()); v.stories != 3 || v.lost+v.doubled > 0 {
		t.Errorf("Slack: %s %v\n%s", v, details, tail(p.out.String()))
	}
}
