package rules

// near returns the stretches of text in which every part of n is found: the
// first part with, for each other part, its closest hit. In order, each part
// follows the one before it.
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
	for _, first := range parts[0] {
		chain := []span{first}
		for _, other := range parts[1:] {
			best, bestGap := -1, 0
			for j, h := range other {
				gap, ok := r.gap(chain, h, n)
				if ok && (best < 0 || gap < bestGap) {
					best, bestGap = j, gap
				}
			}
			if best < 0 {
				chain = nil
				break
			}
			chain = append(chain, other[best])
		}
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
