package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"regwatch/configs"
	"regwatch/internal/redact"
	"regwatch/internal/signedlink"
	"regwatch/notifier/delivery"
	"regwatch/notifier/email"
	"regwatch/notifier/render"
	"regwatch/notifier/slack"
	"regwatch/notifier/terminal"
	"regwatch/notifier/webhook"
)

// Supplies are what channels are made with besides their settings.
type supplies struct {
	terminal io.Writer
	words    *render.Renderer
	links    func(context.Context) (signedlink.Links, error) // to our own pages; nil: none
	secrets  *redact.Secrets                                 // to which each secret that a channel is made with is added
}

// reveal reads a secret, which from then on is kept out of errors.
func (s supplies) reveal(secret configs.Secret) (string, error) {
	value, err := secret.Reveal()
	if err == nil {
		s.secrets.Add(value)
	}
	return value, err
}

// openChannels makes the channels that the configuration names. One that a
// person must put right reads its secret anew at the next try.
func openChannels(c *configs.Config, with supplies) (map[string]delivery.Channel, error) {
	channels := make(map[string]delivery.Channel, len(c.Channels))
	for _, configured := range c.Channels {
		if _, err := openChannel(configured, with); err != nil {
			return nil, err // now, and not at the first alert
		}
		channels[configured.Name] = delivery.Reopen(func() (delivery.Channel, error) { return openChannel(configured, with) })
	}
	return channels, nil
}

func openChannel(c configs.Channel, with supplies) (delivery.Channel, error) {
	channel, err := newChannel(c, with)
	if err != nil {
		return nil, fmt.Errorf("channel %s: %w", c.Name, err)
	}
	return channel, nil
}

func newChannel(c configs.Channel, with supplies) (delivery.Channel, error) {
	switch c.Kind {
	case configs.KindSlack:
		token, err := with.reveal(c.Slack.Token)
		if err != nil {
			return nil, err
		}
		return slack.New(slack.Options{
			Token: token, Channel: c.Slack.Channel, API: c.Slack.API, Now: time.Now, Renderer: with.words,
			Interactive: c.Slack.AppToken.IsSet(),
		})
	case configs.KindSlackWebhook:
		url, err := with.reveal(c.SlackWebhook.URL)
		if err != nil {
			return nil, err
		}
		return slack.NewWebhook(slack.WebhookOptions{URL: url, Renderer: with.words})
	case configs.KindEmail:
		var password string
		if c.Email.Password.IsSet() {
			var err error
			if password, err = with.reveal(c.Email.Password); err != nil {
				return nil, err
			}
		}
		return email.New(email.Options{
			Host: c.Email.Host, Port: c.Email.Port, TLS: email.TLS(c.Email.TLS),
			Username: c.Email.Username, Password: password, Auth: c.Email.Auth, Hello: c.Email.Hello, From: c.Email.From, Renderer: with.words, Links: with.links,
		})
	case configs.KindWebhook:
		return newWebhook(c.Webhook, with)
	case configs.KindTerminal:
		t := terminal.New(with.terminal)
		t.Renderer = with.words
		return t, nil
	}
	return nil, fmt.Errorf("unknown kind %q", c.Kind)
}

func newWebhook(c *configs.Webhook, with supplies) (delivery.Channel, error) {
	url, err := with.reveal(c.URL)
	if err != nil {
		return nil, err
	}
	secret, err := with.reveal(c.Secret)
	if err != nil {
		return nil, err
	}
	keys, err := configs.SigningKeys(secret)
	if err != nil {
		return nil, fmt.Errorf("its secret %w", err)
	}
	return webhook.New(webhook.Options{URL: url, Keys: keys, Now: time.Now})
}
