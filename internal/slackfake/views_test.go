package slackfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// A hand moves the clock of a fake.
type hand struct {
	mu sync.Mutex
	at time.Time
}

func (h *hand) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hand) move(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

func handed() *hand { return &hand{at: time.Date(2026, 11, 3, 6, 5, 0, 0, time.UTC)} }

// modalWith is a modal that Slack accepts, with changes as JSON text replaced.
func modalWith(replace ...string) string {
	m := `{"type":"modal","title":{"type":"plain_text","text":"Title"},"submit":{"type":"plain_text","text":"Go"},"close":{"type":"plain_text","text":"No"},"private_metadata":"","callback_id":"c",
		"blocks":[{"type":"input","block_id":"b","label":{"type":"plain_text","text":"Text"},"element":{"type":"plain_text_input","action_id":"a","multiline":true,"initial_value":"x","max_length":3000}}]}`
	return strings.NewReplacer(replace...).Replace(m)
}

// command types a command and returns what the app receives.
func command(t *testing.T, s *Server, conn *websocket.Conn) (envelope, trigger, answer string) {
	t.Helper()
	envelope, err := s.Command("U1", "C1", "/regwatch", "help")
	if err != nil {
		t.Fatal(err)
	}
	got := read(t, conn)
	payload, _ := got["payload"].(map[string]any)
	if got["type"] != "slash_commands" || got["accepts_response_payload"] != true || payload["text"] != "help" || payload["user_id"] != "U1" {
		t.Fatalf("the envelope is %v", got)
	}
	return envelope, text(payload, "trigger_id"), text(payload, "response_url")
}

func errorOf(t *testing.T, s *Server, method string, args url.Values) any {
	t.Helper()
	_, answer, err := call(t, s, method, args)
	if err != nil {
		t.Fatal(err)
	}
	return answer["error"]
}

func TestTriggersOpenOneModalWithinThreeSeconds(t *testing.T) {
	clock := handed()
	s := start(t, Options{AppToken: "xapp-1", Now: clock.now})
	conn := linked(t, s)
	_, first, _ := command(t, s, conn)
	_, second, _ := command(t, s, conn)
	open := func(trigger string) any {
		return errorOf(t, s, "views.open", url.Values{"trigger_id": {trigger}, "view": {modalWith()}})
	}
	clock.move(3 * time.Second)
	for _, tt := range []struct {
		trigger string
		want    any
	}{{first, nil}, {first, "exchanged_trigger_id"}, {"1.2.3", "invalid_trigger_id"}} {
		if got := open(tt.trigger); got != tt.want {
			t.Errorf("views.open answers %v, want %v", got, tt.want)
		}
	}
	clock.move(time.Millisecond)
	if got := open(second); got != "expired_trigger_id" {
		t.Errorf("after more than three seconds views.open answers %v", got)
	}
}

func TestModalsHaveSlacksLimits(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	section := `{"type":"divider"},`
	for name, tt := range map[string]struct {
		right, wrong []string
	}{
		"title":            {[]string{`"Title"`, `"` + long(24) + `"`}, []string{`"Title"`, `"` + long(25) + `"`}},
		"submit":           {[]string{`"Go"`, `"` + long(24) + `"`}, []string{`"Go"`, `"` + long(25) + `"`}},
		"close":            {[]string{`"No"`, `"` + long(24) + `"`}, []string{`"No"`, `"` + long(25) + `"`}},
		"private_metadata": {[]string{`"private_metadata":""`, `"private_metadata":"` + long(3000) + `"`}, []string{`"private_metadata":""`, `"private_metadata":"` + long(3001) + `"`}},
		"callback_id":      {[]string{`"c"`, `"` + long(255) + `"`}, []string{`"c"`, `"` + long(256) + `"`}},
		"block_id":         {[]string{`"b"`, `"` + long(255) + `"`}, []string{`"b"`, `"` + long(256) + `"`}},
		"action_id":        {[]string{`"a"`, `"` + long(255) + `"`}, []string{`"a"`, `"` + long(256) + `"`}},
		"initial_value":    {[]string{`"x"`, `"` + long(3000) + `"`}, []string{`"x"`, `"` + long(3001) + `"`}},
		"max_length":       {nil, []string{"3000}", "3001}"}},
		"blocks":           {[]string{`"blocks":[`, `"blocks":[` + strings.Repeat(section, 99)}, []string{`"blocks":[`, `"blocks":[` + strings.Repeat(section, 100)}},
		"section text":     {[]string{`"blocks":[`, `"blocks":[{"type":"section","text":{"type":"plain_text","text":"` + long(3000) + `"}},`}, []string{`"blocks":[`, `"blocks":[{"type":"section","text":{"type":"plain_text","text":"` + long(3001) + `"}},`}},
		"needs submit":     {nil, []string{`"submit":{"type":"plain_text","text":"Go"},`, ``}},
		"no blocks":        {nil, []string{`"blocks":[`, `"blocks":[], "was":[`}},
		"not a modal":      {nil, []string{`"modal"`, `"popup"`}},
		"element":          {nil, []string{`"plain_text_input"`, `"rich_input"`}},
		"options": {
			[]string{`{"type":"plain_text_input","action_id":"a","multiline":true,"initial_value":"x","max_length":3000}`, choice(100, 75)},
			[]string{`{"type":"plain_text_input","action_id":"a","multiline":true,"initial_value":"x","max_length":3000}`, choice(101, 75)},
		},
		"option text": {nil, []string{`{"type":"plain_text_input","action_id":"a","multiline":true,"initial_value":"x","max_length":3000}`, choice(1, 76)}},
	} {
		if _, faults := checkView(json.RawMessage(modalWith(tt.right...))); len(faults) > 0 {
			t.Errorf("%s: refused at its limit: %v", name, faults)
		}
		if _, faults := checkView(json.RawMessage(modalWith(tt.wrong...))); len(faults) == 0 {
			t.Errorf("%s: accepted over its limit", name)
		}
	}
}

func choice(options, letters int) string {
	one := `{"text":{"type":"plain_text","text":"` + strings.Repeat("x", letters) + `"},"value":"v"}`
	return `{"type":"static_select","action_id":"a","options":[` + strings.TrimSuffix(strings.Repeat(one+",", options), ",") + `]}`
}

func TestModalsConflictByTheirHash(t *testing.T) {
	s := start(t, Options{AppToken: "xapp-1"})
	conn := linked(t, s)
	_, trigger, _ := command(t, s, conn)
	if got := errorOf(t, s, "views.open", url.Values{"trigger_id": {trigger}, "view": {modalWith()}}); got != nil {
		t.Fatal(got)
	}
	v := s.Views()[0]
	update := func(id, hash, view string) any {
		return errorOf(t, s, "views.update", url.Values{"view_id": {id}, "hash": {hash}, "view": {view}})
	}
	for _, tt := range []struct {
		id, hash, view string
		want           any
	}{
		{"V0", "", modalWith(), "not_found"},
		{v.ID, v.Hash, modalWith(`"Title"`, `"Second"`), nil},
		{v.ID, v.Hash, modalWith(), "hash_conflict"},
		{v.ID, "", modalWith(`"Title"`, `"Third"`), nil},
		{v.ID, "", modalWith(`"modal"`, `"home"`), "invalid_arguments"},
	} {
		if got := update(tt.id, tt.hash, tt.view); got != tt.want {
			t.Errorf("views.update answers %v, want %v", got, tt.want)
		}
	}
	if got := s.Views(); len(got) != 1 || got[0].Title != "Third" || got[0].Values["b"] != "x" {
		t.Errorf("open are %+v", got)
	}
}

func TestSubmissionsAreAnsweredInTheirAcknowledgement(t *testing.T) {
	for _, tt := range []struct {
		name, payload string
		late          bool
		open          int
		title         string
		problem       string
	}{
		{"nothing closes it", ``, false, 0, "", ""},
		{"errors", `{"response_action":"errors","errors":{"b":"wrong"}}`, false, 1, "Title", ""},
		{"errors elsewhere", `{"response_action":"errors","errors":{"z":"wrong"}}`, false, 1, "Title", "no input block"},
		{"no errors", `{"response_action":"errors"}`, false, 1, "Title", "errors is empty"},
		{"update", `{"response_action":"update","view":` + modalWith(`"Title"`, `"Next"`) + `}`, false, 1, "Next", ""},
		{"a view that is too large", `{"response_action":"update","view":` + modalWith(`"Title"`, `"`+strings.Repeat("x", 25)+`"`) + `}`, false, 1, "Title", "refused"},
		{"unknown", `{"response_action":"explode"}`, false, 1, "Title", "unknown response_action"},
		{"late", `{"response_action":"update","view":` + modalWith(`"Title"`, `"Next"`) + `}`, true, 1, "Title", "after more than 3 s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			clock := handed()
			s := start(t, Options{AppToken: "xapp-1", Now: clock.now})
			conn := linked(t, s)
			_, trigger, _ := command(t, s, conn)
			if got := errorOf(t, s, "views.open", url.Values{"trigger_id": {trigger}, "view": {modalWith()}}); got != nil {
				t.Fatal(got)
			}
			envelope, err := s.Submit(s.Views()[0].ID, map[string]string{"b": "typed"})
			if err != nil {
				t.Fatal(err)
			}
			got, _ := json.Marshal(read(t, conn)["payload"])
			if !strings.Contains(string(got), `"type":"view_submission"`) || !strings.Contains(string(got), `"value":"typed"`) {
				t.Errorf("the payload is %s", got)
			}
			if tt.late {
				clock.move(3100 * time.Millisecond)
			}
			ack := map[string]any{"envelope_id": envelope}
			if tt.payload != "" {
				ack["payload"] = json.RawMessage(tt.payload)
			}
			if err := conn.WriteJSON(ack); err != nil {
				t.Fatal(err)
			}
			for tick := time.Tick(time.Millisecond); ; <-tick {
				if _, ok := s.Acknowledged(envelope); ok {
					break
				}
			}
			views := s.Views()
			if len(views) != tt.open || tt.open == 1 && views[0].Title != tt.title {
				t.Errorf("open are %+v", views)
			}
			if problems := fmt.Sprint(s.Problems()); tt.problem == "" && problems != "[]" || !strings.Contains(problems, tt.problem) {
				t.Errorf("problems are %s, want %q", problems, tt.problem)
			}
			if late := slices.Contains(s.Unacknowledged(), envelope); late != tt.late {
				t.Errorf("late is %v", late)
			}
		})
	}
}

func TestAnswersAreTakenFiveTimesInThirtyMinutes(t *testing.T) {
	clock := handed()
	s := start(t, Options{AppToken: "xapp-1", Now: clock.now})
	conn := linked(t, s)
	post := func(address, body string) int {
		resp, err := http.Post(address, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		return resp.StatusCode
	}
	_, _, address := command(t, s, conn)
	if post(address, `{"text":"to all","response_type":"in_channel"}`) != http.StatusBadRequest {
		t.Error("an answer to the whole channel is accepted")
	}
	for i := range 5 {
		want := http.StatusOK
		if i == 4 {
			want = http.StatusNotFound // the refused one counts
		}
		if got := post(address, `{"text":"x"}`); got != want {
			t.Errorf("answer %d has status %d", i+2, got)
		}
	}
	_, _, address = command(t, s, conn)
	clock.move(30*time.Minute + time.Second)
	if got := post(address, `{"text":"x"}`); got != http.StatusNotFound {
		t.Errorf("after 30 minutes the status is %d", got)
	}
	if got := s.Ephemerals(); len(got) != 4 || got[0].User != "U1" || got[0].Channel != "C1" {
		t.Errorf("shown are %+v", got)
	}
}
