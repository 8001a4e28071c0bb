// Package merge joins two edited versions of a text, line by line: what one of them changed and what the other changed.
//
// Start with [Lines]. It is the three-way merge of diff3, as Khanna, Kunal and Pierce describe it in "A Formal
// Investigation of Diff3" (FSTTCS 2007): a chunk of lines that only one version changed is taken from that version, and a
// chunk that both changed differently is a conflict. Two changes without an unchanged line between them are one chunk.
package merge

import (
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// A Merge is the result of joining two versions.
type Merge struct {
	chunks []chunk
}

// A Conflict is a place where both versions changed the same lines differently.
type Conflict struct {
	Line   int // of Ours, in its version
	Base   string
	Ours   string
	Theirs string
}

// A Side is one of the versions.
type Side int

// The versions of a conflict.
const (
	Neither Side = iota
	Ours
	Theirs
)

// A chunk is some lines in all three versions. If nobody changed them, they are the same.
type chunk struct {
	line               int // of ours, from 1
	base, ours, theirs string
}

func (c chunk) isConflict() bool {
	return c.ours != c.theirs && c.ours != c.base && c.theirs != c.base
}

// Lines joins two versions of a base. Windows line ends in ours stay, and do not count as changes.
func Lines(base, ours, theirs string) Merge {
	if windows := "\r\n"; strings.Contains(ours, windows) {
		m := Lines(toUnix(base), toUnix(ours), toUnix(theirs))
		for i, c := range m.chunks {
			m.chunks[i] = chunk{c.line, strings.ReplaceAll(c.base, "\n", windows), strings.ReplaceAll(c.ours, "\n", windows), strings.ReplaceAll(c.theirs, "\n", windows)}
		}
		return m
	}
	lines := slices.Collect(strings.Lines(base))
	mine, other := compare(base, ours), compare(base, theirs)
	var m Merge
	line, done := 1, 0 // of ours; lines of the base that are in chunks
	add := func(c chunk) {
		c.line = line
		line += strings.Count(c.ours, "\n")
		m.chunks = append(m.chunks, c)
	}
	same := func(end int) {
		if text := strings.Join(lines[done:end], ""); text != "" {
			add(chunk{0, text, text, text})
		}
		done = end
	}
	for len(mine)+len(other) > 0 {
		start, end := next(mine, other)
		same(start)
		// The chunk grows by every change that touches it.
		nMine, nOther := 0, 0
		for grown := true; grown; {
			grown = false
			for nMine < len(mine) && mine[nMine].start <= end {
				end, grown = max(end, mine[nMine].end), true
				nMine++
			}
			for nOther < len(other) && other[nOther].start <= end {
				end, grown = max(end, other[nOther].end), true
				nOther++
			}
		}
		add(chunk{0, strings.Join(lines[start:end], ""), apply(lines, start, end, mine[:nMine]), apply(lines, start, end, other[:nOther])})
		mine, other, done = mine[nMine:], other[nOther:], end
	}
	same(len(lines))
	return m
}

// Conflicts returns the conflicts, in the order of the text.
func (m Merge) Conflicts() []Conflict {
	var all []Conflict
	for _, c := range m.chunks {
		if c.isConflict() {
			all = append(all, Conflict{c.line, c.base, c.ours, c.theirs})
		}
	}
	return all
}

// Text returns the merged text, with one side for the conflicts. It returns false if there are conflicts and no side.
func (m Merge) Text(side Side) (string, bool) {
	var b strings.Builder
	for _, c := range m.chunks {
		switch {
		case c.isConflict() && side == Neither:
			return "", false
		case c.isConflict() && side == Theirs, c.ours == c.base:
			b.WriteString(c.theirs)
		default:
			b.WriteString(c.ours)
		}
	}
	return b.String(), true
}

// An edit replaces the lines of the base from start until before end.
type edit struct {
	start, end int
	text       string
}

// compare returns the edits that make a version of the base.
func compare(base, version string) []edit {
	var edits []edit
	for _, e := range udiff.Lines(base, version) {
		start := lineAt(base, e.Start)
		edits = append(edits, edit{start, start + countLines(base[e.Start:e.End]), e.New})
	}
	return edits
}

// lineAt returns the index of the line that begins at an offset.
func lineAt(text string, offset int) int { return countLines(text[:offset]) }

func countLines(text string) int {
	n := strings.Count(text, "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		n++
	}
	return n
}

// next returns the lines of the first change.
func next(mine, other []edit) (start, end int) {
	if len(other) == 0 || len(mine) > 0 && mine[0].start <= other[0].start {
		return mine[0].start, mine[0].end
	}
	return other[0].start, other[0].end
}

// apply returns some lines of the base with edits.
func apply(lines []string, start, end int, edits []edit) string {
	var b strings.Builder
	for _, e := range edits {
		b.WriteString(strings.Join(lines[start:e.start], ""))
		b.WriteString(e.text)
		start = e.end
	}
	b.WriteString(strings.Join(lines[start:end], ""))
	return b.String()
}

func toUnix(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }
