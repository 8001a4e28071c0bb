package models

import (
	"slices"
	"time"
)

// An ArticleWindow selects stored articles by time: those from Since until before Until. A zero time is no limit.
type ArticleWindow struct {
	Since, Until time.Time
	By           ArticleTime
}

// An ArticleTime is the time of an article by which an [ArticleWindow] selects it.
type ArticleTime int

const (
	ByListing   ArticleTime = iota // when a scan first saw it; of an imported article, when it was published
	BySeen                         // when a scan first saw it; imported articles are left out
	ByPublished                    // when it was published, or seen if that is unknown or earlier
	Imported                       // imported articles alone, when they were published
)

// At returns the time of an article by which the window selects it.
func (w ArticleWindow) At(a Article) time.Time {
	if w.By == ByPublished || a.Imported() {
		return a.PublishedOrSeen()
	}
	return a.SeenAt
}

// Has reports whether the window selects an article.
func (w ArticleWindow) Has(a Article) bool {
	if w.By == BySeen && a.Imported() || w.By == Imported && !a.Imported() {
		return false
	}
	at := w.At(a)
	return !at.Before(w.Since) && (w.Until.IsZero() || at.Before(w.Until))
}

// A Candidate says what the text of an article must contain for the rules to match it. It
// approximates a question that only the rules answer exactly: it may let too many
// articles through, but never too few. The zero value lets all through.
type Candidate struct {
	Asks CandidateKind
	// Term is a folded word, or two adjacent folded characters of a script without word
	// breaks. With HasPrefix it is the beginning of such a term, so it may be a single
	// character.
	Term  string
	Parts []Candidate // the operands of AllOf and AnyOf
}

// A CandidateKind is the kind of a condition on a text.
type CandidateKind int

const (
	Anything  CandidateKind = iota // no condition: every article
	HasTerm                        // contains Term
	HasPrefix                      // contains a term that begins with Term
	AllOf                          // meets every part
	AnyOf                          // meets at least one part; without parts, none does
)

// maxCandidate is the most terms of a candidate. With more, a full read is faster than
// the index.
const maxCandidate = 10000

// maxDepth is how deep the parts of a candidate are nested. SQLite's parser fails at
// about 30 parentheses.
const maxDepth = 20

// Every returns the candidate that lets through what each part lets through.
func Every(parts ...Candidate) Candidate {
	var all []Candidate
	size := 0
	for _, p := range distinct(flat(AllOf, parts)) {
		if p.Never() {
			return p
		}
		// Leaving a part out lets more through, which is allowed.
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

// Either returns the candidate that lets through what any part lets through.
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

// flat replaces parts of the same kind by their own parts.
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

// distinct removes repeated parts.
func distinct(parts []Candidate) []Candidate {
	met := make(map[string]bool, len(parts))
	return slices.DeleteFunc(parts, func(p Candidate) bool {
		key := string(p.appendKey(nil))
		again := met[key]
		met[key] = true
		return again
	})
}

// appendKey appends a key that differs between candidates.
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
