package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"regwatch/configs"
	"regwatch/internal/redact"
	"regwatch/internal/signedlink"
	"regwatch/models"
	"regwatch/notifier"
	"regwatch/notifier/delivery"
	"regwatch/notifier/email"
	"regwatch/notifier/render"
	"regwatch/notifier/slack"
	"regwatch/notifier/terminal"
	"regwatch/notifier/webhook"
)

// channelParts are what channels are made with besides their settings.
type channelParts struct {
	terminal io.Writer
	renderer *render.Renderer
	links    func(context.Context) (signedlink.Links, error) // to our own pages; nil: none
	secrets  *redact.Secrets                                 // receives each secret that a channel is made with
	now      func() time.Time
}

// reveal reads a secret. From then on errors and logs mask it.
func (p channelParts) reveal(secret configs.Secret) (string, error) {
	value, err := secret.Reveal()
	if err == nil {
		p.secrets.Add(value)
	}
	return value, err
}

// reopenable makes a channel. One that is blocked until a person fixes it is made again,
// with its secret read again, before the next attempt.
func reopenable(c configs.Channel, parts channelParts) (delivery.Channel, error) {
	if _, err := openChannel(c, parts); err != nil {
		return nil, err // now, and not at the first alert
	}
	return delivery.Reopen(func() (delivery.Channel, error) { return openChannel(c, parts) }), nil
}

func openChannel(c configs.Channel, parts channelParts) (delivery.Channel, error) {
	channel, err := newChannel(c, parts)
	if err != nil {
		return nil, fmt.Errorf("channel %s: %w", c.Name, err)
	}
	return channel, nil
}

func newChannel(c configs.Channel, parts channelParts) (delivery.Channel, error) {
	switch c.Kind {
	case configs.KindSlack:
		token, err := parts.reveal(c.Slack.Token)
		if err != nil {
			return nil, err
		}
		return slack.New(slack.Options{
			Token: token, Channel: c.Slack.Channel, API: c.Slack.API, Now: parts.now, Renderer: parts.renderer,
			Interactive: c.Slack.AppToken.IsSet(),
		})
	case configs.KindSlackWebhook:
		url, err := parts.reveal(c.SlackWebhook.URL)
		if err != nil {
			return nil, err
		}
		return slack.NewWebhook(slack.WebhookOptions{URL: url, Renderer: parts.renderer})
	case configs.KindEmail:
		var password string
		if c.Email.Password.IsSet() {
			var err error
			if password, err = parts.reveal(c.Email.Password); err != nil {
				return nil, err
			}
		}
		return email.New(email.Options{
			Host: c.Email.Host, Port: c.Email.Port, TLS: email.TLS(c.Email.TLS),
			Username: c.Email.Username, Password: password, Auth: c.Email.Auth, Hello: c.Email.Hello, From: c.Email.From, Renderer: parts.renderer, Links: parts.links,
		})
	case configs.KindWebhook:
		return newWebhook(c.Webhook, parts)
	case configs.KindTerminal:
		t := terminal.New(parts.terminal)
		t.Renderer = parts.renderer
		return t, nil
	}
	return nil, fmt.Errorf("unknown kind %q", c.Kind)
}

func newWebhook(c *configs.Webhook, parts channelParts) (delivery.Channel, error) {
	url, err := parts.reveal(c.URL)
	if err != nil {
		return nil, err
	}
	secret, err := parts.reveal(c.Secret)
	if err != nil {
		return nil, err
	}
	keys, err := configs.SigningKeys(secret)
	if err != nil {
		return nil, fmt.Errorf("its secret %w", err)
	}
	return webhook.New(webhook.Options{URL: url, Keys: keys, Now: parts.now})
}

// reportHealth notifies people that a channel delivers nothing, delivers again, has given
// messages up, or was removed. It logs the same, in case that no channel works.
func (e *Engine) reportHealth(ctx context.Context, h models.ChannelHealth) error {
	notices := notifier.PlanChannelHealth(h, e.routing(), e.now())
	if err := e.store.CommitNotices(ctx, notices); err != nil {
		return err
	}
	level, message := slog.LevelError, "channel failing"
	if h.Health != models.Failing {
		level, message = slog.LevelInfo, "channel delivers again"
	}
	e.log.Log(ctx, level, message, "channel", h.Name(), "since", h.Since, "given_up", h.Dead, "due", h.Owed, "reported_through", destinationsIn(notices), "error", h.Error)
	e.worker.Wake()
	return nil
}

func destinationsIn(notices []models.Notice) []string {
	all := make(map[string]bool)
	for _, n := range notices {
		for _, d := range n.Deliveries {
			all[d.Destination] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// failingChannels returns the channels and addresses that people were notified are
// failing, and not yet that they deliver again.
func (e *Engine) failingChannels(ctx context.Context) ([]models.ChannelHealth, error) {
	reports, err := e.store.ChannelTroubles(ctx)
	if err != nil {
		return nil, err
	}
	failing := make([]models.ChannelHealth, len(reports))
	for i, r := range reports {
		failing[i] = models.ChannelHealth{Health: r.Health, Since: r.Since, Error: r.Error, Failure: r.Failure}
		failing[i].Channel, failing[i].Address, _ = strings.Cut(r.Name, ":")
	}
	return failing, nil
}

// reportRemovedChannels notifies people, once, of deliveries due through channels that
// are no longer configured: nobody would send them, and nobody would notice.
func (e *Engine) reportRemovedChannels(ctx context.Context) error {
	pending, err := e.store.Pending(ctx)
	if err != nil {
		return err
	}
	for _, o := range pending {
		if _, configured := e.Config().Channel(o.Channel); configured {
			continue
		}
		gone := models.Failure{Kind: models.FailureChannelRemoved, Args: models.FailureArgs{Channel: o.Channel}}
		err := e.reportHealth(ctx, models.ChannelHealth{
			Channel: o.Channel, Health: models.Failing, Since: o.Since, Owed: o.Deliveries,
			Error: render.Failure(gone, string(render.English)), Failure: gone,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// heartbeat returns what calls the configured address while all is well; nil if none is
// configured.
func (e *Engine) heartbeat() (*delivery.Heartbeat, error) {
	if !e.Config().Heartbeat.URL.IsSet() {
		return nil, nil
	}
	address, err := e.Config().Heartbeat.URL.Reveal()
	if err != nil {
		return nil, fmt.Errorf("heartbeat.url: %w", err)
	}
	return delivery.NewHeartbeat(delivery.HeartbeatOptions{URL: address, Now: e.now, Log: e.log, Well: func(ctx context.Context) error {
		if why := e.failures.sentence(); why != "" {
			return fmt.Errorf("regwatch crashes when it plans some messages; %s", why)
		}
		failing, err := e.failingChannels(ctx)
		for _, h := range failing {
			if _, configured := e.Config().Channel(h.Channel); configured && h.Address == "" {
				return fmt.Errorf("nothing gets through the channel %s", h.Channel)
			}
		}
		return err
	}})
}

// testTimeout is how long a test message may take.
const testTimeout = time.Minute

// A TestMessage is a message that was sent to try a channel.
type TestMessage struct {
	Channel string
	Address string
	Receipt string // what the channel calls the message
}

// SendTest sends a test message to a destination of a folder: a channel, or
// channel:address. It stores nothing and opens no database. A terminal channel writes to
// terminal.
func SendTest(ctx context.Context, dir, destination string, terminal io.Writer) (TestMessage, error) {
	folder, problems := ReadFolder(dir)
	if len(problems) > 0 {
		return TestMessage{}, problems
	}
	return folder.sendTest(ctx, destination, terminal, time.Now())
}

func (f *Folder) sendTest(ctx context.Context, destination string, terminal io.Writer, now time.Time) (TestMessage, error) {
	var m TestMessage
	m.Channel, m.Address, _ = strings.Cut(destination, ":")
	if _, err := f.Config.Destination(destination); err != nil {
		return m, refused(err)
	}
	configured, _ := f.Config.Channel(m.Channel)
	secrets := redact.New(f.Config.SecretValues()...)
	channel, err := openChannel(configured, channelParts{terminal: terminal, renderer: f.Renderer, secrets: secrets, now: time.Now})
	if err != nil {
		return m, err
	}
	ctx, cancel := context.WithTimeout(ctx, testTimeout)
	defer cancel()
	m.Receipt, err = channel.Send(ctx, testDelivery(m, destination, f.Config.Zone, now))
	if idle, ok := channel.(delivery.Idler); ok {
		idle.Idle()
	}
	if err != nil {
		return m, &ChannelRefusedError{delivery.Scrub(secrets, err.Error())}
	}
	return m, nil
}

func testDelivery(m TestMessage, destination, zone string, now time.Time) models.Delivery {
	n := models.Notice{
		Kind: models.NoticeTest, Subject: models.SubjectChannel, SubjectID: m.Channel + "/" + now.UTC().Format(time.RFC3339Nano), Recipient: destination,
		Reasons: models.NewReasons(models.ReasonTest, models.ReasonArgs{}), CreatedAt: now,
		Content: models.Content{Test: &models.Test{Text: "This is a test message from regwatch. If you can read it, alerts can reach you here.", SentAt: now, Zone: zone}},
	}
	n.ID = n.Key()
	d := models.NewDelivery(n.ID, m.Channel, m.Address, now)
	d.Notice = n
	return d
}

// A ChannelRefusedError means that a channel did not accept a test message. It holds no
// secret.
type ChannelRefusedError struct{ why string }

// Error says why.
func (e *ChannelRefusedError) Error() string { return e.why }

// openChannels are the channels of a configuration, by name.
type openChannels map[string]openedChannel

// An openedChannel is a channel with the fingerprint of the settings that made it.
type openedChannel struct {
	channel     delivery.Channel
	fingerprint string
}

// next returns the channels of a configuration. Those that have not changed stay the same.
func (o openChannels) next(c *configs.Config, parts channelParts) (openChannels, error) {
	all := make(openChannels, len(c.Channels))
	for _, configured := range c.Channels {
		print := channelFingerprint(configured)
		if same, ok := o[configured.Name]; ok && same.fingerprint == print {
			all[configured.Name] = same
			continue
		}
		channel, err := reopenable(configured, parts)
		if err != nil {
			return nil, err
		}
		all[configured.Name] = openedChannel{channel, print}
	}
	return all, nil
}

// all returns the channels as a worker has them.
func (o openChannels) all() map[string]delivery.Channel {
	channels := make(map[string]delivery.Channel, len(o))
	for name, opened := range o {
		channels[name] = opened.channel
	}
	return channels
}

func channelFingerprint(c configs.Channel) string {
	settings := []any{c.Name, c.Kind}
	switch {
	case c.Slack != nil:
		settings = append(settings, *c.Slack, c.Slack.Token, c.Slack.AppToken)
	case c.SlackWebhook != nil:
		settings = append(settings, c.SlackWebhook.URL)
	case c.Email != nil:
		settings = append(settings, *c.Email, c.Email.Password)
	case c.Webhook != nil:
		settings = append(settings, c.Webhook.URL, c.Webhook.Secret)
	}
	return fingerprint(settings...)
}
