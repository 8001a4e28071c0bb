package rules

import (
	"slices"

	"regwatch/internal/text"
	"regwatch/models"
	"regwatch/rules/syntax"
)

// maxCandidateTerms is the maximum number of terms to look up. For a rule that uses long lists in many places, more of
// them would cost more than reading the articles.
const maxCandidateTerms = 2000

// Candidate returns the words that an article must contain to match a rule. It says nothing about where, how often and
// how close, so [Set.Match] has the last word. For a rule that requires no word, and for one that the set does not have,
// every article is a candidate.
func (s *Set) Candidate(ruleID string) models.Candidate {
	i := slices.IndexFunc(s.rules, func(r *syntax.Rule) bool { return r.ID == ruleID })
	if i < 0 {
		return models.Candidate{}
	}
	b := candidateBuilder{lists: make(map[*syntax.List]models.Candidate), definitions: make(map[*syntax.Definition]models.Candidate)}
	c := b.expr(s.rules[i].When)
	if s.rules[i].Mention != nil {
		c = models.Either(c, b.expr(s.rules[i].Mention))
	}
	if c.Asks == models.Anything || c.Size() > maxCandidateTerms {
		return newClauseBuilder().candidate(s.rules[i])
	}
	return c
}

// A candidateBuilder turns expressions into candidates of the same structure. What it does not understand accepts every
// article.
type candidateBuilder struct {
	lists       map[*syntax.List]models.Candidate
	definitions map[*syntax.Definition]models.Candidate
}

func (b *candidateBuilder) expr(e *syntax.Expr) models.Candidate {
	if e == nil {
		return models.Candidate{}
	}
	switch e.Op {
	case syntax.OpTerms:
		return b.list(e.List)
	case syntax.OpUse:
		return b.definition(e.Def)
	case syntax.OpAny:
		return models.Either(b.exprs(e.Sub)...)
	case syntax.OpAll, syntax.OpNear:
		return models.Every(b.exprs(e.Sub)...)
	}
	return models.Candidate{} // none, amounts and conditions require no word
}

func (b *candidateBuilder) exprs(subs []*syntax.Expr) []models.Candidate {
	out := make([]models.Candidate, len(subs))
	for i, sub := range subs {
		out[i] = b.expr(sub)
	}
	return out
}

func (b *candidateBuilder) definition(d *syntax.Definition) models.Candidate {
	if d == nil {
		return models.Candidate{}
	}
	c, known := b.definitions[d]
	if !known {
		c = b.expr(d.Expr)
		b.definitions[d] = c
	}
	return c
}

// maxFullPhrases is the number of phrases of a list up to which all words of each are required. In a longer list, only the
// longest word of each is.
const maxFullPhrases = 500

func (b *candidateBuilder) list(l *syntax.List) models.Candidate {
	if l == nil {
		return models.Candidate{}
	}
	c, known := b.lists[l]
	if known {
		return c
	}
	var either []models.Candidate
	for _, within := range l.Within() {
		for _, e := range within.Entries {
			if e.ListName == "" {
				either = append(either, phraseCandidate(e.Phrase, len(within.Entries) > maxFullPhrases))
			}
		}
	}
	c = models.Either(either...)
	b.lists[l] = c
	return c
}

// phraseCandidate requires a spelling of a phrase.
func phraseCandidate(s string, longest bool) models.Candidate {
	ph, problem := syntax.ParsePhrase(s)
	if problem != "" {
		return models.Candidate{}
	}
	var either []models.Candidate
	for _, spelling := range ph.Spellings() {
		either = append(either, spellingCandidate(spelling, longest))
	}
	return models.Either(either...)
}

// spellingCandidate requires each word of a phrase, and each pair of neighbouring Chinese characters in it; or only the
// longest of them.
func spellingCandidate(ph syntax.Phrase, longest bool) models.Candidate {
	var words []models.Candidate
	for i, p := range ph.Tokens {
		switch {
		case p.Kind == syntax.Prefix:
			words = append(words, models.Candidate{Asks: models.HasPrefix, Term: text.Term(p.Forms[0])})
		case p.Kind != syntax.Word:
		case !isCharacter(p):
			var forms []models.Candidate
			for _, form := range p.Forms {
				forms = append(forms, models.Candidate{Asks: models.HasTerm, Term: text.Term(form)})
			}
			words = append(words, models.Either(forms...))
		case i+1 < len(ph.Tokens) && isCharacter(ph.Tokens[i+1]):
			words = append(words, models.Candidate{Asks: models.HasTerm, Term: p.Forms[0] + ph.Tokens[i+1].Forms[0]})
		case i == 0 || !isCharacter(ph.Tokens[i-1]): // otherwise it is in the pair before
			words = append(words, models.Candidate{Asks: models.HasPrefix, Term: p.Forms[0]})
		}
	}
	if longest {
		return slices.MaxFunc(words, func(a, b models.Candidate) int { return wordLength(a) - wordLength(b) })
	}
	return models.Every(words...)
}

// wordLength returns the length of a word, or of its first form.
func wordLength(c models.Candidate) int {
	if len(c.Parts) > 0 {
		return len(c.Parts[0].Term)
	}
	return len(c.Term)
}

// isCharacter reports whether a pattern is one Chinese or Japanese character.
func isCharacter(p syntax.Pattern) bool { return p.Kind == syntax.Word && text.IsCJK(p.Forms[0]) }
