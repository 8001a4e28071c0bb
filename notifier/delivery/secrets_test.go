package delivery

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/internal/redact"
	"regwatch/models"
)

// written returns the ways in which a far side may write a secret.
func written(secret string) map[string]string {
	quoted, err := json.Marshal(secret)
	if err != nil {
		panic(err)
	}
	return map[string]string{
		"plain":                        secret,
		"in JSON":                      strings.Trim(string(quoted), `"`),
		"in a query":                   url.QueryEscape(secret),
		"in a path":                    url.PathEscape(secret),
		"with lower-case escapes":      strings.NewReplacer("%3C", "%3c", "%3E", "%3e", "%2F", "%2f", "%C3%B6", "%c3%b6", "%2B", "%2b").Replace(url.QueryEscape(secret)),
		"in HTML":                      html.EscapeString(secret),
		"with escaped slashes":         strings.ReplaceAll(secret, "/", `\/`),
		"in base64":                    base64.StdEncoding.EncodeToString([]byte(secret)),
		"broken by control characters": secret[:3] + "\u200e" + secret[3:7] + "\x00" + secret[7:],
	}
}

func TestScrubReplacesEveryFormOfASecret(t *testing.T) {
	const secret = `p<a>s&s/wörd "x"+1`
	for name, text := range written(secret) {
		got := Scrub(redact.New("", "abc", "s&s/", secret+"\n"), "it said\n"+text+".")
		if want := "it said [secret]."; got != want {
			t.Errorf("%s: Scrub = %q, want %q", name, got, want)
		}
	}
	if got := Scrub(redact.New("two  spaces"), "it said two  spaces."); got != "it said [secret]." {
		t.Errorf("a secret with two spaces: Scrub = %q", got)
	}
}

// A blabbing channel fails with an error of its own making.
type blabbing struct{ send, find error }

func (b blabbing) Send(context.Context, models.Delivery) (string, error) {
	if b.send == nil {
		panic("never expected to send")
	}
	return "", b.send
}

func (b blabbing) Find(context.Context, models.Delivery) (string, bool, error) {
	return "", false, b.find
}

// Whatever a channel does wrong, the worker lets no secret of the configuration out.
func TestWorkerScrubsWhatAChannelAnswers(t *testing.T) {
	const secret = `t0ken/of "nobody"+1`
	for form, text := range written(secret) {
		for name, ch := range map[string]blabbing{
			"an error":         {send: errors.New(text)},
			"a wrapped error":  {send: fmt.Errorf("send: %w", Errorf(Temporary, "it said %s", text))},
			"permanent":        {send: Errorf(Permanent, "it said %s", text)},
			"blocked":          {send: Errorf(Blocked, "it said %s", text)},
			"typed":            {send: Fail(Blocked, models.FailureMailRefused, models.FailureArgs{Address: text, Answer: text, Sender: text})},
			"typed, permanent": {send: Fail(Permanent, models.FailureGaveUp, models.FailureArgs{Cause: &models.Failure{Kind: models.FailureNotReached, Args: models.FailureArgs{Host: text}}})},
			"rate limited":     {send: &Error{Reason: RateLimited, RetryAfter: time.Hour, Err: errors.New(text)}},
			"moot":             {send: Errorf(Moot, "it said %s", text)},
			"a lookup":         {find: Errorf(Unreachable, "it said %s", text)},
			"no lookup at all": {find: fmt.Errorf("%w: it said %s", ErrCannotLookUp, text), send: Errorf(Blocked, "it said %s", text)},
		} {
			t.Run(name+" "+form, func(t *testing.T) {
				d := noticetest.Due("d", "c", "", noticetest.At("2026-08-28T06:05:00Z"))
				if ch.find != nil {
					d.StartedAt = d.CreatedAt
				}
				box := outboxfake.New(d)
				var log bytes.Buffer
				var told strings.Builder
				at := d.CreatedAt.Add(time.Hour)
				w := &Worker{
					Outbox: box, Channels: map[string]Channel{"c": ch}, Now: func() time.Time { return at }, Secrets: redact.New(secret),
					Log:      slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
					OnResult: func(r Result) { fmt.Fprintf(&told, "%v %+v\n", r.Err, r.Err) },
					OnHealth: func(_ context.Context, h models.ChannelHealth) error { fmt.Fprintf(&told, "%+v\n", h); return nil },
				}
				var sum Summary
				for range 2 {
					var err error
					if sum, err = w.Drain(t.Context()); err != nil {
						t.Fatal(err)
					}
					at = at.Add(2 * time.Hour)
				}
				row := box.Row(d.ID)
				all := fmt.Sprintf("row %s\nlog %s\ntold %s\nsum %+v", row.LastError, log.String(), told.String(), sum)
				if !strings.Contains(row.LastError, redact.Mask) || !strings.Contains(told.String(), redact.Mask) {
					t.Errorf("want the error with the secret masked in row and result:\n%s", all)
				}
				for form, text := range written(secret) {
					if strings.Contains(all, text) {
						t.Errorf("the secret %s shows:\n%s", form, all)
					}
				}
			})
		}
	}
}

func TestPanicOfAChannelIsLoggedWithoutSecrets(t *testing.T) {
	const secret = "t0ken-of-nobody"
	var log bytes.Buffer
	d := noticetest.Due("d", "c", "", noticetest.At("2026-08-28T06:05:00Z"))
	w := &Worker{
		Outbox: outboxfake.New(d), Channels: map[string]Channel{"c": panicking(secret)}, Now: func() time.Time { return d.CreatedAt.Add(time.Hour) },
		Secrets: redact.New(secret), Log: slog.New(slog.NewTextHandler(&log, nil)),
	}
	if _, err := w.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := log.String(); strings.Contains(got, secret) || !strings.Contains(got, redact.Mask) {
		t.Errorf("log %s; want the panic with the secret masked", got)
	}
}

type panicking string

func (p panicking) Send(context.Context, models.Delivery) (string, error) { panic("got " + string(p)) }

func TestHTTPClientKeepsFewIdleConnections(t *testing.T) {
	transport := HTTPClient().Transport.(connecting).Transport
	if transport.MaxIdleConns <= 0 || transport.MaxIdleConns > 16 || transport.MaxIdleConnsPerHost <= 0 || transport.MaxIdleConnsPerHost > 4 || transport.IdleConnTimeout <= 0 {
		t.Errorf("idle connections: %d, %d a host, for %v; want few, and not for ever", transport.MaxIdleConns, transport.MaxIdleConnsPerHost, transport.IdleConnTimeout)
	}
}
