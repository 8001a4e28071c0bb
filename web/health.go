package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"regwatch/app"
	"regwatch/models"
)

// latest is how long what is due may wait before regwatch is not ready: longer
// than a channel that is blocked waits between two tries.
const latest = 15 * time.Minute

// askFor is how long a monitor waits for the database.
const askFor = 5 * time.Second

func healthy(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "ok")
}

// A readiness is what /readyz answers. Its names stay as they are.
type readiness struct {
	Ready        bool           `json:"ready"`
	Why          []string       `json:"why,omitempty"` // it is not
	Database     bool           `json:"database"`
	TickAge      float64        `json:"scanner_tick_age_seconds"` // since the scanner last looked at what is due
	OldestDueAge float64        `json:"oldest_due_age_seconds"`
	LastGoodScan *time.Time     `json:"last_good_scan,omitempty"`
	Channels     []channelState `json:"channels"`
	CheckedAt    time.Time      `json:"checked_at"`
}

// A channelState is what is known of one channel.
type channelState struct {
	Channel      string  `json:"channel"`
	Health       string  `json:"health,omitempty"` // healthy or failing; left out before it has sent anything
	Due          int     `json:"due"`
	OldestDueAge float64 `json:"oldest_due_age_seconds"`
	Dead         int     `json:"dead"`
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), askFor)
	defer cancel()
	now := s.Monitor.now()
	stats, err := s.Monitor.status.Stats(ctx)
	answer := judge(stats, err == nil, s.Monitor.healths(), s.Monitor.tickAge(), s.Monitor.crashes(), now)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if !answer.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(answer)
}

// judge says whether regwatch does its work, and if not, why. Errors of channels
// are not repeated: anybody can read the page.
func judge(p models.Stats, answers bool, healths map[string]models.Health, tickAge time.Duration, crashes []string, now time.Time) readiness {
	a := readiness{Database: answers, TickAge: tickAge.Seconds(), Channels: []channelState{}, CheckedAt: now.UTC()}
	if tickAge > app.MaxTickAge {
		a.Why = append(a.Why, fmt.Sprintf("the scanner last looked for due work %s ago; want at most %s", tickAge.Round(time.Second), app.MaxTickAge))
	}
	a.Why = append(a.Why, crashes...)
	if !answers {
		a.Why = append(a.Why, fmt.Sprintf("the database did not answer within %s", askFor))
		return a
	}
	if !p.ScanAt.IsZero() {
		at := p.ScanAt.UTC()
		a.LastGoodScan = &at
	}
	seen := make(map[string]bool)
	for _, c := range p.Channels {
		age := since(c.OldestDue, now)
		seen[c.Channel] = true
		a.Channels = append(a.Channels, channelState{c.Channel, string(healths[c.Channel]), c.Due, age.Seconds(), c.Dead})
		if age > latest {
			a.Why = append(a.Why, fmt.Sprintf("%s has been due through channel %s for %s; want at most %s", deliveries(c.Due), c.Channel, age.Round(time.Minute), latest))
		}
		a.OldestDueAge = max(a.OldestDueAge, age.Seconds())
	}
	for _, name := range sortedNames(healths) {
		if !seen[name] {
			a.Channels = append(a.Channels, channelState{Channel: name, Health: string(healths[name])})
		}
	}
	a.Ready = len(a.Why) == 0
	return a
}

func deliveries(n int) string {
	if n == 1 {
		return "1 delivery"
	}
	return fmt.Sprintf("the oldest of %d deliveries", n)
}

// since is an age; a clock that was set back makes nothing younger than new.
func since(t, now time.Time) time.Duration {
	if t.IsZero() {
		return 0
	}
	return max(0, now.Sub(t))
}
