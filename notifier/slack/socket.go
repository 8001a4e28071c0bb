package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"

	"regwatch/internal/sanitize"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// SocketOptions say whose presses are heard. Tokens reads both tokens anew
// for each connection, so that one that a person puts right is used without a
// restart.
type SocketOptions struct {
	Tokens  func() (bot, app string, err error)
	API     string // base address of the Web API; empty is Slack's own
	Client  *http.Client
	Actions Actions
	Log     *slog.Logger
}

// A Socket hears the presses of buttons over Socket Mode and does what they
// ask for. It needs no address that Slack could reach. It is slack-go's client
// for the Web API alone: its own for Socket Mode connects anew without a pause
// whenever Slack ends a connection in order, and leaves no room to acknowledge a
// press by what became of it.
type Socket struct {
	opts    SocketOptions
	presses chan heard
	wait    func(failures int, err error) time.Duration // before it connects again
	told    string                                      // the last trouble that was logged
}

// A heard press waits to be done. They are done one after the other, in the order
// in which they came, over however many connections.
type heard struct {
	callback slack.InteractionCallback
	bot      *slackBot
	ack      func()
}

const (
	socketSilence = 40 * time.Second // Slack pings every few seconds
	socketOpening = 20 * time.Second
	socketLasts   = time.Minute
	// Slack shows the person that nothing came of it after 3 s without an
	// acknowledgement.
	pressPatience = 2 * time.Second
	pressTime     = 10 * time.Second
	mostPresses   = 64 // that wait
	socketMessage = 1 << 20
)

// NewSocket returns a socket; it makes no connection yet.
func NewSocket(opts SocketOptions) *Socket {
	if opts.Client == nil {
		opts.Client = delivery.HTTPClient()
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	return &Socket{opts: opts, presses: make(chan heard, mostPresses), wait: socketPause}
}

// Run hears presses until ctx ends, and then finishes the one that it is at. It
// connects again whenever a connection ends, and never gives up: what it cannot
// do is logged, once, and delivering goes on without it.
func (s *Socket) Run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { s.answerAll(ctx) })
	defer all.Wait()
	failures := 0
	for ctx.Err() == nil {
		lasted, err := s.connect(ctx)
		if ctx.Err() != nil {
			return
		}
		if failures++; lasted {
			failures = 0 // Slack ends each connection after some hours
		}
		s.tell(ctx, err)
		rest(ctx, s.wait(failures, err))
	}
}

// errEnded is how a connection ends that was in order.
var errEnded = errors.New("the connection to Slack ended")

func ended(err error) bool { return errors.Is(err, errEnded) }

// socketPause is how long it waits before it connects again. What only a person
// can put right is asked for less often.
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

func rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// tell logs a trouble once for as long as it lasts.
func (s *Socket) tell(ctx context.Context, err error) {
	if ended(err) {
		s.opts.Log.DebugContext(ctx, "Slack's buttons are about to be connected again", "why", err)
		return
	}
	if err.Error() == s.told {
		return
	}
	s.told = err.Error()
	s.opts.Log.ErrorContext(ctx, "presses of Slack's buttons are not heard; alerts are sent all the same", "error", err)
}

// connect opens a connection and hears presses until it ends. It reports whether
// it was one that lasted, and not one that Slack ends as soon as it is made.
func (s *Socket) connect(ctx context.Context) (lasted bool, err error) {
	bot, err := s.open(ctx)
	if err != nil {
		return false, delivery.NothingSent(err)
	}
	defer func() { _ = bot.conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = bot.conn.Close() })
	defer stop()
	// A connection that is dead says nothing.
	watchdog := time.AfterFunc(socketSilence, func() { _ = bot.conn.Close() })
	defer watchdog.Stop()
	pong := bot.conn.PingHandler()
	bot.conn.SetPingHandler(func(data string) error {
		watchdog.Reset(socketSilence)
		return pong(data)
	})
	made := time.NewTimer(socketLasts)
	defer made.Stop()
	err = s.read(ctx, bot, func() { watchdog.Reset(socketSilence) })
	select {
	case <-made.C:
		return true, err
	default:
		return false, err
	}
}

// read hears what Slack sends until the connection ends, and says why it did.
func (s *Socket) read(ctx context.Context, bot *slackBot, alive func()) error {
	greeted := false
	for {
		_, text, err := bot.conn.ReadMessage()
		switch {
		case err != nil && greeted:
			return fmt.Errorf("%w: it was cut", errEnded)
		case err != nil:
			return delivery.Errorf(delivery.Unreachable, "Slack ended the connection for button presses before it greeted")
		}
		alive()
		var e envelope
		if json.Unmarshal(text, &e) != nil {
			s.opts.Log.WarnContext(ctx, "Slack sent what cannot be read", "bytes", len(text))
			continue
		}
		switch e.Type {
		case "hello":
			greeted, s.told = true, ""
			s.opts.Log.InfoContext(ctx, "Slack's buttons are connected", "app", sanitize.Line(e.Info.App))
		case "disconnect":
			return ending(e.Reason)
		case "interactive":
			s.hear(ctx, bot, e)
		default:
			bot.acknowledge(e.ID) // none of ours
		}
	}
}

// ending is why Slack asks that a connection be ended.
func ending(reason string) error {
	switch reason {
	case "link_disabled":
		return delivery.Errorf(delivery.Blocked, "Slack ended the connection for button presses; switch Socket Mode on in the app's settings (link_disabled)")
	case "too_many_websockets":
		return delivery.Errorf(delivery.RateLimited, "Slack takes no more connections for button presses; stop other programs that use this app's token (too_many_websockets)")
	}
	return fmt.Errorf("%w: %s", errEnded, sanitize.Truncate(sanitize.Line(reason), render.MaxNameRunes))
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

// A slackBot is who hears over one connection.
type slackBot struct {
	api  *slack.Client
	id   string // by which it knows its own messages
	team string
	hide delivery.Secrets

	writing sync.Mutex
	conn    *websocket.Conn
}

func (b *slackBot) acknowledge(envelope string) {
	if envelope == "" {
		return
	}
	b.writing.Lock()
	defer b.writing.Unlock()
	// One that does not arrive is Slack's to repeat; the connection is over then.
	_ = b.conn.WriteJSON(map[string]string{"envelope_id": envelope})
}

// open asks who the bot is and for the address of a connection, which serves
// once, and connects to it.
func (s *Socket) open(ctx context.Context) (*slackBot, error) {
	ctx, cancel := context.WithTimeout(ctx, socketOpening)
	defer cancel()
	token, app, err := s.opts.Tokens()
	if err != nil {
		return nil, &delivery.Error{Reason: delivery.Blocked, Err: err}
	}
	options := []slack.Option{slack.OptionHTTPClient(s.opts.Client), slack.OptionAppLevelToken(app)}
	if s.opts.API != "" {
		options = append(options, slack.OptionAPIURL(strings.TrimSuffix(s.opts.API, "/")+"/"))
	}
	bot := &slackBot{api: slack.New(token, options...), hide: delivery.Secrets{token, app}}
	who, err := bot.api.AuthTestContext(ctx)
	if err != nil {
		return nil, explainSlack("", err, bot.hide)
	}
	bot.id, bot.team = who.BotID, who.TeamID
	_, address, err := bot.api.StartSocketModeContext(ctx)
	if err != nil {
		return nil, explainAppToken(err, bot.hide)
	}
	bot.hide = append(bot.hide, address)
	dialer := &websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: socketOpening}
	conn, resp, err := dialer.DialContext(ctx, address, nil)
	if err != nil {
		if resp != nil {
			return nil, delivery.Errorf(delivery.Unreachable, "Slack did not take the connection for button presses (status %d)", resp.StatusCode)
		}
		return nil, delivery.NetworkError("Slack", err, bot.hide)
	}
	conn.SetReadLimit(socketMessage)
	bot.conn = conn
	return bot, nil
}
