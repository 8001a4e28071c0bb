package render

import (
	"fmt"
	"strings"

	"golang.org/x/text/width"

	"regwatch/models"
)

const terminalColumns = 100

// Text returns a notice for a terminal: between two lines, wrapped to a number of
// columns; 0 means 100. It ends with a line end.
func (w *Renderer) Text(n models.Notice, columns int) (string, error) {
	return withFallback(w, func(w *Renderer) (string, error) { return w.text(n, columns) })
}

func (w *Renderer) text(n models.Notice, columns int) (string, error) {
	if columns <= 0 {
		columns = terminalColumns
	}
	body, err := w.plain(w.newMessage(n, nil), columns)
	rule := strings.Repeat("─", columns) + "\n"
	return rule + body + rule, err
}

func (w *Renderer) plain(t message, columns int) (string, error) {
	s, err := w.fill("text/"+t.content+".tmpl", t.data(t.about), t.lang)
	if err != nil {
		return "", fmt.Errorf("fill a template of text: %w", err)
	}
	return lay(s, columns), nil
}

// lay wraps the lines of a filled template and indents continuation lines by two more
// columns. It keeps addresses whole, and a single empty line between lines of text.
func lay(filled string, columns int) string {
	var b strings.Builder
	gap := false
	for line := range strings.Lines(filled) {
		line = strings.TrimRight(line, " \r\n")
		s := strings.TrimLeft(line, " ")
		if s == "" {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte('\n')
			gap = false
		}
		indent := line[:len(line)-len(s)]
		if strings.Contains(s, "://") && !strings.Contains(s, " ") {
			b.WriteString(line + "\n")
			continue
		}
		for first := true; s != ""; first = false {
			if !first {
				indent = line[:len(line)-len(strings.TrimLeft(line, " "))] + "  "
			}
			var head string
			head, s = wrap(s, max(columns-len(indent), 2))
			b.WriteString(indent + head + "\n")
		}
	}
	return b.String()
}

// A line does not end with an opening mark or begin with a closing one.
const (
	openers = "《「『（【〔"
	closers = "”’)]}》」』）】〕、。，．；：！？…"
)

// wrap splits text after a number of columns: at a space, or beside a wide character, or
// else within a word.
func wrap(s string, columns int) (head, rest string) {
	used, cutAt, before := 0, 0, 0
	for i, r := range s {
		w := runeWidth(r)
		if i == cutAt && strings.ContainsRune(closers, r) {
			cutAt = before // a line does not start with a closing mark
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
		case strings.ContainsRune(openers, r):
			before, cutAt = cutAt, i
		case w == 2:
			before, cutAt = cutAt, i+len(string(r))
		}
	}
	return s, ""
}

// runeWidth returns the number of terminal columns of a character.
func runeWidth(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
