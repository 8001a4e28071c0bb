package notifier

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"regwatch/internal/slackfake"
	"regwatch/internal/smtpfake"
	"regwatch/models"
)

// A rig is a channel with what stands in for its far side. Every channel passes
// the tests of this file: retries, limits, injection, and no secret in an error
// or a log.
type rig struct {
	channel  Channel
	address  string
	secrets  []string
	received func() []string // every message as text
	stop     func()          // the far side goes away
	faults   map[string]rigFault
}

type rigFault struct {
	inject func()
	want   Reason
	kept   int // messages that arrive in spite of it
}

const (
	slackToken   = "xoxb-1234567890-s3cretT0ken"
	mailPassword = "c0rrect-horse&battery staple"
)

func rigs() map[string]func(*testing.T) *rig {
	return map[string]func(*testing.T) *rig{
		"slack":     slackRig,
		"slackhook": hookRig,
		"email":     emailRig,
		"webhook":   webhookRig,
		"terminal":  terminalRig,
	}
}

func fakeSlack(t *testing.T, opts slackfake.Options) *slackfake.Server {
	t.Helper()
	s, err := slackfake.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func slackRig(t *testing.T) *rig {
	fake := fakeSlack(t, slackfake.Options{Token: slackToken})
	ch, err := NewSlack(SlackOptions{Token: slackToken, Channel: "C0123456789", API: fake.APIURL()})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{channel: ch, secrets: []string{slackToken}, stop: func() { _ = fake.Close() }, received: slackReceived(t, fake)}
	r.faults = slackFaults(fake)
	for code, want := range map[string]Reason{
		"invalid_auth": Blocked, "token_revoked": Blocked, "missing_scope": Blocked, "channel_not_found": Blocked,
		"not_in_channel": Blocked, "is_archived": Blocked, "ratelimited": RateLimited, "msg_too_long": Permanent,
		"internal_error": Ambiguous, "never_heard_of": Ambiguous,
	} {
		r.faults[code] = rigFault{func() { fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Code: code}) }, want, 0}
	}
	return r
}

func hookRig(t *testing.T) *rig {
	fake := fakeSlack(t, slackfake.Options{})
	ch, err := NewSlackHook(SlackHookOptions{URL: fake.WebhookURL()})
	if err != nil {
		t.Fatal(err)
	}
	path := strings.TrimPrefix(fake.WebhookURL(), "http://"+fake.Addr())
	r := &rig{channel: ch, secrets: []string{fake.WebhookURL(), path, path[strings.LastIndex(path, "/")+1:]}, stop: func() { _ = fake.Close() }, received: slackReceived(t, fake)}
	r.faults = slackFaults(fake)
	for code, want := range map[string]Reason{"no_service": Blocked, "channel_is_archived": Blocked, "invalid_payload": Permanent, "fatal_error": Ambiguous} {
		r.faults[code] = rigFault{func() { fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Code: code}) }, want, 0}
	}
	return r
}

func slackFaults(fake *slackfake.Server) map[string]rigFault {
	inject := func(kind slackfake.FaultKind, times int) func() {
		return func() { fake.Inject(slackfake.Fault{Kind: kind, Times: times, RetryAfter: 7 * time.Second}) }
	}
	return map[string]rigFault{
		"429":          {inject(slackfake.RateLimited, 1), RateLimited, 0},
		"500":          {inject(slackfake.ServerError, 1), Ambiguous, 0},
		"late 500":     {inject(slackfake.Late500, 1), Ambiguous, 1},
		"cut before":   {inject(slackfake.CutBefore, 1), Ambiguous, 0},
		"cut after":    {inject(slackfake.CutAfter, 1), Ambiguous, 1},
		"empty answer": {inject(slackfake.Empty, 1), Ambiguous, 1},
		"invalid_blocks, and again as plain text": {
			func() {
				fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Code: "invalid_blocks", Times: 2})
			}, Permanent, 0,
		},
	}
}

func slackReceived(t *testing.T, fake *slackfake.Server) func() []string {
	return func() []string {
		var all []string
		for _, m := range fake.Messages() {
			content, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, string(content))
		}
		return all
	}
}

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
func mailTo(t *testing.T, fake *smtpfake.Server, change func(*EmailOptions)) *Email {
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
	opts := EmailOptions{Host: host, Port: number, From: "regwatch <regwatch@example.org>", TLSConfig: &tls.Config{RootCAs: pool}, Timeout: 5 * time.Second}
	if change != nil {
		change(&opts)
	}
	ch, err := NewEmail(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(ch.Idle)
	return ch
}

func emailRig(t *testing.T) *rig {
	fake := fakeMail(t, smtpfake.Options{Security: smtpfake.StartTLS, Username: "regwatch", Password: mailPassword})
	ch := mailTo(t, fake, func(o *EmailOptions) { o.Username, o.Password = "regwatch", mailPassword })
	r := &rig{channel: ch, address: "Reader <reader@example.net>", secrets: []string{mailPassword}, stop: func() { ch.Idle(); _ = fake.Close() }}
	r.received = func() []string {
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
	r.faults = map[string]rigFault{
		"greylisted":               {refuse(smtpfake.AtRcpt, 451, "try later"), Temporary, 0},
		"mailbox full for now":     {refuse(smtpfake.AtData, 452, "no space"), Temporary, 0},
		"no such user":             {refuse(smtpfake.AtRcpt, 550, "no such user"), Permanent, 0},
		"too large":                {refuse(smtpfake.AtData, 552, "too large"), Permanent, 0},
		"sender refused":           {refuse(smtpfake.AtMail, 553, "not your address"), Blocked, 0},
		"wrong password, echoed":   {refuse(smtpfake.AtAuth, 535, "no: "+mailPassword), Blocked, 0},
		"login server out":         {refuse(smtpfake.AtAuth, 454, "later"), Unreachable, 0},
		"cut before data":          {func() { fake.Inject(smtpfake.Fault{Kind: smtpfake.CutBefore, Stage: smtpfake.AtMail}) }, Temporary, 0},
		"cut after data":           {func() { fake.Inject(smtpfake.Fault{Kind: smtpfake.CutAfterData}) }, Ambiguous, 1},
		"shutting down in the act": {refuse(smtpfake.AtMail, 421, "bye"), Temporary, 0},
	}
	return r
}

func webhookRig(t *testing.T) *rig {
	fake := &receiverFake{}
	server := httptest.NewUnstartedServer(fake)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(server.Close)
	address := server.URL + "/hooks/t0ken-in-the-path?key=t0ken-in-the-query"
	ch, err := NewWebhook(WebhookOptions{URL: address, Keys: [][]byte{webhookKey}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{channel: ch, secrets: []string{address, "t0ken-in-the-path", "t0ken-in-the-query", string(webhookKey)}, stop: server.Close, received: fake.received}
	answer := func(code int, header ...string) func() {
		return func() { fake.next(receiverAnswer{code: code, header: header}) }
	}
	r.faults = map[string]rigFault{
		"400": {answer(400), Temporary, 0}, "422": {answer(422), Temporary, 0}, "413": {answer(413), Permanent, 0},
		"401": {answer(401), Blocked, 0}, "403": {answer(403), Blocked, 0}, "404": {answer(404), Blocked, 0}, "410": {answer(410), Blocked, 0},
		"redirect":             {answer(301, "Location", "/hooks/elsewhere"), Blocked, 0},
		"429":                  {answer(429, "Retry-After", "7"), RateLimited, 0},
		"503 that asks":        {answer(503, "Retry-After", "7"), RateLimited, 0},
		"503":                  {answer(503), Unreachable, 0},
		"502":                  {answer(502), Unreachable, 0},
		"500":                  {answer(500), Ambiguous, 0},
		"cut before an answer": {func() { fake.next(receiverAnswer{cut: true}) }, Ambiguous, 0},
		"cut after taking it":  {func() { fake.next(receiverAnswer{cut: true, keep: true}) }, Ambiguous, 1},
		"an endless answer":    {func() { fake.next(receiverAnswer{code: 500, body: strings.Repeat("t0ken-in-the-path ", 1<<16)}) }, Ambiguous, 0},
	}
	return r
}

func terminalRig(*testing.T) *rig {
	var out bytes.Buffer
	return &rig{channel: NewTerminal(&out), received: func() []string { return []string{out.String()} }}
}

func (r *rig) delivery(id string, n models.Notice) models.Delivery {
	n.ID = models.HashOf(id)
	d := models.NewDelivery(n.ID, "c", r.address, at("2026-08-28T06:05:00Z"))
	d.Notice, d.StartedAt = n, d.CreatedAt
	return d
}

func eachRig(t *testing.T, test func(t *testing.T, r *rig)) {
	for name, build := range rigs() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, build(t))
		})
	}
}

func TestChannelTakesEveryNoticeWithinItsLimits(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		for _, set := range []map[string]models.Notice{samples(), huge()} {
			for name, n := range set {
				receipt, err := r.channel.Send(t.Context(), r.delivery(name, n))
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if receipt == "" {
					t.Errorf("%s: no receipt", name)
				}
			}
		}
	})
}

func TestArticleCannotActThroughAChannel(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		if _, err := r.channel.Send(t.Context(), r.delivery("x", samples()["alert_hostile"])); err != nil {
			t.Fatal(err)
		}
		for _, got := range r.received() {
			for _, bad := range []string{"\x1b", "\u202e", "\nBcc:", "\x00", `\u001b`} {
				if strings.Contains(got, bad) {
					t.Errorf("%q reached the reader:\n%s", bad, got)
				}
			}
		}
	})
}

func TestChannelFaults(t *testing.T) {
	for rigName, build := range rigs() {
		for name := range build(t).faults {
			t.Run(rigName+"/"+name, func(t *testing.T) {
				t.Parallel()
				r := build(t)
				fault := r.faults[name]
				// A first message, so that an open connection meets the fault.
				if _, err := r.channel.Send(t.Context(), r.delivery("before", samples()["test"])); err != nil {
					t.Fatal(err)
				}
				fault.inject()
				_, err := r.channel.Send(t.Context(), r.delivery("x", samples()["test"]))
				if err == nil {
					t.Fatal("no error")
				}
				if got := reasonOf(err).Reason; got != fault.want {
					t.Errorf("reason %q, want %q (%v)", got, fault.want, err)
				}
				if got := len(r.received()) - 1; got != fault.kept {
					t.Errorf("%d messages arrived, want %d", got, fault.kept)
				}
				r.checkSecrets(t, err.Error()+fmt.Sprintf("%+v %#v", err, reasonOf(err).Err))
				if _, err := r.channel.Send(t.Context(), r.delivery("x", samples()["test"])); err != nil {
					t.Errorf("once the fault has passed: %v", err)
				}
			})
		}
	}
}

func TestUnreachableChannelCostsNothingAndTellsNoSecret(t *testing.T) {
	eachRig(t, func(t *testing.T, r *rig) {
		if r.stop == nil {
			t.Skip("this channel has no far side")
		}
		r.stop()
		var log bytes.Buffer
		d := r.delivery("x", samples()["alert"])
		d.StartedAt = time.Time{}
		box := newMemory(d)
		del := deliverer(box, map[string]Channel{"c": r.channel})
		del.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		sum, err := del.Drain(t.Context())
		if err != nil || sum.Postponed != 1 {
			t.Fatalf("Drain = %+v, %v; want one postponed", sum, err)
		}
		row := box.row(d.ID)
		if row.Attempts != 0 || !strings.Contains(row.LastError, "cannot be reached") {
			t.Errorf("attempts %d, error %q; want none and a sentence that it cannot be reached", row.Attempts, row.LastError)
		}
		r.checkSecrets(t, log.String()+row.LastError)
	})
}

func (r *rig) checkSecrets(t *testing.T, text string) {
	t.Helper()
	for _, s := range r.secrets {
		if strings.Contains(text, s) {
			t.Errorf("a secret shows: %s", text)
		}
	}
}
