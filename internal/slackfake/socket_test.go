package slackfake

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// connectionURL requests a connection with a token and returns the response.
func connectionURL(t *testing.T, s *Server, token string) map[string]any {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.APIURL()+"apps.connections.open", nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var answer map[string]any
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// linked opens a connection and reads its greeting.
func linked(t *testing.T, s *Server) *websocket.Conn {
	t.Helper()
	address, _ := connectionURL(t, s, "xapp-1")["url"].(string)
	conn, _, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if got := read(t, conn); got["type"] != "hello" {
		t.Fatalf("greeted with %v", got)
	}
	// An address is valid for one connection.
	if again, resp, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil); err == nil {
		_ = again.Close()
		t.Error("the same address served twice")
	} else if resp == nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("the second use of an address: %v", err)
	}
	return conn
}

func read(t *testing.T, conn *websocket.Conn) map[string]any {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := conn.ReadJSON(&got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAppTokens(t *testing.T) {
	s := start(t, Options{AppToken: "xapp-1"})
	for token, want := range map[string]any{"": "not_authed", "xoxb-1": "not_allowed_token_type", "xapp-2": "invalid_auth", "xapp-1": nil} {
		if answer := connectionURL(t, s, token); answer["error"] != want {
			t.Errorf("with %q: %v, want %v", token, answer, want)
		}
	}
}

func TestClickSendsEnvelope(t *testing.T) {
	s := start(t, Options{})
	said(t, s, url.Values{"blocks": {`[{"type":"section","text":{"type":"plain_text","text":"x"},"accessory":{"type":"button","action_id":"a","text":{"type":"plain_text","text":"Undo"}}},
		{"type":"actions","elements":[{"type":"button","action_id":"take","value":"v1","text":{"type":"plain_text","text":"Take"}}]}]`}})
	m := s.Messages()[0]
	if _, err := s.Click("U1", m, "Take"); err == nil {
		t.Error("a click went nowhere without an error")
	}
	conn := linked(t, s)
	if _, err := s.Click("U1", m, "Drop"); err == nil {
		t.Error("a button that is not there was clicked")
	}
	id, err := s.Click("U1", m, "Take")
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, conn)
	payload, _ := got["payload"].(map[string]any)
	raw, _ := json.Marshal(payload)
	for _, want := range []string{`"type":"block_actions"`, `"action_id":"take"`, `"value":"v1"`, `"message_ts":"` + m.TS, `"bot_id":"B0FAKE"`, `"id":"U1"`} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("the payload lacks %s: %s", want, raw)
		}
	}
	if got["envelope_id"] != id || got["type"] != "interactive" {
		t.Errorf("envelope %v of type %v, want %s", got["envelope_id"], got["type"], id)
	}
	if _, ok := s.Acknowledged(id); ok {
		t.Error("acknowledged before it was")
	}
	if err := conn.WriteJSON(map[string]string{"envelope_id": id}); err != nil {
		t.Fatal(err)
	}
	for tick := time.Tick(time.Millisecond); ; <-tick {
		if _, ok := s.Acknowledged(id); ok {
			break
		}
	}
	s.Disconnect("refresh_requested")
	if got := read(t, conn); got["type"] != "disconnect" || got["reason"] != "refresh_requested" {
		t.Errorf("told %v, want to disconnect", got)
	}
	s.CutSockets()
	if _, _, err := conn.ReadMessage(); err == nil {
		t.Error("a cut connection goes on")
	}
}

func TestPeople(t *testing.T) {
	s := start(t, Options{Users: []User{{ID: "U1", Name: "ana", Display: "Ana"}}})
	for user, want := range map[string]any{"U1": nil, "U2": "user_not_found"} {
		if _, answer, err := call(t, s, "users.info", url.Values{"user": {user}}); err != nil || answer["error"] != want {
			t.Errorf("users.info of %s: %v %v, want %v", user, answer, err, want)
		}
	}
	for channel, want := range map[string]any{"C1": nil, "#name": "channel_not_found"} {
		if _, answer, err := call(t, s, "chat.postEphemeral", url.Values{"channel": {channel}, "user": {"U1"}, "text": {"psst"}}); err != nil || answer["error"] != want {
			t.Errorf("chat.postEphemeral to %s: %v %v, want %v", channel, answer, err, want)
		}
	}
	if got := s.Ephemerals(); len(got) != 1 || got[0].Text != "psst" || len(s.Messages()) != 0 {
		t.Errorf("shown %+v and %d messages, want one to U1 alone", got, len(s.Messages()))
	}
}
