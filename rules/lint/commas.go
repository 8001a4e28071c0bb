package lint

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"regwatch/internal/diag"
	"regwatch/rules"
	"regwatch/rules/syntax"
)

// In a list between brackets a comma separates entries, so that [fine of 2,800 dollars] is two of them.
var (
	numberStart = regexp.MustCompile(`(?:^|[^\d.,])\d{1,3}$`)
	numberRest  = regexp.MustCompile(`^\d{3}(?:\D|$)`)
)

// A listItem is a text as it stands in a list of a file.
type listItem struct {
	text string
	pos  syntax.Pos
}

// splitNumbers reports neighbours in a list that are probably one text, split at the comma of a number: nothing but that
// comma stands between them.
func (l *linter) splitNumbers(items []listItem) {
	for i := 0; i < len(items); {
		end := i + 1
		for end < len(items) && continuesNumber(items[i:end], items[end]) {
			end++
		}
		if end > i+1 {
			var entries []string
			for _, item := range items[i:end] {
				entries = append(entries, item.text)
			}
			l.report(items[i].pos, diag.Textf("%s are %d entries, because a comma between brackets separates them", quoteAll(entries), end-i),
				diag.Textf("put quotes around the text if the comma belongs to a number: %q", strings.Join(entries, ",")))
		}
		i = end
	}
}

// continuesNumber reports whether an item is the rest of a number that the items before it begin.
func continuesNumber(before []listItem, next listItem) bool {
	last := before[len(before)-1]
	begins := numberStart.MatchString(last.text) || len(before) > 1 && len(last.text) == 3 && numberRest.MatchString(last.text)
	adjacent := next.pos.File == last.pos.File && next.pos.Line == last.pos.Line && next.pos.Col == last.pos.Col+utf8.RuneCountInString(last.text)+1
	return begins && adjacent && numberRest.MatchString(next.text)
}

// phraseItems returns the phrases of a list as items.
func phraseItems(entries []syntax.Entry) []listItem {
	var items []listItem
	for _, e := range entries {
		items = append(items, listItem{e.Phrase, e.Pos})
	}
	return items
}

// operandItems returns the phrases that stand in an all without a list.
func operandItems(e *syntax.Expr) []listItem {
	var items []listItem
	for _, sub := range e.Sub {
		if sub.Op == syntax.OpTerms && sub.List.Inline && len(sub.List.Entries) == 1 {
			items = append(items, phraseItems(sub.List.Entries)...)
		}
	}
	return items
}

func exampleItems(r *rules.Rule) []listItem {
	var items []listItem
	for _, e := range r.Examples {
		items = append(items, listItem{e.Title, e.Pos})
	}
	return items
}

func quoteAll(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = fmt.Sprintf("%q", t)
	}
	return strings.Join(quoted, " and ")
}
