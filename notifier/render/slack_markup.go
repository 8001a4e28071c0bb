package render

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"
	"golang.org/x/net/html"

	"regwatch/internal/sanitize"
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

// slackTags are the tags that a Slack template may use.
const slackTags = "h1, p, blockquote, ul, li, hr, actions, b, i, a and br"

// A slackMarkup converts the markup of a Slack template into blocks. The template escapes
// text from outside, so that it becomes rich or plain text, which notifies nobody.
type slackMarkup struct {
	buttons []slack.Block // shown at the first <actions/>

	hasButtons bool
	blocks     []slack.Block
	plain      []string // the text of the blocks, one line each
	left       int      // characters left for all blocks together
	over       bool     // something was left out

	open      string // tag of the current text; empty between texts
	runs      []slackRun
	bold      int
	italic    int
	href      string
	items     []slack.RichTextElement // of the current list
	inList    bool
	firstLink string
}

// A slackRun is text in one style, with an optional link.
type slackRun struct {
	text         string
	bold, italic bool
	href         string
}

// slackBlocks parses markup. plain is its text without markup.
func slackBlocks(markup string, buttons []slack.Block) (p *slackMarkup, err error) {
	p = &slackMarkup{buttons: buttons, left: slackAllText - lettersOf(buttons)}
	z := html.NewTokenizer(strings.NewReader(markup))
	for {
		kind := z.Next()
		token := z.Token()
		switch kind {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				return p, fmt.Errorf("read the markup: %w", z.Err())
			}
			if p.open != "" || p.inList {
				return p, fmt.Errorf("<%s> is not closed", cmp.Or(p.open, "ul"))
			}
			return p, nil
		case html.TextToken:
			err = p.text(token.Data)
		case html.StartTagToken, html.SelfClosingTagToken:
			err = p.start(token, kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			err = p.end(token.Data)
		}
		if err != nil {
			return p, err
		}
	}
}

func (p *slackMarkup) text(s string) error {
	if p.open == "" {
		if words := strings.TrimSpace(s); words != "" {
			return fmt.Errorf("%q is outside a paragraph; put it within <p>…</p>", sanitize.Truncate(sanitize.Line(words), quoteRunes))
		}
		return nil
	}
	// As in HTML, white space of any length is one space.
	fields := strings.Join(strings.Fields(s), " ")
	if s != "" && strings.TrimLeft(s, " \t\r\n") != s {
		fields = " " + fields
	}
	if fields != " " && fields != "" && strings.TrimRight(s, " \t\r\n") != s {
		fields += " "
	}
	p.add(fields)
	return nil
}

// add appends text in the current style.
func (p *slackMarkup) add(s string) {
	if n := len(p.runs); n == 0 || strings.HasSuffix(p.runs[n-1].text, "\n") || strings.HasSuffix(p.runs[n-1].text, " ") {
		s = strings.TrimPrefix(s, " ")
	}
	if s == "" {
		return
	}
	run := slackRun{text: s, bold: p.bold > 0, italic: p.italic > 0, href: p.href}
	if n := len(p.runs); n > 0 {
		last := &p.runs[n-1]
		if s[0] == '\n' {
			last.text = strings.TrimRight(last.text, " ")
		}
		if last.bold == run.bold && last.italic == run.italic && last.href == run.href {
			last.text += s
			return
		}
	}
	p.runs = append(p.runs, run)
}

func (p *slackMarkup) start(t html.Token, alone bool) error {
	switch t.Data {
	case "h1", "p", "blockquote", "li":
		if p.open != "" {
			return fmt.Errorf("<%s> stands within <%s>", t.Data, p.open)
		}
		if (t.Data == "li") != p.inList {
			return fmt.Errorf("<%s> stands outside its place; <ul> holds <li> and nothing else", t.Data)
		}
		p.open, p.runs = t.Data, nil
	case "ul":
		if p.open != "" || p.inList {
			return fmt.Errorf("<ul> stands within another text")
		}
		p.inList, p.items = true, nil
	case "b":
		p.bold++
	case "i":
		p.italic++
	case "a":
		for _, attr := range t.Attr {
			if attr.Key != "href" {
				return fmt.Errorf("<a> has %s; use only href", attr.Key)
			}
			p.href = sanitize.Link(attr.Val)
		}
		if utf8.RuneCountInString(p.href) > SlackURL {
			p.href = ""
		}
	case "br":
		p.add("\n")
	case "hr":
		p.append(slack.NewDividerBlock())
	case "actions":
		if !alone {
			return fmt.Errorf("<actions> holds nothing; use <actions/>")
		}
		// Slack requires each action_id only once in a message, so the buttons are shown
		// once.
		if !p.hasButtons {
			p.hasButtons = true
			for _, b := range p.buttons {
				p.append(b)
			}
		}
	default:
		return fmt.Errorf("<%s> is not allowed in a Slack template; use %s", t.Data, slackTags)
	}
	return nil
}

func (p *slackMarkup) end(tag string) error {
	switch tag {
	case "b":
		p.bold = max(p.bold-1, 0)
	case "i":
		p.italic = max(p.italic-1, 0)
	case "a":
		p.href = ""
	case "ul":
		if len(p.items) > 0 {
			p.rich(slack.NewRichTextList(slack.RTEListBullet, 0, p.items...))
		}
		p.inList = false
	case "h1", "p", "blockquote", "li":
		if tag != p.open {
			return fmt.Errorf("</%s> closes nothing", tag)
		}
		p.close()
	case "br", "hr", "actions":
	default:
		return fmt.Errorf("</%s> is not allowed in a Slack template; use %s", tag, slackTags)
	}
	return nil
}

// close converts the collected text into its block.
func (p *slackMarkup) close() {
	tag := p.open
	p.open, p.bold, p.italic, p.href = "", 0, 0, ""
	if n := len(p.runs); n > 0 {
		p.runs[n-1].text = strings.TrimRight(p.runs[n-1].text, " \n")
	}
	most := slackSection
	if tag == "h1" {
		most = slackHeader
	}
	runs := p.fit(most)
	if len(runs) == 0 {
		return
	}
	switch elements := p.elements(runs); tag {
	case "h1":
		off := false
		p.append(slack.NewHeaderBlock(&slack.TextBlockObject{Type: slack.PlainTextType, Text: wordsOf(runs), Emoji: &off}))
	case "blockquote":
		p.rich(&slack.RichTextQuote{Type: slack.RTEQuote, Elements: elements})
	case "li":
		p.items = append(p.items, slack.NewRichTextSection(elements...))
	default:
		p.rich(slack.NewRichTextSection(elements...))
	}
	p.plain = append(p.plain, wordsOf(runs))
	for _, r := range runs {
		if r.href != "" && p.firstLink == "" {
			p.firstLink = r.href
			p.plain = append(p.plain, r.href)
		}
	}
}

// fit cuts the collected runs to a number of characters and to the rest of the message's
// limit.
func (p *slackMarkup) fit(most int) []slackRun {
	var kept []slackRun
	room := min(most, p.left)
	for _, r := range p.runs {
		n := utf8.RuneCountInString(r.text)
		if n > room {
			p.over = true
			kept = cutInto(kept, r, room)
			break
		}
		room -= n
		if n > 0 {
			kept = append(kept, r)
		}
	}
	p.left -= utf8.RuneCountInString(wordsOf(kept))
	return kept
}

// cutInto appends as much of a run as fits. If nothing fits, the run before it ends with
// an ellipsis.
func cutInto(kept []slackRun, r slackRun, room int) []slackRun {
	if room > 1 {
		r.text = sanitize.Truncate(r.text, room)
		return append(kept, r)
	}
	if n := len(kept); n > 0 {
		last := &kept[n-1]
		last.text = sanitize.Truncate(last.text+r.text, utf8.RuneCountInString(last.text)+room)
	}
	return kept
}

func (p *slackMarkup) elements(runs []slackRun) []slack.RichTextSectionElement {
	var out []slack.RichTextSectionElement
	for _, r := range runs {
		var style *slack.RichTextSectionTextStyle
		if r.bold || r.italic {
			style = &slack.RichTextSectionTextStyle{Bold: r.bold, Italic: r.italic}
		}
		if r.href != "" {
			out = append(out, slack.NewRichTextSectionLinkElement(r.href, r.text, style))
			continue
		}
		out = append(out, slack.NewRichTextSectionTextElement(r.text, style))
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

func wordsOf(runs []slackRun) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.text)
	}
	return b.String()
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
