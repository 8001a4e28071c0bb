package slack

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"regwatch/internal/slackfake"
	"regwatch/models"
	"regwatch/notifier/render"
)

const slackAppToken = "xapp-1-A0FAKE-s3cretAppT0ken"

// A recorder records what was asked for, and returns the errors of its script.
type recorder struct {
	mu     sync.Mutex
	script []error
	begun  chan struct{} // gets one for each interaction that is begun, if set
	hold   chan struct{} // each interaction waits for one, if set
	got    []Interaction
}

func (a *recorder) Act(ctx context.Context, p Interaction) error {
	if a.begun != nil {
		a.begun <- struct{}{}
	}
	if a.hold != nil {
		select {
		case <-a.hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.got = append(a.got, p)
	var err error
	if len(a.script) > 0 {
		err, a.script = a.script[0], a.script[1:]
	}
	return err
}

func (a *recorder) all() []Interaction {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]Interaction(nil), a.got...)
}

// A socketRig is a socket at the Slack fake, with one alert posted there.
type socketRig struct {
	fake    *slackfake.Server
	actions *recorder
	alert   slackfake.Message
	log     *syncBuffer
	cancel  context.CancelFunc
	over    chan struct{}

	leavesSome bool // interactions are meant to stay unacknowledged
}

// A syncBuffer is written by one goroutine and read by another.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// alertAt is an alert whose article has a link.
func alertAt(link string) models.Notice {
	return models.Notice{ID: "notice-1", Content: models.Content{Alert: &models.Alert{EventID: "01JE", Link: link}}}
}

// row posts the buttons of an event and returns the message.
func row(t *testing.T, fake *slackfake.Server, s *models.Status) slackfake.Message {
	t.Helper()
	return rowOf(t, fake, alertAt("https://news.example/1"), s)
}

func rowOf(t *testing.T, fake *slackfake.Server, n models.Notice, s *models.Status) slackfake.Message {
	t.Helper()
	api := slack.New(slackToken, slack.OptionAPIURL(fake.APIURL()))
	_, ts, err := api.PostMessageContext(t.Context(), "C0123456789", slack.MsgOptionText("alert", false),
		slack.MsgOptionBlocks(render.SlackButtons(n, s, render.English, true, "")...))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range fake.Messages() {
		if m.TS == ts {
			return m
		}
	}
	t.Fatal("the message was not kept")
	return slackfake.Message{}
}

func connectSocket(t *testing.T, opts slackfake.Options, change func(*SocketOptions)) *socketRig {
	t.Helper()
	opts.Token, opts.AppToken = slackToken, slackAppToken
	opts.Users = append(opts.Users, slackfake.User{ID: "U1", Name: "ana.b", Display: "Ana"}, slackfake.User{ID: "U2", Name: "ben"},
		slackfake.User{ID: "U9", Name: "eve", Stranger: true}, slackfake.User{ID: "U4", Name: "x", Display: "<!channel> (U1)\n@Ana"})
	h := &socketRig{fake: fakeSlack(t, opts), actions: &recorder{}, log: &syncBuffer{}, over: make(chan struct{})}
	t.Cleanup(func() {
		if late := h.fake.Unacknowledged(); len(late) > 0 && !h.leavesSome {
			t.Errorf("Slack showed people an error for %v", late)
		}
	})
	h.alert = row(t, h.fake, nil)
	o := SocketOptions{
		Tokens: func() (string, string, error) { return slackToken, slackAppToken, nil },
		API:    h.fake.APIURL(), Actions: h.actions,
		Log: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&o)
	}
	socket := NewSocket(o)
	if socket.worker != nil {
		// The fake says when it has taken an acknowledgement.
		socket.worker.settle = func(ctx context.Context, envelope string) {
			for tick := time.Tick(time.Millisecond); ctx.Err() == nil; <-tick {
				if _, taken := h.fake.Acknowledged(envelope); taken {
					return
				}
			}
		}
	}
	socket.wait = func(int, error) time.Duration { return time.Millisecond }
	var ctx context.Context
	ctx, h.cancel = context.WithCancel(t.Context())
	go func() {
		defer close(h.over)
		socket.Run(ctx)
	}()
	t.Cleanup(func() { h.cancel(); <-h.over })
	return h
}

// until waits for what another goroutine brings about.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(10 * time.Second)
	for !is() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("never came about: %s", what)
		}
	}
}

func (h *socketRig) connected(t *testing.T) {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Logf("log:\n%s", tailOf(h.log.String()))
		}
	}()
	until(t, "a connection", func() bool { return h.fake.Sockets() == 1 })
}

func tailOf(s string) string { return s[max(0, len(s)-2000):] }

// click clicks a button and waits until it was acknowledged, which is when it was
// done.
func (h *socketRig) click(t *testing.T, user string, m slackfake.Message, text string) {
	t.Helper()
	envelope, err := h.fake.Click(user, m, text)
	if err != nil {
		t.Fatal(err)
	}
	h.acknowledged(t, envelope)
}

func (h *socketRig) push(t *testing.T, payload any) {
	t.Helper()
	envelope, err := h.fake.Push("interactive", payload)
	if err != nil {
		t.Fatal(err)
	}
	h.acknowledged(t, envelope)
}

func (h *socketRig) acknowledged(t *testing.T, envelope string) {
	t.Helper()
	until(t, "an acknowledgement", func() bool { _, ok := h.fake.Acknowledged(envelope); return ok })
}
