package rules

import (
	"slices"

	"regwatch/rules/syntax"
)

// maxNearSteps limits how many choices a near takes back, so that an article cannot be made to hold up the
// others. After that many it tries only the closest hits.
const maxNearSteps = 2_000

// near returns the hits of near: each begins with a hit of the first part and has, for each other part, the
// closest hit that leaves room for the rest. They have the given name or, if that is empty, the names of their parts.
func (ev *evaluator) near(e *syntax.Expr, in syntax.Region, name string) []span {
	var few [6][]span
	parts := few[:0]
	for _, sub := range e.Sub {
		r := ev.eval(sub, in)
		if !r.met {
			return nil
		}
		parts = append(parts, r.hits)
	}
	var hits []span
	steps := maxNearSteps
	for _, first := range parts[0] {
		chosen := ev.chooseParts(append(ev.chosen[:0], first), parts[1:], e, &steps)
		if chosen == nil {
			continue
		}
		ev.chosen = chosen
		h := span{start: first.start, end: first.end, name: name, parts: ev.flatten(chosen)}
		for _, c := range chosen {
			h.start, h.end = min(h.start, c.start), max(h.end, c.end)
		}
		if name == "" {
			h.name = joinNames(chosen)
		}
		hits = append(hits, h)
	}
	return dropOverlaps(hits)
}

// joinNames returns the names of some hits, without those that have none.
func joinNames(hits []span) string {
	joined := ""
	for _, h := range hits {
		if h.name != "" && joined != "" {
			joined += " + "
		}
		joined += h.name
	}
	return joined
}

// chooseParts adds one hit of each other part to those chosen: the closest first and, if that leaves none for a
// later part, the next closest. It returns nil if no choice works.
func (ev *evaluator) chooseParts(chosen []span, others [][]span, e *syntax.Expr, steps *int) []span {
	if len(others) == 0 {
		return chosen
	}
	for last := (choice{}); ; {
		best := choice{}
		for i, h := range others[0] {
			distance, ok := ev.distanceToChosen(chosen, h, e)
			if c := (choice{distance, i + 1}); ok && last.before(c) && (best == choice{} || c.before(best)) {
				best = c
			}
		}
		if best == (choice{}) {
			return nil
		}
		if all := ev.chooseParts(append(chosen, others[0][best.number-1]), others[1:], e, steps); all != nil {
			return all
		}
		if *steps--; *steps <= 0 {
			return nil
		}
		last = best
	}
}

// A choice is a hit of a part: its distance, and its number from 1 on. The zero choice is none.
type choice struct{ distance, number int }

// before reports whether c is tried before other. No choice is before all of them.
func (c choice) before(other choice) bool {
	return c.number == 0 || c.distance < other.distance || c.distance == other.distance && c.number < other.number
}

// flatten replaces the hits of nested near by their parts.
func (ev *evaluator) flatten(hits []span) []span {
	start := len(ev.arena)
	for _, h := range hits {
		if len(h.parts) > 0 {
			ev.arena = append(ev.arena, h.parts...)
			continue
		}
		ev.arena = append(ev.arena, h)
	}
	return ev.arena[start:len(ev.arena):len(ev.arena)]
}

// distanceToChosen returns the distance of h from what it must be near to: the first part, or the part before it
// if near is ordered. It returns false if h does not fit there. One piece of text cannot be two parts.
func (ev *evaluator) distanceToChosen(chosen []span, h span, e *syntax.Expr) (int, bool) {
	for _, c := range chosen {
		if h.start < c.end && c.start < h.end {
			return 0, false
		}
	}
	if link := e.Link(len(chosen)); link != (syntax.Link{}) {
		before := chosen[len(chosen)-1]
		if link.Without != nil && ev.standsBetween(link.Without, before, h) {
			return 0, false
		}
		if link.Reach != (syntax.Reach{}) {
			distance, ok := ev.reaches(before, h, link.Reach)
			return distance, ok && ev.share(before.start, h.start, e.Same)
		}
	}
	to := chosen[0]
	if e.Ordered {
		to = chosen[len(chosen)-1]
		if h.start < to.end {
			return 0, false
		}
	}
	return ev.distance(to, h, e.Within, e.Same)
}

// distance returns the distance of two hits in tokens, which is 1 for neighbours, and whether it is within the
// limits.
func (ev *evaluator) distance(a, b span, within int, same syntax.Scope) (int, bool) {
	if !ev.share(a.start, b.start, same) {
		return 0, false
	}
	distance := b.start - a.end + 1
	if b.start < a.start {
		distance = a.start - b.end + 1
	}
	return distance, within == 0 || distance <= within
}

// reaches returns the distance from one hit to another in tokens, and whether the other is within reach.
func (ev *evaluator) reaches(from, to span, reach syntax.Reach) (int, bool) {
	distance, limit, later := to.start-from.end+1, reach.Next, to.start
	if to.start < from.start {
		distance, limit, later = from.start-to.end+1, reach.Previous, from.start
	}
	switch {
	case distance < 1 || distance > limit || ev.sentence[from.start] != ev.sentence[to.start]:
		return 0, false
	case limit == 1 && ev.clauseStart[later]: // neighbours, as in a phrase
		return 0, false
	}
	return distance, ev.share(from.start, to.start, syntax.SameField)
}

// standsBetween reports whether a hit of the list stands between two hits.
func (ev *evaluator) standsBetween(l *syntax.List, a, b span) bool {
	if b.start < a.start {
		a, b = b, a
	}
	return slices.ContainsFunc(ev.list(l.Number), func(h span) bool { return a.end <= h.start && h.end <= b.start })
}

// dropExcluded returns the hits that have no hit of a window close by.
func (ev *evaluator) dropExcluded(hits []span, windows []syntax.Window) []span {
	kept := ev.concat(hits)
	for _, w := range windows {
		if len(kept) == 0 {
			break
		}
		others := ev.eval(w.Expr, syntax.Everywhere).hits
		if len(others) == 0 {
			continue
		}
		kept = slices.DeleteFunc(kept, func(h span) bool {
			return slices.ContainsFunc(others, func(other span) bool { return ev.isWithin(h, other, w) })
		})
	}
	return kept
}

// isWithin reports whether other stands so close to h that a window excludes h.
func (ev *evaluator) isWithin(h, other span, w syntax.Window) bool {
	if w.Reach != (syntax.Reach{}) {
		_, ok := ev.reaches(h, other, w.Reach)
		return ok
	}
	_, ok := ev.distance(h, other, w.Within, w.Same)
	return ok
}
