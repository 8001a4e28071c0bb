package main

import (
	"context"
	"fmt"

	"regwatch/configs"
	"regwatch/notifier/slack"
)

// slackSockets hear the presses of buttons, one for each Slack channel whose app
// may.
func (a *app) slackSockets() []*slack.Socket {
	var sockets []*slack.Socket
	for _, c := range a.live.get().Config.Channels {
		if c.Kind != configs.KindSlack || !c.Slack.AppToken.IsSet() {
			continue
		}
		sockets = append(sockets, slack.NewSocket(slack.SocketOptions{
			Tokens:  func() (bot, app string, err error) { return slackTokens(c.Slack) },
			API:     c.Slack.API,
			Actions: presses{a.answers, a.deliverer.Wake},
			Log:     a.log.With("channel_name", c.Name),
		}))
	}
	return sockets
}

// slackTokens reads both tokens of a Slack app.
func slackTokens(c *configs.Slack) (bot, app string, err error) {
	if bot, err = c.Token.Reveal(); err != nil {
		return "", "", fmt.Errorf("token: %w", err)
	}
	if app, err = c.AppToken.Reveal(); err != nil {
		return "", "", fmt.Errorf("app_token: %w", err)
	}
	return bot, app, nil
}

// presses does what presses of buttons ask for.
type presses struct {
	answers
	wake func() // the deliverer, which shows it
}

// Act does what one press asks for.
func (p presses) Act(ctx context.Context, press slack.Interaction) error {
	err := p.act(ctx, press.Act, press.EventID, press.MuteID, press.By)
	if err == nil {
		p.wake()
	}
	return err
}
