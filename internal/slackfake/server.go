// Package slackfake stands in for Slack's Web API, Socket Mode and incoming
// webhooks on loopback: it refuses what Slack's documentation forbids, with Slack's own
// errors, and can imitate Slack's failures.
//
// Start with [New]; send to [Server.APIURL] or [Server.WebhookURL], read back
// with [Server.Messages], click buttons with [Server.Click], type commands with [Server.Command],
// use modals with [Server.Views] and [Server.Submit], and cause failures with [Server.Inject]. A message that it returns is one that Slack would accept. It does not
// interpret messages, and implements only the methods that
// [Server.ServeHTTP] lists.
package slackfake

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options configure the fake. The zero value listens on a free loopback port, accepts any
// token and channel, and keeps messages in memory.
type Options struct {
	Addr     string        // host:port; empty: a free port of 127.0.0.1
	Token    string        // the only valid bot token; empty: any
	AppToken string        // the only valid app-level token; empty: any that begins with xapp-
	Users    []User        // people in the workspace's channels
	Channels []string      // IDs and #names of the existing channels; empty: any
	Folder   string        // folder to which each message is also written as a JSON file
	Interval time.Duration // minimum time between messages of a channel; Slack's is a second

	Team       string            // the workspace of the app; empty: T0FAKE
	Enterprise string            // its organisation, on Enterprise Grid
	OtherBots  map[string]string // IDs of further bots, by token
	Scopes     []string          // of the bot token, which auth.test tells; empty: it does not
	RateLimits bool              // applies the limits of Slack's tiers to methods
	Now        func() time.Time  // nil: time.Now
}

// A Message is an accepted message. Channel and TS identify it, as in Slack; Channel is
// an ID even if the sender used a name.
type Message struct {
	Channel    string          `json:"channel"`
	Name       string          `json:"name,omitempty"` // of the channel, if the sender used it
	TS         string          `json:"ts"`
	ThreadTS   string          `json:"thread_ts,omitempty"`
	Broadcast  bool            `json:"reply_broadcast,omitempty"` // a reply that is also shown in the channel
	Text       string          `json:"text,omitempty"`
	Blocks     json.RawMessage `json:"blocks,omitempty"`
	Metadata   *Metadata       `json:"metadata,omitempty"`
	Via        string          `json:"via"`               // chat.postMessage or webhook
	Bot        string          `json:"bot_id,omitempty"`  // the bot that posted it
	Unfurls    bool            `json:"unfurls,omitempty"` // its links or media are expanded
	Updates    int             `json:"updates,omitempty"`
	ReceivedAt time.Time       `json:"received_at"`
}

// Metadata is data that an application attaches to a message; readers do not see it.
type Metadata struct {
	EventType    string         `json:"event_type"`
	EventPayload map[string]any `json:"event_payload"`
}

// Key returns the field "key" of the message's metadata, or "".
func (m Message) Key() string {
	if m.Metadata == nil {
		return ""
	}
	key, _ := m.Metadata.EventPayload["key"].(string)
	return key
}

// A Server is a running fake.
type Server struct {
	opts     Options
	listener net.Listener
	http     *http.Server

	mu      sync.Mutex // guards all below, but for sockets
	sockets sockets

	messages   []Message
	ephemerals []Ephemeral
	faults     []*Fault
	lastPost   map[string]time.Time
	lastTS     time.Time
	calls      map[string]int
	recent     map[string][]time.Time // allowed calls, by method
	names      []string               // of channels, as configured or used by senders

	counter   int // of triggers, modals, hashes, answer addresses and envelopes
	triggers  map[string]*givenTrigger
	views     []View
	responses map[string]*responseURL // by path
	expecting map[string]expected     // by envelope
	sent      map[string]sentEnvelope
	problems  []string
}

const webhookPath = "/services/T0FAKE/B0FAKE/s3cretW3bh00k"

// New starts a fake. The caller closes it.
func New(opts Options) (*Server, error) {
	if opts.Addr == "" {
		opts.Addr = "127.0.0.1:0"
	}
	if opts.Folder != "" {
		if err := os.MkdirAll(opts.Folder, 0o755); err != nil {
			return nil, fmt.Errorf("make the folder for Slack messages: %w", err)
		}
	}
	listener, err := net.Listen("tcp", opts.Addr)
	if err != nil {
		return nil, fmt.Errorf("listen as Slack: %w", err)
	}
	s := &Server{
		opts: opts, listener: listener, lastPost: map[string]time.Time{}, calls: map[string]int{}, recent: map[string][]time.Time{},
		triggers: map[string]*givenTrigger{}, responses: map[string]*responseURL{}, expecting: map[string]expected{}, sent: map[string]sentEnvelope{},
		sockets: sockets{tickets: map[string]bool{}, pushed: map[string]time.Time{}, acks: map[string]time.Time{}},
	}
	for _, c := range opts.Channels {
		s.named(c)
	}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.http.Serve(listener) }()
	return s, nil
}

func (s *Server) now() time.Time {
	if s.opts.Now != nil {
		return s.opts.Now()
	}
	return time.Now()
}

// Addr returns the host and port on which it listens.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// APIURL returns the base address of the Web API, with its final slash.
func (s *Server) APIURL() string { return "http://" + s.Addr() + "/api/" }

// WebhookURL returns the address of the incoming webhook, which posts to the
// channel "#webhook".
func (s *Server) WebhookURL() string { return "http://" + s.Addr() + webhookPath }

// Messages returns the accepted messages, oldest first.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Calls returns how often a method was called, including failed calls. The webhook counts
// as "webhook".
func (s *Server) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

// Close stops listening and ends open connections.
func (s *Server) Close() error {
	// The server does not know a listener that is not yet served.
	_ = s.listener.Close()
	s.CutSockets() // the server no longer tracks them
	return s.http.Close()
}

// ServeHTTP answers auth.test, chat.postMessage, chat.postEphemeral, chat.update,
// conversations.history, conversations.info, conversations.list,
// conversations.replies, users.info, views.open, views.update, apps.connections.open with
// the connection that it gives, addresses for answers, and the incoming webhook.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method, isAPI := strings.CutPrefix(r.URL.Path, "/api/")
	switch {
	case r.URL.Path == socketPath:
		s.link(w, r)
		return
	case strings.HasPrefix(r.URL.Path, responsePath):
		s.respond(w, r)
		return
	case r.URL.Path == webhookPath:
		method = "webhook"
	case strings.HasPrefix(r.URL.Path, "/services/"):
		writeText(w, http.StatusNotFound, "no_service")
		return
	case !isAPI:
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodPost && method == "webhook" {
		writeText(w, http.StatusBadRequest, "invalid_payload")
		return
	}
	args, err := readArguments(r)
	if err != nil {
		refuse(w, method, "invalid_form_data")
		return
	}
	s.mu.Lock()
	s.calls[method]++
	s.mu.Unlock()

	fault := s.takeFault(method)
	if fault != nil && fault.before(w, r, method) {
		return
	}
	if method == "apps.connections.open" {
		answer := s.openConnection(r)
		if fault == nil || !fault.after(w) {
			answer(w)
		}
		return
	}
	bot := ownBot
	if method != "webhook" {
		var code string
		if bot, code = s.authenticate(r, args); code != "" {
			refuse(w, method, code)
			return
		}
		if wait := s.overLimit(method); wait > 0 {
			rateLimited(w, method, wait)
			return
		}
	}
	answer := s.answer(method, bot, args)
	if fault != nil && fault.after(w) {
		return
	}
	answer(w)
}

// answer performs a request and returns a function that responds, so that a fault can
// replace the response.
func (s *Server) answer(method, bot string, args map[string]any) func(http.ResponseWriter) {
	switch method {
	case "auth.test":
		return s.authTest(bot)
	case "chat.postMessage", "webhook":
		return s.post(method, bot, args)
	case "chat.update":
		return s.update(bot, args)
	case "conversations.history":
		return s.history(args)
	case "conversations.replies":
		return s.replies(args)
	case "users.info":
		return s.userInfo(args)
	case "chat.postEphemeral":
		return s.ephemeral(args)
	case "conversations.info":
		channel := text(args, "channel")
		if !s.known(channel) || strings.HasPrefix(channel, "#") {
			return refusal(method, "channel_not_found")
		}
		return ok(map[string]any{"channel": map[string]any{"id": channel, "is_channel": true, "is_member": true, "is_archived": false}})
	case "conversations.list":
		return s.list()
	case "views.open":
		return s.openView(args)
	case "views.update":
		return s.updateView(args)
	}
	return refusal(method, "unknown_method")
}

func (s *Server) post(method, bot string, args map[string]any) func(http.ResponseWriter) {
	channel := text(args, "channel")
	if method == "webhook" {
		channel = "#webhook"
	}
	if channel == "" || !s.known(channel) && method != "webhook" {
		return refusal(method, "channel_not_found")
	}
	name := ""
	if strings.HasPrefix(channel, "#") {
		name, channel = channel, ChannelID(channel)
	}
	if isPerson(channel) {
		channel = "D" + channel[1:] // the direct conversation with the user
	}
	m := Message{Channel: channel, Name: name, Via: method, Bot: bot, ThreadTS: text(args, "thread_ts"), Broadcast: truthy(args, "reply_broadcast"), Text: text(args, "text")}
	m.Unfurls = !off(args, "unfurl_links") || !off(args, "unfurl_media")
	if code, details := fill(&m, args); code != "" {
		return refusal(method, code, details...)
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	s.named(name)
	if code := s.join(&m); code != "" {
		return refusal(method, code)
	}
	now := s.now()
	if last, posted := s.lastPost[channel]; posted && now.Sub(last) < s.opts.Interval {
		wait := s.opts.Interval - now.Sub(last)
		return func(w http.ResponseWriter) { rateLimited(w, method, wait) }
	}
	s.lastPost[channel] = now
	// A timestamp identifies a message, so each is unique.
	if !now.After(s.lastTS.Add(time.Microsecond)) {
		now = s.lastTS.Add(time.Microsecond)
	}
	s.lastTS = now
	m.TS = fmt.Sprintf("%d.%06d", now.Unix(), now.Nanosecond()/1000)
	m.ReceivedAt = now.UTC()
	s.messages = append(s.messages, m)
	if err := s.keep(m); err != nil {
		return refusal(method, "fatal_error", err.Error())
	}
	if method == "webhook" {
		return func(w http.ResponseWriter) { writeText(w, http.StatusOK, "ok") }
	}
	return ok(map[string]any{"channel": channel, "ts": m.TS, "message": messageJSON(m, true)})
}

func (s *Server) keep(m Message) error {
	if s.opts.Folder == "" {
		return nil
	}
	content, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s-%s.json", m.TS, fileName(m.Channel))
	// Write the whole file before it gets its name: another process may be reading the
	// folder.
	path := filepath.Join(s.opts.Folder, name)
	if err := os.WriteFile(path+".tmp", append(content, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

// ChannelID returns the ID of a channel with a #name; an ID is returned unchanged.
func ChannelID(channel string) string {
	name, isName := strings.CutPrefix(channel, "#")
	if !isName {
		return channel
	}
	return "C0" + strings.ToUpper(fileName(name))
}

// isPerson reports whether an ID is that of a person. Messages are posted to that ID, and
// read under the ID of the conversation.
func isPerson(channel string) bool {
	return strings.HasPrefix(channel, "U") || strings.HasPrefix(channel, "W")
}

func (s *Server) known(channel string) bool {
	return len(s.opts.Channels) == 0 || slices.ContainsFunc(s.opts.Channels, func(c string) bool {
		return c == channel || ChannelID(c) == channel
	})
}

// named records a channel's name for conversations.list.
func (s *Server) named(name string) {
	if strings.HasPrefix(name, "#") && !slices.Contains(s.names, name) {
		s.names = append(s.names, name)
	}
}

func (s *Server) list() func(http.ResponseWriter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	channels := []map[string]any{}
	for _, name := range s.names {
		channels = append(channels, map[string]any{"id": ChannelID(name), "name": strings.TrimPrefix(name, "#"), "is_channel": true})
	}
	return ok(map[string]any{"channels": channels, "response_metadata": map[string]any{"next_cursor": ""}})
}

// authenticate returns the bot of a request's token, or why Slack would refuse it.
func (s *Server) authenticate(r *http.Request, args map[string]any) (bot, code string) {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if token == "" {
		token = text(args, "token")
	}
	switch other := s.opts.OtherBots[token]; {
	case token == "":
		return "", "not_authed"
	case other != "":
		return other, ""
	case s.opts.Token != "" && token != s.opts.Token:
		return "", "invalid_auth"
	}
	return ownBot, ""
}

func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, s)
}
