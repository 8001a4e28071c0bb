package slackfake

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func start(t *testing.T, opts Options) *Server {
	t.Helper()
	s, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func call(t *testing.T, s *Server, method string, form url.Values) (status int, answer map[string]any, err error) {
	t.Helper()
	form.Set("token", "xoxb-1")
	resp, err := http.PostForm(s.APIURL()+method, form)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	_ = json.NewDecoder(resp.Body).Decode(&answer)
	return resp.StatusCode, answer, nil
}

func TestPostedMessageIsFoundByMetadata(t *testing.T) {
	folder := t.TempDir()
	s := start(t, Options{Token: "xoxb-1", Folder: folder})
	_, answer, err := call(t, s, "chat.postMessage", url.Values{
		"channel": {"C1"}, "text": {"hello"},
		"metadata": {`{"event_type":"regwatch_notice","event_payload":{"key":"k1"}}`},
	})
	if err != nil || answer["ok"] != true {
		t.Fatalf("post: %v %v", answer, err)
	}
	if got := s.Messages(); len(got) != 1 || got[0].Key() != "k1" || got[0].TS != answer["ts"] {
		t.Errorf("Messages() = %+v", got)
	}
	if files, _ := filepath.Glob(filepath.Join(folder, "*.json")); len(files) != 1 {
		t.Errorf("files = %v; want one", files)
	} else if content, _ := os.ReadFile(files[0]); !strings.Contains(string(content), `"key": "k1"`) {
		t.Errorf("file lacks the metadata:\n%s", content)
	}
	_, answer, err = call(t, s, "conversations.history", url.Values{"channel": {"C1"}, "include_all_metadata": {"1"}})
	if err != nil {
		t.Fatal(err)
	}
	first := answer["messages"].([]any)[0].(map[string]any)
	want := map[string]any{"event_type": "regwatch_notice", "event_payload": map[string]any{"key": "k1"}}
	if diff := cmp.Diff(want, first["metadata"]); diff != "" {
		t.Errorf("metadata in history (-want +got):\n%s", diff)
	}
}

func TestHistoryIsPagedNewestFirst(t *testing.T) {
	s := start(t, Options{})
	for _, text := range []string{"a", "b", "c"} {
		if _, _, err := call(t, s, "chat.postMessage", url.Values{"channel": {"C1"}, "text": {text}}); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	cursor := ""
	for range 3 {
		_, answer, err := call(t, s, "conversations.history", url.Values{"channel": {"C1"}, "limit": {"2"}, "cursor": {cursor}})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range answer["messages"].([]any) {
			got = append(got, m.(map[string]any)["text"].(string))
		}
		meta, more := answer["response_metadata"].(map[string]any)
		if !more {
			break
		}
		cursor = meta["next_cursor"].(string)
	}
	if diff := cmp.Diff([]string{"c", "b", "a"}, got); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		name string
		opts Options
		form url.Values
		want string
	}{
		{"wrong token", Options{Token: "other"}, url.Values{"channel": {"C1"}, "text": {"x"}}, "invalid_auth"},
		{"no such channel", Options{Channels: []string{"C2"}}, url.Values{"channel": {"C1"}, "text": {"x"}}, "channel_not_found"},
		{"no text", Options{}, url.Values{"channel": {"C1"}}, "no_text"},
		{"text too long", Options{}, url.Values{"channel": {"C1"}, "text": {strings.Repeat("字", 40_001)}}, "msg_too_long"},
		{"blocks not a list", Options{}, url.Values{"channel": {"C1"}, "blocks": {`{}`}}, "invalid_blocks_format"},
		{"unknown block", Options{}, url.Values{"channel": {"C1"}, "blocks": {`[{"type":"marquee"}]`}}, "invalid_blocks"},
		{"metadata without type", Options{}, url.Values{"channel": {"C1"}, "text": {"x"}, "metadata": {`{"event_payload":{}}`}}, "invalid_metadata_schema"},
		{"metadata too large", Options{}, url.Values{"channel": {"C1"}, "text": {"x"}, "metadata": {`{"event_type":"e","event_payload":{"k":"` + strings.Repeat("x", 17<<10) + `"}}`}}, "metadata_too_large"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, tt.opts)
			_, answer, err := call(t, s, "chat.postMessage", tt.form)
			if err != nil {
				t.Fatal(err)
			}
			if answer["error"] != tt.want {
				t.Errorf("error = %v, want %v", answer["error"], tt.want)
			}
			if n := len(s.Messages()); n != 0 {
				t.Errorf("%d messages were kept", n)
			}
		})
	}
}

func TestCheckBlocks(t *testing.T) {
	long := strings.Repeat("x", 3001)
	tests := []struct {
		name, blocks, want string // part of the error; empty: accepted
	}{
		{"section", `[{"type":"section","text":{"type":"mrkdwn","text":"hi"}}]`, ""},
		{"section too long", `[{"type":"section","text":{"type":"mrkdwn","text":"` + long + `"}}]`, "less than 3001"},
		{"section without text", `[{"type":"section"}]`, "missing required field: text"},
		{"section with eleven fields", `[{"type":"section","fields":[` + strings.Repeat(`{"type":"plain_text","text":"f"},`, 10) + `{"type":"plain_text","text":"f"}]}]`, "1 to 10"},
		{"header too long", `[{"type":"header","text":{"type":"plain_text","text":"` + long[:151] + `"}}]`, "less than 151"},
		{"header in mrkdwn", `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`, "must be one of plain_text"},
		{"51 blocks", `[` + strings.Repeat(`{"type":"divider"},`, 50) + `{"type":"divider"}]`, "no more than 50"},
		{"empty rich text element", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":""}]}]}]`, "more than 0"},
		{"rich text with a bare text", `[{"type":"rich_text","elements":[{"type":"text","text":"x"}]}]`, "unsupported type: text"},
		{"rich text link", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"link","url":"https://e.example/","text":"x","style":{"bold":true}}]}]}]`, ""},
		{"rich text link of no scheme", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"link","url":"javascript:1"}]}]}]`, "valid URL"},
		{"button too long", `[{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"` + long[:76] + `"}}]}]`, "less than 76"},
		{"unknown property", `[{"type":"divider","colour":"red"}]`, "invalid additional property: colour"},
		{"same id twice", `[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}]`, "must be unique"},
		{"eleven context elements", `[{"type":"context","elements":[` + strings.Repeat(`{"type":"plain_text","text":"f"},`, 10) + `{"type":"plain_text","text":"f"}]}]`, "no more than 10"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Join(Check([]byte(tt.blocks)), "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("Check = %q, want a fault with %q", got, tt.want)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	post := url.Values{"channel": {"C1"}, "text": {"x"}}
	tests := []struct {
		fault      Fault
		wantStatus int // 0: the connection was cut
		wantKept   int
	}{
		{Fault{Kind: RateLimited, RetryAfter: 7 * time.Second}, 429, 0},
		{Fault{Kind: ServerError}, 500, 0},
		{Fault{Kind: Late500}, 500, 1},
		{Fault{Kind: CutBefore}, 0, 0},
		{Fault{Kind: CutAfter}, 0, 1},
		{Fault{Kind: Empty}, 200, 1},
		{Fault{Kind: Refused, Code: "is_archived"}, 200, 0},
		{Fault{Kind: Slow, Delay: time.Millisecond}, 200, 1},
	}
	for _, tt := range tests {
		t.Run(string(tt.fault.Kind), func(t *testing.T) {
			s := start(t, Options{})
			s.Inject(tt.fault)
			status, _, err := call(t, s, "chat.postMessage", post)
			if status != tt.wantStatus || (err != nil) != (tt.wantStatus == 0) {
				t.Errorf("status = %d, err = %v; want %d", status, err, tt.wantStatus)
			}
			if n := len(s.Messages()); n != tt.wantKept {
				t.Errorf("kept %d messages, want %d", n, tt.wantKept)
			}
			// A fault happens once; the next call succeeds.
			if _, answer, err := call(t, s, "chat.postMessage", post); err != nil || answer["ok"] != true {
				t.Errorf("next post: %v %v", answer, err)
			}
		})
	}
}

func TestIntervalIsKeptPerChannel(t *testing.T) {
	s := start(t, Options{Interval: time.Hour})
	var got []int
	for _, channel := range []string{"C1", "C1", "C2"} {
		status, _, err := call(t, s, "chat.postMessage", url.Values{"channel": {channel}, "text": {"x"}})
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, status)
	}
	if diff := cmp.Diff([]int{200, 429, 200}, got); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}

func TestWebhookRespondsWithText(t *testing.T) {
	s := start(t, Options{})
	tests := []struct{ path, body, want string }{
		{s.WebhookURL(), `{"text":"x"}`, "200 ok"},
		{s.WebhookURL(), `{"blocks":[{"type":"marquee"}]}`, "400 invalid_blocks"},
		{s.WebhookURL(), `{`, "400 invalid_form_data"},
		{s.WebhookURL() + "x", `{"text":"x"}`, "404 no_service"},
	}
	for _, tt := range tests {
		resp, err := http.Post(tt.path, "application/json", strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if got := resp.Status[:4] + string(body); got != tt.want {
			t.Errorf("post %s: %q, want %q", tt.body, got, tt.want)
		}
	}
}

func TestChannelNamesHaveIDs(t *testing.T) {
	s := start(t, Options{Channels: []string{"#reg-alerts"}})
	_, posted, err := call(t, s, "chat.postMessage", url.Values{"channel": {"#reg-alerts"}, "text": {"x"}})
	if err != nil || posted["channel"] != "C0REG-ALERTS" {
		t.Fatalf("post: %v %v", posted, err)
	}
	for channel, want := range map[string]any{"C0REG-ALERTS": true, "#reg-alerts": false} {
		if _, answer, err := call(t, s, "conversations.history", url.Values{"channel": {channel}}); err != nil || answer["ok"] != want {
			t.Errorf("history of %s: ok = %v (%v), want %v", channel, answer["ok"], err, want)
		}
	}
	_, listed, err := call(t, s, "conversations.list", url.Values{})
	want := []any{map[string]any{"id": "C0REG-ALERTS", "name": "reg-alerts", "is_channel": true}}
	if err != nil || cmp.Diff(want, listed["channels"]) != "" {
		t.Errorf("conversations.list: %v (%v)", listed, err)
	}
}
