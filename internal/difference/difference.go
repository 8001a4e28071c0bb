// Package difference compares two versions of a text by paragraphs.
//
// Start with [Compare], which compares word for word. With [Options] some differences
// are ignored. [Diff.Text] prints a difference in the usual form: a minus before what
// was removed, and a plus before what was added.
//
// A blank line separates paragraphs. White space within a paragraph never counts.
package difference

import (
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// A Diff is the difference between two versions of a text, in the order of the text.
type Diff []Edit

// An Edit is a run of paragraphs that was removed and the one that replaced it. One of
// the two may be empty.
type Edit struct{ Removed, Added []string }

// Options say which differences count. With the zero value all count except white
// space.
type Options struct {
	// Key maps paragraphs that count as equal to the same key. If it is nil, the words
	// themselves are the key.
	Key func(paragraph string) string
	// Skip reports whether to ignore a paragraph. Before is the previous paragraph,
	// empty for the first. If Skip is nil, no paragraph is ignored.
	Skip func(paragraph, before string) bool
	// IgnoreMoves leaves out paragraphs that only moved.
	IgnoreMoves bool
}

// Compare returns the difference of two texts, word for word.
func Compare(before, after string) Diff { return Options{}.Compare(before, after) }

// Compare returns the differences that count.
func (o Options) Compare(before, after string) Diff {
	older, newer := o.paragraphs(before), o.paragraphs(after)
	var d Diff
	removed, added := make(map[string]int), make(map[string]int)
	start := lineStarts(older.keys)
	for _, e := range udiff.Lines(strings.Join(older.keys, ""), strings.Join(newer.keys, "")) {
		var change Edit
		for i := start[e.Start]; i < start[e.End]; i++ {
			change.Removed = append(change.Removed, older.keys[i])
			removed[older.keys[i]]++
		}
		for line := range strings.Lines(e.New) {
			change.Added = append(change.Added, line)
			added[line]++
		}
		d = append(d, change)
	}
	if !o.IgnoreMoves {
		removed, added = nil, nil
	}
	var result Diff
	for _, e := range d {
		e = Edit{older.without(e.Removed, added), newer.without(e.Added, removed)}
		if len(e.Removed)+len(e.Added) > 0 {
			result = append(result, e)
		}
	}
	return result
}

// NothingShared reports whether two texts have no paragraph in common that counts. It
// is false if the first text has fewer than minParagraphs, which is too short to tell.
func (o Options) NothingShared(before, after string, minParagraphs int) bool {
	old := o.paragraphs(before)
	if len(old.keys) < minParagraphs {
		return false
	}
	for _, key := range o.paragraphs(after).keys {
		if _, ok := old.texts[key]; ok {
			return false
		}
	}
	return true
}

// Count returns how many paragraphs were removed and added.
func (d Diff) Count() (removed, added int) {
	for _, e := range d {
		removed += len(e.Removed)
		added += len(e.Added)
	}
	return removed, added
}

// Text returns the difference as text, with one paragraph for each removed or added
// one.
func (d Diff) Text() string {
	var lines []string
	for _, e := range d {
		for _, p := range e.Removed {
			lines = append(lines, "− "+p)
		}
		for _, p := range e.Added {
			lines = append(lines, "+ "+p)
		}
	}
	return strings.Join(lines, "\n\n")
}

// The paragraphs of a text that count. Keys has the key of each as a line, and texts
// the first paragraph with each key.
type paragraphs struct {
	keys  []string
	texts map[string]string
}

func (o Options) paragraphs(body string) paragraphs {
	p := paragraphs{texts: make(map[string]string)}
	last := ""
	for text := range strings.SplitSeq(body, "\n\n") {
		text = strings.Join(strings.Fields(text), " ")
		before := last
		last = text
		if text == "" || o.Skip != nil && o.Skip(text, before) {
			continue
		}
		key := text
		if o.Key != nil {
			key = strings.Join(strings.Fields(o.Key(text)), " ")
		}
		key += "\n"
		p.keys = append(p.keys, key)
		if _, known := p.texts[key]; !known {
			p.texts[key] = text
		}
	}
	return p
}

// without returns the paragraphs with these keys, except those that only moved. It
// decrements the count in moved for each that it leaves out.
func (p paragraphs) without(keys []string, moved map[string]int) []string {
	var kept []string
	for _, key := range keys {
		if moved[key] > 0 {
			moved[key]--
			continue
		}
		kept = append(kept, p.texts[key])
	}
	return kept
}

// lineStarts maps the byte offset of each line in the joined lines to its index, and
// the end to the number of lines.
func lineStarts(lines []string) map[int]int {
	starts := make(map[int]int, len(lines)+1)
	offset := 0
	for i, l := range lines {
		starts[offset] = i
		offset += len(l)
	}
	starts[offset] = len(lines)
	return starts
}
