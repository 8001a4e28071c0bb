package cli

import (
	"context"
	"fmt"

	"regwatch/configs"
	"regwatch/notifier/slack"
)

// slackSockets returns a socket for each Slack channel with an app-level token. It
// receives the interactions with the channel's buttons.
func (a *app) slackSockets() []*slack.Socket {
	var sockets []*slack.Socket
	for _, c := range a.live.get().Config.Channels {
		if c.Kind != configs.KindSlack || !c.Slack.AppToken.IsSet() {
			continue
		}
		sockets = append(sockets, slack.NewSocket(slack.SocketOptions{
			Tokens:  func() (bot, app string, err error) { return slackTokens(c.Slack) },
			API:     c.Slack.API,
			Actions: slackActions{a.answers, a.deliverer.Wake},
			Actors:  slack.Actors{Teams: c.Slack.Actors.Teams, Users: c.Slack.Actors.Users},
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

// slackActions does what people ask for with Slack's buttons.
type slackActions struct {
	answers
	wake func() // the deliverer, which updates the alert
}

// Act does what one interaction asks for.
func (s slackActions) Act(ctx context.Context, i slack.Interaction) error {
	err := s.act(ctx, i.Act, i.EventID, i.MuteID, i.By)
	if err == nil {
		s.wake()
	}
	return err
}
