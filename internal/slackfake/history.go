package slackfake

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// history lists messages newest first, a page at a time, as Slack does.
func (s *Server) history(args map[string]any) func(http.ResponseWriter) {
	channel := text(args, "channel")
	// A history is read by ID: Slack accepts no name here.
	if channel == "" || strings.HasPrefix(channel, "#") || isPerson(channel) || !s.known(channel) {
		return refusal("conversations.history", "channel_not_found")
	}
	limit := 100
	if n, err := strconv.Atoi(text(args, "limit")); err == nil && n > 0 && n < 1000 {
		limit = n
	}
	oldest, latest, cursor := text(args, "oldest"), text(args, "latest"), text(args, "cursor")
	inclusive := truthy(args, "inclusive")
	withMetadata := truthy(args, "include_all_metadata")

	s.mu.Lock()
	defer s.mu.Unlock()
	found := []map[string]any{}
	next := ""
	for i := len(s.messages) - 1; i >= 0; i-- {
		m := s.messages[i]
		// Replies are listed by conversations.replies only, unless they were also sent to
		// the channel.
		if m.Channel != channel || m.ThreadTS != "" && !m.Broadcast {
			continue
		}
		if cursor != "" && !earlier(m.TS, cursor) ||
			oldest != "" && (earlier(m.TS, oldest) || !inclusive && m.TS == oldest) ||
			latest != "" && (earlier(latest, m.TS) || !inclusive && m.TS == latest) {
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

// page responds with some of the messages, and with a cursor if there are more.
func page(found []map[string]any, next string) func(http.ResponseWriter) {
	answer := map[string]any{"messages": found, "has_more": next != ""}
	if next != "" {
		answer["response_metadata"] = map[string]any{"next_cursor": next}
	}
	return ok(answer)
}

// earlier compares timestamps, which have at least ten digits before the point and may
// have none after it.
func earlier(a, b string) bool {
	x, _ := strconv.ParseFloat(a, 64)
	y, _ := strconv.ParseFloat(b, 64)
	return x < y
}

func messageJSON(m Message, withMetadata bool) map[string]any {
	bot := m.Bot
	if bot == "" {
		bot = ownBot
	}
	out := map[string]any{"type": "message", "bot_id": bot, "user": "U0FAKE", "text": m.Text, "ts": m.TS}
	if m.ThreadTS != "" {
		out["thread_ts"] = m.ThreadTS
	}
	if m.Broadcast {
		out["subtype"] = "thread_broadcast"
	}
	if len(m.Blocks) > 0 {
		out["blocks"] = json.RawMessage(m.Blocks)
	}
	if withMetadata && m.Metadata != nil {
		out["metadata"] = m.Metadata
	}
	return out
}
