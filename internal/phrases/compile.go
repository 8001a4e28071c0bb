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
//
// With ten thousand rules most time goes into waiting for memory, so what is
// read while scanning is small and lies close together.
type Set struct {
	filter    filter // of the anchors
	directory directory
	entries   []entry
	terms     []term
	odd       []oddTerm
	fold      *[text.CommonHanEnd - text.CommonHanStart]uint16 // 0 where the fold is not common
	has       struct{ prefix, char bool }                // kinds of anchors that few sets have
}

// An entry is a phrase under its anchor.
type entry struct {
	// The hash of the anchor, if that is all of the phrase; else the place of the
	// phrase's first term and, above it, sixteen bits of the hashes of both
	// forms of one more term.
	check  uint64
	phrase int32
	next   int8  // where that one more term stands, from the anchor on; 0 is none
	at     uint8 // terms before the anchor
	len    uint8 // terms in all
	flags  uint8
}

const (
	whole = 1 << iota // the anchor is all of the phrase
	last              // the anchor has no more entries
)

// A term is a word of one or two forms by their hashes, which are equal for one.
// If a is 0, which no hash is, b is the place of an odd term.
type term struct{ a, b uint64 }

// An oddTerm is what is not a word of one or two forms.
type oddTerm struct {
	kind   Kind
	hashes []uint64
	prefix string
}

// A draft is a phrase while a set is compiled: for each term, what decides whether
// it can be the anchor.
type draft struct {
	phrase []part
	first  int // place of the first term
	anchor anchor
}

type part struct {
	char rune // the one form is this character of everyday Chinese
	han  bool // a form is such a character
}

// Compile makes the set of phrases; hits name them by their place in ps.
func Compile(ps []Phrase) (*Set, error) {
	n := 0
	for i, ph := range ps {
		if err := ph.check(); err != nil {
			return nil, fmt.Errorf("phrase %d cannot be found: %w", i, err)
		}
		n += len(ph)
	}
	s := &Set{terms: make([]term, 0, n), fold: foldTable()}
	drafts, parts := make([]draft, len(ps)), make([]part, 0, n)
	for i, ph := range ps {
		start := len(parts)
		for _, t := range ph {
			parts = append(parts, s.add(t))
		}
		drafts[i] = draft{phrase: parts[start:], first: start}
	}
	counts := s.count(drafts)
	for i := range drafts {
		drafts[i].anchor = s.anchor(&drafts[i], counts)
	}
	s.index(drafts, counts)
	return s, nil
}

func foldTable() *[text.CommonHanEnd - text.CommonHanStart]uint16 {
	var fold [text.CommonHanEnd - text.CommonHanStart]uint16
	for i := range fold {
		if f := text.FoldHan(text.CommonHanStart + rune(i)); text.CommonHanStart <= f && f < text.CommonHanEnd {
			fold[i] = uint16(f)
		}
	}
	return &fold
}

// add appends a term to the set.
func (s *Set) add(t Term) part {
	if t.Kind != Word {
		o := oddTerm{kind: t.Kind}
		if t.Kind == Prefix {
			o.prefix = t.Forms[0]
		}
		s.addOdd(o)
		return part{}
	}
	h, char := hashToken(t.Forms[0])
	if len(t.Forms) == 1 {
		s.terms = append(s.terms, term{h, h})
		return part{char, char != 0}
	}
	p := part{han: char != 0}
	hashes := []uint64{h}
	for _, f := range t.Forms[1:] {
		h, char := hashToken(f)
		p.han = p.han || char != 0
		if !slices.Contains(hashes, h) {
			hashes = append(hashes, h)
		}
	}
	if len(hashes) > 2 {
		s.addOdd(oddTerm{kind: Word, hashes: hashes})
		return p
	}
	s.terms = append(s.terms, term{hashes[0], hashes[len(hashes)-1]})
	return p
}

func (s *Set) addOdd(o oddTerm) {
	s.terms = append(s.terms, term{0, uint64(len(s.odd))})
	s.odd = append(s.odd, o)
}

// words appends the hashes of all forms of a word to dst; of what is no word,
// none.
func (s *Set) words(dst []uint64, i int) []uint64 {
	switch t := s.terms[i]; {
	case t.a == 0:
		return append(dst, s.odd[t.b].hashes...)
	case t.a == t.b:
		return append(dst, t.a)
	default:
		return append(dst, t.a, t.b)
	}
}

// index builds the way from anchors to phrases.
func (s *Set) index(drafts []draft, counts *tally) {
	var keys []uint64
	first := make([]int32, len(drafts)+1) // of each phrase's keys
	for i := range drafts {
		keys = s.keys(keys, &drafts[i])
		first[i+1] = int32(len(keys))
	}
	s.directory = newDirectory(len(keys))
	s.filter = newFilter(len(keys))
	shares := make([]uint32, len(s.directory.slots))
	for _, h := range keys {
		s.filter.add(h)
		at := s.directory.at(h)
		s.directory.slots[at] = slot{uint32(h), 1}
		shares[at]++
	}
	next := uint32(0)
	for i, n := range shares {
		if n > 0 {
			s.directory.slots[i].entry = next + 1
			next, shares[i] = next+n, next
		}
	}
	s.entries = make([]entry, len(keys))
	for i := range drafts {
		e := s.entry(int32(i), &drafts[i], counts)
		for _, h := range keys[first[i]:first[i+1]] {
			if e.flags&whole != 0 {
				e.check = h
			}
			at := s.directory.at(h)
			s.entries[shares[at]] = e
			shares[at]++
		}
	}
	for i, n := range shares {
		if s.directory.slots[i].entry != 0 {
			s.entries[n-1].flags |= last
		}
	}
}

// keys appends every hash under which the phrase is found.
func (s *Set) keys(dst []uint64, d *draft) []uint64 {
	at := d.anchor.at
	p, t := d.phrase[at], s.terms[d.first+at]
	switch {
	case d.anchor.pair:
		return append(dst, hashPair(d.phrase[at-1].char, p.char))
	case t.a == 0 && s.odd[t.b].kind == Prefix:
		s.has.prefix = true
		return append(dst, hashHead(chunk(s.odd[t.b].prefix)))
	}
	s.has.char = s.has.char || p.han
	return s.words(dst, d.first+at)
}

// entry describes a phrase under its anchor, with the rarest other term to be
// looked at first.
func (s *Set) entry(phrase int32, d *draft, counts *tally) entry {
	at, covered := d.anchor.at, 1
	if d.anchor.pair {
		covered = 2
	}
	e := entry{phrase: phrase, at: uint8(at), len: uint8(len(d.phrase)), check: uint64(d.first)}
	if t := s.terms[d.first+at]; len(d.phrase) == covered && (t.a != 0 || s.odd[t.b].kind == Word) {
		e.flags = whole
		return e
	}
	best := 1 << 62
	for i := range d.phrase {
		t := s.terms[d.first+i]
		if t.a == 0 || i == at || d.anchor.pair && i == at-1 {
			continue
		}
		if cost := s.cost(d, i, counts); cost < best {
			best = cost
			e.next = int8(i - at)
			e.check = uint64(d.first) | uint64(uint16(t.a))<<32 | uint64(uint16(t.b))<<48
		}
	}
	return e
}

// everyday are words of every text, which anchor a phrase only if it has no other.
// A missing one costs time and nothing else.
const everyday = "a about after all also an and any are as at be been but by can could for from had has have he her his if in into is it its " +
	"may more new no not of on one or other our out over said she should so some such than that the their them there these they this to under up was we were what when which who will with would you"

// count counts in how many places of the phrases each word and pair stands.
func (s *Set) count(drafts []draft) *tally {
	counts := newTally(len(s.terms))
	var words []uint64
	for _, d := range drafts {
		for i, p := range d.phrase {
			words = s.words(words[:0], d.first+i)
			for _, h := range words {
				counts.add(h)
			}
			if i > 0 && p.char != 0 && d.phrase[i-1].char != 0 {
				counts.add(hashPair(d.phrase[i-1].char, p.char))
			}
		}
	}
	for w := range strings.FieldsSeq(everyday) {
		h, _ := hashToken(w)
		counts.add(h)
		counts.slot(h).count += 1 << 20
	}
	return counts
}
