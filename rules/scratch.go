package rules

import (
	"slices"

	"regwatch/internal/phrases"
	"regwatch/models"
)

// A Scratch is the room that matching works in. The zero value is ready; it serves
// one goroutine at a time, and any set.
type Scratch struct {
	text     phrases.Scratch
	titleEnd int     // tokens before it are the title's
	seen     bits    // phrases
	asked    bits    // rules
	rules    []int32 // that the article may meet, in order
	set      *Set    // that seen and asked have the size of
}

type bits []uint64

func (b bits) has(n int32) bool { return b[n>>6]&(1<<(n&63)) != 0 }
func (b bits) add(n int32)      { b[n>>6] |= 1 << (n & 63) }

// scan finds the phrases of the set in a.
func (sc *Scratch) scan(s *Set, a models.Article) {
	sc.text.Reset()
	s.index.set.Scan(&sc.text, a.Title)
	sc.titleEnd = len(sc.text.Tokens)
	s.index.set.Scan(&sc.text, a.Body)
}

// sift leaves in sc.rules those that the article may meet, by the phrases found.
func (sc *Scratch) sift(s *Set) {
	if sc.set != s {
		sc.set, sc.seen, sc.asked = s, make(bits, len(s.phrases)/64+1), make(bits, len(s.rules)/64+1)
	}
	for _, h := range sc.text.Hits {
		sc.seen.add(h.Phrase)
	}
	sc.rules = sc.rules[:0]
	for _, h := range sc.text.Hits {
		for _, i := range s.index.rules[h.Phrase] {
			if !sc.asked.has(i) {
				sc.asked.add(i)
				sc.rules = append(sc.rules, i)
			}
		}
	}
	for _, i := range sc.rules {
		sc.asked[i>>6] = 0
	}
	sc.rules = slices.DeleteFunc(sc.rules, func(i int32) bool { return !slices.ContainsFunc(s.index.asks[i], sc.passes) })
	slices.Sort(sc.rules)
	for _, h := range sc.text.Hits {
		sc.seen[h.Phrase>>6] = 0
	}
}

func (sc *Scratch) passes(a ask) bool {
	for _, c := range a {
		if !slices.ContainsFunc(c, sc.seen.has) {
			return false
		}
	}
	return true
}
