package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"regwatch/internal/redact"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// A pending interaction waits to be handled. They are handled one after the other, in
// the order in which they came, over however many connections.
type pending struct {
	callback slack.InteractionCallback
	conn     *connection
	ack      func()
}

// receive queues an interaction. It is acknowledged when it was handled, or before
// Slack tells the person that the app does not respond. If the queue is full, it is
// not acknowledged, and Slack tells them.
func (s *Socket) receive(ctx context.Context, c *connection, e envelope) {
	defer contain(ctx, s.opts.Log, c.hide, nil)
	var callback slack.InteractionCallback
	if err := json.Unmarshal(e.Payload, &callback); err != nil {
		s.opts.Log.WarnContext(ctx, "Slack interaction cannot be read", "bytes", len(e.Payload))
		c.acknowledge(e.ID)
		return
	}
	if s.worker != nil && s.worker.interactive(ctx, c, e, callback) {
		return
	}
	if callback.Type == slack.InteractionTypeMessageAction && callback.CallbackID == messageShortcut { // there is no worker
		c.acknowledge(e.ID)
		go func() {
			defer contain(ctx, s.opts.Log, c.hide, nil)
			ctx, cancel := context.WithTimeout(ctx, ackTime)
			defer cancel()
			respondTo(ctx, s.opts.Client, s.opts.Log, "", c, callback.ResponseURL, para(noMembers))
		}()
		return
	}
	ack := sync.OnceFunc(func() { c.acknowledge(e.ID) })
	select {
	case s.queue <- pending{callback, c, ack}:
		time.AfterFunc(ackTime, ack)
	default:
		s.opts.Log.WarnContext(ctx, "Slack interaction dropped: too many at once", "user", delivery.Scrub(c.hide, callback.User.ID))
	}
}

// noMembers is shown to who uses commands and shortcuts before anybody may.
const noMembers = "No Slack members are configured yet. An admin adds them under members of the Slack channel in regwatch.yaml."

// slash takes a slash command.
func (s *Socket) slash(ctx context.Context, c *connection, e envelope) {
	defer contain(ctx, s.opts.Log, c.hide, nil)
	if s.worker == nil {
		c.answer(e.ID, map[string]string{"text": noMembers})
		return
	}
	s.worker.slash(ctx, c, e)
}

// handleAll handles interactions until ctx ends, and finishes the one that it has
// begun.
func (s *Socket) handleAll(ctx context.Context) {
	h := &handler{opts: s.opts, names: map[string]string{}}
	for {
		select {
		case <-ctx.Done():
			return
		case p := <-s.queue:
			handling, cancel := context.WithTimeout(context.WithoutCancel(ctx), handleTime)
			for _, a := range p.callback.ActionCallback.BlockActions {
				h.handle(handling, p, a)
			}
			p.ack()
			cancel()
		}
	}
}

// maxRemembered is how many interactions and names are remembered.
const maxRemembered = 500

// A handler does what interactions ask for.
type handler struct {
	opts  SocketOptions
	done  []string          // interactions, so that one that Slack repeats is not done again
	names map[string]string // of people, by team and ID
}

// handle does what one action of an interaction asks for. If it fails, only the person
// who acted is told.
func (h *handler) handle(ctx context.Context, p pending, a *slack.BlockAction) {
	c, hide := p.callback, p.conn.hide
	log := h.opts.Log.With("user", delivery.Scrub(hide, c.User.ID), "team", delivery.Scrub(hide, c.User.TeamID), "channel", delivery.Scrub(hide, c.Channel.ID))
	defer contain(ctx, log, hide, func() {
		h.reply(ctx, log, p, "That was not done, because of an error in regwatch. Its log says more.")
	})
	if c.Type != slack.InteractionTypeBlockActions || a == nil || c.Container.Type != "message" ||
		c.Message.BotID != p.conn.app.bot || render.SlackUserID("@ ("+c.User.ID+")") == "" {
		log.DebugContext(ctx, "Slack interaction ignored: not about a message of this bot")
		return
	}
	id := c.User.ID + "/" + c.Container.MessageTs + "/" + a.ActionID + "/" + a.ActionTs
	if slices.Contains(h.done, id) {
		log.DebugContext(ctx, "Slack interaction ignored: sent again")
		return
	}
	asked, err := h.act(ctx, p.conn, c.User, a)
	if err == nil {
		h.done = append(h.done[max(0, len(h.done)+1-maxRemembered):], id)
		log.InfoContext(ctx, "Slack interaction done", "act", asked.Act, "event", delivery.Scrub(hide, asked.EventID), "by", asked.By)
		return
	}
	sentence := "That was not done: " + delivery.Scrub(hide, err.Error()) + "."
	if refused, ok := errors.AsType[interactionError](err); ok {
		if sentence = string(refused); sentence == "" {
			return
		}
	}
	log.WarnContext(ctx, "Slack interaction refused", "button", delivery.Scrub(hide, a.ActionID), "event", delivery.Scrub(hide, asked.EventID), "error", delivery.Scrub(hide, err.Error()))
	h.reply(ctx, log, p, sentence)
}

// act checks who asks for what, and does it.
func (h *handler) act(ctx context.Context, c *connection, user slack.User, a *slack.BlockAction) (Interaction, error) {
	by, err := h.actor(ctx, c, user)
	if err != nil {
		return Interaction{}, err
	}
	asked, err := readInteraction(a.ActionID, a.Value, by)
	if err != nil {
		return Interaction{}, err
	}
	return asked, h.opts.Actions.Act(ctx, asked)
}

// reply tells the person who acted, and nobody else.
func (h *handler) reply(ctx context.Context, log *slog.Logger, p pending, sentence string) {
	channel, user := p.callback.Channel.ID, p.callback.User.ID
	_, err := p.conn.api.PostEphemeralContext(ctx, channel, user, slack.MsgOptionText(render.EscapeSlack(sentence), false), slack.MsgOptionDisableMarkdown())
	if err != nil {
		log.WarnContext(ctx, "Slack user could not be told", "error", explain(channel, err, p.conn.hide))
	}
}

// contain is deferred: it logs a panic with its stack and lets the socket go on.
func contain(ctx context.Context, log *slog.Logger, hide *redact.Secrets, after func()) {
	v := recover()
	if v == nil {
		return
	}
	log.ErrorContext(ctx, "panic while handling a Slack interaction", "panic", delivery.Scrub(hide, fmt.Sprint(v)), "stack", string(debug.Stack()))
	if after != nil {
		after()
	}
}
