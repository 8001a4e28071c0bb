package teams

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

// Options say which workflow a [Channel] posts to.
type Options struct {
	URL      string // as Power Automate gave it; it is a secret
	Client   *http.Client
	Renderer *render.Renderer // nil means the shipped templates
	Now      func() time.Time
}

// A Channel posts to a workflow. It implements [delivery.Channel] and [delivery.Pacer].
type Channel struct {
	url      string
	client   *http.Client
	hide     *redact.Secrets
	renderer *render.Renderer
	now      func() time.Time
	pace     time.Duration
}

// New returns a channel. It does not connect yet. Without a client it uses
// delivery.HTTPClient, which has timeouts and follows no redirect.
func New(opts Options) (*Channel, error) {
	u, err := url.Parse(opts.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, errors.New("a Teams channel needs the web address of its workflow")
	}
	if opts.Now == nil {
		return nil, errors.New("a Teams channel needs a clock")
	}
	client := opts.Client
	if client == nil {
		client = delivery.HTTPClient()
	}
	hide := redact.New()
	hide.AddAddress(opts.URL)
	return &Channel{opts.URL, client, hide, opts.Renderer, opts.Now, messageInterval}, nil
}

var peer = models.Peer{Kind: models.PeerTeams}

// messageInterval is the time between two messages. Teams accepts four a second
// (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook).
const messageInterval = 500 * time.Millisecond

// Pace returns the time between two messages.
func (c *Channel) Pace() time.Duration { return c.pace }

// Send posts the notice. The receipt is the ID of the run of the workflow, if it names one.
func (c *Channel) Send(ctx context.Context, d models.Delivery) (string, error) {
	body, err := Message(c.renderer, d)
	if err != nil {
		return "", delivery.Fail(delivery.Permanent, models.FailureNotWritten, models.FailureArgs{Answer: err.Error()})
	}
	answer, failed := delivery.PostJSON(ctx, c.client, peer, c.url, nil, body, c.hide)
	if failed == nil {
		failed = refusal(answer, c.now())
	}
	if failed != nil {
		return "", failed
	}
	return receipt(answer), nil
}

// receipt returns the ID of the run, by which a person finds it in Power Automate.
func receipt(a delivery.Answer) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	id := a.Header.Get("X-Ms-Workflow-Run-Id")
	if id == "" || len(id) > 64 || strings.Trim(id, letters) != "" {
		return "accepted"
	}
	return id
}

// refusal returns what an answer means, or nil if the workflow accepted the card. Azure names the reason in error.code.
// No page that lists these codes is known to us: an answer with another code means what its status says.
func refusal(a delivery.Answer, now time.Time) *delivery.Error {
	var said struct {
		Error struct {
			Code string `json:"code"`
		} `json:"error"`
	}
	// An answer that is no JSON has no code.
	_ = json.Unmarshal(a.Body, &said)
	if a.Status >= 400 && a.Status < 500 {
		switch said.Error.Code {
		case "WorkflowTriggerIsNotEnabled", "WorkflowIsDisabled":
			return delivery.Fail(delivery.Blocked, models.FailureTeamsOff, models.FailureArgs{Peer: peer, Status: a.Status})
		case "WorkflowNotFound", "WorkflowTriggerNotFound":
			return delivery.Fail(delivery.Blocked, models.FailureNoReceiver, models.FailureArgs{Peer: peer, Status: a.Status})
		}
	}
	return delivery.StatusError(peer, a, now)
}
