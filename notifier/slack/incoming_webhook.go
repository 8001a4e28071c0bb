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

	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// WebhookOptions say which incoming webhook is posted to.
type WebhookOptions struct {
	URL      string           // as Slack gave it; it is a secret
	Client   *http.Client     // nil is one with time-outs
	Renderer *render.Renderer // nil is the shipped ones
}

// A Webhook posts to an incoming webhook, the basic mode: it cannot be asked
// what it has, so that a message cut short may arrive twice. It implements
// [Channel] and [Pacer].
type Webhook struct {
	url      string
	client   *http.Client
	hide     delivery.Secrets
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
	hide := delivery.Secrets{opts.URL, u.Path}
	if last := u.Path[strings.LastIndexByte(u.Path, '/')+1:]; last != "" {
		hide = append(hide, last)
	}
	return &Webhook{url: opts.URL, client: client, hide: hide, renderer: opts.Renderer}, nil
}

// Pace returns the time that Slack wants between two messages to a channel.
func (s *Webhook) Pace() time.Duration { return messageInterval }

// Send posts the notice. A webhook names no message, so the receipt only says
// that it was taken.
func (s *Webhook) Send(ctx context.Context, d models.Delivery) (string, error) {
	m, err := s.renderer.Slack(d, false)
	if err != nil {
		return "", delivery.Errorf(delivery.Permanent, "write the message: %v", err)
	}
	off := false
	message := slackHookMessage{WebhookMessage: slack.WebhookMessage{Text: m.Text, UnfurlLinks: &off, UnfurlMedia: &off}}
	whole := message
	whole.Blocks = &slack.Blocks{BlockSet: m.Blocks}
	word, err := s.post(ctx, whole)
	if refusedBlocks(word) {
		_, err = s.post(ctx, message)
	}
	if err != nil {
		return "", err
	}
	return "webhook", nil
}

// A slackHookMessage is read as plain text where its blocks are not shown.
type slackHookMessage struct {
	slack.WebhookMessage

	Markup bool `json:"mrkdwn"` // false, and the library has no field for it
}

// post returns the word with which a webhook says no.
func (s *Webhook) post(ctx context.Context, m slackHookMessage) (string, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return "", delivery.Errorf(delivery.Permanent, "encode the message: %v", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return "", delivery.Errorf(delivery.Blocked, "the Slack webhook's address is not valid; copy it again from Slack")
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := s.client.Do(req)
	if err != nil {
		return "", delivery.NetworkError("Slack", err, s.hide)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	word := strings.TrimSpace(string(answer))
	switch {
	case err != nil:
		return "", delivery.NetworkError("Slack", err, s.hide)
	case resp.StatusCode == http.StatusOK && word == "ok":
		return "", nil
	case resp.StatusCode == http.StatusOK:
		return "", delivery.Errorf(delivery.Ambiguous, "Slack did not answer the webhook with ok")
	case resp.StatusCode == http.StatusTooManyRequests:
		seconds, _ := strconv.ParseInt(resp.Header.Get("Retry-After"), 10, 32)
		return "", slackPause(time.Duration(seconds) * time.Second)
	case isWord(word):
		return word, slackRefusal(word, "the webhook's channel")
	}
	return "", slackStatus(resp.StatusCode)
}

// isWord tells Slack's bare error codes from a page.
func isWord(s string) bool {
	return s != "" && len(s) < 60 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_0123456789") == ""
}
