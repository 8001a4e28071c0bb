package slackfake

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A clock stands still until a test moves it.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func newClock() *clock { return &clock{at: time.Date(2026, 8, 28, 6, 0, 0, 0, time.UTC)} }

// callAs is call with another token.
func callAs(t *testing.T, s *Server, token, method string, form url.Values) map[string]any {
	t.Helper()
	form.Set("token", token)
	resp, err := http.PostForm(s.APIURL()+method, form)
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

func TestUpdateRequiresOwnMessage(t *testing.T) {
	s := start(t, Options{Token: "xoxb-1", OtherBots: map[string]string{"xoxb-2": "B0OTHER"}})
	ts := said(t, s, url.Values{"text": {"alert"}})
	update := func() url.Values { return url.Values{"channel": {"C1"}, "ts": {ts}, "text": {"new"}} }
	if got := callAs(t, s, "xoxb-2", "chat.update", update()); got["error"] != "cant_update_message" {
		t.Errorf("another bot's update: %v, want cant_update_message", got)
	}
	if got := callAs(t, s, "xoxb-1", "chat.update", update()); got["ok"] != true {
		t.Errorf("the bot's own update: %v", got)
	}
	s.Delete("C1", ts)
	if got := callAs(t, s, "xoxb-1", "chat.update", update()); got["error"] != "message_not_found" {
		t.Errorf("update of a deleted message: %v, want message_not_found", got)
	}
	form := url.Values{"channel": {"C1"}, "text": {"reply"}, "thread_ts": {ts}}
	if got := callAs(t, s, "xoxb-1", "chat.postMessage", form); got["error"] != "thread_not_found" {
		t.Errorf("reply to a deleted message: %v, want thread_not_found", got)
	}
	person := url.Values{"channel": {"U0123456789"}, "ts": {ts}, "text": {"new"}}
	if got := callAs(t, s, "xoxb-1", "chat.update", person); got["error"] != "channel_not_found" {
		t.Errorf("update by a person's ID: %v, want channel_not_found", got)
	}
}

func TestActionIDsAreUnique(t *testing.T) {
	button := `{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}}`
	one := `{"type":"actions","elements":[` + button + `]}`
	for _, blocks := range []string{"[" + one + "," + one + "]", `[{"type":"actions","elements":[` + button + "," + button + `]}]`} {
		if got := Check([]byte(blocks)); len(got) != 1 || !strings.Contains(got[0], "action_id") {
			t.Errorf("Check(%s) = %q, want that the action_id is not unique", blocks, got)
		}
	}
	if got := Check([]byte("[" + one + "]")); len(got) != 0 {
		t.Errorf("Check of one button = %q", got)
	}
}

func TestMethodsAreRateLimited(t *testing.T) {
	c := newClock()
	s := start(t, Options{RateLimits: true, Now: c.now})
	ts := said(t, s, url.Values{"text": {"alert"}})
	update := func() (int, http.Header, map[string]any) {
		form := url.Values{"token": {"xoxb-1"}, "channel": {"C1"}, "ts": {ts}, "text": {"new"}}
		resp, err := http.PostForm(s.APIURL()+"chat.update", form)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		var answer map[string]any
		if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, resp.Header, answer
	}
	for i := range perMinute()["chat.update"] {
		if status, _, answer := update(); status != http.StatusOK || answer["ok"] != true {
			t.Fatalf("update %d: %d %v", i, status, answer)
		}
	}
	c.move(20 * time.Second)
	status, header, answer := update()
	if status != http.StatusTooManyRequests || header.Get("Retry-After") != "40" || answer["error"] != "ratelimited" {
		t.Errorf("one too many: %d, Retry-After %s, %v; want 429 for 40 s", status, header.Get("Retry-After"), answer)
	}
	// Other methods have their own limits.
	if got := callAs(t, s, "xoxb-1", "conversations.history", url.Values{"channel": {"C1"}}); got["ok"] != true {
		t.Errorf("another method: %v", got)
	}
	c.move(40 * time.Second)
	if status, _, answer := update(); status != http.StatusOK {
		t.Errorf("after the pause: %d %v", status, answer)
	}
}

func TestUnacknowledgedAfterThreeSeconds(t *testing.T) {
	c := newClock()
	s := start(t, Options{Now: c.now})
	conn := linked(t, s)
	acknowledge := func(id string) {
		t.Helper()
		if err := conn.WriteJSON(map[string]string{"envelope_id": id}); err != nil {
			t.Fatal(err)
		}
		for tick := time.Tick(time.Millisecond); ; <-tick {
			if _, ok := s.Acknowledged(id); ok {
				return
			}
		}
	}
	push := func() string {
		t.Helper()
		id, err := s.Push("interactive", map[string]any{})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	inTime := push()
	c.move(ackLimit)
	acknowledge(inTime)
	if got := s.Unacknowledged(); len(got) != 0 {
		t.Errorf("Unacknowledged = %v; want none after exactly 3 s", got)
	}
	late, never := push(), push()
	c.move(ackLimit + time.Millisecond)
	acknowledge(late)
	want := []string{late, never}
	slices.Sort(want)
	if diff := cmp.Diff(want, s.Unacknowledged()); diff != "" {
		t.Errorf("Unacknowledged (-want +got):\n%s", diff)
	}
}

func TestPeopleOfSeveralTeams(t *testing.T) {
	s := start(t, Options{Team: "T1", Enterprise: "E1", Users: []User{
		{ID: "U1", Name: "ana"},
		{ID: "U2", Name: "ben", Team: "T2", Enterprise: "E1", Teams: []string{"T2"}},
		{ID: "U3", Name: "eve", Team: "T3", Guest: true},
	}})
	if got := callAs(t, s, "xoxb-1", "auth.test", url.Values{}); got["team_id"] != "T1" || got["enterprise_id"] != "E1" {
		t.Errorf("auth.test = %v", got)
	}
	ts := said(t, s, url.Values{"text": {"x"}, "blocks": {`[{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}}]}]`}})
	m := s.Messages()[0]
	for user, want := range map[string]struct {
		team       string
		enterprise any
	}{"U1": {"T1", "E1"}, "U2": {"T2", "E1"}, "U3": {"T3", nil}} {
		info, _ := callAs(t, s, "xoxb-1", "users.info", url.Values{"user": {user}})["user"].(map[string]any)
		org, _ := info["enterprise_user"].(map[string]any)
		if info["team_id"] != want.team || org["enterprise_id"] != want.enterprise || info["is_stranger"] != false || info["is_restricted"] != (user == "U3") {
			t.Errorf("users.info of %s = %v", user, info)
		}
		p := s.InteractionPayload(user, m, m.Buttons()[0])
		if got := p["user"].(map[string]any)["team_id"]; got != want.team {
			t.Errorf("an interaction of %s names the team %v, want their own, %s", user, got, want.team)
		}
		if team := p["team"].(map[string]any); team["id"] != "T1" || team["enterprise_id"] != "E1" {
			t.Errorf("an interaction of %s is of the team %v, want that of the app", user, team)
		}
	}
	if ts == "" || start(t, Options{}).InteractionPayload("U1", m, m.Buttons()[0])["enterprise"] != nil {
		t.Error("without Enterprise Grid an interaction names an enterprise")
	}
}
