package phrases

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/text"
)

// find looks at the noted places of t, whose tokens begin at base.
func (s *Set) find(sc *Scratch, base int, t string) {
	tokens := sc.Tokens[base:]
	for _, p := range sc.places {
		slot := s.anchors.slot(p.hash)
		if slot.number == 0 {
			continue
		}
		i := int(p.token) - base
		for _, e := range s.entries[slot.number-1 : slot.number-1+slot.count] {
			start := i - int(e.at)
			if start < 0 || start+int(e.len) > len(tokens) {
				continue
			}
			if e.next != 0 {
				if h := uint32(tokens[i+int(e.next)].hash); h != e.a && h != e.b {
					continue
				}
			}
			if !e.whole && !s.meets(int(e.phrase), tokens[start:], t) {
				continue
			}
			sc.Hits = append(sc.Hits, Hit{e.phrase, int32(base + start), int32(base+start) + int32(e.len)})
		}
	}
}

// meets reports whether tokens begin with a phrase.
func (s *Set) meets(phrase int, tokens []Token, t string) bool {
	for j, p := range s.phrase(phrase) {
		tok := tokens[j]
		switch p.kind {
		case Word:
			if tok.hash != p.a && tok.hash != p.b && (p.extra < 0 || !slices.Contains(s.forms[p.extra], tok.hash)) {
				return false
			}
		case Prefix:
			if !hasPrefix(t[tok.Start:tok.End], s.prefixes[p.extra]) {
				return false
			}
		case Number:
			if !isNumber(t[tok.Start:tok.End]) {
				return false
			}
		}
	}
	return true
}

// folded returns a token, given as written, as it folds.
func folded(written string) string {
	t, _ := text.Next(written, 0)
	return t.Text
}

func hasPrefix(written, prefix string) bool {
	if !ascii(written) {
		f := folded(written)
		return strings.HasPrefix(f, prefix) && !text.Single(f)
	}
	if len(written) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		c := written[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != prefix[i] {
			return false
		}
	}
	return true
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func isNumber(written string) bool {
	if !ascii(written) {
		written = folded(written)
	}
	return !strings.ContainsFunc(written, func(r rune) bool { return !unicode.IsDigit(r) })
}
