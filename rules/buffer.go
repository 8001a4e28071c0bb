package rules

import (
	"slices"

	"regwatch/internal/conditions"
	"regwatch/internal/phrases"
	"regwatch/models"
)

// A Buffer is memory that matching reuses. The zero value is ready to use. A Buffer serves any set, but only
// one goroutine at a time.
type Buffer struct {
	eval  evaluator
	rules []int32 // the rules that may match the article, in order

	// The rules that selectRules has added so far. It is empty between calls.
	added bits
}

// bits is a set of numbers below a fixed limit.
type bits []uint64

func (b bits) has(n int32) bool { return b[n>>6]&(1<<(n&63)) != 0 }
func (b bits) add(n int32)      { b[n>>6] |= 1 << (n & 63) }
func (b bits) drop(n int32)     { b[n>>6] &^= 1 << (n & 63) }

func (b bits) hasAny(ns []int32) bool {
	for _, n := range ns {
		if b.has(n) {
			return true
		}
	}
	return false
}

// Matching an article has three steps, so that most articles cost only the first: scan finds the phrases of
// all rules, selectRules uses them to find the rules that may match, and load prepares the article for
// evaluating these.

// scan finds the phrases of the set, and the markers of boilerplate, in an article.
func (b *Buffer) scan(s *Set, a models.Article) {
	ev := &b.eval
	if ev.set != s {
		ev.setUp(s)
		b.added = make(bits, len(s.rules)/64+1)
	} else {
		ev.dropSeen()
	}
	if len(s.index.always) > 0 {
		ev.attributes = conditions.Of(a)
	}
	ev.text.Reset()
	s.index.phrases.Scan(&ev.text, a.Title)
	ev.titleEnd = len(ev.text.Tokens)
	s.index.phrases.Scan(&ev.text, a.Body)
	ev.markers = ev.markers[:0]
	ev.text.Hits = slices.DeleteFunc(ev.text.Hits, func(h phrases.Hit) bool {
		n := int(h.Phrase) - len(s.phrases)
		if n >= 0 {
			ev.markers = append(ev.markers, markerHit{s.index.markers[n], int(h.Start), int(h.End)})
			return true
		}
		ev.seen.add(h.Phrase)
		return false
	})
}

// selectRules finds the rules that may match the article, by the phrases that it contains and by where it comes from.
func (b *Buffer) selectRules() {
	x := &b.eval.set.index
	b.rules = b.rules[:0]
	for _, h := range b.eval.text.Hits {
		for _, i := range x.rulesWith(h.Phrase) {
			if !b.added.has(i) {
				b.added.add(i)
				b.rules = append(b.rules, i)
			}
		}
	}
	for _, i := range b.rules {
		b.added.drop(i)
	}
	b.rules = append(b.rules, x.always...)
	b.rules = slices.DeleteFunc(b.rules, func(i int32) bool { return !b.eval.mayMatch(i) })
	slices.Sort(b.rules)
}

// accepts reports whether a hit counts: where it stands and, if the phrase asks for it, in its case and with its full
// stops.
func (ev *evaluator) accepts(h phrases.Hit) bool {
	traits := ev.set.index.traits[h.Phrase]
	return ev.isTogether(h, traits&punctuated != 0) &&
		(traits&exact == 0 || ev.hasCase(h, &ev.set.phrases[h.Phrase])) &&
		(traits&dotted == 0 || ev.hasStops(h, &ev.set.phrases[h.Phrase]))
}

// load splits the article into sentences and paragraphs, and drops the hits that no phrase accepts there. The
// evaluator is valid until the buffer is used again.
func (b *Buffer) load(a models.Article) *evaluator {
	ev := &b.eval
	slices.SortFunc(ev.markers, func(a, b markerHit) int { return a.start - b.start })
	ev.document.init(a, ev.text.Tokens, ev.titleEnd, ev.markers)
	ev.attributes = conditions.Of(a)
	ev.values.reset(a)
	ev.dropSeen()
	ev.text.Hits = slices.DeleteFunc(ev.text.Hits, func(h phrases.Hit) bool { return !ev.accepts(h) })
	ev.searchRegexes()
	ev.indexHits()
	return ev
}
