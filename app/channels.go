package app

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
