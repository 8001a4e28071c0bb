package rules

import (
	"fmt"
	"maps"
	"slices"

	"regwatch/internal/conditions"
	"regwatch/internal/phrases"
	"regwatch/rules/syntax"
)

// An index tells which rules may match an article, from the phrases that the article contains. It ignores where
// the phrases are; that is left to evaluating the rules that remain.
//
// All tables are flat: with ten thousand rules, following pointers to small tables takes longer than reading them.
type index struct {
	phrases *phrases.Set // the phrases of the rules, and after them the markers of boilerplate
	markers []markerKind // by number of a phrase, less the number of the rules' phrases

	traits []traits // by phrase

	rules []int32 // the rules that a phrase makes worth checking, phrase after phrase
	first []int32 // by phrase: the index of its first rule; the next phrase's ends them

	// The rules that may match an article without any phrase, because of where it comes from.
	always []int32

	// The requirements of each rule: their number and, for each, the length of what follows; for each of its clauses,
	// the number of its phrases and these.
	requirements []int32
	start        []int32 // by rule: the index of its requirements; withoutText if it is one of always
}

// traits is what matching asks of a phrase at each of its hits. It is a byte, so that those of all phrases stay in the
// processor's cache, which the phrases do not.
type traits uint8

const (
	exact      traits = 1 << iota // syntax.Phrase.Exact
	punctuated                    // syntax.Phrase.Punctuated
	regex                         // syntax.Phrase.Regex is not nil
	dotted                        // syntax.Phrase.Dotted
)

func traitsOf(p *syntax.Phrase) (t traits) {
	if p.Exact {
		t |= exact
	}
	if p.Punctuated {
		t |= punctuated
	}
	if p.Regex != nil {
		t |= regex
	}
	if p.Dotted {
		t |= dotted
	}
	return t
}

// A requirement is what an article must contain: a phrase of every clause. An article may match a rule if it meets
// one of the rule's requirements.
type requirement []clause

// A clause is a set of phrases of which an article must contain one.
type clause []int32

func newIndex(s *Set) index {
	x := index{first: make([]int32, len(s.phrases)+1), start: make([]int32, len(s.rules))}
	x.compilePhrases(s)
	requirements := make([][]requirement, len(s.rules)) // none for the rules of always
	uses := make([]int, len(s.phrases))                 // by phrase: the number of clauses that contain it
	for i, r := range s.rules {
		if !requiresText(r) {
			continue
		}
		requirements[i] = requirementsOf(r)
		for _, req := range requirements[i] {
			for _, p := range slices.Concat(req...) {
				uses[p]++
			}
		}
	}
	rulesOf := make([][]int32, len(s.phrases)) // by phrase
	for i := range s.rules {
		if len(requirements[i]) == 0 {
			x.start[i] = withoutText
			x.always = append(x.always, int32(i))
			continue
		}
		x.start[i] = int32(len(x.requirements))
		x.requirements = append(x.requirements, int32(len(requirements[i])))
		for _, req := range requirements[i] {
			rarest := s.moveRarestLast(req, uses)
			at := len(x.requirements)
			x.requirements = append(x.requirements, 0)
			for _, c := range req {
				x.requirements = append(append(x.requirements, int32(len(c))), c...)
			}
			x.requirements[at] = int32(len(x.requirements) - at - 1)
			for _, p := range rarest {
				if n := len(rulesOf[p]); n == 0 || rulesOf[p][n-1] != int32(i) {
					rulesOf[p] = append(rulesOf[p], int32(i))
				}
			}
		}
	}
	for p, rules := range rulesOf {
		x.rules = append(x.rules, rules...)
		x.first[p+1] = int32(len(x.rules))
	}
	return x
}

// compilePhrases compiles the phrases of the rules together with the markers of boilerplate, so that one pass over
// an article finds both.
func (x *index) compilePhrases(s *Set) {
	markers := boilerplateMarkers()
	all := make([]phrases.Phrase, 0, len(s.phrases)+len(markers))
	for i := range s.phrases {
		x.traits = append(x.traits, traitsOf(&s.phrases[i]))
		all = append(all, termsOf(&s.phrases[i]))
	}
	for _, m := range markers {
		all = append(all, m.phrase)
		x.markers = append(x.markers, m.kind)
	}
	var err error
	if x.phrases, err = phrases.Compile(all); err != nil {
		panic(fmt.Sprintf("ParsePhrase accepted an unsearchable phrase: %v", err))
	}
}

// termsOf returns what to look for. [evaluator.accepts] decides about each hit.
func termsOf(p *syntax.Phrase) phrases.Phrase {
	terms := make(phrases.Phrase, len(p.Tokens))
	for i, t := range p.Tokens {
		terms[i] = phrases.Term{Forms: t.Forms}
		switch t.Kind {
		case syntax.Word:
			terms[i].Kind = phrases.Word
		case syntax.Prefix:
			terms[i].Kind = phrases.Prefix
		case syntax.AnyWord:
			terms[i].Kind = phrases.Any
		case syntax.Number:
			terms[i].Kind = phrases.Number
		}
	}
	return terms
}

// isRegex reports whether a regular expression decides about the hits of a phrase.
func (x *index) isRegex(phrase int32) bool { return phrase >= 0 && x.traits[phrase]&regex != 0 }

// rulesWith returns the rules that a phrase makes worth checking.
func (x *index) rulesWith(phrase int32) []int32 { return x.rules[x.first[phrase]:x.first[phrase+1]] }

// withoutText is in place of the requirements of a rule that requires no phrase.
const withoutText = -1

// requiresText reports whether an article must contain a phrase to match a rule.
func requiresText(r *syntax.Rule) bool {
	return r.When.RequiresText() && (r.Mention == nil || r.Mention.RequiresText())
}

// mayMatch reports whether an article that contains the phrases in seen meets a requirement of a rule; for a rule that
// requires no phrase, whether it comes from where the rule asks for. If it returns false, the rule does not match.
func (ev *evaluator) mayMatch(rule int32) bool {
	x := &ev.set.index
	if x.start[rule] == withoutText {
		r := ev.set.rules[rule]
		return ev.mayMeet(r.When) || r.Mention != nil && ev.mayMeet(r.Mention)
	}
	code := x.requirements[x.start[rule]:]
	seen := ev.seen
	requirements := code[0]
	code = code[1:]
	for range requirements {
		n := 1 + code[0]
		if seen.meets(code[1:n]) {
			return true
		}
		code = code[n:]
	}
	return false
}

// mayMeet reports whether an article may meet an expression, from where it comes from and the phrases that it contains.
func (ev *evaluator) mayMeet(e *syntax.Expr) bool {
	switch e.Op {
	case syntax.OpTerms:
		return ev.hasSeen(e.List)
	case syntax.OpUse:
		return ev.mayMeet(e.Def.Expr)
	case syntax.OpAny:
		return slices.ContainsFunc(e.Sub, ev.mayMeet)
	case syntax.OpAll, syntax.OpNear:
		return !slices.ContainsFunc(e.Sub, func(sub *syntax.Expr) bool { return !ev.mayMeet(sub) })
	case syntax.OpCondition:
		// The kind of the text is told when the article is loaded.
		return e.Condition.Kind == conditions.TextKind || e.Condition.Match(ev.attributes)
	}
	return true // none, and amounts and dates, which are read when the article is loaded
}

func (ev *evaluator) hasSeen(l *syntax.List) bool {
	return ev.seen.hasAny(l.Phrases) || slices.ContainsFunc(l.Sublists, ev.hasSeen)
}

// meets reports whether every clause of a requirement has a phrase in b.
func (b bits) meets(clauses []int32) bool {
	for len(clauses) > 0 {
		n := 1 + clauses[0]
		if !b.hasAny(clauses[1:n]) {
			return false
		}
		clauses = clauses[n:]
	}
	return true
}

// requirementsOf returns what an article must contain to match a rule: one requirement for when and one for mention.
func requirementsOf(r *syntax.Rule) []requirement {
	exprs := []*syntax.Expr{r.When}
	if r.Mention != nil {
		exprs = append(exprs, r.Mention)
	}
	found := make(map[int32]bool)
	for _, e := range exprs {
		e.CollectPhrases(found)
	}
	requirements := make([]requirement, len(exprs))
	for i, e := range exprs {
		if requirements[i] = requirementOf(e); len(requirements[i]) == 0 {
			requirements[i] = requirement{slices.Sorted(maps.Keys(found))}
		}
	}
	return requirements
}

// maxRequired is the maximum number of clauses of a requirement. An article that meets these is evaluated.
const maxRequired = 64

// requirementOf returns what an article must contain to match an expression; nothing if it need not contain any
// phrase.
func requirementOf(e *syntax.Expr) requirement {
	switch e.Op {
	case syntax.OpTerms:
		found := make(map[int32]bool)
		e.List.CollectPhrases(found)
		return requirement{slices.Sorted(maps.Keys(found))}
	case syntax.OpUse:
		return requirementOf(e.Def.Expr)
	case syntax.OpAll, syntax.OpNear:
		var all requirement
		for _, sub := range e.Sub {
			all = append(all, requirementOf(sub)...)
		}
		if len(all) > maxRequired { // the shortest should be met by the fewest articles
			slices.SortStableFunc(all, func(a, b clause) int { return len(a) - len(b) })
			all = slices.Clone(all[:maxRequired])
		}
		return all
	case syntax.OpAny:
		return requirementOfAny(e)
	}
	return nil // none, amounts and conditions require no phrase
}

// requirementOfAny joins the shortest clause of each operand, of which one must be met.
func requirementOfAny(e *syntax.Expr) requirement {
	if len(e.Sub) == 1 {
		return requirementOf(e.Sub[0])
	}
	var joined clause
	for _, sub := range e.Sub {
		req := requirementOf(sub)
		if len(req) == 0 {
			return nil
		}
		joined = append(joined, slices.MinFunc(req, func(a, b clause) int { return len(a) - len(b) })...)
	}
	slices.Sort(joined)
	return requirement{slices.Compact(joined)}
}

// moveRarestLast moves the clause that the fewest articles should meet to the end, and returns it. A rule is checked
// only if an article meets this clause.
func (s *Set) moveRarestLast(req requirement, uses []int) clause {
	rarest := 0
	for i := range req {
		if s.frequency(req[i], uses) < s.frequency(req[rarest], uses) {
			rarest = i
		}
	}
	last := len(req) - 1
	req[rarest], req[last] = req[last], req[rarest]
	return req[last]
}

// frequency estimates how often articles meet a clause. Phrases that many rules use are frequent in the news; among
// equals, long phrases are rare. With ten thousand rules, the length alone would check more than twice as many rules.
func (s *Set) frequency(c clause, uses []int) int {
	n := 0
	for _, p := range c {
		length := 0
		for _, t := range s.phrases[p].Tokens {
			if t.Kind == syntax.Word {
				length += len(t.Forms[0])
			}
		}
		n += uses[p]<<32 + 1<<max(0, 20-length)
	}
	return n
}
