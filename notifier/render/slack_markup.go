package render

import (
	"unicode/utf8"

	"github.com/slack-go/slack"

	"regwatch/internal/markup"
)

// Slack's limits in characters, and our own within them.
const (
	mostBlocks   = 50
	slackHeader  = 150  // of a header
	SlackURL     = 3000 // of an address
	slackSection = 2900 // of one section; Slack rejects more than 3000
	slackAllText = 9000 // of all blocks together; Slack answers msg_blocks_too_long a little above 10,000
	slackTopText = 3000 // of the top-level text, which Slack cuts at 40,000
)

// A slackMarkup converts the markup of a Slack template into blocks. The template escapes
// text from outside, so that it becomes rich or plain text, which notifies nobody.
type slackMarkup struct {
	buttons []slack.Block // shown at <actions/>

	blocks    []slack.Block
	plain     []string // the text of the blocks, one line each
	left      int      // characters left for all blocks together
	over      bool     // something was left out
	firstLink string
}

// slackBlocks parses markup. plain is its text without markup.
func slackBlocks(text string, buttons []slack.Block) (*slackMarkup, error) {
	p := &slackMarkup{buttons: buttons, left: slackAllText - lettersOf(buttons)}
	blocks, err := markup.Parse(text)
	for _, b := range blocks {
		p.block(b)
	}
	return p, err
}

func (p *slackMarkup) block(b markup.Block) {
	switch b.Kind {
	case markup.Rule:
		p.append(slack.NewDividerBlock())
	case markup.Actions:
		for _, b := range p.buttons {
			p.append(b)
		}
	case markup.List:
		var items []slack.RichTextElement
		for _, item := range b.Items {
			if runs := p.text(item, slackSection); len(runs) > 0 {
				items = append(items, slack.NewRichTextSection(p.elements(runs)...))
			}
		}
		if len(items) > 0 {
			p.rich(slack.NewRichTextList(slack.RTEListBullet, 0, items...))
		}
	case markup.Heading:
		if runs := p.text(b.Runs, slackHeader); len(runs) > 0 {
			off := false
			p.append(slack.NewHeaderBlock(&slack.TextBlockObject{Type: slack.PlainTextType, Text: markup.Text(runs), Emoji: &off}))
		}
	case markup.Quote:
		if runs := p.text(b.Runs, slackSection); len(runs) > 0 {
			p.rich(&slack.RichTextQuote{Type: slack.RTEQuote, Elements: p.elements(runs)})
		}
	case markup.Paragraph:
		if runs := p.text(b.Runs, slackSection); len(runs) > 0 {
			p.rich(slack.NewRichTextSection(p.elements(runs)...))
		}
	}
}

// text returns as much of a text as fits, and adds it to the text without markup.
func (p *slackMarkup) text(runs []markup.Run, most int) []markup.Run {
	fitting := p.fit(runs, most)
	if len(fitting) == 0 {
		return nil
	}
	p.plain = append(p.plain, markup.Text(fitting))
	for _, r := range fitting {
		if link := slackLink(r); link != "" && p.firstLink == "" {
			p.firstLink = link
			p.plain = append(p.plain, link)
		}
	}
	return fitting
}

// slackLink returns the link of a run if Slack accepts its length.
func slackLink(r markup.Run) string {
	if utf8.RuneCountInString(r.Link) > SlackURL {
		return ""
	}
	return r.Link
}

// fit cuts runs to a number of characters and to the rest of the message's limit.
func (p *slackMarkup) fit(runs []markup.Run, most int) []markup.Run {
	room := min(most, p.left)
	if utf8.RuneCountInString(markup.Text(runs)) > room {
		p.over = true
	}
	kept := markup.Cut(runs, room)
	p.left -= utf8.RuneCountInString(markup.Text(kept))
	return kept
}

func (p *slackMarkup) elements(runs []markup.Run) []slack.RichTextSectionElement {
	var out []slack.RichTextSectionElement
	for _, r := range runs {
		var style *slack.RichTextSectionTextStyle
		if r.Bold || r.Italic {
			style = &slack.RichTextSectionTextStyle{Bold: r.Bold, Italic: r.Italic}
		}
		if link := slackLink(r); link != "" {
			out = append(out, slack.NewRichTextSectionLinkElement(link, r.Text, style))
			continue
		}
		out = append(out, slack.NewRichTextSectionTextElement(r.Text, style))
	}
	return out
}

// rich adds an element in its own block, or in the previous block near Slack's limit of
// blocks.
func (p *slackMarkup) rich(e slack.RichTextElement) {
	if n := len(p.blocks); n >= mostBlocks-2 {
		if last, ok := p.blocks[n-1].(*slack.RichTextBlock); ok {
			last.Elements = append(last.Elements, e)
			return
		}
	}
	p.append(slack.NewRichTextBlock("", e))
}

func (p *slackMarkup) append(b slack.Block) {
	if len(p.blocks) == mostBlocks {
		p.over = true
		return
	}
	p.blocks = append(p.blocks, b)
}

// lettersOf counts the characters of buttons.
func lettersOf(blocks []slack.Block) int {
	n := 0
	for _, b := range blocks {
		if actions, ok := b.(*slack.ActionBlock); ok && actions.Elements != nil {
			for _, e := range actions.Elements.ElementSet {
				if button, ok := e.(*slack.ButtonBlockElement); ok && button.Text != nil {
					n += utf8.RuneCountInString(button.Text.Text)
				}
			}
		}
	}
	return n
}
