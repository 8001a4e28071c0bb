package slackfake

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Delete removes a message, as a member of the workspace might. Its replies stay in the
// thread.
func (s *Server) Delete(channel, ts string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = slices.DeleteFunc(s.messages, func(m Message) bool { return m.Channel == channel && m.TS == ts })
}

// at returns the index of a message, or -1.
func (s *Server) at(channel, ts string) int {
	return slices.IndexFunc(s.messages, func(m Message) bool { return m.Channel == channel && m.TS == ts })
}

// join adds a message to its thread. Slack advises against using a reply's timestamp as
// the parent's; the fake replaces it by the parent's.
func (s *Server) join(m *Message) string {
	if m.ThreadTS == "" {
		m.Broadcast = false
		return ""
	}
	parent := s.at(m.Channel, m.ThreadTS)
	if parent < 0 {
		return "thread_not_found"
	}
	if up := s.messages[parent].ThreadTS; up != "" {
		m.ThreadTS = up
	}
	return ""
}

// update changes a message of the same bot. A text alone removes the blocks; metadata
// stays unless it is given.
func (s *Server) update(bot string, args map[string]any) func(http.ResponseWriter) {
	channel, ts := text(args, "channel"), text(args, "ts")
	// Slack requires the ID of the conversation, even for one with a person.
	if channel == "" || strings.HasPrefix(channel, "#") || isPerson(channel) || !s.known(channel) {
		return refusal("chat.update", "channel_not_found")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.at(channel, ts)
	if at < 0 {
		return refusal("chat.update", "message_not_found")
	}
	m := s.messages[at]
	if m.Via == "webhook" || m.Bot != bot {
		return refusal("chat.update", "cant_update_message")
	}
	m.Text, m.Blocks = text(args, "text"), nil
	if code, details := fill(&m, args); code != "" {
		return refusal("chat.update", code, details...)
	}
	m.Updates++
	s.messages[at] = m
	if err := s.keep(m); err != nil {
		return refusal("chat.update", "fatal_error", err.Error())
	}
	return ok(map[string]any{"channel": channel, "ts": ts, "text": m.Text, "message": messageJSON(m, true)})
}

// replies lists a thread oldest first, a page at a time. Slack does not document whether
// a parent older than the requested range is listed; the fake does not list it.
func (s *Server) replies(args map[string]any) func(http.ResponseWriter) {
	const method = "conversations.replies"
	channel, ts := text(args, "channel"), text(args, "ts")
	if channel == "" || strings.HasPrefix(channel, "#") || !s.known(channel) {
		return refusal(method, "channel_not_found")
	}
	limit := 1000
	if n, err := strconv.Atoi(text(args, "limit")); err == nil && n > 0 && n < limit {
		limit = n
	}
	oldest, cursor := text(args, "oldest"), text(args, "cursor")
	withMetadata := truthy(args, "include_all_metadata")
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at(channel, ts) < 0 {
		return refusal(method, "thread_not_found")
	}
	found := []map[string]any{}
	next := ""
	for _, m := range s.messages {
		isReply := m.ThreadTS == ts
		if m.Channel != channel || !isReply && m.TS != ts ||
			oldest != "" && earlier(m.TS, oldest) ||
			cursor != "" && !earlier(cursor, m.TS) {
			continue
		}
		if len(found) == limit {
			next, _ = found[limit-1]["ts"].(string)
			break
		}
		found = append(found, messageJSON(m, withMetadata))
	}
	return page(found, next)
}
