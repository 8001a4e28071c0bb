// Package difference compares two versions of a text by their paragraphs.
//
// [Of] compares them word for word. A [Lens] leaves out what its owner says
// does not count. A [Difference] prints as those who compare texts know it:
// what went has a minus before it, what came a plus.
//
// Paragraphs are parted by a blank line. White space within one never counts.
package difference

import (
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// A Difference is what one version of a text has and another has not, in the
// order in which it stands there.
type Difference []Edit

// An Edit is some paragraphs that went and those that came in their place.
type Edit struct{ Gone, Come []string }

// A Lens says what counts as a difference. The zero value lets everything count
// but white space.
type Lens struct {
	// Key gives paragraphs that are the same the same key; nil: the words as they
	// stand.
	Key func(paragraph string) string
	// Skip reports whether a paragraph does not count, by itself and the one before
	// it, empty for the first; nil: every one counts.
	Skip func(paragraph, before string) bool
	// Still leaves out paragraphs that only changed places.
	Still bool
}

// Of returns the difference of two texts, word for word.
func Of(before, after string) Difference { return Lens{}.Of(before, after) }

// Of returns what counts of the difference of two texts.
func (l Lens) Of(before, after string) Difference {
	old, now := l.paragraphs(before), l.paragraphs(after)
	var d Difference
	went, came := make(map[string]int), make(map[string]int)
	start := lineStarts(old.keys)
	for _, e := range udiff.Lines(strings.Join(old.keys, ""), strings.Join(now.keys, "")) {
		var change Edit
		for i := start[e.Start]; i < start[e.End]; i++ {
			change.Gone = append(change.Gone, old.keys[i])
			went[old.keys[i]]++
		}
		for line := range strings.Lines(e.New) {
			change.Come = append(change.Come, line)
			came[line]++
		}
		d = append(d, change)
	}
	if !l.Still {
		went, came = nil, nil
	}
	var counted Difference
	for _, e := range d {
		e = Edit{old.without(e.Gone, came), now.without(e.Come, went)}
		if len(e.Gone)+len(e.Come) > 0 {
			counted = append(counted, e)
		}
	}
	return counted
}

// Strangers reports whether two texts share no paragraph that counts, though the
// first has at least some number of them.
func (l Lens) Strangers(before, after string, least int) bool {
	old := l.paragraphs(before)
	if len(old.keys) < least {
		return false
	}
	for _, key := range l.paragraphs(after).keys {
		if _, ok := old.words[key]; ok {
			return false
		}
	}
	return true
}

// Count returns how many paragraphs went and how many came.
func (d Difference) Count() (gone, come int) {
	for _, e := range d {
		gone += len(e.Gone)
		come += len(e.Come)
	}
	return gone, come
}

// Text shows the difference, a paragraph of it each.
func (d Difference) Text() string {
	var lines []string
	for _, e := range d {
		for _, p := range e.Gone {
			lines = append(lines, "− "+p)
		}
		for _, p := range e.Come {
			lines = append(lines, "+ "+p)
		}
	}
	return strings.Join(lines, "\n\n")
}

// Paragraphs are those of a text that count: each by a key, which is a line,
// and with its words as they first stand.
type paragraphs struct {
	keys  []string
	words map[string]string
}

func (l Lens) paragraphs(body string) paragraphs {
	p := paragraphs{words: make(map[string]string)}
	last := ""
	for words := range strings.SplitSeq(body, "\n\n") {
		words = strings.Join(strings.Fields(words), " ")
		before := last
		last = words
		if words == "" || l.Skip != nil && l.Skip(words, before) {
			continue
		}
		key := words
		if l.Key != nil {
			key = strings.Join(strings.Fields(l.Key(words)), " ")
		}
		key += "\n"
		p.keys = append(p.keys, key)
		if _, met := p.words[key]; !met {
			p.words[key] = words
		}
	}
	return p
}

// without returns the paragraphs behind keys, but for those that stand elsewhere
// on the other side.
func (p paragraphs) without(keys []string, elsewhere map[string]int) []string {
	var kept []string
	for _, key := range keys {
		if elsewhere[key] > 0 {
			elsewhere[key]--
			continue
		}
		kept = append(kept, p.words[key])
	}
	return kept
}

// lineStarts returns the number of the line that starts at each offset, and at
// the end one more than the last.
func lineStarts(lines []string) map[int]int {
	starts := make(map[int]int, len(lines)+1)
	at := 0
	for i, l := range lines {
		starts[at] = i
		at += len(l)
	}
	starts[at] = len(lines)
	return starts
}
