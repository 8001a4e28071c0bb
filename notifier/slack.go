package notifier

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"regwatch/models"
)

// SlackOptions say where a bot posts. The token needs the scope chat:write;
// channels:history (groups:history for a private channel) lets a message be
// looked up after a crash, and channels:read (groups:read) lets that work for a
// channel that is given by name.
type SlackOptions struct {
	Token   string
	Channel string       // an ID such as C0123456789, or #name; a delivery's address takes its place
	API     string       // base address of the Web API; empty is Slack's own
	Client  *http.Client // nil is one with time-outs

	Now func() time.Time // bounds how far back a message is looked for; nil trusts the clock that it was begun by
}

// Slack posts as a bot. It implements [Channel], [Finder] and [Pacer].
type Slack struct {
	channel string
	api     *slack.Client
	hide    secrets
	now     func() time.Time
	pages   int // that a lookup reads at most

	mu  sync.Mutex
	ids map[string]string // of channels given by name
}

// slackPace is the rate that Slack grants for posting to one channel.
const slackPace = time.Second

// A lookup reads the history from a day before the message was begun: Slack's
// clock and ours may differ, and ours may have been wrong. It reads so many pages
// of so many messages, which Slack grants within half a minute.
const (
	lookupBack  = 24 * time.Hour
	lookupPages = 25
	lookupPage  = 200
)

// metadataType names our messages among others in a channel's history.
const metadataType = "regwatch_notice"

// NewSlack returns a bot; it makes no connection yet.
func NewSlack(opts SlackOptions) (*Slack, error) {
	if opts.Token == "" {
		return nil, errors.New("a Slack bot needs a token")
	}
	client := opts.Client
	if client == nil {
		client = slackClient()
	}
	options := []slack.Option{slack.OptionHTTPClient(client)}
	if opts.API != "" {
		options = append(options, slack.OptionAPIURL(strings.TrimSuffix(opts.API, "/")+"/"))
	}
	return &Slack{
		channel: opts.Channel,
		api:     slack.New(opts.Token, options...),
		hide:    secrets{opts.Token},
		now:     opts.Now,
		pages:   lookupPages,
		ids:     map[string]string{},
	}, nil
}

// slackClient returns a client that gives up, and that follows no redirect: one
// would carry the token elsewhere.
func slackClient() *http.Client {
	return &http.Client{
		Timeout: 20 * time.Second,
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 8 * time.Second}).DialContext,
			TLSHandshakeTimeout:   8 * time.Second,
			ResponseHeaderTimeout: 15 * time.Second,
			IdleConnTimeout:       60 * time.Second,
			ForceAttemptHTTP2:     true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Pace returns the time that Slack wants between two messages to a channel.
func (s *Slack) Pace() time.Duration { return slackPace }

// Send posts the notice and returns the channel's ID and the message's
// timestamp, which together name it. Blocks that Slack refuses are replaced by
// plain text, once.
func (s *Slack) Send(ctx context.Context, d models.Delivery) (string, error) {
	channel, err := s.where(d)
	if err != nil {
		return "", err
	}
	m := RenderSlack(d.Notice)
	receipt, err := s.post(ctx, channel, d, slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...))
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok && refusedBlocks(refused.Err) {
		receipt, err = s.post(ctx, channel, d, slack.MsgOptionText(m.Text, false))
	}
	if err != nil {
		return "", s.explain(channel, err)
	}
	return receipt, nil
}

func (s *Slack) post(ctx context.Context, channel string, d models.Delivery, options ...slack.MsgOption) (string, error) {
	options = append(options,
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(), slack.MsgOptionDisableMarkdown(),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: metadataType, EventPayload: map[string]any{
			"key": d.NoticeID, "delivery": d.ID,
		}}))
	id, ts, err := s.api.PostMessageContext(ctx, channel, options...)
	switch {
	case err != nil:
		return "", err
	case ts == "":
		return "", failure(Ambiguous, "Slack answered without naming the message; it may have arrived")
	}
	s.remember(channel, id)
	return id + "/" + ts, nil
}

// Find looks for the delivery among the messages of its channel since a day
// before it was begun.
func (s *Slack) Find(ctx context.Context, d models.Delivery) (string, bool, error) {
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
	query := slack.GetConversationHistoryParameters{
		ChannelID: id, IncludeAllMetadata: true, Inclusive: true, Limit: lookupPage,
		Oldest: fmt.Sprintf("%d.000000", begun.Add(-lookupBack).Unix()),
	}
	for range s.pages {
		page, err := s.api.GetConversationHistoryContext(ctx, &query)
		if err != nil {
			return "", false, s.explainLookup(channel, err)
		}
		if !page.Ok {
			return "", false, failure(Ambiguous, "Slack answered a lookup with nothing")
		}
		for _, m := range page.Messages {
			if m.Metadata.EventType == metadataType && m.Metadata.EventPayload["delivery"] == d.ID {
				return id + "/" + m.Timestamp, true, nil
			}
		}
		query.Cursor = page.ResponseMetaData.NextCursor
		if !page.HasMore || query.Cursor == "" {
			return "", false, nil
		}
	}
	return "", false, fmt.Errorf("%w: %s has had more than %d messages since", ErrCannotLookUp, oneLine(channel), s.pages*lookupPage)
}

func (s *Slack) where(d models.Delivery) (string, error) {
	if d.Address != "" {
		return d.Address, nil
	}
	if s.channel == "" {
		return "", failure(Blocked, "no Slack channel is configured for %s; add channel: to it, with an ID such as C0123456789 or a #name", d.Channel)
	}
	return s.channel, nil
}

// resolve returns the ID of a channel, which alone a history is read by.
func (s *Slack) resolve(ctx context.Context, channel string) (string, error) {
	name, isName := strings.CutPrefix(channel, "#")
	if !isName {
		return channel, nil
	}
	s.mu.Lock()
	id := s.ids[channel]
	s.mu.Unlock()
	if id != "" {
		return id, nil
	}
	query := slack.GetConversationsParameters{ExcludeArchived: true, Limit: 1000, Types: []string{"public_channel", "private_channel"}}
	for {
		found, next, err := s.api.GetConversationsContext(ctx, &query)
		if err != nil {
			return "", err
		}
		for _, c := range found {
			if c.Name == name {
				s.remember(channel, c.ID)
				return c.ID, nil
			}
		}
		if query.Cursor = next; next == "" {
			return "", slack.SlackErrorResponse{Err: "channel_not_found"}
		}
	}
}

func (s *Slack) remember(channel, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids[channel] = id
}
