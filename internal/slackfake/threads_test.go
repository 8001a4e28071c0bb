package slackfake

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// said posts a text and returns its timestamp.
func said(t *testing.T, s *Server, form url.Values) string {
	t.Helper()
	form.Set("channel", "C1")
	_, answer, err := call(t, s, "chat.postMessage", form)
	if err != nil || answer["ok"] != true {
		t.Fatalf("post %v: %v %v", form, answer, err)
	}
	return answer["ts"].(string)
}

// texts returns the texts of the messages that a method lists, on all pages.
func texts(t *testing.T, s *Server, method string, form url.Values) []string {
	t.Helper()
	var got []string
	form.Set("channel", "C1")
	for range 10 {
		_, answer, err := call(t, s, method, form)
		if err != nil || answer["ok"] != true {
			t.Fatalf("%s: %v %v", method, answer, err)
		}
		for _, m := range answer["messages"].([]any) {
			got = append(got, m.(map[string]any)["text"].(string))
		}
		meta, more := answer["response_metadata"].(map[string]any)
		if !more {
			return got
		}
		form.Set("cursor", meta["next_cursor"].(string))
	}
	t.Fatalf("%s has no end", method)
	return nil
}

func TestThreads(t *testing.T) {
	s := start(t, Options{})
	root := said(t, s, url.Values{"text": {"alert"}})
	reply := said(t, s, url.Values{"text": {"reply"}, "thread_ts": {root}})
	said(t, s, url.Values{"text": {"shown"}, "thread_ts": {root}, "reply_broadcast": {"true"}})
	said(t, s, url.Values{"text": {"reply to a reply"}, "thread_ts": {reply}})
	said(t, s, url.Values{"text": {"other"}, "reply_broadcast": {"true"}})

	if diff := cmp.Diff([]string{"other", "shown", "alert"}, texts(t, s, "conversations.history", url.Values{})); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	want := []string{"alert", "reply", "shown", "reply to a reply"}
	for _, limit := range []string{"", "2", "1"} {
		if diff := cmp.Diff(want, texts(t, s, "conversations.replies", url.Values{"ts": {root}, "limit": {limit}})); diff != "" {
			t.Errorf("replies, limit %q (-want +got):\n%s", limit, diff)
		}
	}
	s.Delete("C1", root)
	for method, key := range map[string]string{"conversations.replies": "ts", "chat.postMessage": "thread_ts"} {
		_, answer, err := call(t, s, method, url.Values{"channel": {"C1"}, "text": {"late"}, key: {root}})
		if err != nil || answer["error"] != "thread_not_found" {
			t.Errorf("%s of a thread whose parent was deleted: %v %v", method, answer, err)
		}
	}
}

func TestUpdate(t *testing.T) {
	s := start(t, Options{})
	section := `[{"type":"section","text":{"type":"plain_text","text":"hi"}}]`
	ts := said(t, s, url.Values{"text": {"a"}, "blocks": {section}, "metadata": {`{"event_type":"e","event_payload":{"key":"k1"}}`}})
	tests := []struct {
		name   string
		form   url.Values
		refuse string
	}{
		{"text alone takes the blocks away", url.Values{"ts": {ts}, "text": {"b"}}, ""},
		{"blocks", url.Values{"ts": {ts}, "text": {"b"}, "blocks": {section}}, ""},
		{"nothing", url.Values{"ts": {ts}}, "no_text"},
		{"blocks that are none", url.Values{"ts": {ts}, "blocks": {`[{"type":"marquee"}]`}}, "invalid_blocks"},
		{"no such message", url.Values{"ts": {"1.000001"}, "text": {"b"}}, "message_not_found"},
		{"a channel by its name", url.Values{"ts": {ts}, "text": {"b"}, "channel": {"#c"}}, "channel_not_found"},
	}
	updates := 0
	for _, tt := range tests {
		if tt.form.Get("channel") == "" {
			tt.form.Set("channel", "C1")
		}
		_, answer, err := call(t, s, "chat.update", tt.form)
		if got, _ := answer["error"].(string); err != nil || got != tt.refuse {
			t.Errorf("%s: %v %v, want %q", tt.name, answer, err, tt.refuse)
		}
		m := s.Messages()[0]
		if tt.refuse == "" {
			updates++
			if got := string(m.Blocks); got != tt.form.Get("blocks") || m.Text != "b" {
				t.Errorf("%s: %q with blocks %s", tt.name, m.Text, got)
			}
		}
		if m.Key() != "k1" || m.Updates != updates {
			t.Errorf("%s: metadata %q, %d updates, want k1 and %d", tt.name, m.Key(), m.Updates, updates)
		}
	}
	if strings.Contains(string(s.Messages()[0].Blocks), "marquee") {
		t.Error("a refused update changed the message")
	}
}
