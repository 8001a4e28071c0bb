package rules

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"regwatch/internal/phrases"
	"regwatch/internal/text"
)

// searchRegexes replaces the hits of the literals of regular expressions by the matches of the expressions in the
// same paragraphs.
func (ev *evaluator) searchRegexes() {
	type key struct{ phrase, paragraph int32 }
	var searched map[key]bool
	literals := len(ev.text.Hits)
	for _, h := range ev.text.Hits[:literals] {
		if !ev.set.index.isRegex(h.Phrase) {
			continue
		}
		k := key{h.Phrase, ev.paragraph[h.Start]}
		if searched[k] {
			continue
		}
		if searched == nil {
			searched = make(map[key]bool)
		}
		searched[k] = true
		for _, found := range ev.searchParagraph(ev.set.phrases[h.Phrase].Regex, int(h.Start)) {
			ev.text.Hits = append(ev.text.Hits, phrases.Hit{Phrase: h.Phrase, Start: int32(found.start), End: int32(found.end)})
		}
	}
	if searched == nil {
		return
	}
	n := 0
	ev.text.Hits = slices.DeleteFunc(ev.text.Hits, func(h phrases.Hit) bool {
		n++
		return n <= literals && ev.set.index.isRegex(h.Phrase)
	})
}

// byteRange returns the position of a hit in its field. A match of a regular expression may begin or end with
// signs that belong to no token, so it is searched for again.
func (ev *evaluator) byteRange(sp span) (start, end int) {
	start, end = int(ev.tokens[sp.start].Start), int(ev.tokens[sp.end-1].End)
	for _, part := range sp.parts {
		partStart, partEnd := ev.byteRange(part)
		start, end = min(start, partStart), max(end, partEnd)
	}
	if len(sp.parts) > 0 || !ev.set.index.isRegex(sp.phrase) {
		return start, end
	}
	for _, h := range ev.searchParagraph(ev.set.phrases[sp.phrase].Regex, sp.start) {
		if h.start == sp.start && h.end == sp.end {
			return h.byteStart, h.byteEnd
		}
	}
	return start, end
}

// A regexHit is a match of a regular expression: tokens [start, end), and the bytes of the field.
type regexHit struct{ start, end, byteStart, byteEnd int }

// searchParagraph returns the matches of a regular expression in the paragraph of token i, or in the title. Those
// that begin or end within a word, or touch boilerplate, do not count.
func (d *document) searchParagraph(re *regexp.Regexp, i int) []regexHit {
	first, last, src, from, to := d.paragraphOf(i)
	tokens := d.tokens[first:last]
	tokenAt := func(offset int) int {
		n, _ := slices.BinarySearchFunc(tokens, int32(offset), func(t phrases.Token, offset int32) int { return cmp.Compare(t.Start, offset) })
		return n
	}
	visible, original := visibleText(src[from:to])
	var hits []regexHit
	for _, m := range re.FindAllStringIndex(visible, maxPhraseHits) {
		if m[0] == m[1] {
			continue
		}
		h := regexHit{byteStart: from + m[0], byteEnd: from + m[1]}
		if original != nil {
			h.byteStart, h.byteEnd = from+original[m[0]], from+original[m[1]-1]+1
		}
		start, end := tokenAt(h.byteStart), tokenAt(h.byteEnd)
		if start == end || start > 0 && int(tokens[start-1].End) > h.byteStart || int(tokens[end-1].End) > h.byteEnd {
			continue
		}
		h.start, h.end = first+start, first+end
		if !slices.Contains(d.boilerplate[h.start:h.end], true) {
			hits = append(hits, h)
		}
	}
	return hits
}

// paragraphOf returns the tokens [first, last) of token i's paragraph, or of the title, and the bytes [from, to) of
// src that hold them.
func (d *document) paragraphOf(i int) (first, last int, src string, from, to int) {
	if i < d.titleEnd {
		return 0, d.titleEnd, d.title, 0, len(d.title)
	}
	numbers := d.paragraph[d.titleEnd:]
	begin, _ := slices.BinarySearch(numbers, d.paragraph[i])
	end, _ := slices.BinarySearch(numbers, d.paragraph[i]+1)
	first, last = d.titleEnd+begin, d.titleEnd+end
	from, to = d.lineStart(int(d.tokens[first].Start)), len(d.body)
	if n := strings.IndexByte(d.body[d.tokens[last-1].End:], '\n'); n >= 0 {
		to = int(d.tokens[last-1].End) + n
	}
	return first, last, d.body, from, to
}

// visibleText returns s without invisible characters, and the offset in s of each byte that is left; nil if s has
// none of them.
func visibleText(s string) (visible string, offsets []int) {
	if strings.IndexFunc(s, text.Invisible) < 0 {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		for n := range size {
			if !text.Invisible(r) {
				b.WriteByte(s[i+n])
				offsets = append(offsets, i+n)
			}
		}
		i += size
	}
	return b.String(), offsets
}
