package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"regwatch/internal/redact"
	"regwatch/internal/sanitize"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// Options say where a bot posts. The token needs the scope chat:write;
// channels:history (groups:history for a private channel) lets a message be
// looked up after a crash, and channels:read (groups:read) lets that work for a
// channel that is given by name.
type Options struct {
	Token       string
	Channel     string           // an ID such as C0123456789, or #name; a delivery's address takes its place
	API         string           // base address of the Web API; empty is Slack's own
	Client      *http.Client     // nil is one with time-outs
	Renderer    *render.Renderer // nil is the shipped ones
	Interactive bool             // a [Socket] receives interactions, so alerts have buttons

	Now func() time.Time // a lookup reads from a day before it, if the sending began later; nil trusts the sender's clock
}

// A Channel posts as a bot. It implements [delivery.Channel], [delivery.Finder],
// [delivery.Pacer] and [delivery.Amender].
type Channel struct {
	channel     string
	api         *slack.Client
	hide        *redact.Secrets
	now         func() time.Time
	renderer    *render.Renderer
	interactive bool
	pages       int // at most so many are read by a lookup

	mu  sync.Mutex        // guards ids
	ids map[string]string // of channels given by name, and of conversations by person
}

// messageInterval is the rate that Slack grants for posting to one channel.
const messageInterval = time.Second

// A lookup reads the history from a day before the sending began: Slack's clock and
// ours may differ, and ours may have been wrong. It reads at most lookupPages pages of
// lookupPage messages, which Slack allows within half a minute.
const (
	lookupBack  = 24 * time.Hour
	lookupPages = 25
	lookupPage  = 200
)

// metadataType names our messages among others in a channel's history.
const metadataType = "regwatch_notice"

// New returns a bot; it makes no connection yet.
func New(opts Options) (*Channel, error) {
	if opts.Token == "" {
		return nil, errors.New("a Slack bot needs a token")
	}
	client := opts.Client
	if client == nil {
		client = delivery.HTTPClient()
	}
	options := []slack.Option{slack.OptionHTTPClient(client)}
	if opts.API != "" {
		options = append(options, slack.OptionAPIURL(strings.TrimSuffix(opts.API, "/")+"/"))
	}
	return &Channel{
		channel:     opts.Channel,
		api:         slack.New(opts.Token, options...),
		hide:        redact.New(opts.Token),
		now:         opts.Now,
		renderer:    opts.Renderer,
		interactive: opts.Interactive,
		pages:       lookupPages,
		ids:         map[string]string{},
	}, nil
}

// Pace returns the time that Slack wants between two messages to a channel.
func (s *Channel) Pace() time.Duration { return messageInterval }

// Send posts the notice, as a reply where it follows up, and returns the channel's ID
// and the message's timestamp, which together identify it. If Slack refuses the
// blocks, it sends plain text once. A delivery that amends changes a message instead.
//
// The reason is [delivery.ThreadGone] if the message that it follows up or changes
// was deleted, or is not in the channel that is configured now.
func (s *Channel) Send(ctx context.Context, d models.Delivery) (string, error) {
	channel, err := s.where(d)
	if err != nil {
		return "", err
	}
	if d.Amends {
		return s.amend(ctx, d)
	}
	// Only the first message of a thread has buttons: it is the one that is changed to
	// show who did what.
	m, err := s.renderer.Slack(d, s.interactive && d.Root == nil)
	if err != nil {
		return "", delivery.Fail(delivery.Permanent, models.FailureNotWritten, models.FailureArgs{Answer: err.Error()})
	}
	thread, err := s.threadOf(ctx, channel, d)
	if err != nil {
		return "", err
	}
	text, blocks := slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...)
	receipt, err := s.post(ctx, channel, d, append(thread, text, blocks)...)
	if thread != nil && codeOf(err) == "restricted_action_non_threadable_channel" {
		thread = nil
		receipt, err = s.post(ctx, channel, d, text, blocks)
	}
	if plainTextMayPass(codeOf(err)) {
		receipt, err = s.post(ctx, channel, d, append(thread, text)...)
	}
	switch code := codeOf(err); {
	case err == nil:
		return receipt, nil
	case thread != nil && threadGone(code):
		return "", delivery.Errorf(delivery.ThreadGone, "the message that it follows up was deleted (%s)", code)
	}
	return "", explain(channel, err, s.hide)
}

func (s *Channel) post(ctx context.Context, channel string, d models.Delivery, options ...slack.MsgOption) (string, error) {
	id, ts, err := s.api.PostMessageContext(ctx, channel, append(slices.Clone(options), commonOptions(d)...)...)
	switch {
	case err != nil:
		return "", err
	case !validID(id) || !validTimestamp(ts):
		return "", delivery.Fail(delivery.Ambiguous, models.FailureSlackUnnamed, models.FailureArgs{})
	}
	s.remember(channel, id)
	return id + "/" + ts, nil
}

// validID reports whether a text has the form of a conversation's ID. Whatever else
// Slack answers must not get into a receipt, which is stored and shown.
func validID(id string) bool {
	return id != "" && len(id) <= 64 && strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
}

func validTimestamp(ts string) bool {
	return ts != "" && len(ts) <= 64 && strings.Trim(ts, "0123456789.") == ""
}

// commonOptions are the options of every message: nothing in it is read as markup or
// unfurled, and its metadata identifies it.
func commonOptions(d models.Delivery) []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(), slack.MsgOptionDisableMarkdown(),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: metadataType, EventPayload: map[string]any{
			"key": d.NoticeID, "delivery": d.ID,
		}}),
	}
}

// Find looks for the delivery in its thread, if it follows up, and among the messages
// of its channel since a day before its sending began.
func (s *Channel) Find(ctx context.Context, d models.Delivery) (string, bool, error) {
	channel, err := s.where(d)
	if err != nil {
		return "", false, err
	}
	id, err := s.resolve(ctx, channel)
	if err != nil {
		return "", false, s.explainLookup(channel, err)
	}
	begun := d.StartedAt
	if s.now != nil && s.now().Before(begun) {
		begun = s.now()
	}
	oldest := fmt.Sprintf("%d.000000", begun.Add(-lookupBack).Unix())
	for _, place := range s.places(id, oldest, d) {
		ts, err := s.search(ctx, place, d.ID)
		switch {
		case err == nil && ts != "":
			return place.channel + "/" + ts, true, nil
		case err == nil || threadGone(codeOf(err)):
		case errors.Is(err, delivery.ErrCannotLookUp):
			return "", false, fmt.Errorf("%w: %s has had more than %d messages since", delivery.ErrCannotLookUp, sanitize.Line(channel), s.pages*lookupPage)
		default:
			return "", false, s.explainLookup(channel, err)
		}
	}
	return "", false, nil
}

func (s *Channel) where(d models.Delivery) (string, error) {
	if d.Address != "" {
		return d.Address, nil
	}
	if s.channel == "" {
		return "", delivery.Fail(delivery.Blocked, models.FailureSlackNoChannel, models.FailureArgs{Channel: d.Channel})
	}
	return s.channel, nil
}

// resolve returns the ID of a channel: Slack reads a history only by ID. The ID of a
// conversation with a person is known once something was posted there.
func (s *Channel) resolve(ctx context.Context, channel string) (string, error) {
	s.mu.Lock()
	id := s.ids[channel]
	s.mu.Unlock()
	if id != "" {
		return id, nil
	}
	name, isName := strings.CutPrefix(channel, "#")
	if !isName {
		return channel, nil
	}
	query := slack.GetConversationsParameters{ExcludeArchived: true, Limit: 1000, Types: []string{"public_channel", "private_channel"}}
	for {
		found, next, err := s.api.GetConversationsContext(ctx, &query)
		if err != nil {
			return "", err
		}
		for _, c := range found {
			if c.Name == name && validID(c.ID) {
				s.remember(channel, c.ID)
				return c.ID, nil
			}
		}
		if query.Cursor = next; next == "" {
			return "", slack.SlackErrorResponse{Err: "channel_not_found"}
		}
	}
}

func (s *Channel) remember(channel, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids[channel] = id
}
