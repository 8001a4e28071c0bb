package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"regwatch/internal/sanitize"
	"regwatch/notifier/render"
)

// hear queues a press. It is acknowledged when it was done, or before Slack tells
// the person that nothing came of it; one for which there is no room is left to
// that.
func (s *Socket) hear(ctx context.Context, bot *slackBot, e envelope) {
	var callback slack.InteractionCallback
	if err := json.Unmarshal(e.Payload, &callback); err != nil {
		s.opts.Log.WarnContext(ctx, "Slack told of a press that cannot be read", "bytes", len(e.Payload))
		bot.acknowledge(e.ID)
		return
	}
	ack := sync.OnceFunc(func() { bot.acknowledge(e.ID) })
	select {
	case s.presses <- heard{callback, bot, ack}:
		time.AfterFunc(pressPatience, ack)
	default:
		s.opts.Log.WarnContext(ctx, "too many presses at once; one is not done", "user", sanitize.Line(callback.User.ID))
	}
}

// answerAll does what was asked, one press after the other. What has begun is
// finished when ctx ends.
func (s *Socket) answerAll(ctx context.Context) {
	p := &presser{opts: s.opts, names: map[string]string{}}
	for {
		select {
		case <-ctx.Done():
			return
		case h := <-s.presses:
			doing, cancel := context.WithTimeout(context.WithoutCancel(ctx), pressTime)
			for _, a := range h.callback.ActionCallback.BlockActions {
				p.press(doing, h, a)
			}
			h.ack()
			cancel()
		}
	}
}

// mostKept is how many presses and names are kept in mind.
const mostKept = 500

// A presser does what presses ask for.
type presser struct {
	opts  SocketOptions
	done  []string          // presses, so that one that Slack repeats is not done again
	names map[string]string // of people, by ID
}

// press does what one press asks for, and tells the person if it could not.
func (p *presser) press(ctx context.Context, h heard, a *slack.BlockAction) {
	c := h.callback
	log := p.opts.Log.With("user", sanitize.Line(c.User.ID), "channel", sanitize.Line(c.Channel.ID))
	if c.Type != slack.InteractionTypeBlockActions || a == nil || c.Container.Type != "message" ||
		c.Message.BotID != h.bot.id || render.SlackUserID("@ ("+c.User.ID+")") == "" {
		log.DebugContext(ctx, "a press of what is not ours was left alone")
		return
	}
	id := c.User.ID + "/" + c.Container.MessageTs + "/" + a.ActionID + "/" + a.ActionTs
	if slices.Contains(p.done, id) {
		log.DebugContext(ctx, "a press that Slack repeated was left alone")
		return
	}
	by, err := p.name(ctx, h.bot, c.User)
	var asked Interaction
	if err == nil {
		asked, err = readInteraction(a.ActionID, a.Value, by)
	}
	if err == nil {
		err = p.opts.Actions.Act(ctx, asked)
	}
	if err == nil {
		p.done = append(p.done[max(0, len(p.done)+1-mostKept):], id)
		log.InfoContext(ctx, "button pressed", "act", asked.Act, "event", asked.EventID, "by", asked.By)
		return
	}
	sentence := "That was not done: " + h.bot.hide.Scrub(err.Error()) + "."
	if fault, ok := errors.AsType[interactionError](err); ok {
		if sentence = string(fault); sentence == "" {
			return
		}
	}
	log.WarnContext(ctx, "button pressed in vain", "button", sanitize.Line(a.ActionID), "event", asked.EventID, "error", err)
	_, err = h.bot.api.PostEphemeralContext(ctx, c.Channel.ID, c.User.ID, slack.MsgOptionText(render.EscapeSlack(sentence), false), slack.MsgOptionDisableMarkdown())
	if err != nil {
		log.WarnContext(ctx, "the person was not told of it", "error", explainSlack(c.Channel.ID, err, h.bot.hide))
	}
}

// name returns what a person is called. Somebody of another organisation, whom a
// shared channel lets see the alert, decides nothing here. The error is a
// pressFault.
func (p *presser) name(ctx context.Context, bot *slackBot, u slack.User) (string, error) {
	const stranger = interactionError("Only people of the workspace that regwatch belongs to can do this.")
	if by := p.names[u.ID]; by != "" {
		return by, nil
	}
	ctx, cancel := context.WithTimeout(ctx, pressPatience/2)
	defer cancel()
	info, err := bot.api.GetUserInfoContext(ctx, u.ID)
	if err != nil || info == nil {
		// Without the scope users:read what the press says must do.
		if u.TeamID != "" && u.TeamID != bot.team {
			return "", stranger
		}
		return render.NameSlackUser(cmp.Or(u.Name, u.ID), u.ID), nil
	}
	if info.IsStranger {
		return "", stranger
	}
	if len(p.names) >= mostKept {
		clear(p.names)
	}
	p.names[u.ID] = render.NameSlackUser(cmp.Or(info.Profile.DisplayName, info.Profile.RealName, info.Name), u.ID)
	return p.names[u.ID], nil
}
