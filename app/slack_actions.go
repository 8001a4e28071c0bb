package app

import (
	"context"
	"fmt"

	"regwatch/configs"
	"regwatch/notifier/slack"
)

// slackSockets returns a socket for each Slack channel with an app-level token. It
// receives the presses of the channel's buttons.
func (e *Engine) slackSockets() []*slack.Socket {
	var sockets []*slack.Socket
	for _, c := range e.Config().Channels {
		if c.Kind != configs.KindSlack || !c.Slack.AppToken.IsSet() {
			continue
		}
		sockets = append(sockets, slack.NewSocket(slack.SocketOptions{
			Tokens:  func() (bot, app string, err error) { return slackTokens(c.Slack) },
			API:     c.Slack.API,
			Actions: e.SlackActions(),
			Actors:  slack.Actors{Teams: c.Slack.Actors.Teams, Users: c.Slack.Actors.Users},
			Log:     e.log.With("channel_name", c.Name),
		}))
	}
	return sockets
}

// SlackActions does what people ask for with Slack's buttons.
func (e *Engine) SlackActions() slack.Actions { return slackActions{e} }

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

type slackActions struct{ engine *Engine }

// Act does what a click on a button asks for.
func (s slackActions) Act(ctx context.Context, i slack.Interaction) error {
	return s.engine.act(ctx, i.Act, i.EventID, i.MuteID, i.By)
}
