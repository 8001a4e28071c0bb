package phrases

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/text"
)

// A candidate is a token that may be a phrase's anchor.
type candidate struct {
	hash  uint64
	token int32
	next  uint32 // index of the anchor's entry after first
	first entry
}

// A partial is a hit of which only the anchor and the extra term have been compared.
type partial struct {
	Hit
	terms uint32 // index of the phrase's first term
}

// findHits appends the hits of t, whose tokens begin at base, by way of the candidates. Each step
// is done for all candidates before the next step begins, so that their loads from memory overlap.
func (s *Set) findHits(b *Buffer, base int, t string) {
	n := 0
	for _, c := range b.candidates {
		if c.next = s.anchors.find(c.hash); c.next > 0 {
			b.candidates[n] = c
			n++
		}
	}
	b.candidates = b.candidates[:n]
	for i := range b.candidates {
		c := &b.candidates[i]
		c.first = s.entries[c.next-1]
	}
	b.partials = b.partials[:0]
	tokens := b.Tokens[base:]
	for j := range b.candidates {
		c := &b.candidates[j]
		e := &c.first
		for k := c.next; ; k++ {
			i := int(c.token) - base
			start := i - int(e.before)
			if start >= 0 && start+int(e.len) <= len(tokens) {
				hit := Hit{e.phrase, int32(base + start), int32(base+start) + int32(e.len)}
				switch {
				case e.flags&wholePhrase != 0:
					if e.check == c.hash {
						b.Hits = append(b.Hits, hit)
					}
				case e.extra == 0 || e.acceptsExtra(uint16(tokens[i+int(e.extra)].hash)):
					b.partials = append(b.partials, partial{hit, uint32(e.check)})
				}
			}
			if e.flags&lastEntry != 0 {
				break
			}
			e = &s.entries[k]
		}
	}
	for _, p := range b.partials {
		if s.accepts(int(p.terms), b.Tokens[p.Start:p.End], t) {
			b.Hits = append(b.Hits, p.Hit)
		}
	}
}

// acceptsExtra compares the low bits of a hash with those of the extra term.
func (e *entry) acceptsExtra(h uint16) bool {
	return h == uint16(e.check>>32) || h == uint16(e.check>>48)
}

// accepts reports whether the phrase whose terms begin at index first accepts some tokens of t.
func (s *Set) accepts(first int, tokens []Token, t string) bool {
	for j, term := range s.terms[first : first+len(tokens)] {
		tok := tokens[j]
		if term.a == 0 {
			if !s.special[term.b].accepts(tok, t) {
				return false
			}
		} else if tok.hash != term.a && tok.hash != term.b {
			return false
		}
	}
	return true
}

func (s *specialTerm) accepts(tok Token, t string) bool {
	switch s.kind {
	case Word:
		return slices.Contains(s.hashes, tok.hash)
	case Prefix:
		return hasPrefix(t[tok.Start:tok.End], s.prefix)
	case Number:
		return isNumber(t[tok.Start:tok.End])
	}
	return true
}

// hasPrefix reports whether a token, as written, begins with a prefix once it is folded.
func hasPrefix(written, prefix string) bool {
	if !isASCII(written) {
		folded := foldToken(written)
		return strings.HasPrefix(folded, prefix) && !text.IsCJK(folded)
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

func isNumber(written string) bool {
	if !isASCII(written) {
		written = foldToken(written)
	}
	return !strings.ContainsFunc(written, func(r rune) bool { return !unicode.IsDigit(r) })
}

func foldToken(written string) string {
	t, _ := text.Next(written, 0)
	return t.Text
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
