package channeltest

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"regwatch/internal/noticetest"
	"regwatch/internal/outboxfake"
	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/notifier/delivery"
)

// formsOf returns how a far side may write a secret that it repeats.
func formsOf(secret string) map[string]string {
	quoted, err := json.Marshal(secret)
	if err != nil {
		panic(err)
	}
	return map[string]string{
		"raw":         secret,
		"URL-escaped": url.QueryEscape(secret),
		"JSON":        strings.Trim(string(quoted), `"`),
		"base64":      base64.StdEncoding.EncodeToString([]byte(secret)),
	}
}

// hidesWhatIsEchoed checks that no secret which the far side repeats, in any form,
// reaches the stored row, the log, a result or a report of the channel's health.
func hidesWhatIsEchoed(t *testing.T, build func(*testing.T) *Rig) {
	for name := range build(t).Echoes {
		t.Run(name, func(t *testing.T) {
			r := build(t)
			for _, secret := range r.Secrets {
				for form, text := range formsOf(secret) {
					r.Echoes[name]("it said " + text + " to us")
					if shown := r.shownAfterFailure(t); strings.Contains(shown, text) || strings.Contains(shown, secret) {
						t.Errorf("%s: a secret shows:\n%s", form, shown)
					}
				}
			}
		})
	}
}

// shownAfterFailure sends one message, which fails, and returns what anybody could read of it.
func (r *Rig) shownAfterFailure(t *testing.T) string {
	t.Helper()
	d := r.delivery("x", noticetest.All()["test"])
	d.StartedAt = time.Time{}
	box := outboxfake.New(d)
	var shown bytes.Buffer
	failed := false
	worker := &delivery.Worker{
		Outbox: box, Channels: map[string]delivery.Channel{"c": r.Channel}, Now: time.Now, Secrets: redact.New(r.Secrets...),
		// One failure is reported at once and is the last.
		Backoff:  delivery.Backoff{MaxAttempts: 1},
		Log:      slog.New(slog.NewTextHandler(&shown, &slog.HandlerOptions{Level: slog.LevelDebug})),
		OnResult: func(res delivery.Result) { failed = res.Err != nil; fmt.Fprintf(&shown, "result %v\n", res.Err) },
		OnHealth: func(_ context.Context, h models.ChannelHealth) error {
			fmt.Fprintf(&shown, "health %+v\n", h)
			return nil
		},
	}
	sum, err := worker.Drain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !failed {
		t.Fatalf("the message was sent: %+v", sum)
	}
	return fmt.Sprintf("%srow %+v\nsummary %+v", shown.String(), box.Row(d.ID), sum)
}
