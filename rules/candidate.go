package rules

import (
	"slices"

	"regwatch/internal/text"
	"regwatch/models"
)

// Candidate returns what an article must hold for a rule to be met: the words
// that it cannot do without. It leaves out where they stand, how often and how
// close, so [Set.Match] has the last word. It is nil, which lets every article
// through, for a rule that asks for nothing that a word could tell, and for one
// that the set does not have.
func (s *Set) Candidate(ruleID string) models.Candidate {
	i := slices.IndexFunc(s.rules, func(r *Rule) bool { return r.ID == ruleID })
	if i < 0 {
		return nil
	}
	f := sifter{lists: make(map[*list]models.Candidate), defs: make(map[*define]models.Candidate)}
	c := f.node(s.rules[i].when)
	if s.rules[i].mention != nil {
		c = c.Or(f.node(s.rules[i].mention))
	}
	return c
}

// A sifter turns nodes into candidates. What it does not know lets every
// article through.
type sifter struct {
	lists map[*list]models.Candidate
	defs  map[*define]models.Candidate
}

func (f *sifter) node(n *node) models.Candidate {
	if n == nil {
		return nil
	}
	switch n.op {
	case opTerms:
		return f.list(n.list)
	case opUse:
		return f.define(n.def)
	case opAny:
		return f.any(n.kids)
	case opAll, opNear:
		var all models.Candidate
		for _, k := range n.kids {
			all = all.And(f.node(k))
		}
		return all
	}
	return nil // opNone is met by what is not there
}

func (f *sifter) any(kids []*node) models.Candidate {
	var c models.Candidate
	for i, k := range kids {
		if i == 0 {
			c = f.node(k)
			continue
		}
		if c = c.Or(f.node(k)); c == nil {
			break
		}
	}
	return c
}

func (f *sifter) define(d *define) models.Candidate {
	if d == nil {
		return nil
	}
	c, known := f.defs[d]
	if !known {
		c = f.node(d.node)
		f.defs[d] = c
	}
	return c
}

// manyPhrases is how many phrases of a list are asked for with all of their
// words. Of more, one word of each must do.
const manyPhrases = 8

func (f *sifter) list(l *list) models.Candidate {
	if l == nil {
		return nil
	}
	c, known := f.lists[l]
	if known {
		return c
	}
	var phrases, sublists []models.Candidate
	for _, e := range l.entries {
		if e.terms == "" {
			phrases = append(phrases, ofPhrase(e.phrase))
		}
	}
	for _, sub := range l.sublists {
		sublists = append(sublists, f.list(sub))
	}
	if len(phrases) > manyPhrases {
		phrases = []models.Candidate{bestOf(phrases)}
	}
	c = models.Candidate{{}} // an empty list is never met
	for _, either := range slices.Concat(phrases, sublists) {
		c = c.Or(either)
	}
	f.lists[l] = c
	return c
}

// bestOf returns one clause, of the words by which each phrase is told best.
func bestOf(phrases []models.Candidate) models.Candidate {
	var clause models.Clause
	for _, c := range phrases {
		if c == nil {
			return nil
		}
		clause = append(clause, slices.MaxFunc(c, func(a, b models.Clause) int { return rarity(a) - rarity(b) })...)
	}
	return models.Candidate{clause}
}

// rarity guesses how few texts hold any of the terms: long words are rarer, and
// the beginning of a word is found in many.
func rarity(c models.Clause) int {
	least := 1 << 10
	for _, t := range c {
		n := 2 * len(t.Text)
		if t.Prefix {
			n /= 2
		}
		least = min(least, n)
	}
	return least
}

// ofPhrase returns a clause for each word of a phrase, and for each two
// characters that stand side by side in it.
func ofPhrase(s string) models.Candidate {
	ph, problem := newPhrase(s)
	if problem != "" {
		return nil
	}
	var c models.Candidate
	for i, p := range ph.tokens {
		switch {
		case p.kind == patternPrefix:
			c = append(c, models.Clause{{Text: text.Term(p.forms[0]), Prefix: true}})
		case p.kind != patternWord:
		case !isSingle(p):
			var clause models.Clause
			for _, form := range p.forms {
				clause = append(clause, models.Term{Text: text.Term(form)})
			}
			c = append(c, clause)
		case i+1 < len(ph.tokens) && isSingle(ph.tokens[i+1]):
			c = append(c, models.Clause{{Text: p.forms[0] + ph.tokens[i+1].forms[0]}})
		case i == 0 || !isSingle(ph.tokens[i-1]): // or it is in the pair before
			c = append(c, models.Clause{{Text: p.forms[0], Prefix: true}})
		}
	}
	return c.And(nil)
}

// isSingle reports whether a pattern is one character of a script without
// spaces.
func isSingle(p pattern) bool { return p.kind == patternWord && text.Single(p.forms[0]) }
