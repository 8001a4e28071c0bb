package notifier

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"golang.org/x/text/width"

	"regwatch/models"
)

// A Terminal writes notices to where a person watches the program run. It
// implements [Channel].
type Terminal struct {
	// Columns is the width that is written to; 0 means 100.
	Columns int

	mu  sync.Mutex
	out io.Writer
}

// NewTerminal returns a channel that writes to out, one notice at a time.
func NewTerminal(out io.Writer) *Terminal { return &Terminal{out: out} }

// Send writes the notice.
func (t *Terminal) Send(_ context.Context, d models.Delivery) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, err := io.WriteString(t.out, RenderTerminal(d.Notice, t.Columns)+"\n"); err != nil {
		return "", failure(Temporary, "write to the terminal: %v", err)
	}
	return "terminal", nil
}

const terminalColumns = 100

// RenderTerminal returns a notice as plain text wrapped to a number of columns;
// 0 means 100. It ends in a line end.
func RenderTerminal(n models.Notice, columns int) string {
	if columns <= 0 {
		columns = terminalColumns
	}
	p := &page{columns: columns}
	p.rule()
	p.notice(n)
	p.rule()
	return p.String()
}

// A page is plain text in the making. The text part of a mail is one too.
type page struct {
	strings.Builder
	columns int
}

func (p *page) notice(n models.Notice) {
	switch c := n.Content; {
	case c.Alert != nil:
		p.alert(viewAlert(*c.Alert))
	case c.Health != nil:
		v := viewHealth(*c.Health)
		p.line("", v.Title)
		p.line("", v.Body)
		p.line("", v.Error)
	case c.Digest != nil:
		p.digest(viewDigest(*c.Digest))
	case c.Test != nil:
		v := viewTest(*c.Test)
		p.line("", v.Title)
		p.line("", v.Text)
		p.line("", v.SentAt)
	}
}

func (p *page) alert(v alertView) {
	p.line("", v.Head)
	p.line("", v.Title)
	p.unbroken("", v.Link)
	if quote := plainExcerpt(v.Excerpt); quote != "" {
		p.line("  ", "“"+quote+"”")
	}
	p.line("", v.Stage)
	for i, f := range v.Why {
		lead := "Why: "
		if i > 0 {
			lead = "Also: "
		}
		p.line("", lead+join(": ", f.rule(), f.Evidence))
		p.line("  ", f.Why)
	}
	if v.MoreWhy > 0 {
		p.line("", "Also: "+count(v.MoreWhy, "more rule", "more rules"))
	}
	if v.Mentions != "" {
		p.line("", "Mentions: "+v.Mentions)
	}
	if v.Tags != "" {
		p.line("", "Tags: "+v.Tags)
	}
	p.line("", "Why now: "+join(" · ", v.WhyNow, v.Seen, v.AllOther))
	for _, o := range v.Others {
		p.line("  ", "+ "+join(", ", o.Source, o.Published, o.Title))
		p.unbroken("    ", o.Link)
	}
}

// plainExcerpt marks the words that matched with asterisks.
func plainExcerpt(runs []segment) string {
	var b strings.Builder
	for _, s := range runs {
		if s.Marked {
			b.WriteString("*" + s.Text + "*")
			continue
		}
		b.WriteString(s.Text)
	}
	return strings.TrimSpace(b.String())
}

func (p *page) digest(v digestView) {
	p.line("", v.Title)
	p.line("", v.Window)
	p.line("", v.Late)
	p.line("", v.Summary)
	for _, g := range v.Groups {
		p.gap()
		p.line("", g.Severity)
		for _, l := range g.Lines {
			p.line("", "* "+l.Title)
			p.line("  ", join(" · ", l.Facts, l.Rules))
			p.unbroken("  ", l.Link)
		}
	}
	if v.Unshown > 0 {
		p.gap()
		p.line("", fmt.Sprintf("and %d more, for which there is no room here", v.Unshown))
	}
	if len(v.Counts) > 0 {
		p.gap()
		p.line("", "EVENTS PER RULE")
		for _, c := range v.Counts {
			n := (c.Percent + 4) / 5
			fmt.Fprintf(p, "%s%s %d %s\n", strings.Repeat("#", n), strings.Repeat(".", 20-n), c.Events, c.Rule)
		}
	}
	if v.MoreRule > 0 {
		p.line("", "and "+count(v.MoreRule, "more rule", "more rules"))
	}
	p.gap()
	p.line("", "COVERAGE")
	p.line("", v.Coverage)
	for _, f := range v.Failing {
		p.line("", "! "+join(": ", join(", ", f.Name, f.Since), f.Error))
	}
	if v.MoreFail > 0 {
		p.line("", "! "+count(v.MoreFail, "more source fails", "more sources fail"))
	}
	p.line("", v.Precise)
}

func (p *page) gap() { p.WriteByte('\n') }

func (p *page) rule() { p.WriteString(strings.Repeat("─", p.columns) + "\n") }

// unbroken writes an address, which a line end would spoil, on one line.
func (p *page) unbroken(indent, s string) {
	if s != "" {
		p.WriteString(indent + s + "\n")
	}
}

// line writes text wrapped to the columns; nothing when it is empty. What runs
// on is indented by two.
func (p *page) line(indent, s string) {
	if s == "" {
		return
	}
	first := true
	for s != "" {
		lead := indent
		if !first {
			lead += "  "
		}
		var head string
		head, s = wrap(s, p.columns-len(lead))
		p.WriteString(lead + head + "\n")
		first = false
	}
}

const closers = "”’)]}》」』）】、。，．；：！？…"

// wrap returns what fits into a number of columns, and the rest: at a space, or
// beside a wide character, or else in the middle of a word.
func wrap(s string, columns int) (head, rest string) {
	used, cutAt, before := 0, 0, 0
	for i, r := range s {
		w := runeWidth(r)
		if i == cutAt && strings.ContainsRune(closers, r) {
			cutAt = before // a line does not start with what closes another
		}
		if used+w > columns && i > 0 {
			if cutAt == 0 {
				cutAt = i
			}
			return strings.TrimRight(s[:cutAt], " "), strings.TrimLeft(s[cutAt:], " ")
		}
		used += w
		switch {
		case r == ' ':
			before, cutAt = cutAt, i
		case w == 2:
			before, cutAt = cutAt, i+len(string(r))
		}
	}
	return s, ""
}

// runeWidth returns how many columns a terminal gives a character.
func runeWidth(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
