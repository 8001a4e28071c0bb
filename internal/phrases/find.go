package phrases

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"regwatch/internal/text"
)

// find looks at the noted places of t, whose tokens begin at base. Each step is
// done for all places before the next begins: they wait for memory, and wait
// together.
func (s *Set) find(sc *Scratch, base int, t string) {
	for i := range sc.places {
		sc.places[i].entry = s.directory.find(sc.places[i].hash)
	}
	sc.maybe = sc.maybe[:0]
	tokens := sc.Tokens[base:]
	for _, p := range sc.places {
		if p.entry == 0 {
			continue
		}
		for k := p.entry - 1; ; k++ {
			e := &s.entries[k]
			i := int(p.token) - base
			start := i - int(e.at)
			if start >= 0 && start+int(e.len) <= len(tokens) {
				hit := Hit{e.phrase, int32(base + start), int32(base+start) + int32(e.len)}
				switch {
				case e.flags&whole != 0:
					if e.check == p.hash {
						sc.Hits = append(sc.Hits, hit)
					}
				case e.next == 0 || e.nextMeets(uint16(tokens[i+int(e.next)].hash)):
					sc.maybe = append(sc.maybe, maybe{hit, uint32(e.check)})
				}
			}
			if e.flags&last != 0 {
				break
			}
		}
	}
	for _, m := range sc.maybe {
		if s.meets(int(m.terms), sc.Tokens[m.Start:m.End], t) {
			sc.Hits = append(sc.Hits, m.Hit)
		}
	}
}

func (e *entry) nextMeets(h uint16) bool { return h == uint16(e.check>>32) || h == uint16(e.check>>48) }

// meets reports whether tokens meet the phrase whose terms begin at first.
func (s *Set) meets(first int, tokens []Token, t string) bool {
	for j, p := range s.terms[first : first+len(tokens)] {
		tok := tokens[j]
		if p.a == 0 {
			if !s.odd[p.b].meets(tok, t) {
				return false
			}
		} else if tok.hash != p.a && tok.hash != p.b {
			return false
		}
	}
	return true
}

func (o *oddTerm) meets(tok Token, t string) bool {
	switch o.kind {
	case Word:
		return slices.Contains(o.hashes, tok.hash)
	case Prefix:
		return hasPrefix(t[tok.Start:tok.End], o.prefix)
	case Number:
		return isNumber(t[tok.Start:tok.End])
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
		return strings.HasPrefix(f, prefix) && !text.IsCJK(f)
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
