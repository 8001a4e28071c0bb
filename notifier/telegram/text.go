package telegram

import (
	"strings"
	"unicode/utf16"

	"regwatch/internal/markup"
	"regwatch/models"
	"regwatch/notifier/render"
)

// Limits of a message. Telegram counts text in UTF-16 after it has read the tags
// (https://core.telegram.org/bots/api#sendmessage), and ignores styles and links after the
// first hundred (https://core.telegram.org/api/entities). It refuses links that are very long
// together, without a documented number: half of what it stores with a message is ours.
const (
	mostUnits     = 4096
	mostStyles    = 100
	mostLinkBytes = 4096
)

// Text returns the text of a message in Telegram's HTML
// (https://core.telegram.org/bots/api#html-style).
func Text(r *render.Renderer, d models.Delivery) (string, error) {
	m, err := r.Chat(d, func(m render.ChatMessage) bool {
		w := write(m)
		return w.units <= mostUnits && w.styles <= mostStyles && w.linkBytes <= mostLinkBytes
	})
	return write(m).b.String(), err
}

// A writer writes HTML and counts what Telegram counts.
type writer struct {
	b                        strings.Builder
	units, styles, linkBytes int
}

func write(m render.ChatMessage) *writer {
	w := &writer{}
	for _, block := range m.Blocks {
		switch block.Kind {
		case markup.Heading:
			w.gap()
			w.tag("b", func() { w.text(markup.Text(block.Runs)) })
		case markup.Paragraph:
			w.gap()
			w.runs(block.Runs)
		case markup.Quote:
			w.gap()
			w.tag("blockquote", func() { w.runs(block.Runs) })
		case markup.List:
			w.gap()
			for i, item := range block.Items {
				if i > 0 {
					w.text("\n")
				}
				w.text("• ")
				w.runs(item)
			}
		case markup.Actions:
			// A link in the text: Telegram refuses the whole message for the address of a
			// button that it does not like, such as one of this machine.
			for i, link := range m.Links {
				if i == 0 {
					w.gap()
				} else {
					w.text(" · ")
				}
				w.link(link.Address, func() { w.text(link.Label) })
			}
		}
	}
	return w
}

// gap begins a new block.
func (w *writer) gap() {
	if w.units > 0 {
		w.text("\n\n")
	}
}

func (w *writer) runs(runs []markup.Run) {
	for _, r := range runs {
		show := func() { w.text(r.Text) }
		if r.Link != "" {
			plain := show
			show = func() { w.link(r.Link, plain) }
		}
		if r.Italic {
			plain := show
			show = func() { w.tag("i", plain) }
		}
		if r.Bold {
			plain := show
			show = func() { w.tag("b", plain) }
		}
		show()
	}
}

func (w *writer) tag(name string, inner func()) {
	w.styles++
	w.b.WriteString("<" + name + ">")
	inner()
	w.b.WriteString("</" + name + ">")
}

func (w *writer) link(address string, inner func()) {
	w.styles++
	w.linkBytes += len(address)
	w.b.WriteString(`<a href="` + escape(address) + `">`)
	inner()
	w.b.WriteString("</a>")
}

func (w *writer) text(s string) {
	s = markup.NotifyNobody(s)
	w.units += len(utf16.Encode([]rune(s)))
	w.b.WriteString(escape(s))
}

// escape replaces the characters that must not be in text or in an attribute. Telegram knows
// only these four named entities.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}
