package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// Options say where a webhook is posted and what it is signed with.
type Options struct {
	URL    string       // https, or http to this machine; it is a secret
	Keys   [][]byte     // every message is signed with each, so that a receiver can change keys
	Client *http.Client // nil means delivery.HTTPClient, which has timeouts and follows no redirect
	Now    func() time.Time
}

// A Channel posts notices as JSON to the recipient's own program, signed as the
// Standard Webhooks specification 1.0.0 says (https://www.standardwebhooks.com).
// The receiver cannot be asked what it has. It recognises a repeat by its webhook-id.
// Channel implements [delivery.Channel], [delivery.Amender] and [delivery.Concurrent].
type Channel struct {
	url    string
	keys   [][]byte
	client *http.Client
	now    func() time.Time
	hide   *redact.Secrets

	mu       sync.Mutex          // guards accepted
	accepted map[string]progress // of deliveries that are not complete, by ID
}

// A progress is how many pages of a delivery the receiver has accepted.
type progress struct {
	pages int
	at    time.Time // when it accepted the last
}

const (
	// keepProgress is how long a receiver is trusted to have the pages that it accepted. A
	// delivery that a person retries later is posted whole.
	keepProgress = 24 * time.Hour
	// mostProgress is how many incomplete deliveries are remembered. Of the others all
	// pages are posted again, and the receiver drops the repeats.
	mostProgress = 1000
)

// New returns a webhook channel. It does not connect yet.
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
	return &Channel{url: opts.URL, keys: opts.Keys, client: client, now: opts.Now, hide: hide, accepted: make(map[string]progress)}, nil
}

// Amends reports that a webhook accepts amendments. Each is a message of its own with
// the status of the event.
func (w *Channel) Amends() bool { return true }

// MaxInProgress returns how many messages a crash may repeat. The receiver drops repeats,
// as the specification asks it to.
func (w *Channel) MaxInProgress() int { return 25 }

// Send posts the notice, page by page if it has several. The receipt is the webhook-id of
// the first page. Pages that the receiver accepted before one failed are not posted again
// while the program runs: a receiver that limits the rate after each page would never get
// the last one.
func (w *Channel) Send(ctx context.Context, d models.Delivery) (string, error) {
	pages, err := render.Webhook(d.Notice)
	if err != nil {
		return "", delivery.Fail(delivery.Permanent, models.FailureNotWritten, models.FailureArgs{Answer: err.Error()})
	}
	for i := w.acceptedPages(d.ID); i < len(pages); i++ {
		if err := w.post(ctx, pageID(d.ID, i), pages[i]); err != nil {
			return "", err
		}
		w.noteAccepted(d.ID, i+1, len(pages))
	}
	return d.ID, nil
}

// pageID returns the webhook-id of a page, counted from 0. The first page has the
// delivery's ID. It is the same at every attempt.
func pageID(deliveryID string, i int) string {
	if i == 0 {
		return deliveryID
	}
	return deliveryID + "-" + strconv.Itoa(i+1)
}

func (w *Channel) acceptedPages(deliveryID string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.forget()
	return w.accepted[deliveryID].pages
}

func (w *Channel) noteAccepted(deliveryID string, pages, of int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if pages == of {
		delete(w.accepted, deliveryID)
		return
	}
	w.accepted[deliveryID] = progress{pages, w.now()}
	if len(w.accepted) > mostProgress {
		delete(w.accepted, w.oldest())
	}
}

// forget forgets what was accepted long ago, or later than now by a clock that was set
// back since: those deliveries were given up or dropped.
func (w *Channel) forget() {
	now := w.now()
	maps.DeleteFunc(w.accepted, func(_ string, p progress) bool { return now.Sub(p.at).Abs() >= keepProgress })
}

// oldest returns the delivery whose last page was accepted first.
func (w *Channel) oldest() (id string) {
	for other, p := range w.accepted {
		if id == "" || p.at.Before(w.accepted[id].at) {
			id = other
		}
	}
	return id
}

// post posts one page.
func (w *Channel) post(ctx context.Context, id string, body []byte) *delivery.Error {
	at := w.now()
	answer, err := delivery.PostJSON(ctx, w.client, receiver, w.url, map[string]string{
		"Webhook-Id":        id,
		"Webhook-Timestamp": strconv.FormatInt(at.Unix(), 10),
		"Webhook-Signature": signatures(w.keys, id, at, body),
	}, body, w.hide)
	if err != nil {
		return err
	}
	return delivery.StatusError(receiver, answer, at)
}

// receiver is how failures name the receiver. Its address is a secret.
var receiver = models.Peer{Kind: models.PeerWebhook}

// signatures returns the webhook-signature header: one signature for each key.
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
