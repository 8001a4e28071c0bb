package main

import (
	"slices"

	"regwatch/internal/text"
)

// An evaluator turns the phrases found in an article into the rules it meets. A
// rule is asked only if a phrase of its rarest group was found. All engines use
// the same, so that their figures differ by how they find phrases.
type evaluator struct {
	code  []int32 // of each rule: how many groups besides its rarest, each with its length, how many of none, they
	at    []int32 // where each rule's code begins
	first []int32 // of each phrase, the first of its rules in under
	under []int32
	seen  []uint64 // a bit for each phrase
	found []int32  // phrases seen
	asked []uint64 // a bit for each rule
	asks  []int32
	met   []int32
}

func newEvaluator(w *Workload) *evaluator {
	e := &evaluator{seen: make([]uint64, len(w.phrases)/64+1), asked: make([]uint64, len(w.rules)/64+1), first: make([]int32, len(w.phrases)+1)}
	// What many rules name is often in a text and, among equals, what is short. A
	// text has many characters, so that two count as one word.
	rarity := make([]int, len(w.phrases))
	for i, p := range w.phrases {
		rarity[i] = len(p)
		if text.IsCJK(p[:min(len(p), 3)]) {
			rarity[i] = len(p) / 3 * 2
		}
	}
	named := make([]int, len(w.phrases))
	for _, r := range w.rules {
		for _, p := range slices.Concat(r.groups...) {
			named[p]++
		}
	}
	likely := func(group []int32) int {
		n := 0
		for _, p := range group {
			n += named[p]<<32 + 1<<max(0, 20-rarity[p])
		}
		return n
	}
	key := make([][]int32, len(w.rules))
	for i, r := range w.rules {
		groups := slices.SortedStableFunc(slices.Values(r.groups), func(a, b []int32) int { return likely(a) - likely(b) })
		key[i] = groups[0]
		for _, p := range key[i] {
			e.first[p+1]++
		}
		e.at = append(e.at, int32(len(e.code)))
		e.code = append(e.code, int32(len(groups)-1))
		for _, g := range groups[1:] {
			e.code = append(append(e.code, int32(len(g))), g...)
		}
		e.code = append(append(e.code, int32(len(r.none))), r.none...)
	}
	for i := range w.phrases {
		e.first[i+1] += e.first[i]
	}
	e.under = make([]int32, e.first[len(w.phrases)])
	next := slices.Clone(e.first)
	for i := range w.rules {
		for _, p := range key[i] {
			e.under[next[p]] = int32(i)
			next[p]++
		}
	}
	return e
}

func has(bits []uint64, n int32) bool { return bits[n>>6]&(1<<(n&63)) != 0 }

// hit tells of a phrase, any number of times.
func (e *evaluator) hit(p int32) {
	if has(e.seen, p) {
		return
	}
	e.seen[p>>6] |= 1 << (p & 63)
	e.found = append(e.found, p)
}

// done returns the rules met, valid until the next, and forgets the article.
func (e *evaluator) done() []int32 {
	for _, p := range e.found {
		for _, r := range e.under[e.first[p]:e.first[p+1]] {
			if !has(e.asked, r) {
				e.asked[r>>6] |= 1 << (r & 63)
				e.asks = append(e.asks, r)
			}
		}
	}
	e.met = e.met[:0]
	for _, r := range e.asks {
		if e.meets(e.code[e.at[r]:]) {
			e.met = append(e.met, r)
		}
		e.asked[r>>6] = 0
	}
	for _, p := range e.found {
		e.seen[p>>6] = 0
	}
	e.asks, e.found = e.asks[:0], e.found[:0]
	return e.met
}

// meets reports whether a rule is met of whose rarest group a phrase is there.
func (e *evaluator) meets(code []int32) bool {
	groups := code[0]
	for code = code[1:]; groups > 0; groups-- {
		n := 1 + code[0]
		if !e.any(code[1:n]) {
			return false
		}
		code = code[n:]
	}
	return !e.any(code[1 : 1+code[0]])
}

func (e *evaluator) any(phrases []int32) bool {
	for _, p := range phrases {
		if has(e.seen, p) {
			return true
		}
	}
	return false
}
