package form

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// start returns the offset at which a node begins.
func (d *document) start(n *yaml.Node) int {
	if n.Line < 1 || n.Line > len(d.starts) {
		return len(d.src)
	}
	at := d.starts[n.Line-1]
	for range n.Column - 1 {
		_, size := utf8.DecodeRune(d.src[at:])
		at += size
	}
	return min(at, len(d.src))
}

// end returns the offset after a node.
func (d *document) end(n *yaml.Node) int {
	switch {
	case n.Kind == yaml.ScalarNode:
		end, _ := d.scalarEnd(n)
		return end
	case n.Style&yaml.FlowStyle != 0:
		return d.flowEnd(d.start(n))
	case len(n.Content) > 0:
		return d.end(n.Content[len(n.Content)-1])
	}
	return d.start(n)
}

// flowEnd returns the offset after the bracket that closes the one at an offset.
func (d *document) flowEnd(at int) int {
	depth := 0
	for i := at; i < len(d.src); i++ {
		switch c := d.src[i]; {
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		case (c == '"' || c == '\'') && d.opensQuote(i):
			i = d.quoteEnd(i) - 1
		case c == '#' && i > 0 && isSpace(d.src[i-1]):
			i = d.lineEnd(i) - 1
		}
	}
	return len(d.src)
}

// opensQuote reports whether a quote begins a scalar of a flow collection.
func (d *document) opensQuote(at int) bool {
	before := bytes.TrimRight(d.src[:at], " \t\r\n")
	return len(before) > 0 && strings.IndexByte("[{,:", before[len(before)-1]) >= 0
}

// quoteEnd returns the offset after the quote that closes the one at an offset.
func (d *document) quoteEnd(at int) int {
	quote := d.src[at]
	for i := at + 1; i < len(d.src); i++ {
		switch {
		case quote == '"' && d.src[i] == '\\':
			i++
		case d.src[i] == quote && quote == '\'' && i+1 < len(d.src) && d.src[i+1] == quote:
			i++
		case d.src[i] == quote:
			return i + 1
		}
	}
	return len(d.src)
}

// scalarEnd returns the offset after a scalar. It is sure of the place only if ok is set.
func (d *document) scalarEnd(n *yaml.Node) (end int, ok bool) {
	at := d.start(n)
	plain := n.Anchor == "" && n.Style&yaml.TaggedStyle == 0
	switch {
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		if at < len(d.src) && (d.src[at] == '"' || d.src[at] == '\'') {
			return d.quoteEnd(at), plain
		}
		return at, false
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return d.indentedEnd(at), plain
	}
	end = d.plainEnd(at, n.Value)
	if string(d.src[at:end]) == n.Value {
		return end, plain
	}
	// A plain scalar over several lines.
	end = d.indentedEnd(at)
	return end, plain && strings.Join(strings.Fields(string(d.src[at:end])), " ") == n.Value
}

// plainEnd returns the offset after a plain scalar on one line, which has a value.
func (d *document) plainEnd(at int, value string) int {
	if bytes.HasPrefix(d.src[at:], []byte(value)) {
		return at + len(value)
	}
	return d.lineEnd(at)
}

// indentedEnd returns the offset after the last line below the one at an offset that is indented further than it.
func (d *document) indentedEnd(at int) int {
	line := d.lineAt(at)
	outer := indentOf(d.text(line))
	end := d.lineEnd(at)
	for next := line + 1; next <= len(d.starts); next++ {
		text := d.text(next)
		if strings.TrimSpace(text) == "" {
			continue
		}
		if indentOf(text) <= outer {
			break
		}
		end = d.starts[next-1] + len(strings.TrimRight(text, " \t"))
	}
	return end
}

func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// lineAt returns the number of the line that has the byte before an offset, from 1.
func (d *document) lineAt(offset int) int {
	line := 1
	for line < len(d.starts) && d.starts[line] <= offset {
		line++
	}
	return line
}

// lineEnd returns the offset of the line end after an offset.
func (d *document) lineEnd(at int) int {
	if i := bytes.IndexByte(d.src[at:], '\n'); i >= 0 {
		end := at + i
		if end > at && d.src[end-1] == '\r' {
			end--
		}
		return end
	}
	return len(d.src)
}

// text returns a line without its end.
func (d *document) text(line int) string {
	at := d.starts[line-1]
	return string(d.src[at:d.lineEnd(at)])
}

// newline is the line end that the file has.
func (d *document) newline() string {
	if bytes.Contains(d.src, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}
