package rules

// near returns the stretches of text in which every part of n is found: the
// first part with, for each other part, its closest hit that leaves room for the
// rest. In order, each part follows the one before it.
func (r *reading) near(n *node, from region) []span {
	parts := make([][]span, len(n.kids))
	for i, k := range n.kids {
		f := r.eval(k, from)
		if !f.ok {
			return nil
		}
		parts[i] = f.hits
	}
	var hits []span
	steps := maxNearSteps
	for _, first := range parts[0] {
		chain := r.chain([]span{first}, parts[1:], n, &steps)
		if chain == nil {
			continue
		}
		h := span{start: first.start, end: first.end, parts: flatten(chain)}
		for i, c := range chain {
			if i > 0 && c.name != "" && h.name != "" {
				h.name += " + "
			}
			h.name += c.name
			h.start, h.end = min(h.start, c.start), max(h.end, c.end)
		}
		hits = append(hits, h)
	}
	return tidy(hits)
}

// maxNearSteps bounds the choices that a near takes back, so that a text made for
// it cannot hold up the rest. After so many, the closest hits alone are tried.
const maxNearSteps = 2_000

// chain appends to the parts found one hit of each other part, the closest first;
// where that leaves a later part none, the next. It returns nil if there is no
// way to choose them.
func (r *reading) chain(found []span, others [][]span, n *node, steps *int) []span {
	if len(others) == 0 {
		return found
	}
	for after := (nextTo{}); ; {
		best := nextTo{}
		for j, h := range others[0] {
			gap, ok := r.gap(found, h, n)
			if here := (nextTo{gap, j + 1}); ok && after.before(here) && (best == nextTo{} || here.before(best)) {
				best = here
			}
		}
		if best == (nextTo{}) {
			return nil
		}
		if all := r.chain(append(found, others[0][best.hit-1]), others[1:], n, steps); all != nil {
			return all
		}
		if *steps--; *steps <= 0 {
			return nil
		}
		after = best
	}
}

// A nextTo is a hit by its number, from 1 on, and how far off it is.
type nextTo struct{ gap, hit int }

func (a nextTo) before(b nextTo) bool {
	return a.hit == 0 || a.gap < b.gap || a.gap == b.gap && a.hit < b.hit
}

func flatten(chain []span) []span {
	var parts []span
	for _, c := range chain {
		if len(c.parts) > 0 {
			parts = append(parts, c.parts...)
			continue
		}
		parts = append(parts, c)
	}
	return parts
}

// gap returns how far h is from what it must be near to: 1 for the next token.
// One stretch of text cannot be two parts.
func (r *reading) gap(chain []span, h span, n *node) (int, bool) {
	for _, c := range chain {
		if h.start < c.end && c.start < h.end {
			return 0, false
		}
	}
	to := chain[0]
	if n.ordered {
		to = chain[len(chain)-1]
		if h.start < to.end {
			return 0, false
		}
	}
	return r.distance(to, h, n.within, n.same)
}

func (r *reading) distance(a, b span, within int, same bound) (int, bool) {
	if !r.together(a.start, b.start, same) {
		return 0, false
	}
	gap := b.start - a.end + 1
	if b.start < a.start {
		gap = a.start - b.end + 1
	}
	return gap, within == 0 || gap <= within
}

// spoiled reports whether one of the windows has a hit close to h.
func (r *reading) spoiled(h span, windows []window) bool {
	for _, w := range windows {
		for _, bad := range r.eval(w.node, everywhere).hits {
			if _, ok := r.distance(h, bad, w.within, w.same); ok {
				return true
			}
		}
	}
	return false
}
