package rules

import (
	"cmp"
	"slices"

	"regwatch/internal/conditions"
	"regwatch/internal/phrases"
	"regwatch/models"
	"regwatch/rules/syntax"
)

// maxPhraseHits limits the hits of one phrase, so that an article made of a rule's words cannot hold up a scan.
const maxPhraseHits = 400

// An evaluator evaluates expressions on one article, or on a selected part of it.
type evaluator struct {
	document
	values
	set        *Set
	attributes conditions.Attributes
	text       phrases.Buffer // the article's tokens, and the hits of the set's phrases

	// An index of text.Hits by phrase. A bit of seen must be dropped before its hits are replaced, since first
	// keeps old values for phrases that are not seen.
	seen  bits    // the phrases that have hits
	first []int32 // by phrase: its first hit, if the phrase is seen
	next  []int32 // by hit: the next hit of the same phrase, or -1

	// Results for the selected part, kept until another part is selected.
	lists       map[int32][]span // by number
	definitions map[definitionKey]result

	// The memory of the spans in results. Each result has no spare capacity, so appending to it does not
	// overwrite another. All results become invalid when the arena is reused for the next part.
	arena []span

	chosen []span // memory for the hits that near has chosen so far
}

type definitionKey struct {
	definition *syntax.Definition
	in         syntax.Region
}

// A span is a hit: the tokens [start, end), and what matched there.
type span struct {
	start, end int
	name       string // of the list or definition
	phrase     int32  // if it has no parts; below 0 for an amount
	parts      []span // of near
}

// A result says whether an expression is met, and by which hits.
type result struct {
	met  bool
	hits []span
}

// evaluate returns an evaluator of an article for all rules.
func (s *Set) evaluate(a models.Article) *evaluator {
	var b Buffer
	b.scan(s, a)
	return b.load(a)
}

// setUp prepares the evaluator for the articles of a set.
func (ev *evaluator) setUp(s *Set) {
	ev.set, ev.seen, ev.first = s, make(bits, len(s.phrases)/64+1), make([]int32, len(s.phrases))
	ev.lists, ev.definitions = make(map[int32][]span), make(map[definitionKey]result)
}

// dropSeen empties seen before text.Hits changes.
func (ev *evaluator) dropSeen() {
	for _, h := range ev.text.Hits {
		ev.seen.drop(h.Phrase)
	}
}

// indexHits fills the index of text.Hits.
func (ev *evaluator) indexHits() {
	ev.next = resize(ev.next, len(ev.text.Hits))
	for i, h := range slices.Backward(ev.text.Hits) {
		ev.next[i] = -1
		if ev.seen.has(h.Phrase) {
			ev.next[i] = ev.first[h.Phrase]
		}
		ev.first[h.Phrase] = int32(i)
		ev.seen.add(h.Phrase)
	}
	ev.clearResults()
}

// selectSection selects one report of a roundup.
func (ev *evaluator) selectSection(s section) {
	ev.restrict(ev.tokenAt(s.start), ev.tokenAt(s.head), ev.tokenAt(s.end))
	ev.selectPart(headingOf(ev.body, s), ev.body[s.start:s.end])
	ev.clearResults()
}

// selectPreamble selects the title of a roundup and the text above its first report.
func (ev *evaluator) selectPreamble(first section) {
	ev.restrict(0, ev.document.titleEnd, ev.tokenAt(first.start))
	ev.selectPart(ev.title, ev.body[:first.start])
	ev.clearResults()
}

func (ev *evaluator) clearResults() {
	clear(ev.lists)
	clear(ev.definitions)
	ev.arena = ev.arena[:0]
}

// eval evaluates an expression, looking only in a region.
func (ev *evaluator) eval(e *syntax.Expr, in syntax.Region) result {
	return ev.evalNode(e.Number, in, "")
}

// evalNode evaluates the expression of a number. If it is a near, its hits get a name.
func (ev *evaluator) evalNode(number int32, in syntax.Region, name string) result {
	nodes := ev.set.program.nodes
	n := &nodes[number]
	if n.in != 0 {
		in &= n.in
	}
	var r result
	switch n.op {
	case syntax.OpTerms:
		r.hits = ev.inRegion(ev.list(n.list), in)
		r.met = len(r.hits) > 0
	case syntax.OpUse:
		r = ev.definition(n.expr.Def, in)
	case syntax.OpAny, syntax.OpAll:
		var few [8][]span
		hits := few[:0]
		for sub := number + 1; sub < n.end; sub = nodes[sub].end {
			if s := ev.evalNode(sub, in, ""); s.met {
				hits = append(hits, s.hits)
			} else if n.op == syntax.OpAll {
				return result{}
			}
		}
		r.met = n.op == syntax.OpAll || len(hits) > 0
		r.hits = dropOverlaps(ev.concat(hits...))
	case syntax.OpNone:
		for sub := number + 1; sub < n.end; sub = nodes[sub].end {
			if ev.evalNode(sub, in, "").met {
				return result{}
			}
		}
		return result{met: true}
	case syntax.OpCondition:
		return result{met: ev.meetsCondition(n.expr.Condition)}
	case syntax.OpDays:
		_, met := ev.dateFor(n.expr.Days)
		return result{met: met}
	case syntax.OpAmount:
		r.hits = ev.inRegion(ev.amountHits(n.expr.Amount), in)
		r.met = len(r.hits) > 0
	case syntax.OpNear:
		r.hits = ev.near(n.expr, in, name)
		r.met = len(r.hits) > 0
	}
	if n.plain {
		return r
	}
	e := n.expr
	if len(e.Unless) > 0 {
		r.hits = ev.dropExcluded(r.hits, e.Unless)
		r.met = len(r.hits) > 0
	}
	if e.Min > 1 && len(r.hits) < e.Min {
		return result{}
	}
	return r
}

// definition evaluates a definition. Its hits have its name, if no list gave them one.
func (ev *evaluator) definition(d *syntax.Definition, in syntax.Region) result {
	key := definitionKey{d, in}
	if r, ok := ev.definitions[key]; ok {
		return r
	}
	r := ev.evalNode(d.Expr.Number, in, d.Name)
	r.hits = ev.concat(r.hits)
	for i := range r.hits {
		if r.hits[i].name == "" || d.Expr.Op == syntax.OpNear {
			r.hits[i].name = d.Name
		}
	}
	ev.definitions[key] = r
	return r
}

// list returns the hits of the list of a number, without those that lie within a hit of not_in.
func (ev *evaluator) list(number int32) []span {
	if hits, ok := ev.lists[number]; ok {
		return hits
	}
	l := &ev.set.program.lists[number]
	phrases := ev.set.program.phrases[l.start:l.end]
	var hits []span
	if l.list == nil {
		hits = ev.collect(phrases, nil)
	} else if hits = ev.collect(phrases, l.list.Sublists); len(hits) > 0 {
		exclusions := ev.collect(l.list.Exclusions, l.list.ExcludedLists)
		hits = slices.DeleteFunc(hits, func(h span) bool {
			return slices.ContainsFunc(exclusions, func(x span) bool { return x.start <= h.start && h.end <= x.end })
		})
	}
	hits = dropOverlaps(hits)
	if l.name != "" {
		for i := range hits {
			hits[i].name = l.name
		}
	}
	ev.lists[number] = hits
	return hits
}

// collect returns the hits of some phrases and lists. The result may be changed.
func (ev *evaluator) collect(phrases []int32, lists []*syntax.List) []span {
	var few [8][]span
	parts := few[:0]
	for _, l := range lists {
		parts = append(parts, ev.list(l.Number))
	}
	start := len(ev.arena)
	for _, phrase := range phrases {
		if !ev.seen.has(phrase) {
			continue
		}
		for i, left := ev.first[phrase], maxPhraseHits; i >= 0 && left > 0; i = ev.next[i] {
			if h := ev.text.Hits[i]; ev.start <= int(h.Start) && int(h.End) <= ev.end {
				ev.arena = append(ev.arena, span{start: int(h.Start), end: int(h.End), phrase: phrase})
				left--
			}
		}
	}
	hits := ev.arena[start:len(ev.arena):len(ev.arena)]
	if len(parts) == 0 {
		return hits
	}
	return ev.concat(append(parts, hits)...)
}

// concat returns the hits of all parts in one slice, which may be changed.
func (ev *evaluator) concat(parts ...[]span) []span {
	start := len(ev.arena)
	for _, p := range parts {
		ev.arena = append(ev.arena, p...)
	}
	return ev.arena[start:len(ev.arena):len(ev.arena)]
}

// inRegion returns the hits that begin in a region.
func (ev *evaluator) inRegion(hits []span, in syntax.Region) []span {
	if in == syntax.Everywhere {
		return hits
	}
	return slices.DeleteFunc(ev.concat(hits), func(h span) bool { return ev.region(h.start)&in == 0 })
}

// dropOverlaps sorts hits in place by position. Of those that overlap it keeps the first; of those that begin
// together, the longest.
func dropOverlaps(hits []span) []span {
	if len(hits) < 2 {
		return hits
	}
	slices.SortStableFunc(hits, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end))
	})
	out := hits[:1]
	for _, h := range hits[1:] {
		if h.start >= out[len(out)-1].end {
			out = append(out, h)
		}
	}
	return out
}
