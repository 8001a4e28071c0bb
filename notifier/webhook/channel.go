package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// Options say where a webhook is posted and what it is signed with.
type Options struct {
	URL    string       // https, or http to this machine; it is a secret
	Keys   [][]byte     // each signs, so that a receiver may change from one to the next
	Client *http.Client // nil is one with time-outs that follows no redirect
	Now    func() time.Time
}

// A Channel posts notices as JSON to a program of the reader's, signed as the
// Standard Webhooks specification 1.0.0 says (https://www.standardwebhooks.com).
// It cannot be asked what it has: a receiver drops what comes twice by its
// webhook-id, which is that of the delivery. It implements [delivery.Channel],
// [delivery.Amender] and [delivery.Deduplicator].
type Channel struct {
	url    string
	keys   [][]byte
	client *http.Client
	now    func() time.Time
	hide   *redact.Secrets
}

// New returns a webhook; it makes no connection yet.
func New(opts Options) (*Channel, error) {
	u, err := url.Parse(opts.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, errors.New("a webhook needs the web address of its receiver")
	}
	if len(opts.Keys) == 0 || opts.Now == nil {
		return nil, errors.New("a webhook needs a key to sign with, and a clock")
	}
	client := opts.Client
	if client == nil {
		client = delivery.HTTPClient()
	}
	hide := redact.New()
	hide.AddAddress(opts.URL)
	return &Channel{url: opts.URL, keys: opts.Keys, client: client, now: opts.Now, hide: hide}, nil
}

// Amends reports that a webhook takes amendments: as messages of their own, which
// state what has become of an event.
func (w *Channel) Amends() bool { return true }

// Deduplicates reports that a receiver drops what comes twice, as the specification
// asks it to.
func (w *Channel) Deduplicates() bool { return true }

// Send posts the notice. The receipt is the webhook-id, by which the receiver
// knows it.
func (w *Channel) Send(ctx context.Context, d models.Delivery) (string, error) {
	body, err := render.Webhook(d.Notice)
	if err != nil {
		return "", delivery.Fail(delivery.Permanent, models.FailureNotWritten, models.FailureArgs{Answer: err.Error()})
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, bytes.NewReader(body))
	if err != nil {
		return "", delivery.Fail(delivery.Blocked, models.FailureBadAddress, models.FailureArgs{Peer: receiver})
	}
	at := w.now()
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "regwatch")
	req.Header.Set("Webhook-Id", d.ID)
	req.Header.Set("Webhook-Timestamp", strconv.FormatInt(at.Unix(), 10))
	req.Header.Set("Webhook-Signature", signatures(w.keys, d.ID, at, body))
	resp, err := w.client.Do(req)
	if err != nil {
		return "", delivery.NetworkError(receiver, err, w.hide)
	}
	defer func() { _ = resp.Body.Close() }()
	// What is read to its end leaves a connection that serves the next message.
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	if f := webhookRefusal(resp, at); f != nil {
		return "", f
	}
	return d.ID, nil
}

// receiver is the far side of a webhook.
var receiver = models.Peer{Kind: models.PeerWebhook}

// signatures signs a message with every key.
func signatures(keys [][]byte, id string, at time.Time, body []byte) string {
	signed := make([]string, len(keys))
	for i, key := range keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		mac.Write(body)
		signed[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return strings.Join(signed, " ")
}

// webhookRefusal says what an answer means; nil is that the message was taken.
// What a person must put right, and what a gateway says of a receiver that is
// out, costs no attempt; but it may be this message alone that is met so, and
// others are tried before it.
func webhookRefusal(resp *http.Response, now time.Time) *delivery.Error {
	code := resp.StatusCode
	wait := delivery.RetryAfter(resp.Header, now)
	fail := func(reason delivery.Reason, kind models.FailureKind) *delivery.Error {
		f := delivery.Fail(reason, kind, models.FailureArgs{Peer: receiver, Status: code})
		f.OneMessage = reason == delivery.Blocked || reason == delivery.Unreachable
		return f
	}
	switch {
	case code >= 200 && code < 300:
		return nil
	case code >= 300 && code < 400:
		return fail(delivery.Blocked, models.FailureRedirected)
	case code == http.StatusUnauthorized, code == http.StatusForbidden, code == http.StatusProxyAuthRequired:
		return fail(delivery.Blocked, models.FailureNotLetIn)
	case code == http.StatusNotFound, code == http.StatusMethodNotAllowed:
		return fail(delivery.Blocked, models.FailureNoReceiver)
	case code == http.StatusGone:
		return fail(delivery.Blocked, models.FailureUnwanted)
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable && wait > 0:
		f := fail(delivery.RateLimited, models.FailurePause)
		f.RetryAfter = wait
		return f
	case code == http.StatusBadGateway, code == http.StatusServiceUnavailable, code == http.StatusGatewayTimeout:
		return fail(delivery.Unreachable, models.FailureBehindGateway)
	case code == http.StatusRequestEntityTooLarge:
		return fail(delivery.Permanent, models.FailureTooLarge)
	case code >= 400 && code < 500:
		return fail(delivery.Temporary, models.FailureNotTaken)
	}
	return fail(delivery.Ambiguous, models.FailureFailed)
}
