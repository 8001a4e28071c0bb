package render

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"regwatch/internal/markup"
	"regwatch/internal/sanitize"
	"regwatch/models"
)

// A SlackMessage is a notice as a Slack message. Text is shown in notifications and by
// clients without blocks.
type SlackMessage struct {
	Text   string        `json:"text"`
	Blocks []slack.Block `json:"blocks"`
}

// Slack returns a delivery's notice as a Slack message. For a delivery that amends, it is
// the first message of the thread with the event's current status. An interactive message
// has action buttons.
func (w *Renderer) Slack(d models.Delivery, interactive bool) (SlackMessage, error) {
	return withFallback(w, func(w *Renderer) (SlackMessage, error) { return w.slack(d, interactive) })
}

func (w *Renderer) slack(d models.Delivery, interactive bool) (SlackMessage, error) {
	n, standing := shown(d)
	t := w.newMessage(n, standing)
	p, err := w.slackMarkup(t, SlackButtons(n, standing, t.lang, interactive, w.consoleAddress()))
	// Leave out less important parts instead of the end: a digest ends with its coverage.
	for err == nil && p.over && t.shorten != nil && t.shorten() {
		p, err = w.slackMarkup(t, p.buttons)
	}
	if err != nil {
		return SlackMessage{}, err
	}
	text := sanitize.Truncate(strings.Join(p.plain, "\n"), slackTopText)
	if text == "" {
		text = t.lang.Say("nothing")
	}
	return SlackMessage{Text: EscapeSlack(text), Blocks: p.blocks}, nil
}

// shown returns the notice that a message shows: for a delivery that amends, the first of
// the thread with the current status of the event.
func shown(d models.Delivery) (models.Notice, *models.Status) {
	status := d.Notice.Content.Status
	if status != nil && d.Root != nil && d.Root.Notice.Content.Alert != nil {
		return d.Root.Notice, status
	}
	return d.Notice, status
}

func (w *Renderer) slackMarkup(t message, buttons []slack.Block) (*slackMarkup, error) {
	name := "slack/" + t.content + ".tmpl"
	markup, err := w.fill(name, t.data(t.about), t.lang)
	if err != nil {
		return nil, fmt.Errorf("fill a template for Slack: %w", err)
	}
	p, err := slackBlocks(markup, buttons)
	if err != nil {
		return nil, fmt.Errorf("the template %s does not render a Slack message: %w", name, err)
	}
	return p, nil
}

// SlackAnswer returns markup of ours as a Slack message. Text from outside is escaped in it, as HTML is. Short is markup that
// says that the answer is shortened, and where the rest is; it ends an answer that does not fit the limits of Slack.
func SlackAnswer(text, short string) (SlackMessage, error) {
	p, err := slackBlocks(text, nil)
	if err != nil {
		return SlackMessage{}, err
	}
	if p.over {
		note, err := slackBlocks(short, nil)
		if err != nil {
			return SlackMessage{}, err
		}
		blocks, err := markup.Parse(text)
		if err != nil {
			return SlackMessage{}, err
		}
		p = &slackMarkup{left: note.left} // the note needs the rest
		for _, b := range blocks {
			p.block(b)
		}
		p.blocks = append(p.blocks[:min(len(p.blocks), mostBlocks-len(note.blocks))], note.blocks...)
		p.plain = append(note.plain, p.plain...)
	}
	return SlackMessage{Text: EscapeSlack(sanitize.Truncate(strings.Join(p.plain, "\n"), slackTopText)), Blocks: p.blocks}, nil
}

// EscapeSlack escapes the three special characters of Slack's markup, so that <!channel>
// and <@U1> in a title notify nobody. Use it for text only: Slack expects the address of
// a button or of a rich-text link unescaped.
func EscapeSlack(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
