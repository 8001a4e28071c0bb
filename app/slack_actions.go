package app

import (
	"context"
	"fmt"

	"regwatch/configs"
	"regwatch/notifier/slack"
)

// slackSockets are the open sockets of the Slack channels with an app-level token. They
// receive the presses of the channels' buttons.
type slackSockets struct {
	engine *Engine
	run    func(func()) // starts a goroutine that the engine waits for
	open   map[string]openSocket
}

type openSocket struct {
	fingerprint string // of its channel
	stop        context.CancelFunc
}

// update opens and closes sockets as a configuration says. One whose channel has not changed
// stays open.
func (s *slackSockets) update(ctx context.Context, c *configs.Config) {
	wanted := make(map[string]configs.Channel)
	for _, channel := range c.Channels {
		if channel.Kind == configs.KindSlack && channel.Slack.AppToken.IsSet() {
			wanted[channel.Name] = channel
		}
	}
	for name, socket := range s.open {
		if channel, stays := wanted[name]; !stays || channelFingerprint(channel) != socket.fingerprint {
			socket.stop()
			delete(s.open, name)
		}
	}
	for name, channel := range wanted {
		if _, isOpen := s.open[name]; isOpen {
			continue
		}
		running, stop := context.WithCancel(ctx)
		s.open[name] = openSocket{channelFingerprint(channel), stop}
		socket := s.engine.newSocket(channel)
		s.run(func() {
			defer stop()
			socket.Run(running)
		})
	}
}

func (e *Engine) newSocket(c configs.Channel) *slack.Socket {
	return slack.NewSocket(slack.SocketOptions{
		Tokens:  func() (bot, app string, err error) { return slackTokens(c.Slack) },
		API:     c.Slack.API,
		Actions: e.SlackActions(),
		Actors:  slack.Actors{Teams: c.Slack.Actors.Teams, Users: c.Slack.Actors.Users},
		Log:     e.log.With("channel_name", c.Name),
	})
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
