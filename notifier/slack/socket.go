package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"regwatch/internal/redact"
	"regwatch/internal/sanitize"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// SocketOptions say whose interactions a [Socket] receives. Tokens reads both tokens
// anew for each connection, so that one that a person has corrected is used without a
// restart.
type SocketOptions struct {
	Tokens  func() (bot, app string, err error)
	API     string // base address of the Web API; empty is Slack's own
	Client  *http.Client
	Actions Actions
	Actors  Actors // who may act besides the app's own workspace
	Desk    *Desk  // answers commands, shortcuts and modals; nil: there are none
	Log     *slog.Logger
}

// A Socket receives interactions over Socket Mode and does what they ask for. It needs
// no address that Slack could reach. It uses slack-go only for the Web API: slack-go's
// own client for Socket Mode reconnects without a pause whenever Slack ends a
// connection, and cannot acknowledge an interaction after it was handled.
type Socket struct {
	opts   SocketOptions
	queue  chan pending
	worker *worker                                     // nil without a desk
	wait   func(failures int, err error) time.Duration // before it connects again
	logged string                                      // the last failure that was logged
}

const (
	idleTimeout    = 40 * time.Second // Slack pings every few seconds
	connectTimeout = 20 * time.Second
	stableTime     = time.Minute // a connection that lasted so long was a working one
	// Slack shows the person an error after 3 s without an acknowledgement.
	ackTime    = 2 * time.Second
	handleTime = 10 * time.Second // for one interaction
	maxQueued  = 64               // interactions
	maxMessage = 1 << 20          // bytes
)

// NewSocket returns a socket; it makes no connection yet.
func NewSocket(opts SocketOptions) *Socket {
	if opts.Client == nil {
		opts.Client = delivery.HTTPClient()
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	return &Socket{opts: opts, queue: make(chan pending, maxQueued), worker: newWorker(opts), wait: socketPause}
}

// Run receives interactions until ctx ends, and then finishes the one that it has
// begun. It connects again whenever a connection ends, and never gives up. A failure is
// logged once; messages are sent all the same.
func (s *Socket) Run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { s.handleAll(ctx) })
	defer all.Wait()
	if s.worker != nil {
		defer s.worker.all.Wait()
	}
	failures := 0
	for ctx.Err() == nil {
		lasted, err := s.serve(ctx)
		if ctx.Err() != nil {
			return
		}
		if failures++; lasted {
			failures = 0 // Slack ends each connection after some hours
		}
		s.logFailure(ctx, err)
		sleep(ctx, s.wait(failures, err))
	}
}

// errEnded is why a connection ends that has worked.
var errEnded = errors.New("the connection to Slack ended")

func ended(err error) bool { return errors.Is(err, errEnded) }

// socketPause returns how long to wait before connecting again: longer if a person
// must act first.
func socketPause(failures int, err error) time.Duration {
	wait := min(time.Second<<min(failures, 8), 5*time.Minute)
	if why, ok := errors.AsType[*delivery.Error](err); ok {
		switch why.Reason {
		case delivery.RateLimited:
			wait = max(wait, why.RetryAfter)
		case delivery.Blocked:
			wait = max(wait, time.Minute)
		}
	}
	return wait/2 + rand.N(wait/2+1)
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// logFailure logs a failure once for as long as it lasts.
func (s *Socket) logFailure(ctx context.Context, err error) {
	if ended(err) {
		s.opts.Log.DebugContext(ctx, "connecting to Slack again for its buttons", "why", err)
		return
	}
	if err.Error() == s.logged {
		return
	}
	s.logged = err.Error()
	s.opts.Log.ErrorContext(ctx, "Slack's buttons do not work; alerts are sent all the same", "error", err)
}

// serve opens a connection and receives interactions until it ends. It reports whether
// the connection was stable, and not one that Slack ends as soon as it is made.
func (s *Socket) serve(ctx context.Context) (stable bool, err error) {
	c, err := s.connect(ctx)
	if err != nil {
		return false, delivery.NothingSent(err)
	}
	defer func() { _ = c.conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = c.conn.Close() })
	defer stop()
	// A dead connection is silent.
	watchdog := time.AfterFunc(idleTimeout, func() { _ = c.conn.Close() })
	defer watchdog.Stop()
	pong := c.conn.PingHandler()
	c.conn.SetPingHandler(func(data string) error {
		watchdog.Reset(idleTimeout)
		return pong(data)
	})
	made := time.NewTimer(stableTime)
	defer made.Stop()
	err = s.read(ctx, c, func() { watchdog.Reset(idleTimeout) })
	select {
	case <-made.C:
		return true, err
	default:
		return false, err
	}
}

// read reads what Slack sends until the connection ends, and returns why it ended.
func (s *Socket) read(ctx context.Context, c *connection, alive func()) error {
	greeted := false
	for {
		_, text, err := c.conn.ReadMessage()
		switch {
		case err != nil && greeted:
			return fmt.Errorf("%w: it was cut", errEnded)
		case err != nil:
			return delivery.Errorf(delivery.Unreachable, "Slack ended the connection for buttons before its first message")
		}
		alive()
		var e envelope
		if json.Unmarshal(text, &e) != nil {
			s.opts.Log.WarnContext(ctx, "message from Slack cannot be read", "bytes", len(text))
			continue
		}
		switch e.Type {
		case "hello":
			greeted, s.logged = true, ""
			s.opts.Log.InfoContext(ctx, "Slack's buttons are connected", "app", delivery.Scrub(c.hide, e.Info.App))
		case "disconnect":
			return disconnected(delivery.Scrub(c.hide, e.Reason))
		case "interactive":
			s.receive(ctx, c, e)
		case "slash_commands":
			s.slash(ctx, c, e)
		default:
			c.acknowledge(e.ID) // not for us
		}
	}
}

// disconnected returns why Slack asks for the end of a connection.
func disconnected(reason string) error {
	switch reason {
	case "link_disabled":
		return delivery.Errorf(delivery.Blocked, "Slack ended the connection for buttons; switch Socket Mode on in the app's settings (link_disabled)")
	case "too_many_websockets":
		return delivery.Errorf(delivery.RateLimited, "Slack takes no more connections for buttons; stop other programs that use this app's token (too_many_websockets)")
	}
	return fmt.Errorf("%w: %s", errEnded, sanitize.Truncate(reason, render.MaxNameRunes))
}

// An envelope is what Slack sends over a socket.
type envelope struct {
	Type    string          `json:"type"`
	ID      string          `json:"envelope_id"`
	Reason  string          `json:"reason"`
	Payload json.RawMessage `json:"payload"`
	Info    struct {
		App string `json:"app_id"`
	} `json:"connection_info"`
}

// A connection is one of Socket Mode, with the Web API of the same app.
type connection struct {
	api  *slack.Client
	app  identity
	hide *redact.Secrets

	writing sync.Mutex // held while a frame is written; a websocket takes one writer at a time
	conn    *websocket.Conn
}

func (c *connection) acknowledge(envelope string) { c.answer(envelope, nil) }

// answer acknowledges an envelope with an answer; nil: without one.
func (c *connection) answer(envelope string, payload any) {
	if envelope == "" {
		return
	}
	ack := map[string]any{"envelope_id": envelope}
	if payload != nil {
		ack["payload"] = payload
	}
	c.writing.Lock()
	defer c.writing.Unlock()
	// If it does not arrive, the connection has ended, and Slack sends the envelope again.
	_ = c.conn.WriteJSON(ack)
}

// connect asks Slack who the bot is and for the address of a connection, which can be
// used once, and connects to it.
func (s *Socket) connect(ctx context.Context) (*connection, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	token, app, err := s.opts.Tokens()
	if err != nil {
		return nil, &delivery.Error{Reason: delivery.Blocked, Err: err}
	}
	options := []slack.Option{slack.OptionHTTPClient(s.opts.Client), slack.OptionAppLevelToken(app)}
	if s.opts.API != "" {
		options = append(options, slack.OptionAPIURL(strings.TrimSuffix(s.opts.API, "/")+"/"))
	}
	c := &connection{api: slack.New(token, options...), hide: redact.New(token, app)}
	who, err := c.api.AuthTestContext(ctx)
	if err != nil {
		return nil, explain("", err, c.hide)
	}
	c.app = identity{bot: who.BotID, team: who.TeamID, enterprise: who.EnterpriseID}
	if scopes := who.Header.Get("X-OAuth-Scopes"); s.worker != nil && scopes != "" && !slices.Contains(strings.Split(scopes, ","), "commands") {
		s.opts.Log.WarnContext(ctx, "the Slack bot lacks the scope commands, so its command and its shortcut do not exist; add it under OAuth & Permissions and install the app again")
	}
	_, address, err := c.api.StartSocketModeContext(ctx)
	if err != nil {
		return nil, explainAppToken(err, c.hide)
	}
	addTicket(c.hide, address)
	dialer := &websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: connectTimeout}
	conn, resp, err := dialer.DialContext(ctx, address, nil)
	if err != nil {
		if resp != nil {
			return nil, delivery.Errorf(delivery.Unreachable, "Slack did not take the connection for buttons (status %d)", resp.StatusCode)
		}
		return nil, delivery.NetworkError(peer, err, c.hide)
	}
	conn.SetReadLimit(maxMessage)
	c.conn = conn
	return c, nil
}

// addTicket adds what is secret of the address of a connection: anyone who has it can
// connect in our place.
func addTicket(hide *redact.Secrets, address string) {
	hide.Add(address)
	if u, err := url.Parse(address); err == nil {
		hide.Add(u.RawQuery, u.Query().Get("ticket"))
	}
}
