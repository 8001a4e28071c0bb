package main

import (
	"slices"

	"regwatch/internal/text"
)

// An evaluator turns the phrases found in an article into the rules it meets. A
// rule is asked only if a phrase of its rarest group was found. All engines use
// the same, so that their figures differ by how they find phrases.
type evaluator struct {
	rules []numbered
	first []int32 // of each phrase, the first of its rules in under
	under []int32
	seen  []bool  // by phrase
	found []int32 // phrases seen
	asked []bool  // by rule
	asks  []int32
	met   []int32
}

func newEvaluator(w *Workload) *evaluator {
	e := &evaluator{rules: w.rules, seen: make([]bool, len(w.phrases)), asked: make([]bool, len(w.rules)), first: make([]int32, len(w.phrases)+1)}
	// Long phrases are rare ones. A text has many characters, so that two count
	// as one word.
	rarity := make([]int, len(w.phrases))
	for i, p := range w.phrases {
		rarity[i] = len(p)
		if text.Single(p[:min(len(p), 3)]) {
			rarity[i] = len(p) / 3 * 2
		}
	}
	likely := func(group []int32) int {
		n := 0
		for _, p := range group {
			n += 1 << max(0, 20-rarity[p])
		}
		return n
	}
	key := make([][]int32, len(w.rules))
	for i, r := range w.rules {
		key[i] = slices.MinFunc(r.groups, func(a, b []int32) int { return likely(a) - likely(b) })
		for _, p := range key[i] {
			e.first[p+1]++
		}
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

// hit tells of a phrase, any number of times.
func (e *evaluator) hit(p int32) {
	if e.seen[p] {
		return
	}
	e.seen[p] = true
	e.found = append(e.found, p)
	for _, r := range e.under[e.first[p]:e.first[p+1]] {
		if !e.asked[r] {
			e.asked[r] = true
			e.asks = append(e.asks, r)
		}
	}
}

// done returns the rules met, valid until the next, and forgets the article.
func (e *evaluator) done() []int32 {
	e.met = e.met[:0]
	for _, r := range e.asks {
		if e.meets(&e.rules[r]) {
			e.met = append(e.met, r)
		}
		e.asked[r] = false
	}
	for _, p := range e.found {
		e.seen[p] = false
	}
	e.asks, e.found = e.asks[:0], e.found[:0]
	return e.met
}

func (e *evaluator) meets(r *numbered) bool {
	for _, p := range r.none {
		if e.seen[p] {
			return false
		}
	}
	for _, g := range r.groups {
		if !e.any(g) {
			return false
		}
	}
	return true
}

func (e *evaluator) any(group []int32) bool {
	for _, p := range group {
		if e.seen[p] {
			return true
		}
	}
	return false
}
