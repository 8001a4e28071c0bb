package phrases

import "math/bits"

// An anchor is a choice among the terms of a phrase; the lesser cost is better.
type anchor struct {
	at   int // the term, or the second of a pair
	pair bool
	cost int
}

// The cost of a term is how many share it and, among equals, how short it is.
const (
	costOne    = 16
	costPrefix = 1 << 40
	costChar   = 1 << 41
	costNever  = 1 << 62
)

func (s *Set) anchor(d *draft, counts *tally) anchor {
	best := anchor{cost: costNever}
	for i, p := range d.phrase {
		if cost := s.cost(d, i, counts); cost < best.cost {
			best = anchor{at: i, cost: cost}
		}
		if i > 0 && p.char != 0 && d.phrase[i-1].char != 0 {
			cost := counts.count(hashPair(d.phrase[i-1].char, p.char))*costOne - 4
			if cost < best.cost {
				best = anchor{at: i, pair: true, cost: cost}
			}
		}
	}
	return best
}

func (s *Set) cost(d *draft, i int, counts *tally) int {
	t := s.terms[d.first+i]
	most := 0
	switch {
	case t.a != 0:
		most = max(counts.count(t.a), counts.count(t.b))
	case s.odd[t.b].kind == Prefix:
		return costPrefix - min(len(s.odd[t.b].prefix), 8)
	case s.odd[t.b].kind != Word:
		return costNever
	default:
		for _, h := range s.odd[t.b].hashes {
			most = max(most, counts.count(h))
		}
	}
	cost := most*costOne - length(t.a)
	if d.phrase[i].han {
		cost += costChar
	}
	return cost
}

// length is how many bytes a short word has; a longer one counts as about eight,
// since its mixed hash does not tell.
func length(h uint64) int {
	const inverse = 0xF1DE83E19937733D // of mix's factor
	return (bits.Len64((h^h>>32)*inverse) + 7) / 8
}
