package slackfake

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Socket Mode, as described at https://docs.slack.dev/apis/events-api/using-socket-mode/:
// apps.connections.open returns an address for one connection, which greets, pings, sends
// envelopes and reads their acknowledgements.

// sockets is the state of Socket Mode.
type sockets struct {
	mu      sync.Mutex // guards all below
	count   int
	tickets map[string]bool
	open    []*socket
	pushed  map[string]time.Time // time of the first sending of each envelope
	acks    map[string]time.Time
}

// A socket is one open connection. Only one goroutine writes at a time.
type socket struct {
	mu   sync.Mutex // held while conn is written
	conn *websocket.Conn
}

func (s *socket) send(v any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn.WriteJSON(v)
}

// pingEvery is the approximate interval of Slack's pings.
const pingEvery = 5 * time.Second

const socketPath = "/link/"

// openConnection implements apps.connections.open, which requires the app-level token in
// the header.
func (s *Server) openConnection(r *http.Request) func(http.ResponseWriter) {
	const method = "apps.connections.open"
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case token == "":
		return refusal(method, "not_authed")
	case !strings.HasPrefix(token, "xapp-"):
		return refusal(method, "not_allowed_token_type")
	case s.opts.AppToken != "" && token != s.opts.AppToken:
		return refusal(method, "invalid_auth")
	}
	s.sockets.mu.Lock()
	defer s.sockets.mu.Unlock()
	s.sockets.count++
	ticket := fmt.Sprintf("s3cretTick3t%d", s.sockets.count)
	s.sockets.tickets[ticket] = true
	return ok(map[string]any{"url": "ws://" + s.Addr() + socketPath + "?ticket=" + ticket + "&app_id=A0FAKE"})
}

// link serves a connection until it ends.
func (s *Server) link(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.sockets.mu.Lock()
	valid := s.sockets.tickets[ticket]
	delete(s.sockets.tickets, ticket)
	s.sockets.mu.Unlock()
	if !valid {
		http.Error(w, "the ticket was used or never given", http.StatusForbidden)
		return
	}
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &socket{conn: conn}
	s.sockets.add(c)
	done := make(chan struct{})
	defer func() {
		close(done)
		s.sockets.remove(c)
		_ = conn.Close()
	}()
	hello := map[string]any{
		"type": "hello", "num_connections": len(s.sockets.all()), "connection_info": map[string]any{"app_id": "A0FAKE"},
		"debug_info": map[string]any{"host": "applink-fake", "approximate_connection_time": 18060},
	}
	if c.send(hello) != nil {
		return
	}
	go c.ping(done)
	for {
		var ack struct {
			EnvelopeID string          `json:"envelope_id"`
			Payload    json.RawMessage `json:"payload"`
		}
		if conn.ReadJSON(&ack) != nil {
			return
		}
		s.sockets.mu.Lock()
		_, seen := s.sockets.acks[ack.EnvelopeID]
		pushed, at := s.sockets.pushed[ack.EnvelopeID], s.now()
		s.sockets.mu.Unlock()
		if seen {
			continue
		}
		s.answered(ack.EnvelopeID, at.Sub(pushed) > ackLimit, ack.Payload)
		s.sockets.mu.Lock()
		s.sockets.acks[ack.EnvelopeID] = at
		s.sockets.mu.Unlock()
	}
}

func (s *socket) ping(done chan struct{}) {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		if s.conn.WriteControl(websocket.PingMessage, []byte("Ping from applink-fake"), time.Now().Add(time.Second)) != nil {
			return
		}
		select {
		case <-done:
			return
		case <-ticker.C:
		}
	}
}

func (s *sockets) add(c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = append(s.open, c)
}

func (s *sockets) remove(c *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = slices.DeleteFunc(s.open, func(o *socket) bool { return o == c })
}

func (s *sockets) all() []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.open)
}

// Sockets returns the number of open Socket Mode connections.
func (s *Server) Sockets() int { return len(s.sockets.all()) }

// Disconnect announces the end of every connection, as Slack does before it restarts one
// (refresh_requested) or when the app turns Socket Mode off (link_disabled). The client
// should then open a new one.
func (s *Server) Disconnect(reason string) {
	for _, c := range s.sockets.all() {
		_ = c.send(map[string]any{"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "applink-fake"}})
	}
}

// CutSockets ends every connection without notice.
func (s *Server) CutSockets() {
	for _, c := range s.sockets.all() {
		_ = c.conn.Close()
	}
}

// Push sends an envelope of a type over one connection and returns its ID. payload is any
// value that can be marshalled.
func (s *Server) Push(kind string, payload any) (envelope string, err error) {
	s.sockets.mu.Lock()
	s.sockets.count++
	envelope = fmt.Sprintf("envelope-%d", s.sockets.count)
	s.sockets.pushed[envelope] = s.now()
	s.sockets.mu.Unlock()
	return envelope, s.PushAgain(envelope, kind, payload)
}

// PushAgain sends an envelope under an earlier ID, as Slack does for one without an
// acknowledgement.
func (s *Server) PushAgain(envelope, kind string, payload any) error {
	open := s.sockets.all()
	if len(open) == 0 {
		return errors.New("no Socket Mode connection is open")
	}
	// Slack picks any connection. The newest is used here, because an older one may be
	// about to end.
	return open[len(open)-1].send(map[string]any{"envelope_id": envelope, "type": kind, "accepts_response_payload": acceptsAnswer(kind, payload), "payload": payload})
}

// acceptsAnswer reports whether an acknowledgement may carry an answer: of commands and of submissions.
func acceptsAnswer(kind string, payload any) bool {
	m, _ := payload.(map[string]any)
	return kind == "slash_commands" || m["type"] == "view_submission"
}

// PushRaw sends bytes that may not be a valid envelope.
func (s *Server) PushRaw(text string) error {
	var err error
	for _, c := range s.sockets.all() {
		c.mu.Lock()
		err = errors.Join(err, c.conn.WriteMessage(websocket.TextMessage, []byte(text)))
		c.mu.Unlock()
	}
	return err
}

// Acknowledged reports whether and when an envelope was acknowledged.
func (s *Server) Acknowledged(envelope string) (time.Time, bool) {
	s.sockets.mu.Lock()
	defer s.sockets.mu.Unlock()
	at, ok := s.sockets.acks[envelope]
	return at, ok
}

// ackLimit is how long Slack waits for an acknowledgement before it shows an error to the
// person.
const ackLimit = 3 * time.Second

// Unacknowledged returns the envelopes without an acknowledgement within three seconds,
// by ID. Slack shows an error for each.
func (s *Server) Unacknowledged() []string {
	s.sockets.mu.Lock()
	defer s.sockets.mu.Unlock()
	var late []string
	for envelope, pushed := range s.sockets.pushed {
		at, acknowledged := s.sockets.acks[envelope]
		if !acknowledged {
			at = s.now()
		}
		if at.Sub(pushed) > ackLimit {
			late = append(late, envelope)
		}
	}
	slices.Sort(late)
	return late
}
