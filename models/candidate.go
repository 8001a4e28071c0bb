package models

import "slices"

// A Candidate is what the text of an article must hold to be worth reading. It
// stands in for an exact question that only the rules can answer, so it may let
// too many articles through and never too few. The zero value lets all through.
type Candidate struct {
	Asks CandidateKind
	// Term is a folded word, or two folded characters side by side of a script
	// that does not part words. With HasPrefix it is how such a term begins: each
	// character begins one, so a single character is written so.
	Term  string
	Parts []Candidate // of AllOf and AnyOf
}

// A CandidateKind says what a candidate asks of a text.
type CandidateKind int

const (
	Anything  CandidateKind = iota // nothing: read all
	HasTerm                        // the term
	HasPrefix                      // a term that begins so
	AllOf                          // every part
	AnyOf                          // one part at least; without parts, never
)

// maxCandidate is how many terms a candidate may have. A database reads faster
// than it looks up more of them.
const maxCandidate = 10000

// maxDepth is how deep a candidate's parts lie in each other. SQLite's parser of
// queries gives up at some 30 parentheses.
const maxDepth = 20

// Every returns the candidate of articles that each part lets through.
func Every(parts ...Candidate) Candidate {
	var all []Candidate
	size := 0
	for _, p := range distinct(flat(AllOf, parts)) {
		if p.Never() {
			return p
		}
		// To leave a part out lets through more, which is allowed.
		if n := p.Size(); p.Asks != Anything && size+n <= maxCandidate && p.depth() < maxDepth {
			size += n
			all = append(all, p)
		}
	}
	switch len(all) {
	case 0:
		return Candidate{}
	case 1:
		return all[0]
	}
	return Candidate{Asks: AllOf, Parts: all}
}

// Either returns the candidate of articles that any part lets through.
func Either(parts ...Candidate) Candidate {
	any := distinct(flat(AnyOf, parts))
	size := 0
	for _, p := range any {
		if size += p.Size(); p.Asks == Anything || size > maxCandidate || p.depth() >= maxDepth {
			return Candidate{}
		}
	}
	if len(any) == 1 {
		return any[0]
	}
	return Candidate{Asks: AnyOf, Parts: any}
}

// Never reports whether no article can be a candidate.
func (c Candidate) Never() bool { return c.Asks == AnyOf && len(c.Parts) == 0 }

// flat puts the parts of parts of the same kind in their place.
func flat(kind CandidateKind, parts []Candidate) []Candidate {
	var out []Candidate
	for _, p := range parts {
		if p.Asks == kind && (kind == AnyOf || !p.Never()) {
			out = append(out, p.Parts...)
			continue
		}
		out = append(out, p)
	}
	return out
}

// distinct drops parts that are there already.
func distinct(parts []Candidate) []Candidate {
	met := make(map[string]bool, len(parts))
	return slices.DeleteFunc(parts, func(p Candidate) bool {
		key := string(p.appendKey(nil))
		again := met[key]
		met[key] = true
		return again
	})
}

// appendKey appends what tells one candidate from another.
func (c Candidate) appendKey(b []byte) []byte {
	b = append(b, byte('0'+c.Asks))
	b = append(b, c.Term...)
	for _, p := range c.Parts {
		b = p.appendKey(append(b, 0))
	}
	return append(b, 1)
}

// Size returns how many terms a database has to look up.
func (c Candidate) Size() int {
	n := 0
	for _, p := range c.Parts {
		n += p.Size()
	}
	return max(1, n)
}

func (c Candidate) depth() int {
	deepest := 0
	for _, p := range c.Parts {
		deepest = max(deepest, 1+p.depth())
	}
	return deepest
}
