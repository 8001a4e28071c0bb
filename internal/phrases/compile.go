package phrases

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"regwatch/internal/text"
)

// A Set is a compiled list of phrases. Each phrase is found by its anchor: the one of its words,
// pairs of Chinese characters or, without those, prefixes and single characters that the fewest
// other phrases contain. Where a text has the anchor, the rest of the phrase is compared.
//
// With ten thousand rules most of the time is spent waiting for memory, so the data that Scan
// reads is small and compact.
type Set struct {
	filter      filter // of the anchors
	anchors     anchorTable
	entries     []entry
	terms       []term
	special     []specialTerm
	fold        *[text.CommonHanEnd - text.CommonHanStart]uint16 // 0 where the folded character is not a common one
	anchorKinds struct{ prefix, char bool }                      // the kinds of anchors that few sets have; Scan skips the others
}

// An entry is one phrase under its anchor. The entries of one anchor are neighbours.
type entry struct {
	// If the anchor is the whole phrase, check is the hash of the anchor. Otherwise its lower half
	// is the index of the phrase's first term, and its upper half holds the low 16 bits of the
	// hashes of both forms of the extra term.
	check  uint64
	phrase int32
	extra  int8  // offset from the anchor to the extra term, which is compared first; 0 if there is none
	before uint8 // number of terms before the anchor
	len    uint8 // number of terms
	flags  uint8
}

const (
	wholePhrase = 1 << iota // the anchor is the whole phrase
	lastEntry               // the anchor has no more entries
)

// A term is a word of one or two forms, as hashes; both are equal if there is one form. No hash is
// 0: if a is 0, b is the index of a special term.
type term struct{ a, b uint64 }

// A specialTerm is any term but a word of one or two forms.
type specialTerm struct {
	kind   Kind
	hashes []uint64
	prefix string
}

// A draft is a phrase during compilation.
type draft struct {
	terms  []termInfo
	first  int // index of the first term in Set.terms
	anchor anchor
}

// A termInfo holds what decides whether a term can be the anchor.
type termInfo struct {
	char rune // what pairRune returns, if the term has only one form
	han  bool // one of the forms is a common Han character
}

// Compile returns the set of some phrases. Hits refer to a phrase by its index in ps.
func Compile(ps []Phrase) (*Set, error) {
	n := 0
	for i, ph := range ps {
		if err := ph.check(); err != nil {
			return nil, fmt.Errorf("phrase %d: %w", i, err)
		}
		n += len(ph)
	}
	s := &Set{terms: make([]term, 0, n), fold: foldTable()}
	drafts, infos := make([]draft, len(ps)), make([]termInfo, 0, n)
	for i, ph := range ps {
		start := len(infos)
		for _, t := range ph {
			infos = append(infos, s.addTerm(t))
		}
		drafts[i] = draft{terms: infos[start:], first: start}
	}
	counts := s.count(drafts)
	for i := range drafts {
		drafts[i].anchor = s.chooseAnchor(&drafts[i], counts)
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

func (s *Set) addTerm(t Term) termInfo {
	if t.Kind != Word {
		special := specialTerm{kind: t.Kind}
		if t.Kind == Prefix {
			special.prefix = t.Forms[0]
		}
		s.addSpecial(special)
		return termInfo{}
	}
	h, char := hashToken(t.Forms[0])
	if len(t.Forms) == 1 {
		s.terms = append(s.terms, term{h, h})
		return termInfo{pairRune(t.Forms[0], char), char != 0}
	}
	info := termInfo{han: char != 0}
	hashes := []uint64{h}
	for _, f := range t.Forms[1:] {
		h, char := hashToken(f)
		info.han = info.han || char != 0
		if !slices.Contains(hashes, h) {
			hashes = append(hashes, h)
		}
	}
	if len(hashes) > 2 {
		s.addSpecial(specialTerm{kind: Word, hashes: hashes})
		return info
	}
	s.terms = append(s.terms, term{hashes[0], hashes[len(hashes)-1]})
	return info
}

func (s *Set) addSpecial(t specialTerm) {
	s.terms = append(s.terms, term{0, uint64(len(s.special))})
	s.special = append(s.special, t)
}

// appendHashes appends the hashes of all forms of term i, if it is a word.
func (s *Set) appendHashes(dst []uint64, i int) []uint64 {
	switch t := s.terms[i]; {
	case t.a == 0:
		return append(dst, s.special[t.b].hashes...)
	case t.a == t.b:
		return append(dst, t.a)
	default:
		return append(dst, t.a, t.b)
	}
}

// stopWords occur in every text. They anchor a phrase only if it has no other word. A word that is
// missing here costs time and nothing else.
const stopWords = "a about after all also an and any are as at be been but by can could for from had has have he her his if in into is it its " +
	"may more new no not of on one or other our out over said she should so some such than that the their them there these they this to under up was we were what when which who will with would you"

// count counts how often each word and pair occurs in the phrases.
func (s *Set) count(drafts []draft) *counter {
	counts := newCounter(len(s.terms))
	var hashes []uint64
	for _, d := range drafts {
		for i, info := range d.terms {
			hashes = s.appendHashes(hashes[:0], d.first+i)
			for _, h := range hashes {
				counts.add(h)
			}
			if i > 0 && info.char != 0 && d.terms[i-1].char != 0 {
				counts.add(hashPair(d.terms[i-1].char, info.char))
			}
		}
	}
	for w := range strings.FieldsSeq(stopWords) {
		h, _ := hashToken(w)
		counts.add(h)
		counts.slot(h).count += 1 << 20
	}
	return counts
}

// An anchor is one of the terms of a phrase, or a pair of neighbouring characters or single letters. The anchor with
// the lowest cost is chosen.
type anchor struct {
	at   int // index of the term in its phrase, or of the second one of a pair
	pair bool
	cost int
}

// The cost of a term grows with the number of phrases that share it; among equals a longer term
// costs less.
const (
	costPerUse    = 16
	costPrefix    = 1 << 40
	costCharacter = 1 << 41
	costNever     = 1 << 62
)

func (s *Set) chooseAnchor(d *draft, counts *counter) anchor {
	best := anchor{cost: costNever}
	for i, info := range d.terms {
		if cost := s.cost(d, i, counts); cost < best.cost {
			best = anchor{at: i, cost: cost}
		}
		if i > 0 && info.char != 0 && d.terms[i-1].char != 0 {
			cost := counts.count(hashPair(d.terms[i-1].char, info.char))*costPerUse - 4
			if cost < best.cost {
				best = anchor{at: i, pair: true, cost: cost}
			}
		}
	}
	return best
}

func (s *Set) cost(d *draft, i int, counts *counter) int {
	t := s.terms[d.first+i]
	uses := 0
	switch {
	case t.a != 0:
		uses = max(counts.count(t.a), counts.count(t.b))
	case s.special[t.b].kind == Prefix:
		return costPrefix - min(len(s.special[t.b].prefix), 8)
	case s.special[t.b].kind != Word:
		return costNever
	default:
		for _, h := range s.special[t.b].hashes {
			uses = max(uses, counts.count(h))
		}
	}
	cost := uses*costPerUse - wordLen(t.a)
	if d.terms[i].han {
		cost += costCharacter
	}
	return cost
}

// wordLen returns the length in bytes of a word of up to eight bytes, given its hash. A longer
// word counts as about eight, since its hash does not tell.
func wordLen(h uint64) int {
	const inverse = 0xF1DE83E19937733D // of the factor in mix, modulo 2^64
	return (bits.Len64((h^h>>32)*inverse) + 7) / 8
}

// index builds the tables that lead from anchors to phrases.
func (s *Set) index(drafts []draft, counts *counter) {
	var keys []uint64
	first := make([]int32, len(drafts)+1) // index of each phrase's first key
	for i := range drafts {
		keys = s.appendKeys(keys, &drafts[i])
		first[i+1] = int32(len(keys))
	}
	distinct := newCounter(len(keys))
	for _, h := range keys {
		distinct.add(h)
	}
	s.anchors = newAnchorTable(distinct.len)
	s.filter = newFilter(distinct.len)
	// By slot: first the number of its entries, then the index of the next entry to fill.
	fill := make([]uint32, len(s.anchors.slots))
	for _, h := range keys {
		s.filter.add(h)
		at := s.anchors.slotOf(h)
		s.anchors.slots[at] = slot{uint32(h), 1}
		fill[at]++
	}
	next := uint32(0)
	for i, n := range fill {
		if n > 0 {
			s.anchors.slots[i].entry = next + 1
			next, fill[i] = next+n, next
		}
	}
	s.entries = make([]entry, len(keys))
	for i := range drafts {
		e := s.newEntry(int32(i), &drafts[i], counts)
		for _, h := range keys[first[i]:first[i+1]] {
			if e.flags&wholePhrase != 0 {
				e.check = h
			}
			at := s.anchors.slotOf(h)
			s.entries[fill[at]] = e
			fill[at]++
		}
	}
	for i, n := range fill {
		if s.anchors.slots[i].entry != 0 {
			s.entries[n-1].flags |= lastEntry
		}
	}
}

// appendKeys appends every hash that the phrase's anchor may have in a text.
func (s *Set) appendKeys(dst []uint64, d *draft) []uint64 {
	at := d.anchor.at
	info, t := d.terms[at], s.terms[d.first+at]
	switch {
	case d.anchor.pair:
		return append(dst, hashPair(d.terms[at-1].char, info.char))
	case t.a == 0 && s.special[t.b].kind == Prefix:
		s.anchorKinds.prefix = true
		return append(dst, hashPrefix(load(s.special[t.b].prefix)))
	}
	s.anchorKinds.char = s.anchorKinds.char || info.han
	return s.appendHashes(dst, d.first+at)
}

// newEntry returns the entry of a phrase. Its extra term is the rarest one beside the anchor.
func (s *Set) newEntry(phrase int32, d *draft, counts *counter) entry {
	at, covered := d.anchor.at, 1
	if d.anchor.pair {
		covered = 2
	}
	e := entry{phrase: phrase, before: uint8(at), len: uint8(len(d.terms)), check: uint64(d.first)}
	if t := s.terms[d.first+at]; len(d.terms) == covered && (t.a != 0 || s.special[t.b].kind == Word) {
		e.flags = wholePhrase
		return e
	}
	best := costNever
	for i := range d.terms {
		t := s.terms[d.first+i]
		if t.a == 0 || i == at || d.anchor.pair && i == at-1 {
			continue
		}
		if cost := s.cost(d, i, counts); cost < best {
			best = cost
			e.extra = int8(i - at)
			e.check = uint64(d.first) | uint64(uint16(t.a))<<32 | uint64(uint16(t.b))<<48
		}
	}
	return e
}
