package slackfake

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// perMinute lists Slack's rate limits of methods for one app in a workspace, by the tier
// on the method's page. Tiers are the calls that an app may make at least; the fake
// allows no more. chat.postMessage has a limit per channel instead.
func perMinute() map[string]int {
	return map[string]int{
		"conversations.list":    20,
		"chat.update":           50,
		"conversations.history": 50,
		"conversations.info":    50,
		"conversations.replies": 50,
		"chat.postEphemeral":    100,
		"users.info":            100,
	}
}

// overLimit returns how long to wait before the next call of a method; 0 if this call is
// allowed. It counts allowed calls.
func (s *Server) overLimit(method string) time.Duration {
	limit, limited := perMinute()[method]
	if !s.opts.RateLimits || !limited {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	recent := s.recent[method]
	for len(recent) > 0 && now.Sub(recent[0]) >= time.Minute {
		recent = recent[1:]
	}
	if len(recent) >= limit {
		s.recent[method] = recent
		return recent[0].Add(time.Minute).Sub(now)
	}
	s.recent[method] = append(recent, now)
	return 0
}

func rateLimited(w http.ResponseWriter, method string, wait time.Duration) {
	seconds := max(1, int(math.Ceil(wait.Seconds())))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	if method == "webhook" {
		writeText(w, http.StatusTooManyRequests, "rate_limited")
		return
	}
	writeJSON(w, http.StatusTooManyRequests, map[string]any{"ok": false, "error": "ratelimited"})
}
