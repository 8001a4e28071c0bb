package cli

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"regwatch/internal/slackfake"
	"regwatch/internal/smtpfake"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/email"
	"regwatch/notifier/slack"
	"regwatch/notifier/webhook"
	"regwatch/store"
)

const stormEvents, stormParts = 8, 4

// Channels that call strike before each message; it may inject a fault.
type (
	stormySlack struct {
		*slack.Channel

		strike func()
	}
	stormyMail struct {
		*email.Channel

		strike func()
	}
	stormyHook struct {
		*webhook.Channel

		strike func()
	}
)

func (s stormySlack) Send(ctx context.Context, d models.Delivery) (string, error) {
	s.strike()
	return s.Channel.Send(ctx, d)
}

func (s stormyMail) Send(ctx context.Context, d models.Delivery) (string, error) {
	s.strike()
	return s.Channel.Send(ctx, d)
}

func (s stormyHook) Send(ctx context.Context, d models.Delivery) (string, error) {
	s.strike()
	return s.Channel.Send(ctx, d)
}

// A calm channel accepts every message and records when.
type calm struct {
	mu   sync.Mutex
	took []time.Time
}

func (c *calm) Send(context.Context, models.Delivery) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.took = append(c.took, time.Now())
	return "taken", nil
}

// Channels fail at random: 429s, 5xx, connections cut before and after a message was
// accepted, slow answers and greylisting. Every notice must arrive, each thread in its
// order, on Slack and by webhook once. A channel without faults must not wait for the
// others.
func TestEveryNoticeArrivesWhenChannelsFailAtRandom(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) { weather(t, rand.New(rand.NewPCG(seed, 17))) })
	}
}

func weather(t *testing.T, chance *rand.Rand) {
	slackFake, err := slackfake.New(slackfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer slackFake.Close()
	mail, err := smtpfake.New(smtpfake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer mail.Close()
	hook := &hookFake{}
	hookServer := httptest.NewServer(hook)
	defer hookServer.Close()
	quiet := &calm{}
	var began time.Time
	struck := 0
	var mu sync.Mutex // of chance and struck
	random := func(faults int, inject func(i int)) func() {
		return func() {
			mu.Lock()
			defer mu.Unlock()
			if chance.IntN(2) == 0 {
				struck++
				inject(chance.IntN(faults))
			}
		}
	}
	slackFaults := []slackfake.Fault{
		{Kind: slackfake.RateLimited, Times: 3, RetryAfter: 7 * time.Second},
		{Kind: slackfake.ServerError},
		{Kind: slackfake.Late500},
		{Kind: slackfake.CutBefore},
		{Kind: slackfake.CutAfter},
		{Kind: slackfake.Empty},
		{Kind: slackfake.Slow, Delay: time.Millisecond},
		{Kind: slackfake.Refused, Code: "internal_error"},
	}
	mailFaults := []smtpfake.Fault{
		{Kind: smtpfake.Refuse, Stage: smtpfake.AtRcpt, Code: 451, Message: "greylisted"},
		{Kind: smtpfake.Refuse, Stage: smtpfake.AtMail, Code: 421, Message: "busy"},
		{Kind: smtpfake.Refuse, Stage: smtpfake.AtData, Code: 452, Message: "no space"},
		{Kind: smtpfake.CutBefore, Stage: smtpfake.AtMail},
		{Kind: smtpfake.CutBefore, Stage: smtpfake.AtData},
		{Kind: smtpfake.CutAfterData},
		{Kind: smtpfake.Slow, Delay: time.Millisecond},
	}
	hookFaults := []int{429, 500, 502, 503, 504, 400, 404, hookCutBefore, hookCutAfter}

	synctest.Test(t, func(t *testing.T) {
		began = time.Now()
		s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "regwatch.db")})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.CommitNotices(t.Context(), stormNotices(began)); err != nil {
			t.Fatal(err)
		}
		// Connections that stay open would keep the clock of the bubble from moving.
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		bot, err := slack.New(slack.Options{Token: "xoxb-1", Channel: "C0123456789", API: slackFake.APIURL(), Client: client, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		host, port, err := net.SplitHostPort(mail.Addr())
		if err != nil {
			t.Fatal(err)
		}
		number, err := strconv.Atoi(port)
		if err != nil {
			t.Fatal(err)
		}
		relay, err := email.New(email.Options{Host: host, Port: number, TLS: "none", From: "regwatch@example.com"})
		if err != nil {
			t.Fatal(err)
		}
		program, err := webhook.New(webhook.Options{URL: hookServer.URL, Keys: [][]byte{make([]byte, 32)}, Client: client, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 7*24*time.Hour)
		defer cancel()
		left := 4 * stormEvents * stormParts
		d := delivery.Worker{
			Outbox: s, Now: time.Now, Poll: 10 * time.Second, Jitter: func() float64 { return 0.5 },
			Channels: map[string]delivery.Channel{
				"slack": stormySlack{bot, random(len(slackFaults), func(i int) { slackFake.Inject(slackFaults[i]) })},
				"mail":  stormyMail{relay, random(len(mailFaults), func(i int) { mail.Inject(mailFaults[i]) })},
				"hook":  stormyHook{program, random(len(hookFaults), func(i int) { hook.inject(hookFaults[i]) })},
				"calm":  quiet,
			},
			OnResult: func(r delivery.Result) {
				mu.Lock()
				defer mu.Unlock()
				if r.Outcome == delivery.Postponed {
					return
				}
				if r.Outcome != delivery.Sent && r.Outcome != delivery.Found {
					t.Errorf("%s: %s: %v", r.Delivery.Destination, r.Outcome, r.Err)
				}
				if left--; left == 0 {
					cancel()
				}
			},
		}
		if err := d.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if left > 0 {
			t.Errorf("%d deliveries are not sent after a week", left)
		}
	})
	if struck < stormEvents*stormParts {
		t.Errorf("only %d faults struck", struck)
	}
	for _, at := range quiet.took {
		if !at.Equal(began) {
			t.Errorf("the channel without faults was used after %v; want it to wait for nobody", at.Sub(began))
			break
		}
	}
	var slackTexts, mailTexts []string
	for _, m := range slackFake.Messages() {
		slackTexts = append(slackTexts, m.Text)
	}
	for _, m := range mail.Messages() {
		mailTexts = append(mailTexts, string(m.Raw))
	}
	judgeWeather(t, "slack", slackTexts, false)
	judgeWeather(t, "hook", hook.bodies, false)
	judgeWeather(t, "mail", mailTexts, true)
}

// stormNotices returns an alert and updates for each event, for every channel.
func stormNotices(now time.Time) []models.Notice {
	var all []models.Notice
	for part := range stormParts {
		for event := range stormEvents {
			at := now.Add(time.Duration(len(all)) * time.Microsecond).Add(-time.Minute)
			id := fmt.Sprintf("event-%d", event)
			n := models.Notice{
				Kind: models.NoticeUpdate, Subject: "event", SubjectID: id, SubjectRevision: part, Recipient: "desk", Severity: models.High, Reason: "route default", CreatedAt: at,
				Content: models.Content{Alert: &models.Alert{
					EventID: id, Severity: models.High, Title: fmt.Sprintf("Event %d part %d", event, part), Link: "https://news.example/" + id, WhyNow: "more", Source: "News", SeenAt: at, Zone: "UTC",
				}},
			}
			if part == 0 {
				n.Kind = models.NoticeAlert
			}
			n.ID = n.Key()
			for _, channel := range []string{"slack", "mail", "hook", "calm"} {
				address := ""
				if channel == "mail" {
					address = "desk@example.com"
				}
				d := models.NewDelivery(n.ID, channel, address, at)
				d.Thread = id
				n.Deliveries = append(n.Deliveries, d)
			}
			all = append(all, n)
		}
	}
	return all
}

var stormText = regexp.MustCompile(`Event (\d+) part (\d+)`)

// judgeWeather compares what arrived with what was due. Where doubles are allowed only
// the first of each counts.
func judgeWeather(t *testing.T, channel string, texts []string, doubles bool) {
	t.Helper()
	parts := make(map[string][]int)
	for _, text := range texts {
		// A follow-up names the first message of its thread as well.
		event, part := "", -1
		for _, m := range stormText.FindAllStringSubmatch(text, -1) {
			n, _ := strconv.Atoi(m[2])
			event, part = m[1], max(part, n)
		}
		if part < 0 || doubles && slices.Contains(parts[event], part) {
			continue
		}
		parts[event] = append(parts[event], part)
	}
	if len(parts) != stormEvents {
		t.Errorf("%s: %d events arrived, want %d", channel, len(parts), stormEvents)
	}
	for event, got := range parts {
		if want := []int{0, 1, 2, 3}; !slices.Equal(got, want) {
			t.Errorf("%s: of event %s arrived %v, want %v", channel, event, got, want)
		}
	}
}

const (
	hookCutBefore = -1
	hookCutAfter  = -2
)

// A hookFake accepts each webhook once, by its ID.
type hookFake struct {
	mu     sync.Mutex
	faults []int
	had    map[string]bool
	bodies []string
}

func (h *hookFake) inject(fault int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.faults = append(h.faults, fault)
}

func (h *hookFake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	fault := 0
	if len(h.faults) > 0 {
		fault, h.faults = h.faults[0], h.faults[1:]
	}
	if fault > 0 {
		w.WriteHeader(fault)
		return
	}
	if id := r.Header.Get("webhook-id"); fault != hookCutBefore && !h.had[id] {
		if h.had == nil {
			h.had = make(map[string]bool)
		}
		h.had[id] = true
		h.bodies = append(h.bodies, string(body))
	}
	if fault < 0 {
		panic(http.ErrAbortHandler)
	}
}
