package main

import (
	"context"
	"fmt"

	"regwatch/configs"
	"regwatch/models"
	"regwatch/notifier"
)

// slackSockets hear the presses of buttons, one for each Slack channel whose app
// may.
func (a *app) slackSockets() []*notifier.SlackSocket {
	var sockets []*notifier.SlackSocket
	for _, c := range a.live.get().Config.Channels {
		if c.Kind != configs.KindSlack || !c.Slack.AppToken.IsSet() {
			continue
		}
		sockets = append(sockets, notifier.NewSlackSocket(notifier.SlackSocketOptions{
			Tokens:  func() (bot, app string, err error) { return slackTokens(c.Slack) },
			API:     c.Slack.API,
			Answers: presses{a.answers, a.deliverer.Wake},
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

// Answer does what one press asks for.
func (p presses) Answer(ctx context.Context, press notifier.Press) (err error) {
	switch press.Act {
	case notifier.Take:
		_, err = p.take(ctx, press.EventID, press.By)
	case notifier.Untake:
		_, err = p.untake(ctx, press.EventID, press.By)
	case notifier.Dismiss:
		_, err = p.mark(ctx, models.Mark{EventID: press.EventID, By: press.By})
	case notifier.Undismiss:
		err = p.unmark(ctx, models.Mark{EventID: press.EventID, By: press.By})
	case notifier.Mute:
		_, err = p.muteEvent(ctx, press.EventID, press.By, notifier.MuteTime)
	case notifier.Unmute:
		_, err = p.unmute(ctx, press.MuteID, press.By)
	default:
		return fmt.Errorf("unknown act %q", press.Act)
	}
	if err == nil {
		p.wake()
	}
	return err
}
