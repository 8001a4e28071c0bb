// Package channels makes the channels of a configuration.
package channels

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
	"regwatch/notifier/mattermost"
	"regwatch/notifier/pagerduty"
	"regwatch/notifier/render"
	"regwatch/notifier/slack"
	"regwatch/notifier/teams"
	"regwatch/notifier/telegram"
	"regwatch/notifier/terminal"
	"regwatch/notifier/webhook"
)

// Parts are what channels are made with besides their settings.
type Parts struct {
	Terminal io.Writer
	Renderer *render.Renderer
	Links    func(context.Context) (signedlink.Links, error) // to our own pages; nil: none
	Secrets  *redact.Secrets                                 // receives each secret that a channel is made with
	Now      func() time.Time
}

// reveal reads a secret. From then on errors and logs mask it.
func (p Parts) reveal(secret configs.Secret) (string, error) {
	value, err := secret.Reveal()
	if err == nil {
		p.Secrets.Add(value)
	}
	return value, err
}

// reopenable makes a channel. One that is blocked until a person fixes it is made again,
// with its secret read again, before the next attempt.
func reopenable(c configs.Channel, parts Parts) (delivery.Channel, error) {
	if _, err := Open(c, parts); err != nil {
		return nil, err // now, and not at the first alert
	}
	return delivery.Reopen(func() (delivery.Channel, error) { return Open(c, parts) }), nil
}

// Open makes a channel. The error names it.
func Open(c configs.Channel, parts Parts) (delivery.Channel, error) {
	channel, err := create(c, parts)
	if err != nil {
		return nil, fmt.Errorf("channel %s: %w", c.Name, err)
	}
	return channel, nil
}

func create(c configs.Channel, parts Parts) (delivery.Channel, error) {
	switch c.Kind {
	case configs.KindSlack:
		token, err := parts.reveal(c.Slack.Token)
		if err != nil {
			return nil, err
		}
		return slack.New(slack.Options{
			Token: token, Channel: c.Slack.Channel, API: c.Slack.API, Now: parts.Now, Renderer: parts.Renderer,
			Interactive: c.Slack.AppToken.IsSet(),
		})
	case configs.KindSlackWebhook:
		url, err := parts.reveal(c.SlackWebhook.URL)
		if err != nil {
			return nil, err
		}
		return slack.NewWebhook(slack.WebhookOptions{URL: url, Renderer: parts.Renderer})
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
			Username: c.Email.Username, Password: password, Auth: c.Email.Auth, Hello: c.Email.Hello, From: c.Email.From, Renderer: parts.Renderer, Links: parts.Links,
		})
	case configs.KindWebhook:
		return newWebhook(c.Webhook, parts)
	case configs.KindTeams:
		url, err := parts.reveal(c.Teams.URL)
		if err != nil {
			return nil, err
		}
		return teams.New(teams.Options{URL: url, Renderer: parts.Renderer, Now: parts.Now})
	case configs.KindTelegram:
		token, err := parts.reveal(c.Telegram.Token)
		if err != nil {
			return nil, err
		}
		return telegram.New(telegram.Options{Token: token, Chat: c.Telegram.Chat, API: c.Telegram.API, Renderer: parts.Renderer, Now: parts.Now})
	case configs.KindMattermost:
		url, err := parts.reveal(c.Mattermost.URL)
		if err != nil {
			return nil, err
		}
		return mattermost.New(mattermost.Options{URL: url, Renderer: parts.Renderer, Now: parts.Now})
	case configs.KindPagerDuty:
		key, err := parts.reveal(c.PagerDuty.RoutingKey)
		if err != nil {
			return nil, err
		}
		return pagerduty.New(pagerduty.Options{RoutingKey: key, API: c.PagerDuty.API, Renderer: parts.Renderer, Now: parts.Now})
	case configs.KindTerminal:
		t := terminal.New(parts.Terminal)
		t.Renderer = parts.Renderer
		return t, nil
	}
	return nil, fmt.Errorf("unknown kind %q", c.Kind)
}

func newWebhook(c *configs.Webhook, parts Parts) (delivery.Channel, error) {
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
	return webhook.New(webhook.Options{URL: url, Keys: keys, Now: parts.Now})
}

// A Set is the channels of a configuration, by name.
type Set map[string]opened

// An opened channel has the fingerprint of the settings that made it.
type opened struct {
	channel     delivery.Channel
	fingerprint string
}

// Next returns the channels of a configuration. Those that have not changed stay the same.
func (o Set) Next(c *configs.Config, parts Parts) (Set, error) {
	all := make(Set, len(c.Channels))
	for _, configured := range c.Channels {
		print := Fingerprint(configured)
		if same, ok := o[configured.Name]; ok && same.fingerprint == print {
			all[configured.Name] = same
			continue
		}
		channel, err := reopenable(configured, parts)
		if err != nil {
			return nil, err
		}
		all[configured.Name] = opened{channel, print}
	}
	return all, nil
}

// All returns the channels as a worker has them.
func (o Set) All() map[string]delivery.Channel {
	channels := make(map[string]delivery.Channel, len(o))
	for name, one := range o {
		channels[name] = one.channel
	}
	return channels
}

// Fingerprint is a hash of the settings of a channel and of its secrets.
func Fingerprint(c configs.Channel) string {
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
	case c.Teams != nil:
		settings = append(settings, c.Teams.URL)
	case c.Telegram != nil:
		settings = append(settings, *c.Telegram, c.Telegram.Token)
	case c.Mattermost != nil:
		settings = append(settings, c.Mattermost.URL)
	case c.PagerDuty != nil:
		settings = append(settings, *c.PagerDuty, c.PagerDuty.RoutingKey)
	}
	return configs.Fingerprint(settings...)
}
