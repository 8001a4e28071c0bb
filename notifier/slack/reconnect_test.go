package slack

import (
	"strings"
	"testing"
	"time"

	"regwatch/internal/slackfake"
	"regwatch/notifier/delivery"
)

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
			h.click(t, "U1", h.alert, "Assign to me")
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
		{refused("not_allowed_token_type"), "use the app-level token, which starts with xapp-"},
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
	h.click(t, "U1", h.alert, "Assign to me")
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
	if _, err := h.fake.Click("U1", h.alert, "Assign to me"); err != nil {
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
