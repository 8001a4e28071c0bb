package render

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"regwatch/internal/markup"
	"regwatch/models"
)

// chatBlock is the most characters of one block of a chat message, and leastChatBlock the
// fewest to which one is cut before it is left out.
const (
	chatBlock      = 2900
	leastChatBlock = 80
)

// A ChatMessage is a notice as styled text, for channels that write it in a format of their
// own. Its words are those of the templates of Slack.
type ChatMessage struct {
	Title  string         // one line, the subject of a mail
	Blocks []markup.Block // the links belong where the block of kind markup.Actions is
	Links  []Link
}

// Chat returns a delivery's notice as a message that fits the limits of a channel. It leaves
// out less important parts first, and then the end. For a delivery that amends, it is the
// first message of the thread with the event's current status.
func (w *Renderer) Chat(d models.Delivery, fits func(ChatMessage) bool) (ChatMessage, error) {
	return withFallback(w, func(w *Renderer) (ChatMessage, error) { return w.chat(d, fits) })
}

func (w *Renderer) chat(d models.Delivery, fits func(ChatMessage) bool) (ChatMessage, error) {
	n, status := shown(d)
	t := w.newMessage(n, status)
	m := ChatMessage{Links: linksUnder(n, t.lang, w.consoleAddress())}
	var err error
	if m.Title, err = w.subject(t); err != nil {
		return ChatMessage{}, err
	}
	m.Blocks, err = w.chatBlocks(t)
	for err == nil && !fits(m) && t.shorten != nil && t.shorten() {
		m.Blocks, err = w.chatBlocks(t)
	}
	if err != nil {
		return ChatMessage{}, err
	}
	if fits(m) {
		return m, nil
	}
	m.Blocks = append(m.Blocks, markup.Block{Kind: markup.Paragraph, Runs: []markup.Run{{Text: "…"}}})
	for !fits(m) {
		if !m.leaveOut() {
			return ChatMessage{}, fmt.Errorf("the message does not fit the limits of the channel")
		}
	}
	return m, nil
}

func (w *Renderer) chatBlocks(t message) ([]markup.Block, error) {
	name := "slack/" + t.content + ".tmpl"
	text, err := w.fill(name, t.data(t.about), t.lang)
	if err != nil {
		return nil, fmt.Errorf("fill a template for Slack: %w", err)
	}
	blocks, err := markup.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("the template %s does not render a message: %w", name, err)
	}
	for i := range blocks {
		blocks[i].Runs = markup.Cut(blocks[i].Runs, chatBlock)
		for j := range blocks[i].Items {
			blocks[i].Items[j] = markup.Cut(blocks[i].Items[j], chatBlock)
		}
	}
	return blocks, nil
}

// leaveOut cuts or removes the last text before the final ellipsis, and reports whether there
// was one. Links stay.
func (m *ChatMessage) leaveOut() bool {
	for i, b := range slices.Backward(m.Blocks[:len(m.Blocks)-1]) {
		switch last := len(b.Items) - 1; {
		case b.Kind == markup.Actions:
			continue
		case last >= 0:
			shorter, ok := shortened(b.Items[last])
			if m.Blocks[i].Items[last] = shorter; ok {
				return true
			}
			if m.Blocks[i].Items = b.Items[:last]; last > 0 {
				return true
			}
		default:
			shorter, ok := shortened(b.Runs)
			if m.Blocks[i].Runs = shorter; ok {
				return true
			}
		}
		m.Blocks = slices.Delete(m.Blocks, i, i+1)
		return true
	}
	return false
}

// shortened returns three quarters of a text, and whether it is worth keeping.
func shortened(runs []markup.Run) ([]markup.Run, bool) {
	n := utf8.RuneCountInString(markup.Text(runs)) * 3 / 4
	return markup.Cut(runs, n), n >= leastChatBlock
}
