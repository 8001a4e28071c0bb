package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"regwatch/internal/redact"
	"regwatch/models"
	"regwatch/notifier/delivery"
	"regwatch/notifier/render"
)

// Server is the address of Telegram's own server of the Bot API.
const Server = "https://api.telegram.org"

// Options say as which bot a [Channel] writes, and where.
type Options struct {
	Token    string // from @BotFather; it is a secret
	Chat     string // its ID or @name; the address of a delivery replaces it
	API      string // address of another server of the Bot API; empty means [Server]
	Client   *http.Client
	Renderer *render.Renderer // nil means the shipped templates
	Now      func() time.Time
}

// A Channel writes as a bot. It implements [delivery.Channel], [delivery.Pacer] and
// [delivery.Amender].
type Channel struct {
	methods  string // the address of the bot's methods, with the token
	chat     string
	client   *http.Client
	hide     *redact.Secrets
	renderer *render.Renderer
	now      func() time.Time
	pace     time.Duration
}

// New returns a channel. It does not connect yet. Without a client it uses
// delivery.HTTPClient, which has timeouts and follows no redirect.
func New(opts Options) (*Channel, error) {
	if opts.Token == "" || opts.Chat == "" || opts.Now == nil {
		return nil, errors.New("a Telegram bot needs a token, a chat and a clock")
	}
	server := strings.TrimSuffix(opts.API, "/")
	if server == "" {
		server = Server
	}
	client := opts.Client
	if client == nil {
		client = delivery.HTTPClient()
	}
	hide := redact.New(opts.Token)
	if _, key, ok := strings.Cut(opts.Token, ":"); ok {
		hide.Add(key)
	}
	return &Channel{server + "/bot" + opts.Token + "/", opts.Chat, client, hide, opts.Renderer, opts.Now, messageInterval}, nil
}

var peer = models.Peer{Kind: models.PeerTelegram}

// messageInterval is the time between two messages: Telegram accepts 20 a minute in a group
// (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
const messageInterval = 3 * time.Second

// Pace returns the time between two messages.
func (c *Channel) Pace() time.Duration { return c.pace }

// Amends reports that Telegram can change a message.
func (c *Channel) Amends() bool { return true }

// A request is the body of sendMessage and editMessageText.
type request struct {
	Chat    string      `json:"chat_id"`
	Message int64       `json:"message_id,omitempty"` // to edit
	Text    string      `json:"text"`
	Mode    string      `json:"parse_mode"`
	Preview linkPreview `json:"link_preview_options"`
	Reply   *reply      `json:"reply_parameters,omitempty"`
}

type linkPreview struct {
	Off bool `json:"is_disabled"`
}

type reply struct {
	Message int64 `json:"message_id"`
}

// Send posts the notice, as a reply where it follows up, and returns the chat and the ID of
// the message. A delivery that amends edits a message instead. The reason is
// [delivery.ThreadGone] if the message that it follows up or edits was deleted, or is not in
// the chat that is configured now.
func (c *Channel) Send(ctx context.Context, d models.Delivery) (string, error) {
	chat := d.Address
	if chat == "" {
		chat = c.chat
	}
	first := int64(0)
	if d.Root != nil {
		at, id, ok := splitReceipt(d.Root.Receipt)
		if !ok || at != chat {
			return "", delivery.Errorf(delivery.ThreadGone, "what it follows up is in a chat that was configured before")
		}
		first = id
	}
	if d.Amends && (d.Root == nil || d.Root.Notice.Content.Alert == nil || d.Notice.Content.Status == nil) {
		return "", delivery.Errorf(delivery.Moot, "there is no alert that it could change")
	}
	text, err := Text(c.renderer, d)
	if err != nil {
		return "", delivery.Fail(delivery.Permanent, models.FailureNotWritten, models.FailureArgs{Answer: err.Error()})
	}
	r := request{Chat: chat, Text: text, Mode: "HTML", Preview: linkPreview{Off: true}}
	if d.Amends {
		r.Message = first
		if _, failed := c.call(ctx, "editMessageText", r); failed != nil {
			return "", failed
		}
		return d.Root.Receipt, nil
	}
	if first != 0 {
		r.Reply = &reply{first}
	}
	id, failed := c.call(ctx, "sendMessage", r)
	if failed != nil {
		return "", failed
	}
	return chat + "/" + strconv.FormatInt(id, 10), nil
}

// splitReceipt reads what Send returned.
func splitReceipt(receipt string) (chat string, message int64, ok bool) {
	chat, id, ok := strings.Cut(receipt, "/")
	message, err := strconv.ParseInt(id, 10, 64)
	return chat, message, ok && err == nil && message > 0
}

// call calls a method of the Bot API and returns the ID of the message.
func (c *Channel) call(ctx context.Context, method string, r request) (int64, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return 0, delivery.Fail(delivery.Permanent, models.FailureNotWritten, models.FailureArgs{Answer: err.Error()})
	}
	answer, failed := delivery.PostJSON(ctx, c.client, peer, c.methods+method, nil, body, c.hide)
	if failed != nil {
		return 0, failed
	}
	id, failed := read(answer, r, c.now())
	if failed != nil {
		return 0, failed.Scrubbed(c.hide)
	}
	return id, nil
}
