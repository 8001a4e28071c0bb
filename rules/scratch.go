package rules

import (
	"slices"

	"regwatch/internal/conditions"
	"regwatch/internal/phrases"
	"regwatch/models"
)

// A Scratch is the room that matching works in. The zero value is ready; it serves
// one goroutine at a time, and any set.
type Scratch struct {
	reading reading
	asked   bits    // rules
	rules   []int32 // that the article may meet, in order
}

type bits []uint64

func (b bits) has(n int32) bool { return b[n>>6]&(1<<(n&63)) != 0 }
func (b bits) add(n int32)      { b[n>>6] |= 1 << (n & 63) }
func (b bits) drop(n int32)     { b[n>>6] &^= 1 << (n & 63) }

// scan finds the phrases of the set in a.
func (sc *Scratch) scan(s *Set, a models.Article) {
	r := &sc.reading
	if r.set != s {
		r.serve(s)
		sc.asked = make(bits, len(s.rules)/64+1)
	} else {
		for _, h := range r.text.Hits {
			r.seen.drop(h.Phrase)
		}
	}
	r.text.Reset()
	s.index.set.Scan(&r.text, a.Title)
	r.titleEnd = len(r.text.Tokens)
	s.index.set.Scan(&r.text, a.Body)
	r.signs = r.signs[:0]
	r.text.Hits = slices.DeleteFunc(r.text.Hits, func(h phrases.Hit) bool {
		n := int(h.Phrase) - len(s.phrases)
		if n >= 0 {
			r.signs = append(r.signs, standing{signs[n].kind, int(h.Start), int(h.End)})
			return true
		}
		r.seen.add(h.Phrase)
		return false
	})
}

// sift leaves in sc.rules those that the article may meet, by the phrases found.
func (sc *Scratch) sift() {
	x := &sc.reading.set.index
	sc.rules = sc.rules[:0]
	for _, h := range sc.reading.text.Hits {
		for _, i := range x.under(h.Phrase) {
			if !sc.asked.has(i) {
				sc.asked.add(i)
				sc.rules = append(sc.rules, i)
			}
		}
	}
	for _, i := range sc.rules {
		sc.asked.drop(i)
	}
	sc.rules = slices.DeleteFunc(sc.rules, func(i int32) bool { return !x.mayMeet(i, sc.reading.seen) })
	slices.Sort(sc.rules)
}

// read cuts the article into sentences and paragraphs and drops the hits that do
// not stand in them as their phrases should. The reading is good until the
// scratch is used again.
func (sc *Scratch) read(a models.Article) *reading {
	r := &sc.reading
	slices.SortFunc(r.signs, func(a, b standing) int { return a.start - b.start })
	r.document.read(a, r.text.Tokens, r.titleEnd, r.signs)
	r.from = conditions.Of(a)
	for _, h := range r.text.Hits {
		r.seen.drop(h.Phrase)
	}
	r.text.Hits = slices.DeleteFunc(r.text.Hits, func(h phrases.Hit) bool {
		return !r.set.phrases[h.Phrase].fits(&r.document, int(h.Start))
	})
	r.searchRegexes()
	r.link()
	return r
}
