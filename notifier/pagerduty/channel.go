package pagerduty

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// Server is the address of PagerDuty for accounts in the United States. Those in Europe use
// https://events.eu.pagerduty.com.
const Server = "https://events.pagerduty.com"

// Options say to which service of PagerDuty a [Channel] sends.
type Options struct {
	RoutingKey string // the integration key of an Events API v2 integration; it is a secret
	API        string // address of another server; empty means [Server]
	Client     *http.Client
	Renderer   *render.Renderer // nil means the shipped templates
	Now        func() time.Time
}

// A Channel sends events. It implements [delivery.Channel].
type Channel struct {
	key      string
	address  string
	client   *http.Client
	hide     *redact.Secrets
	renderer *render.Renderer
	now      func() time.Time
}

// New returns a channel. It does not connect yet. Without a client it uses
// delivery.HTTPClient, which has timeouts and follows no redirect.
func New(opts Options) (*Channel, error) {
	if opts.RoutingKey == "" || opts.Now == nil {
		return nil, errors.New("a PagerDuty channel needs a routing key, and a clock")
	}
	server := strings.TrimSuffix(opts.API, "/")
	if server == "" {
		server = Server
	}
	client := opts.Client
	if client == nil {
		client = delivery.HTTPClient()
	}
	return &Channel{opts.RoutingKey, server + "/v2/enqueue", client, redact.New(opts.RoutingKey), opts.Renderer, opts.Now}, nil
}

var peer = models.Peer{Kind: models.PeerPagerDuty}

// Send sends the notice. The receipt is its deduplication key.
func (c *Channel) Send(ctx context.Context, d models.Delivery) (string, error) {
	e, err := NewEvent(c.renderer, d)
	if err != nil {
		return "", delivery.Fail(delivery.Permanent, models.FailureNotWritten, models.FailureArgs{Answer: err.Error()})
	}
	e.RoutingKey = c.key
	body, err := encode(e)
	if err != nil {
		return "", delivery.Fail(delivery.Permanent, models.FailureNotWritten, models.FailureArgs{Answer: err.Error()})
	}
	answer, failed := delivery.PostJSON(ctx, c.client, peer, c.address, nil, body, c.hide)
	if failed == nil {
		failed = refusal(answer, c.now())
	}
	if failed != nil {
		return "", failed.Scrubbed(c.hide)
	}
	return e.DedupKey, nil
}

// refusal returns what an answer means, or nil if PagerDuty accepted the event. It says of
// status 400 that it must not be tried again
// (https://developer.pagerduty.com/docs/events-api-v2-overview#response-codes--retry-logic).
func refusal(a delivery.Answer, now time.Time) *delivery.Error {
	if a.Status != http.StatusBadRequest {
		return delivery.StatusError(peer, a, now)
	}
	var said struct {
		Message string   `json:"message"`
		Errors  []string `json:"errors"`
	}
	_ = json.Unmarshal(a.Body, &said) // an answer that is no JSON has no reasons
	why := strings.Join(append(said.Errors, said.Message), "; ")
	if text := strings.ToLower(why); strings.Contains(text, "routing_key") || strings.Contains(text, "routing key") {
		return delivery.Fail(delivery.Blocked, models.FailurePagerDutyKey, models.FailureArgs{Status: a.Status})
	}
	return delivery.Fail(delivery.Permanent, models.FailureNotTaken, models.FailureArgs{Peer: peer, Status: a.Status, Answer: why})
}
