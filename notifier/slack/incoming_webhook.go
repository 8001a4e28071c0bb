package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// WebhookOptions say which incoming webhook a [Webhook] posts to.
type WebhookOptions struct {
	URL      string           // as Slack gave it; it is a secret
	Client   *http.Client     // nil is one with time-outs
	Renderer *render.Renderer // nil is the shipped ones
}

// A Webhook posts to an incoming webhook, the basic mode. It cannot be asked whether
// it has a message, so that one whose sending was cut short may arrive twice. It
// implements [delivery.Channel] and [delivery.Pacer].
type Webhook struct {
	url      string
	client   *http.Client
	hide     *redact.Secrets
	renderer *render.Renderer
}

// NewWebhook returns a webhook; it makes no connection yet.
func NewWebhook(opts WebhookOptions) (*Webhook, error) {
	u, err := url.Parse(opts.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, errors.New("a Slack webhook needs the address that Slack gave, which starts with https://hooks.slack.com/services/")
	}
	client := opts.Client
	if client == nil {
		client = delivery.HTTPClient()
	}
	return &Webhook{url: opts.URL, client: client, hide: webhookSecrets(opts.URL), renderer: opts.Renderer}, nil
}

// webhookSecrets returns the parts of the address that are secret: anyone who has the
// path can post.
func webhookSecrets(address string) *redact.Secrets {
	hide := redact.New(address)
	u, err := url.Parse(address)
	if err != nil {
		return hide
	}
	for part := range strings.SplitSeq(u.Path, "/") {
		// The IDs and the token in Slack's addresses have nine characters and more.
		if len(part) > len("services") && part != "workflows" {
			hide.Add(part)
		}
	}
	for _, values := range u.Query() {
		hide.Add(values...)
	}
	return hide
}

// Pace returns the time that Slack wants between two messages to a channel.
func (s *Webhook) Pace() time.Duration { return messageInterval }

// Send posts the notice. A webhook does not name the message, so the receipt only
// says that Slack took it.
func (s *Webhook) Send(ctx context.Context, d models.Delivery) (string, error) {
	m, err := s.renderer.Slack(d, false)
	if err != nil {
		return "", delivery.Fail(delivery.Permanent, models.FailureNotWritten, models.FailureArgs{Answer: err.Error()})
	}
	off := false
	message := webhookMessage{WebhookMessage: slack.WebhookMessage{Text: m.Text, UnfurlLinks: &off, UnfurlMedia: &off}}
	withBlocks := message
	withBlocks.Blocks = &slack.Blocks{BlockSet: m.Blocks}
	code, err := s.post(ctx, withBlocks)
	if plainTextMayPass(code) {
		_, err = s.post(ctx, message)
	}
	if err != nil {
		return "", err
	}
	return "webhook", nil
}

// A webhookMessage is read as plain text where its blocks are not shown.
type webhookMessage struct {
	slack.WebhookMessage

	Markup bool `json:"mrkdwn"` // false, and the library has no field for it
}

// post returns the error code with which the webhook refused the message, if any.
func (s *Webhook) post(ctx context.Context, m webhookMessage) (code string, err error) {
	body, err := json.Marshal(m)
	if err != nil {
		return "", delivery.Fail(delivery.Permanent, models.FailureNotWritten, models.FailureArgs{Answer: err.Error()})
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return "", delivery.Fail(delivery.Blocked, models.FailureSlackHookAddress, models.FailureArgs{})
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := s.client.Do(req)
	if err != nil {
		return "", delivery.NetworkError(peer, err, s.hide)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	if err != nil {
		return "", delivery.NetworkError(peer, err, s.hide)
	}
	text := strings.TrimSpace(string(answer))
	if resp.StatusCode == http.StatusOK {
		if text == "ok" {
			return "", nil
		}
		return "", delivery.Fail(delivery.Ambiguous, models.FailureSlackNotOK, models.FailureArgs{})
	}
	return text, explainWebhook(resp, text).Scrubbed(s.hide)
}

// explainWebhook returns what an answer means that is not 200. Slack answers with a
// status and an error code as plain text.
func explainWebhook(resp *http.Response, text string) *delivery.Error {
	c, known := codes[text]
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		seconds, _ := strconv.ParseInt(resp.Header.Get("Retry-After"), 10, 32)
		return pause(time.Duration(seconds) * time.Second)
	case !known && isCode(text) && resp.StatusCode >= 400 && resp.StatusCode < 500:
		e := explainCode(text, "")
		e.MayHaveArrived = false // a status of 4xx says that it was not taken
		return e
	case !known || c.scope == mayHavePassed:
		return explainStatus(resp.StatusCode)
	}
	e := explainCode(text, "")
	e.OneAddress = false // a webhook has one
	return e
}

// isCode tells an error code of Slack from a page.
func isCode(s string) bool {
	return s != "" && len(s) < 60 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_0123456789") == ""
}
