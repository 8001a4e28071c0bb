// Package markup reads the small markup of message templates, a part of HTML, into blocks
// of styled text.
//
// Start with [Parse]. The templates escape text from outside, so it arrives here as text and
// never as a tag. Channels write the blocks in their own format, and escape for it.
package markup

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"regwatch/internal/sanitize"
)

// tags are the tags that a template may use.
const tags = "h1, p, blockquote, ul, li, hr, actions, b, i, a and br"

// quoteRunes is how much of a misplaced text an error quotes.
const quoteRunes = 80

// A Kind is a kind of block.
type Kind string

// The kinds of blocks.
const (
	Heading   Kind = "heading"
	Paragraph Kind = "paragraph"
	Quote     Kind = "quote"
	List      Kind = "list"
	Rule      Kind = "rule"    // a line across the message
	Actions   Kind = "actions" // where buttons or links to act are shown
)

// A Block is one part of a message. Lists have items, rules and actions neither items nor
// runs.
type Block struct {
	Kind  Kind
	Runs  []Run
	Items [][]Run
}

// A Run is text in one style. Its line ends are \n.
type Run struct {
	Text   string
	Bold   bool
	Italic bool
	Link   string // an address that is safe to follow; empty: no link
}

// Text returns the text of runs without styles.
func Text(runs []Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.Text)
	}
	return b.String()
}

// mention matches an @ that a chat may read as the name of a person or a group.
var mention = regexp.MustCompile(`@([\pL\pN_])`)

// NotifyNobody replaces the @ before a name by the full-width ＠, which looks like it and
// notifies nobody.
func NotifyNobody(text string) string { return mention.ReplaceAllString(text, "＠$1") }

// Lines splits runs at their line ends.
func Lines(runs []Run) [][]Run {
	lines := [][]Run{nil}
	for _, r := range runs {
		for i, text := range strings.Split(r.Text, "\n") {
			if i > 0 {
				lines = append(lines, nil)
			}
			if text != "" {
				part := r
				part.Text = text
				lines[len(lines)-1] = append(lines[len(lines)-1], part)
			}
		}
	}
	return lines
}

// Cut cuts runs to a number of characters, the last of which is an ellipsis if something was
// left out.
func Cut(runs []Run, most int) []Run {
	var kept []Run
	for _, r := range runs {
		n := utf8.RuneCountInString(r.Text)
		if n > most {
			return cutInto(kept, r, most)
		}
		most -= n
		if n > 0 {
			kept = append(kept, r)
		}
	}
	return kept
}

// cutInto appends as much of a run as fits. If nothing fits, the run before it ends with
// an ellipsis.
func cutInto(kept []Run, r Run, room int) []Run {
	if room > 1 {
		r.Text = sanitize.Truncate(r.Text, room)
		return append(kept, r)
	}
	if n := len(kept); n > 0 {
		last := &kept[n-1]
		last.Text = sanitize.Truncate(last.Text+r.Text, utf8.RuneCountInString(last.Text)+room)
	}
	return kept
}

// parser has the state between two tags.
type parser struct {
	blocks []Block
	open   string // tag of the current text; empty between texts
	runs   []Run
	bold   int
	italic int
	link   string
	items  [][]Run // of the current list
	inList bool
}

// Parse reads markup. It leaves out texts without a character, and all actions after the
// first. The error says which tag is wrong.
func Parse(text string) ([]Block, error) {
	p := &parser{}
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		kind := z.Next()
		token := z.Token()
		var err error
		switch kind {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				return nil, fmt.Errorf("read the markup: %w", z.Err())
			}
			if p.open != "" || p.inList {
				return nil, fmt.Errorf("<%s> is not closed", cmp.Or(p.open, "ul"))
			}
			return p.blocks, nil
		case html.TextToken:
			err = p.text(token.Data)
		case html.StartTagToken, html.SelfClosingTagToken:
			err = p.start(token, kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			err = p.end(token.Data)
		}
		if err != nil {
			return nil, err
		}
	}
}

func (p *parser) text(s string) error {
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
func (p *parser) add(s string) {
	if n := len(p.runs); n == 0 || strings.HasSuffix(p.runs[n-1].Text, "\n") || strings.HasSuffix(p.runs[n-1].Text, " ") {
		s = strings.TrimPrefix(s, " ")
	}
	if s == "" {
		return
	}
	run := Run{Text: s, Bold: p.bold > 0, Italic: p.italic > 0, Link: p.link}
	if n := len(p.runs); n > 0 {
		last := &p.runs[n-1]
		if s[0] == '\n' {
			last.Text = strings.TrimRight(last.Text, " ")
		}
		if last.Bold == run.Bold && last.Italic == run.Italic && last.Link == run.Link {
			last.Text += s
			return
		}
	}
	p.runs = append(p.runs, run)
}

func (p *parser) start(t html.Token, alone bool) error {
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
			p.link = sanitize.Link(attr.Val)
		}
	case "br":
		p.add("\n")
	case "hr":
		p.blocks = append(p.blocks, Block{Kind: Rule})
	case "actions":
		if !alone {
			return fmt.Errorf("<actions> holds nothing; use <actions/>")
		}
		if !slices.ContainsFunc(p.blocks, func(b Block) bool { return b.Kind == Actions }) {
			p.blocks = append(p.blocks, Block{Kind: Actions})
		}
	default:
		return fmt.Errorf("<%s> is not allowed in this markup; use %s", t.Data, tags)
	}
	return nil
}

func (p *parser) end(tag string) error {
	switch tag {
	case "b":
		p.bold = max(p.bold-1, 0)
	case "i":
		p.italic = max(p.italic-1, 0)
	case "a":
		p.link = ""
	case "ul":
		if len(p.items) > 0 {
			p.blocks = append(p.blocks, Block{Kind: List, Items: p.items})
		}
		p.inList = false
	case "h1", "p", "blockquote", "li":
		if tag != p.open {
			return fmt.Errorf("</%s> closes nothing", tag)
		}
		p.close()
	case "br", "hr", "actions":
	default:
		return fmt.Errorf("</%s> is not allowed in this markup; use %s", tag, tags)
	}
	return nil
}

// close makes a block of the current text.
func (p *parser) close() {
	tag := p.open
	p.open, p.bold, p.italic, p.link = "", 0, 0, ""
	if n := len(p.runs); n > 0 {
		p.runs[n-1].Text = strings.TrimRight(p.runs[n-1].Text, " \n")
	}
	runs := slices.DeleteFunc(p.runs, func(r Run) bool { return r.Text == "" })
	if len(runs) == 0 {
		return
	}
	switch tag {
	case "h1":
		p.blocks = append(p.blocks, Block{Kind: Heading, Runs: runs})
	case "blockquote":
		p.blocks = append(p.blocks, Block{Kind: Quote, Runs: runs})
	case "li":
		p.items = append(p.items, runs)
	default:
		p.blocks = append(p.blocks, Block{Kind: Paragraph, Runs: runs})
	}
}
