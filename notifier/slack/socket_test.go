package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"regwatch/internal/slackfake"
	"regwatch/models"
	"regwatch/notifier/delivery"
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
func row(t *testing.T, fake *slackfake.Server, s *models.Standing) slackfake.Message {
	t.Helper()
	api := slack.New(slackToken, slack.OptionAPIURL(fake.APIURL()))
	_, ts, err := api.PostMessageContext(t.Context(), "C0123456789", slack.MsgOptionText("alert", false),
		slack.MsgOptionBlocks(render.SlackButtons(alertAt("https://news.example/1"), s, render.English, true)...))
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

func TestInteractionsAreDoneInOrderUnderAName(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, nil)
	h.connected(t)
	h.click(t, "U1", h.alert, "Take it")
	h.click(t, "U2", h.alert, "Not relevant")
	h.click(t, "U1", h.alert, "Mute 7 days")
	h.click(t, "U1", h.alert, "Open") // a link, which Slack tells of all the same
	h.click(t, "U4", h.alert, "Take it")
	h.click(t, "U3", h.alert, "Take it") // whom users.info does not know
	want := []Interaction{
		{Act: models.ActionAssign, EventID: "01JE", NoticeID: "notice-1", By: "@Ana (U1)"},
		{Act: models.ActionDismiss, EventID: "01JE", NoticeID: "notice-1", By: "@ben (U2)"},
		{Act: models.ActionMute, EventID: "01JE", NoticeID: "notice-1", By: "@Ana (U1)"},
		{Act: models.ActionAssign, EventID: "01JE", NoticeID: "notice-1", By: "@<!channel> U1 Ana (U4)"},
		{Act: models.ActionAssign, EventID: "01JE", NoticeID: "notice-1", By: "@u3 (U3)"},
	}
	if diff := cmp.Diff(want, h.actions.all()); diff != "" {
		t.Errorf("interactions (-want +got):\n%s", diff)
	}
	if got := h.fake.Ephemerals(); len(got) != 0 {
		t.Errorf("people were told %+v, want nothing", got)
	}
	if n := h.fake.Calls("users.info"); n != 4 {
		t.Errorf("names were asked for %d times, want 4: once a person", n)
	}
	for _, secret := range []string{slackToken, slackAppToken, "s3cret"} {
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("a secret shows in the log:\n%s", h.log)
		}
	}
}

func TestEachPersonUndoesWhatTheyDid(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, nil)
	h.connected(t)
	at := time.Date(2026, 8, 28, 6, 5, 0, 0, time.UTC)
	m := row(t, h.fake, &models.Standing{
		EventID: "01JE",
		Takes:   []models.Take{{By: "@Anna (U1)", TakenAt: at}, {By: "operator", TakenAt: at}},
		Marks:   []models.Mark{{By: "@ben (U2)", MarkedAt: at}, {By: "@Anna (U1)", Relevant: true, MarkedAt: at.Add(time.Hour)}},
		Mute:    &models.Mute{ID: "01MUTE", Kind: models.MuteEvent, By: "@ben (U2)", MutedAt: at.Add(time.Minute)},
	})
	var labels []string
	for _, b := range m.Buttons() {
		labels = append(labels, b.Text)
	}
	if diff := cmp.Diff([]string{"Take it", "Not relevant", "Undo", "Open"}, labels); diff != "" {
		t.Errorf("buttons of a muted event (-want +got):\n%s", diff)
	}
	h.click(t, "U1", m, "Undo")
	h.click(t, "U2", m, "Undo")
	h.click(t, "U3", m, "Undo")
	want := []Interaction{
		{Act: models.ActionUnassign, EventID: "01JE", NoticeID: "notice-1", By: "@Anna (U1)"}, // as she was called then
		{Act: models.ActionUnmute, EventID: "01JE", NoticeID: "notice-1", MuteID: "01MUTE", By: "@ben (U2)"},
	}
	if diff := cmp.Diff(want, h.actions.all()); diff != "" {
		t.Errorf("interactions (-want +got):\n%s", diff)
	}
	got := h.fake.Ephemerals()
	if len(got) != 1 || got[0].User != "U3" || !strings.Contains(got[0].Text, "nothing of yours to undo") {
		t.Errorf("people were told %+v, want that U3 has nothing to undo", got)
	}
}

func TestFailureIsShownOnlyToThePersonWhoActed(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, nil)
	h.connected(t)
	h.actions.script = []error{errors.New("no event is called <!here> " + slackToken)}
	h.click(t, "U1", h.alert, "Take it")
	until(t, "an answer", func() bool { return len(h.fake.Ephemerals()) == 1 })
	e := h.fake.Ephemerals()[0]
	if e.Channel != h.alert.Channel || e.User != "U1" || e.Text != "That was not done: no event is called &lt;!here&gt; [secret]." {
		t.Errorf("told %+v", e)
	}
	h.click(t, "U1", h.alert, "Take it")
	if n := len(h.actions.all()); n != 2 {
		t.Errorf("%d interactions were done, want the second too", n)
	}
}

func TestForeignInteractionsAreIgnored(t *testing.T) {
	good := func(h *socketRig) map[string]any {
		return h.fake.InteractionPayload("U1", h.alert, h.alert.Buttons()[0])
	}
	action := func(p map[string]any) map[string]any { return p["actions"].([]any)[0].(map[string]any) }
	tests := []struct {
		name   string
		change func(p map[string]any)
		told   string // part of what the person is told
	}{
		{"of another bot's message", func(p map[string]any) { p["message"].(map[string]any)["bot_id"] = "B0OTHER" }, ""},
		{"of a message without a bot", func(p map[string]any) { delete(p["message"].(map[string]any), "bot_id") }, ""},
		{"of a view", func(p map[string]any) { p["container"] = map[string]any{"type": "view"} }, ""},
		{"a shortcut", func(p map[string]any) { p["type"] = "shortcut" }, ""},
		{"without actions", func(p map[string]any) { p["actions"] = []any{} }, ""},
		{"of another program's button", func(p map[string]any) { action(p)["action_id"] = "approve" }, ""},
		{"an act that is none", func(p map[string]any) { action(p)["action_id"] = "regwatch_drop_tables" }, "another version"},
		{"an act that has no button", func(p map[string]any) { action(p)["action_id"] = "regwatch_untake" }, "another version"},
		{"without a value", func(p map[string]any) { action(p)["value"] = "" }, "another version"},
		{"a value that is none", func(p map[string]any) { action(p)["value"] = "{" }, "another version"},
		{"a value without an event", func(p map[string]any) { action(p)["value"] = "{}" }, "another version"},
		{"an undo of what is no act", func(p map[string]any) {
			action(p)["action_id"], action(p)["value"] = "regwatch_undo", `{"e":"01JE","u":[{"a":"purge","b":"@Ana (U1)"}]}`
		}, "another version"},
		{"a person who is none", func(p map[string]any) { p["user"].(map[string]any)["id"] = "x) (U2" }, ""},
		{"somebody of another organisation", func(p map[string]any) { p["user"].(map[string]any)["id"] = "U9" }, "Only members of the workspace"},
		{"somebody of another team who is not known", func(p map[string]any) {
			p["user"].(map[string]any)["id"], p["user"].(map[string]any)["team_id"] = "U8", "T0OTHER"
		}, "Only members of the workspace"},
	}
	h := connectSocket(t, slackfake.Options{}, nil)
	h.connected(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := len(h.fake.Ephemerals())
			payload := good(h)
			tt.change(payload)
			h.push(t, payload)
			if got := h.actions.all(); len(got) != 0 {
				t.Fatalf("it was done: %+v", got)
			}
			told := h.fake.Ephemerals()[before:]
			if tt.told == "" && len(told) > 0 || tt.told != "" && (len(told) != 1 || !strings.Contains(told[0].Text, tt.told)) {
				t.Errorf("told %+v, want %q", told, tt.told)
			}
		})
	}
	// None of it has ended the connection.
	h.click(t, "U1", h.alert, "Take it")
	if n := len(h.actions.all()); n != 1 {
		t.Errorf("%d interactions were done after it, want 1", n)
	}
}

func TestRepeatedInteractionIsDoneOnce(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, nil)
	h.connected(t)
	payload := h.fake.InteractionPayload("U1", h.alert, h.alert.Buttons()[2])
	h.push(t, payload)
	h.push(t, payload)
	if n := len(h.actions.all()); n != 1 {
		t.Errorf("it was done %d times, want once", n)
	}
	// One that failed is tried again.
	h.actions.script = []error{errors.New("the database is locked")}
	again := h.fake.InteractionPayload("U2", h.alert, h.alert.Buttons()[0])
	h.push(t, again)
	h.push(t, again)
	if n := len(h.actions.all()); n != 3 {
		t.Errorf("%d interactions, want 3: the one that failed twice", n)
	}
}

func TestSlowInteractionIsAcknowledgedInTime(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, func(o *SocketOptions) {
		a := o.Actions.(*recorder)
		a.begun, a.hold = make(chan struct{}, 4), make(chan struct{})
	})
	h.connected(t)
	// The first is not done while the others wait; all are acknowledged.
	h.click(t, "U1", h.alert, "Take it")
	h.click(t, "U1", h.alert, "Not relevant")
	if n := len(h.actions.all()); n != 0 {
		t.Fatalf("%d interactions were done, want none yet", n)
	}
	<-h.actions.begun
	close(h.actions.hold)
	until(t, "both", func() bool { return len(h.actions.all()) == 2 })
}

func TestSocketConnectsAgain(t *testing.T) {
	tests := []struct {
		name string
		end  func(h *socketRig)
	}{
		{"cut", func(h *socketRig) { h.fake.CutSockets() }},
		{"refreshed", func(h *socketRig) { h.fake.Disconnect("refresh_requested") }},
		{"warned", func(h *socketRig) { h.fake.Disconnect("warning") }},
		{"switched off and on", func(h *socketRig) { h.fake.Disconnect("link_disabled") }},
		{"refused, limited and failing in between", func(h *socketRig) {
			const opening = "apps.connections.open"
			h.fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Method: opening, Code: "token_revoked"})
			h.fake.Inject(slackfake.Fault{Kind: slackfake.RateLimited, Method: opening})
			h.fake.Inject(slackfake.Fault{Kind: slackfake.ServerError, Method: opening})
			h.fake.Inject(slackfake.Fault{Kind: slackfake.Empty, Method: opening})
			h.fake.Inject(slackfake.Fault{Kind: slackfake.CutBefore, Method: opening})
			h.fake.Inject(slackfake.Fault{Kind: slackfake.Refused, Method: "auth.test", Code: "account_inactive"})
			h.fake.CutSockets()
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := connectSocket(t, slackfake.Options{}, nil)
			h.connected(t)
			opened := h.fake.Calls("apps.connections.open")
			tt.end(h)
			until(t, "a new connection", func() bool { return h.fake.Calls("apps.connections.open") > opened })
			until(t, "it to be the only one", func() bool {
				return h.fake.Sockets() == 1 && strings.Count(h.log.String(), "buttons are connected\"") >= 2
			})
			h.click(t, "U1", h.alert, "Take it")
			if n := len(h.actions.all()); n != 1 {
				t.Errorf("%d interactions were done, want 1", n)
			}
			if log := h.log.String(); strings.Contains(log, "may have arrived") {
				t.Errorf("a connection is spoken of as a message:\n%s", log)
			}
		})
	}
}

func TestSocketFailureIsLoggedOnce(t *testing.T) {
	const opening = "apps.connections.open"
	refused := func(code string) slackfake.Fault {
		return slackfake.Fault{Kind: slackfake.Refused, Method: opening, Code: code, Times: 5}
	}
	tests := []struct {
		fault slackfake.Fault
		want  string
	}{
		{refused("token_revoked"), "the Slack app-level token was revoked; make a new one with the scope connections:write"},
		{refused("invalid_auth"), "Slack does not accept the app-level token; make one with the scope connections:write"},
		{refused("missing_scope"), "the Slack app-level token lacks the scope connections:write"},
		{refused("not_allowed_token_type"), "want the app-level one, which starts with xapp-"},
		{refused("account_inactive"), "was removed from the workspace; install it again"},
		{slackfake.Fault{Kind: slackfake.Refused, Method: "auth.test", Code: "token_revoked", Times: 5}, "the Slack bot token was revoked; install the app again"},
	}
	for _, tt := range tests {
		t.Run(tt.fault.Method+" "+tt.fault.Code, func(t *testing.T) {
			tries := make(chan struct{}, 100)
			h := connectSocket(t, slackfake.Options{}, func(o *SocketOptions) {
				tokens := o.Tokens
				o.Tokens = func() (string, string, error) { tries <- struct{}{}; return tokens() }
			})
			h.connected(t)
			h.fake.Inject(tt.fault)
			h.fake.CutSockets()
			until(t, "a new connection after five refusals", func() bool { return len(tries) == 7 && h.fake.Sockets() == 1 })
			if n := strings.Count(h.log.String(), tt.want); n != 1 {
				t.Errorf("%q was logged %d times, want once:\n%s", tt.want, n, h.log)
			}
			if strings.Contains(h.log.String(), "s3cret") {
				t.Errorf("a secret shows:\n%s", h.log)
			}
		})
	}
}

func TestSocketReadsAnything(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, nil)
	h.connected(t)
	for _, text := range []string{"", "{", "null", "[]", `{"type":7}`, `{"type":"interactive"}`, `{"type":"interactive","envelope_id":"x","payload":[]}`, `{"type":"unheard_of","envelope_id":"y"}`} {
		if err := h.fake.PushRaw(text); err != nil {
			t.Fatal(err)
		}
	}
	h.acknowledged(t, "y")
	h.click(t, "U1", h.alert, "Take it")
	if n := len(h.actions.all()); n != 1 || h.fake.Calls("apps.connections.open") != 1 {
		t.Errorf("%d interactions were done over %d connections, want 1 over 1", n, h.fake.Calls("apps.connections.open"))
	}
}

// A stop finishes what it interrupts: nobody would know of it otherwise.
func TestStopFinishesTheInteractionInProgress(t *testing.T) {
	h := connectSocket(t, slackfake.Options{}, func(o *SocketOptions) {
		a := o.Actions.(*recorder)
		a.begun, a.hold = make(chan struct{}, 1), make(chan struct{})
	})
	h.connected(t)
	if _, err := h.fake.Click("U1", h.alert, "Take it"); err != nil {
		t.Fatal(err)
	}
	<-h.actions.begun
	h.cancel()
	close(h.actions.hold)
	<-h.over
	if n := len(h.actions.all()); n != 1 {
		t.Errorf("%d interactions were done, want 1", n)
	}
}

func TestSocketPauses(t *testing.T) {
	tests := []struct {
		name      string
		failures  int
		err       error
		low, high time.Duration
	}{
		{"an ordinary end", 0, errEnded, time.Second / 2, time.Second},
		{"the third failure", 3, delivery.Errorf(delivery.Unreachable, "x"), 4 * time.Second, 8 * time.Second},
		{"for ever", 1000, delivery.Errorf(delivery.Unreachable, "x"), 128 * time.Second, 5 * time.Minute},
		{"a person must act", 1, delivery.Errorf(delivery.Blocked, "x"), 30 * time.Second, time.Minute},
		{"Slack asks for it", 1, &delivery.Error{Reason: delivery.RateLimited, RetryAfter: time.Minute, Err: errEnded}, 30 * time.Second, time.Minute},
	}
	for _, tt := range tests {
		for range 100 {
			if got := socketPause(tt.failures, tt.err); got < tt.low || got > tt.high {
				t.Errorf("%s: %v, want %v to %v", tt.name, got, tt.low, tt.high)
			}
		}
	}
}

func TestButtonsKeepSlacksLimits(t *testing.T) {
	s := &models.Standing{EventID: "01JE"}
	for range 40 {
		s.Takes = append(s.Takes, models.Take{By: render.NameSlackUser(strings.Repeat("長い名前", 40), "U0123456789AB"), TakenAt: time.Now()})
	}
	for _, link := range []string{"https://news.example/1", "https://news.example/" + strings.Repeat("x", render.SlackURL), ""} {
		blocks := render.SlackButtons(alertAt(link), s, render.English, true)
		raw, err := json.Marshal(blocks)
		if err != nil {
			t.Fatal(err)
		}
		if faults := slackfake.Check(raw); len(faults) > 0 {
			t.Errorf("Slack would refuse the buttons: %v", faults)
		}
		if !strings.Contains(string(raw), `regwatch_undo`) {
			t.Errorf("nothing can be undone: %s", raw)
		}
	}
	if got := render.SlackButtons(alertAt(""), s, render.English, false); got != nil {
		t.Errorf("without an app and a link there are buttons: %v", got)
	}
}

func FuzzReadInteraction(f *testing.F) {
	f.Add("regwatch_take", `{"e":"01JE","n":"n"}`, "@Ana (U1)")
	f.Add("regwatch_undo", `{"e":"01JE","u":[{"a":"unmute","b":"@Ana (U1)","m":"01"}]}`, "@Ana (U1)")
	f.Fuzz(func(t *testing.T, id, value, by string) {
		p, err := readInteraction(id, value, by)
		if err == nil && (p.EventID == "" || render.SlackUserID(p.By) != render.SlackUserID(by)) {
			t.Errorf("readInteraction(%q, %q, %q) = %+v: another person's act, or of nothing", id, value, by, p)
		}
	})
}

func FuzzNameSlackUser(f *testing.F) {
	f.Add("Ana", "U1")
	f.Add("x (U2)", "U1")
	f.Fuzz(func(t *testing.T, name, _ string) {
		if by := render.NameSlackUser(name, "U1"); render.SlackUserID(by) != "U1" || strings.ContainsAny(by, "\n\x1b") {
			t.Errorf("nameSlackUser(%q) = %q, which is not U1", name, by)
		}
	})
}
