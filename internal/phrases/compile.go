package phrases

import (
	"fmt"
	"slices"
	"strings"

	"regwatch/internal/text"
)

// A Set is phrases ready to be found. A phrase is found by its anchor: the word,
// pair of Chinese characters or, failing both, prefix or single character that it
// has and the fewest others do. Where a text has the anchor, the rest is compared.
type Set struct {
	filter   filter // of the anchors
	anchors  table  // to entries: number-1 is the first, count how many
	entries  []entry
	patterns []pattern
	first    []int32 // pattern of each phrase, and one more
	forms    [][]uint64
	prefixes []string
	fold     *[text.CommonEnd - text.CommonStart]uint16 // 0 where the fold is not common
	has      struct{ prefix, char bool }                // kinds of anchors that few sets have
}

// A pattern is a term, compiled.
type pattern struct {
	a, b  uint64 // hashes of the first and the last form, often the same
	extra int32  // of forms, if there are more than two; of prefixes; else -1
	kind  Kind
	char  rune // of a term that is but one character of everyday Chinese
	han   bool // a form is such a character
}

// An entry is a phrase under its anchor.
type entry struct {
	phrase int32
	a, b   uint32 // half the hash of another term's first and last form
	next   int8   // where that term stands, from the anchor on; 0 is none
	at     uint8  // terms before the anchor
	len    uint8  // terms in all
	whole  bool   // the anchor is all of the phrase
}

// Compile makes the set of phrases; hits name them by their place in ps.
func Compile(ps []Phrase) (*Set, error) {
	terms, forms := 0, 0
	for i, ph := range ps {
		if err := ph.check(); err != nil {
			return nil, fmt.Errorf("phrase %d cannot be found: %w", i, err)
		}
		terms += len(ph)
		for _, t := range ph {
			forms += len(t.Forms)
		}
	}
	s := &Set{patterns: make([]pattern, 0, terms), first: make([]int32, 0, len(ps)+1), fold: foldTable()}
	for _, ph := range ps {
		s.first = append(s.first, int32(len(s.patterns)))
		for _, t := range ph {
			s.patterns = append(s.patterns, s.pattern(t))
		}
	}
	s.first = append(s.first, int32(len(s.patterns)))
	s.index(s.count(terms + forms))
	return s, nil
}

func foldTable() *[text.CommonEnd - text.CommonStart]uint16 {
	var fold [text.CommonEnd - text.CommonStart]uint16
	for i := range fold {
		if f := text.FoldCommon(text.CommonStart + rune(i)); text.CommonStart <= f && f < text.CommonEnd {
			fold[i] = uint16(f)
		}
	}
	return &fold
}

func (s *Set) pattern(t Term) pattern {
	p := pattern{kind: t.Kind, extra: -1}
	switch t.Kind {
	case Prefix:
		p.extra = int32(len(s.prefixes))
		s.prefixes = append(s.prefixes, t.Forms[0])
	case Word:
		hashes := make([]uint64, 0, 4)
		for _, f := range t.Forms {
			h, char := hashToken(f)
			p.han = p.han || char != 0
			if p.char = char; !slices.Contains(hashes, h) {
				hashes = append(hashes, h)
			}
		}
		p.a, p.b = hashes[0], hashes[len(hashes)-1]
		if len(hashes) > 1 {
			p.char = 0
		}
		if len(hashes) > 2 {
			p.extra = int32(len(s.forms))
			s.forms = append(s.forms, hashes)
		}
	}
	return p
}

func (s *Set) phrase(n int) []pattern { return s.patterns[s.first[n]:s.first[n+1]] }

// eachForm calls visit with every form of a word once.
func (s *Set) eachForm(p pattern, visit func(h uint64)) {
	if p.extra >= 0 {
		for _, h := range s.forms[p.extra] {
			visit(h)
		}
		return
	}
	visit(p.a)
	if p.b != p.a {
		visit(p.b)
	}
}

// count counts in how many places of the phrases each word and pair stands.
func (s *Set) count(most int) table {
	counts := newTable(most)
	for n := range len(s.first) - 1 {
		ph := s.phrase(n)
		for i, p := range ph {
			if p.kind != Word {
				continue
			}
			s.eachForm(p, func(h uint64) { counts.add(h) })
			if i > 0 && p.char != 0 && ph[i-1].char != 0 {
				counts.add(hashPair(ph[i-1].char, p.char))
			}
		}
	}
	for _, w := range strings.Fields(everyday) {
		h, _ := hashToken(w)
		if slot := counts.slot(h); slot.number != 0 {
			slot.count += 1 << 20
		}
	}
	return counts
}

// everyday are words of every text, which anchor a phrase only if it has no other.
// A missing one costs time and nothing else.
const everyday = "a about after all also an and any are as at be been but by can could for from had has have he her his if in into is it its " +
	"may more new no not of on one or other our out over said she should so some such than that the their them there these they this to under up was we were what when which who will with would you"

// An anchor is a choice among the terms of a phrase; the lesser cost is better.
type anchor struct {
	at   int // the term, or the second of a pair
	pair bool
	cost int
}

// The cost of a term is how many share it and, among equals, how short it is.
const (
	costOne    = 16
	costPrefix = 1 << 40
	costChar   = 1 << 41
)

func (s *Set) cost(counts *table, p pattern) int {
	switch p.kind {
	case Word:
		most := 0
		s.eachForm(p, func(h uint64) { most = max(most, int(counts.slot(h).count)) })
		if p.han {
			most += costChar / costOne
		}
		return most*costOne - length(p.a)
	case Prefix:
		return costPrefix - min(len(s.prefixes[p.extra]), 8)
	}
	return -1
}

// length is how many bytes a short word has; a longer one counts as eight, since
// its mixed hash does not tell.
func length(h uint64) int {
	const inverse = 0xF1DE83E19937733D // of mix's factor
	key := (h ^ h>>32) * inverse
	n := 0
	for key != 0 {
		key >>= 8
		n++
	}
	return n
}

func (s *Set) anchor(ph []pattern, counts *table) anchor {
	best := anchor{cost: 1 << 62}
	for i, p := range ph {
		if cost := s.cost(counts, p); cost >= 0 && cost < best.cost {
			best = anchor{at: i, cost: cost}
		}
		if i > 0 && p.char != 0 && ph[i-1].char != 0 {
			cost := int(counts.slot(hashPair(ph[i-1].char, p.char)).count)*costOne - 4
			if cost < best.cost {
				best = anchor{at: i, pair: true, cost: cost}
			}
		}
	}
	return best
}

// index builds the way from anchors to phrases.
func (s *Set) index(counts table) {
	n := len(s.first) - 1
	chosen := make([]anchor, n)
	keys := 0
	for i := range chosen {
		ph := s.phrase(i)
		chosen[i] = s.anchor(ph, &counts)
		s.eachKey(ph, chosen[i], func(uint64) { keys++ })
	}
	s.anchors = newTable(keys)
	for i, a := range chosen {
		s.eachKey(s.phrase(i), a, func(h uint64) { s.anchors.add(h) })
	}
	s.filter = newFilter(s.anchors.len)
	next := int32(1)
	for i := range s.anchors.slots {
		if slot := &s.anchors.slots[i]; slot.number != 0 {
			s.filter.add(slot.hash)
			slot.number, next = next, next+slot.count
			slot.count = 0
		}
	}
	s.entries = make([]entry, keys)
	for i, a := range chosen {
		e := s.entry(i, a, &counts)
		s.eachKey(s.phrase(i), a, func(h uint64) {
			slot := s.anchors.slot(h)
			s.entries[slot.number-1+slot.count] = e
			slot.count++
		})
	}
}

// eachKey calls visit with every hash under which the anchor is found.
func (s *Set) eachKey(ph []pattern, a anchor, visit func(h uint64)) {
	p := ph[a.at]
	switch {
	case a.pair:
		visit(hashPair(ph[a.at-1].char, p.char))
	case p.kind == Prefix:
		s.has.prefix = true
		visit(hashHead(chunk(s.prefixes[p.extra])))
	default:
		s.has.char = s.has.char || p.han
		s.eachForm(p, visit)
	}
}

// entry describes a phrase under its anchor, with the rarest other term to be
// looked at first.
func (s *Set) entry(phrase int, a anchor, counts *table) entry {
	ph := s.phrase(phrase)
	e := entry{phrase: int32(phrase), at: uint8(a.at), len: uint8(len(ph))}
	covered := 1
	if a.pair {
		covered = 2
	}
	e.whole = len(ph) == covered && ph[a.at].kind == Word
	best := 1 << 62
	for i, p := range ph {
		if p.kind != Word || p.extra >= 0 || i == a.at || a.pair && i == a.at-1 {
			continue
		}
		if cost := s.cost(counts, p); cost < best {
			best = cost
			e.next, e.a, e.b = int8(i-a.at), uint32(p.a), uint32(p.b)
		}
	}
	return e
}
