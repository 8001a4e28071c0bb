package rules

import (
	"regwatch/internal/phrases"
	"regwatch/internal/text"
	"regwatch/models"
	"regwatch/rules/syntax"
)

// A Probe evaluates single expressions on one article, or on one part of a roundup. It is for tools that examine rules;
// [Set.Match] is for articles.
type Probe struct {
	ev    *evaluator
	rules []int32 // the rules that may match
}

// Probe calls visit for an article; if it is a roundup, for each of its reports and then for its preamble. The Probe must
// not be used after visit returns.
func (s *Set) Probe(b *Buffer, a models.Article, visit func(Probe)) {
	b.scan(s, a)
	b.selectRules()
	p := Probe{b.load(a), b.rules}
	sections := splitRoundup(a.Title, a.Body)
	if len(sections) == 0 {
		visit(p)
		return
	}
	for _, section := range sections {
		p.ev.selectSection(section)
		visit(p)
	}
	p.ev.selectPreamble(sections[0])
	visit(p)
}

// Subjects returns the rules whose when is met, as indexes into [Set.Rules].
func (p Probe) Subjects() []int {
	var subjects []int
	for _, i := range p.rules {
		if p.ev.mayMatch(i) && p.Meets(p.ev.set.rules[i].When, syntax.Everywhere) {
			subjects = append(subjects, int(i))
		}
	}
	return subjects
}

// Meets reports whether an expression of one of the set's rules is met, looking only in a region.
func (p Probe) Meets(e *syntax.Expr, in syntax.Region) bool { return p.ev.eval(e, in).met }

// SpansSentences reports whether s contains the end of a sentence and more text after it. No phrase matches across it.
func SpansSentences(s string) bool {
	var tokens []phrases.Token
	for _, t := range text.Tokens(s) {
		tokens = append(tokens, phrases.Token{Start: int32(t.Start), End: int32(t.End)})
	}
	var d document
	d.init(models.Article{Body: s}, tokens, 0, nil)
	return len(tokens) > 0 && d.sentence[0] != d.sentence[len(tokens)-1]
}
