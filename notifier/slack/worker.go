package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// A worker handles commands, shortcuts and modals. Unlike buttons under alerts, which are handled in order, each is handled by
// itself, because a search or a backtest takes longer than a click.
type worker struct {
	desk   Desk
	actors Actors // people outside the workspace who may act all the same
	client *http.Client
	log    *slog.Logger
	free   chan struct{}  // one place for each that may run at once
	tests  chan struct{}  // the same for backtests, which take long and must not keep others from searching
	all    sync.WaitGroup // those that run
	settle func(ctx context.Context, envelope string)

	mu     sync.Mutex           // guards the fields below
	begun  map[string]*answered // by envelope, so that one that Slack sends again is not done again
	recent []string             // envelopes of begun, the oldest first
	inside map[string]bool      // people who may act, by team and ID, as Slack said
	newest map[string]string    // by modal, the envelope of its newest submission that is being handled
}

// An answered is an envelope that was acknowledged, or soon will be.
type answered struct {
	done    chan struct{} // closed when payload is known
	payload any
}

func newWorker(o SocketOptions) *worker {
	if o.Desk == nil {
		return nil
	}
	return &worker{desk: *o.Desk, actors: o.Actors, client: o.Client, log: o.Log, free: make(chan struct{}, maxAtOnce), tests: make(chan struct{}, maxBacktests), begun: map[string]*answered{}, inside: map[string]bool{}, newest: map[string]string{}, settle: func(ctx context.Context, _ string) { sleep(ctx, settleTime) }}
}

// settleTime passes between the acknowledgement of a submission, which shows a modal, and the change of the modal. They take
// different ways, and Slack would show the modal that arrives last. It sends no sign that it has taken the first.
const settleTime = time.Second

func (w *worker) console() render.Console {
	if w.desk.Console == nil {
		return ""
	}
	return w.desk.Console()
}

// messageShortcut is the callback_id of the shortcut in the app's manifest.
const messageShortcut = "regwatch_message"

// slackBusy is shown to somebody who asks while many others wait.
const slackBusy = "regwatch is busy. Try again in a minute."

// as returns a context in which a person acts as the user whom they map to. People of other workspaces are refused as at
// the buttons under alerts: an ID means a person only together with the workspace.
func (w *worker) as(ctx context.Context, c *connection, user slack.User) (context.Context, error) {
	key := c.app.team + "/" + user.TeamID + "/" + user.ID
	w.mu.Lock()
	known := w.inside[key]
	w.mu.Unlock()
	if !known {
		asking, cancel := context.WithTimeout(ctx, ackTime/2)
		info, err := c.api.GetUserInfoContext(asking, user.ID)
		cancel()
		if err != nil {
			info = nil // without the scope users:read what Slack says with the request must do
		}
		if !w.actors.allows(c.app, user, info) {
			return nil, errOutsider
		}
		if info != nil {
			w.mu.Lock()
			if len(w.inside) >= maxRemembered {
				clear(w.inside)
			}
			w.inside[key] = true
			w.mu.Unlock()
		}
	}
	return w.desk.Users.As(ctx, user.ID)
}

// A busy tells somebody that too many run already: by the acknowledgement of the envelope, and by what then does.
type busy struct {
	ack  any
	then func(ctx context.Context) // nil: nothing more
}

// take handles an envelope once, in a goroutine of its own with one of the free places. Handle acknowledges it.
func (w *worker) take(ctx context.Context, c *connection, e envelope, free chan struct{}, refuse busy, handle func(ctx context.Context, ack func(payload any))) {
	w.mu.Lock()
	a, again := w.begun[e.ID]
	if !again {
		a = &answered{done: make(chan struct{})}
		w.begun[e.ID] = a
		if w.recent = append(w.recent, e.ID); len(w.recent) > maxRemembered {
			delete(w.begun, w.recent[0])
			w.recent = w.recent[1:]
		}
	}
	w.mu.Unlock()
	if again {
		w.log.DebugContext(ctx, "Slack envelope ignored: sent again")
		w.all.Go(func() {
			<-a.done
			c.answer(e.ID, a.payload)
		})
		return
	}
	ack := func() func(any) {
		var once sync.Once
		return func(payload any) {
			once.Do(func() {
				a.payload = payload
				c.answer(e.ID, payload)
				close(a.done)
			})
		}
	}()
	select {
	case free <- struct{}{}:
	default:
		w.log.WarnContext(ctx, "Slack command refused: too many at once")
		ack(refuse.ack)
		if refuse.then != nil {
			w.all.Go(func() {
				defer contain(ctx, w.log, c.hide, nil)
				ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ackTime)
				defer cancel()
				refuse.then(ctx)
			})
		}
		return
	}
	w.all.Go(func() {
		defer func() { <-free }()
		defer ack(nil) // after a panic too
		defer contain(ctx, w.log, c.hide, nil)
		handle(ctx, ack)
	})
}

// slash takes a slash command.
func (w *worker) slash(ctx context.Context, c *connection, e envelope) {
	var in slack.SlashCommand
	if err := json.Unmarshal(e.Payload, &in); err != nil {
		w.log.WarnContext(ctx, "Slack command cannot be read", "bytes", len(e.Payload))
		c.acknowledge(e.ID)
		return
	}
	w.take(ctx, c, e, w.free, busy{ack: map[string]string{"text": slackBusy}}, func(ctx context.Context, ack func(any)) {
		ack(nil)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
		defer cancel()
		defer contain(ctx, w.log, c.hide, func() { w.respond(ctx, c, in.ResponseURL, para(internalError)) })
		w.command(ctx, c, in)
	})
}

const internalError = "That was not done, because of an error in regwatch. Its log says more."

// interactive takes what people do with shortcuts and modals, and reports whether it was that.
func (w *worker) interactive(ctx context.Context, c *connection, e envelope, in slack.InteractionCallback) bool {
	switch {
	case in.Type == slack.InteractionTypeMessageAction && in.CallbackID == messageShortcut:
		refuse := busy{then: func(ctx context.Context) { w.respond(ctx, c, in.ResponseURL, para(slackBusy)) }}
		w.take(ctx, c, e, w.free, refuse, func(ctx context.Context, ack func(any)) {
			ack(nil)
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
			defer cancel()
			w.shortcut(ctx, c, in, e.Payload)
		})
	case in.Type == slack.InteractionTypeViewSubmission && in.View.CallbackID == ruleModal:
		refuse := busy{ack: slack.NewErrorsViewSubmissionResponse(map[string]string{ruleBlock: slackBusy})} // which keeps the text
		w.take(ctx, c, e, w.tests, refuse, func(ctx context.Context, ack func(any)) { w.submitted(ctx, c, in, e.ID, ack) })
	case in.Type == slack.InteractionTypeBlockActions && in.Container.Type == "view":
		refuse := busy{then: func(ctx context.Context) {
			if view, err := noteModal(whyModal, whyTitle, para(slackBusy)); err == nil {
				w.update(ctx, c, view, in.View.ID, "")
			}
		}}
		w.take(ctx, c, e, w.free, refuse, func(ctx context.Context, ack func(any)) {
			ack(nil)
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
			defer cancel()
			w.clicked(ctx, c, in)
		})
	default:
		return false
	}
	return true
}

// shortcut shows why the message that it was chosen on was sent, or what happened with the article that the message links.
func (w *worker) shortcut(ctx context.Context, c *connection, in slack.InteractionCallback, payload json.RawMessage) {
	fail := func(err error) {
		w.log.WarnContext(ctx, "Slack shortcut refused", "user", delivery.Scrub(c.hide, in.User.ID), "error", delivery.Scrub(c.hide, err.Error()))
		w.respond(ctx, c, in.ResponseURL, refusalText(err, c))
	}
	// The trigger is valid for three seconds, so the modal is opened before anything is looked up.
	wait, err := noteModal(whyModal, whyTitle, para("Looking …"))
	if err != nil {
		fail(err)
		return
	}
	opened, err := c.api.OpenViewContext(ctx, in.TriggerID, wait)
	if err != nil {
		fail(openError(err, c))
		return
	}
	view, err := w.whyOf(ctx, in, payload, c)
	if err != nil {
		w.log.WarnContext(ctx, "Slack shortcut refused", "user", delivery.Scrub(c.hide, in.User.ID), "error", delivery.Scrub(c.hide, err.Error()))
		view, err = noteModal(whyModal, whyTitle, refusalText(err, c))
	}
	if err == nil {
		w.update(ctx, c, view, opened.ID, opened.Hash)
	}
}

func (w *worker) whyOf(ctx context.Context, in slack.InteractionCallback, payload json.RawMessage, c *connection) (slack.ModalViewRequest, error) {
	ctx, err := w.as(ctx, c, in.User)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	subjects := subjectsOf(payload, in.Message.BotID != "" && in.Message.BotID == c.app.bot, w.console())
	if len(subjects) == 0 {
		return slack.ModalViewRequest{}, mistake("this message has no alert and no link; use the shortcut on an alert, or on a message with the link of an article.")
	}
	var unseen *Why
	var failed error
	for _, s := range subjects {
		one, err := w.desk.Reader.Why(ctx, s)
		switch {
		case err != nil:
			failed = cmp.Or(failed, err) // such as an event that is gone: the links may still lead to an article
		case one.Seen:
			return whyView(one, "", w.console())
		case unseen == nil:
			unseen = &one
		}
	}
	if unseen == nil {
		return slack.ModalViewRequest{}, failed
	}
	return whyView(*unseen, "", w.console())
}

// maxLinks is how many links of a message are looked up. A digest has dozens.
const maxLinks = 5

var linkPattern = regexp.MustCompile(`https?://[^\s<>|"]+`)

// subjectsOf returns what a message may be about, the likeliest first: the event of an alert of ours, and then links.
func subjectsOf(payload json.RawMessage, ours bool, console render.Console) []string {
	var in struct {
		Message any `json:"message"`
	}
	if json.Unmarshal(payload, &in) != nil {
		return nil
	}
	var events, links []string
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if id, _ := v["action_id"].(string); ours && strings.HasPrefix(id, render.ActionPrefix) {
				var b render.ButtonValue
				if text, _ := v["value"].(string); json.Unmarshal([]byte(text), &b) == nil && b.Event != "" {
					events = append(events, b.Event)
				}
			}
			for _, key := range []string{"blocks", "attachments", "elements", "element", "accessory", "fields", "message_blocks", "message"} {
				walk(v[key])
			}
			for _, key := range []string{"url", "from_url", "title_link", "original_url", "text"} {
				if s, is := v[key].(string); is {
					links = append(links, linkPattern.FindAllString(strings.ReplaceAll(s, "&amp;", "&"), -1)...)
				} else {
					walk(v[key])
				}
			}
		}
	}
	walk(in.Message)
	for _, link := range links {
		if id, is := strings.CutPrefix(link, string(console)+"/events/"); is && console != "" {
			if end := strings.IndexAny(id, "/?#"); end >= 0 {
				id = id[:end]
			}
			events = append(events, id)
		}
	}
	all := slices.Concat(events[:min(len(events), 1)], links)
	var unique []string
	for _, s := range all {
		if !slices.Contains(unique, s) && len(unique) < maxLinks {
			unique = append(unique, s)
		}
	}
	return unique
}

// clicked does what a button in a modal asks for, and shows the event as it is then.
func (w *worker) clicked(ctx context.Context, c *connection, in slack.InteractionCallback) {
	for _, a := range in.ActionCallback.BlockActions {
		asked, err := readInteraction(a.ActionID, a.Value, "")
		if err != nil {
			continue
		}
		view, err := w.act(ctx, c, in.User, asked)
		if err != nil {
			w.log.WarnContext(ctx, "Slack interaction refused", "user", delivery.Scrub(c.hide, in.User.ID), "error", delivery.Scrub(c.hide, err.Error()))
			view, err = noteModal(whyModal, whyTitle, refusalText(err, c))
		}
		if err == nil {
			w.update(ctx, c, view, in.View.ID, "")
		}
	}
}

func (w *worker) act(ctx context.Context, c *connection, user slack.User, asked Interaction) (slack.ModalViewRequest, error) {
	ctx, err := w.as(ctx, c, user)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	if err := w.desk.Work.Act(ctx, asked.Act, asked.EventID); err != nil {
		return slack.ModalViewRequest{}, err
	}
	why, err := w.desk.Reader.Why(ctx, asked.EventID)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	return whyView(why, para("<b>Done.</b>"), w.console())
}

// update shows another content in a modal. One that was closed or has changed meanwhile is left alone.
func (w *worker) update(ctx context.Context, c *connection, view slack.ModalViewRequest, id, hash string) {
	_, err := c.api.UpdateViewContext(ctx, view, "", hash, id)
	switch word := codeOf(err); {
	case err == nil:
	case word == "not_found" || word == "hash_conflict":
		w.log.DebugContext(ctx, "Slack modal not updated: closed or changed meanwhile")
	default:
		w.log.WarnContext(ctx, "Slack modal could not be updated", "error", explain("", err, c.hide))
	}
}

// openError is why a modal could not be opened.
func openError(err error, c *connection) error {
	switch codeOf(err) {
	case "expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id":
		return mistake("Slack waits three seconds for a window, and that was over before regwatch could open it. Try it again.")
	}
	return explain("", err, c.hide)
}

// openRule opens the modal in which a person proposes a change of a rule.
func (w *worker) openRule(ctx context.Context, id string, r request) error {
	if id == "" || len(strings.Fields(id)) > 1 {
		return mistake("rule needs the ID of one rule, such as: " + r.name + " rule hk-stablecoin")
	}
	file, err := w.desk.Rules.Rule(ctx, id)
	if err != nil {
		return err
	}
	if err := tooLong(file, w.console()); err != nil {
		return err
	}
	view, err := beginForm(file).view()
	if err != nil {
		return err
	}
	if _, err := r.conn.api.OpenViewContext(ctx, cmp.Or(r.trigger, "none"), view); err != nil {
		return openError(err, r.conn)
	}
	return nil
}
