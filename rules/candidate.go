package rules

import (
	"slices"

	"regwatch/internal/text"
	"regwatch/models"
)

// Candidate returns what an article must hold for a rule to be met: the words
// that it cannot do without. It leaves out where they stand, how often and how
// close, so [Set.Match] has the last word. It lets every article through for a
// rule that asks for nothing that a word could tell, and for one that the set
// does not have.
func (s *Set) Candidate(ruleID string) models.Candidate {
	i := slices.IndexFunc(s.rules, func(r *Rule) bool { return r.ID == ruleID })
	if i < 0 {
		return models.Candidate{}
	}
	f := sifter{lists: make(map[*list]models.Candidate), defs: make(map[*define]models.Candidate)}
	c := f.node(s.rules[i].when)
	if s.rules[i].mention != nil {
		c = models.Either(c, f.node(s.rules[i].mention))
	}
	if c.Asks == models.Anything || c.Size() > wideCandidate {
		return newClauser().candidate(s.rules[i])
	}
	return c
}

// wideCandidate is how many terms are looked up at most. A rule that names long
// lists in many places would come to more than reading the articles costs.
const wideCandidate = 2000

// A sifter turns nodes into candidates. What it does not know lets every
// article through.
type sifter struct {
	lists map[*list]models.Candidate
	defs  map[*define]models.Candidate
}

func (f *sifter) node(n *node) models.Candidate {
	if n == nil {
		return models.Candidate{}
	}
	switch n.op {
	case opTerms:
		return f.list(n.list)
	case opUse:
		return f.define(n.def)
	case opAny:
		return models.Either(f.nodes(n.kids)...)
	case opAll, opNear:
		return models.Every(f.nodes(n.kids)...)
	}
	return models.Candidate{} // opNone and opFrom are met by what is not in the text
}

func (f *sifter) nodes(kids []*node) []models.Candidate {
	out := make([]models.Candidate, len(kids))
	for i, k := range kids {
		out[i] = f.node(k)
	}
	return out
}

func (f *sifter) define(d *define) models.Candidate {
	if d == nil {
		return models.Candidate{}
	}
	c, known := f.defs[d]
	if !known {
		c = f.node(d.node)
		f.defs[d] = c
	}
	return c
}

// manyPhrases is how many phrases of a list are asked for with all of their
// words. Of more, the longest word of each must do.
const manyPhrases = 500

func (f *sifter) list(l *list) models.Candidate {
	if l == nil {
		return models.Candidate{}
	}
	c, known := f.lists[l]
	if known {
		return c
	}
	var either []models.Candidate
	for _, e := range l.entries {
		if e.terms == "" {
			either = append(either, ofPhrase(e.phrase, len(l.entries) > manyPhrases))
		}
	}
	for _, sub := range l.sublists {
		either = append(either, f.list(sub))
	}
	c = models.Either(either...)
	f.lists[l] = c
	return c
}

// ofPhrase asks for each word of a phrase, and for each two characters that
// stand side by side in it; or for the longest of them alone.
func ofPhrase(s string, longest bool) models.Candidate {
	ph, problem := newPhrase(s)
	if problem != "" {
		return models.Candidate{}
	}
	var words []models.Candidate
	for i, p := range ph.tokens {
		switch {
		case p.kind == patternPrefix:
			words = append(words, models.Candidate{Asks: models.HasPrefix, Term: text.Term(p.forms[0])})
		case p.kind != patternWord:
		case !isSingle(p):
			var forms []models.Candidate
			for _, form := range p.forms {
				forms = append(forms, models.Candidate{Asks: models.HasTerm, Term: text.Term(form)})
			}
			words = append(words, models.Either(forms...))
		case i+1 < len(ph.tokens) && isSingle(ph.tokens[i+1]):
			words = append(words, models.Candidate{Asks: models.HasTerm, Term: p.forms[0] + ph.tokens[i+1].forms[0]})
		case i == 0 || !isSingle(ph.tokens[i-1]): // or it is in the pair before
			words = append(words, models.Candidate{Asks: models.HasPrefix, Term: p.forms[0]})
		}
	}
	if longest {
		return slices.MaxFunc(words, func(a, b models.Candidate) int { return length(a) - length(b) })
	}
	return models.Every(words...)
}

// length is that of a word, or of its first form.
func length(c models.Candidate) int {
	if len(c.Parts) > 0 {
		return len(c.Parts[0].Term)
	}
	return len(c.Term)
}

// isSingle reports whether a pattern is one character of a script without
// spaces.
func isSingle(p pattern) bool { return p.kind == patternWord && text.IsCJK(p.forms[0]) }
