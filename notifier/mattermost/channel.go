package mattermost

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// Options say which incoming webhook a [Channel] posts to.
type Options struct {
	URL      string // as Mattermost gave it; it is a secret
	Client   *http.Client
	Renderer *render.Renderer // nil means the shipped templates
	Now      func() time.Time
}

// A Channel posts to an incoming webhook. It implements [delivery.Channel].
type Channel struct {
	url      string
	client   *http.Client
	hide     *redact.Secrets
	renderer *render.Renderer
	now      func() time.Time
}

// New returns a channel. It does not connect yet. Without a client it uses
// delivery.HTTPClient, which has timeouts and follows no redirect.
func New(opts Options) (*Channel, error) {
	u, err := url.Parse(opts.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, errors.New("a Mattermost channel needs the web address of its incoming webhook")
	}
	if opts.Now == nil {
		return nil, errors.New("a Mattermost channel needs a clock")
	}
	client := opts.Client
	if client == nil {
		client = delivery.HTTPClient()
	}
	hide := redact.New()
	hide.AddAddress(opts.URL)
	return &Channel{opts.URL, client, hide, opts.Renderer, opts.Now}, nil
}

var peer = models.Peer{Kind: models.PeerMattermost}

// Send posts the notice. A webhook does not name the message, so the receipt only says that
// Mattermost took it.
func (c *Channel) Send(ctx context.Context, d models.Delivery) (string, error) {
	text, err := Text(c.renderer, d)
	if err != nil {
		return "", delivery.Fail(delivery.Permanent, models.FailureNotWritten, models.FailureArgs{Answer: err.Error()})
	}
	body, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		return "", delivery.Fail(delivery.Permanent, models.FailureNotWritten, models.FailureArgs{Answer: err.Error()})
	}
	answer, failed := delivery.PostJSON(ctx, c.client, peer, c.url, nil, body, c.hide)
	if failed == nil {
		failed = refusal(answer, c.now())
	}
	if failed != nil {
		return "", failed.Scrubbed(c.hide)
	}
	return "accepted", nil
}

// refusal returns what an answer means, or nil if Mattermost took the message. Errors have an
// id (https://github.com/mattermost/mattermost, server/channels/app/webhook.go): a webhook
// that was removed is a bad request, and not one that is not found.
func refusal(a delivery.Answer, now time.Time) *delivery.Error {
	var said struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(a.Body, &said) // an answer that is no JSON has no id
	blocked := func(kind models.FailureKind) *delivery.Error {
		return delivery.Fail(delivery.Blocked, kind, models.FailureArgs{Peer: peer, Status: a.Status})
	}
	switch id := said.ID; {
	case a.Status == http.StatusOK && strings.HasPrefix(strings.TrimSpace(string(a.Body)), "<"):
		return blocked(models.FailureNoReceiver) // a page to log in or an error page: no webhook answers at this address
	case a.Status == http.StatusOK && strings.TrimSpace(string(a.Body)) != "ok":
		return delivery.Fail(delivery.Ambiguous, models.FailureFailed, models.FailureArgs{Peer: peer, Status: a.Status})
	case id == "web.incoming_webhook.disabled.app_error":
		return blocked(models.FailureMattermostOff)
	case id == "web.incoming_webhook.invalid.app_error", id == "web.incoming_webhook.channel.app_error", id == "web.incoming_webhook.user.app_error":
		return blocked(models.FailureNoReceiver)
	}
	return delivery.StatusError(peer, a, now)
}
