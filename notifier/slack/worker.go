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
	client *http.Client
	log    *slog.Logger
	free   chan struct{}  // one place for each that may run at once
	all    sync.WaitGroup // those that run
	settle func(ctx context.Context, envelope string)

	mu     sync.Mutex           // guards the fields below
	begun  map[string]*answered // by envelope, so that one that Slack sends again is not done again
	recent []string             // envelopes of begun, the oldest first
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
	return &worker{desk: *o.Desk, client: o.Client, log: o.Log, free: make(chan struct{}, maxAtOnce), begun: map[string]*answered{}, settle: func(ctx context.Context, _ string) { sleep(ctx, settleTime) }}
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
const slackBusy = "regwatch answers others at the moment. Try again in a minute."

// take handles an envelope once. First acknowledges it, and what it returns is done afterwards.
func (w *worker) take(ctx context.Context, c *connection, e envelope, busy any, handle func(ctx context.Context, ack func(payload any))) {
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
	case w.free <- struct{}{}:
	default:
		w.log.WarnContext(ctx, "Slack command refused: too many at once")
		ack(busy)
		return
	}
	w.all.Go(func() {
		defer func() { <-w.free }()
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
	w.take(ctx, c, e, map[string]string{"text": slackBusy}, func(ctx context.Context, ack func(any)) {
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
		w.take(ctx, c, e, nil, func(ctx context.Context, ack func(any)) {
			ack(nil)
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerTime)
			defer cancel()
			w.shortcut(ctx, c, in, e.Payload)
		})
	case in.Type == slack.InteractionTypeViewSubmission && in.View.CallbackID == ruleModal:
		w.take(ctx, c, e, nil, func(ctx context.Context, ack func(any)) { w.submitted(ctx, c, in, e.ID, ack) })
	case in.Type == slack.InteractionTypeBlockActions && in.Container.Type == "view":
		w.take(ctx, c, e, nil, func(ctx context.Context, ack func(any)) {
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
	ctx, err := w.desk.Users.As(ctx, in.User.ID)
	if err != nil {
		return slack.ModalViewRequest{}, err
	}
	subjects := subjectsOf(payload, in.Message.BotID != "" && in.Message.BotID == c.app.bot, w.console())
	if len(subjects) == 0 {
		return slack.ModalViewRequest{}, mistake("this message has no alert and no link; use the shortcut on an alert, or on a message with the link of an article.")
	}
	var why Why
	for i, s := range subjects {
		one, err := w.desk.Reader.Why(ctx, s)
		if err != nil {
			return slack.ModalViewRequest{}, err
		}
		if i == 0 || one.Seen {
			why = one
		}
		if one.Seen {
			break
		}
	}
	return whyView(why, "", w.console())
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
			id, _, _ = strings.Cut(id, "/")
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
		view, err := w.act(ctx, in.User.ID, asked)
		if err != nil {
			w.log.WarnContext(ctx, "Slack interaction refused", "user", delivery.Scrub(c.hide, in.User.ID), "error", delivery.Scrub(c.hide, err.Error()))
			view, err = noteModal(whyModal, whyTitle, refusalText(err, c))
		}
		if err == nil {
			w.update(ctx, c, view, in.View.ID, "")
		}
	}
}

func (w *worker) act(ctx context.Context, member string, asked Interaction) (slack.ModalViewRequest, error) {
	ctx, err := w.desk.Users.As(ctx, member)
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
