package syntax

import (
	"fmt"
	"regexp"
	"strings"

	"regwatch/internal/conditions"
)

// The precedence of what a query is made of. An operand needs parentheses within an operator that binds as
// tightly or more tightly.
const (
	precedenceOr = iota
	precedenceAnd
	precedenceNear
	precedenceWord // never needs parentheses
)

// A queryPrinter writes the expressions of a rule as queries.
type queryPrinter struct {
	rule  *Rule
	fault string // why the rule cannot be written as a query
}

// Query returns the rule's when as a query. It returns false if a query cannot express it: because of a reach, a
// link, or a name that contains quotes or that a list and a definition share.
func (r Rule) Query() (string, bool) {
	if r.When.needsKeys() {
		return "", false
	}
	p := &queryPrinter{rule: &r}
	s := p.format(r.When)
	return s, p.fault == ""
}

// format returns e as a query of its own.
func (p *queryPrinter) format(e *Expr) string {
	s, _ := p.expr(e)
	return s
}

// operand returns e as an operand of something that binds more loosely than least.
func (p *queryPrinter) operand(e *Expr, least int) string {
	s, precedence := p.expr(e)
	if precedence < least {
		return "(" + s + ")"
	}
	return s
}

// expr returns e with its options, in the order in which they are applied: unless, min, in.
func (p *queryPrinter) expr(e *Expr) (s string, precedence int) {
	s, precedence = p.withoutOptions(e)
	if len(e.Unless) > 0 || e.Min > 1 {
		// An operand without hits of its own can be counted only as one of several.
		if sub := e.unwrap(); sub != nil && e.Op == OpAny && !hasHits(sub) {
			operand := p.operand(sub, precedenceNear)
			s, precedence = operand+" OR "+operand, precedenceOr
		}
	}
	if len(e.Unless) > 0 {
		if precedence < precedenceWord {
			s = "(" + s + ")"
		}
		for _, w := range e.Unless {
			s += " " + formatNear("NOT NEAR", w.Within, w.Same) + " " + p.operand(w.Expr, precedenceWord)
		}
		precedence = precedenceNear
	}
	if e.Min > 1 {
		s, precedence = fmt.Sprintf("ATLEAST/%d(%s)", e.Min, s), precedenceWord
	}
	// A condition on the article as a whole has no position, so a field does not apply to it.
	sub := e.unwrap()
	if e.In != 0 && e.In != Everywhere && (sub == nil || !sub.isOnArticle()) {
		s, precedence = fmt.Sprintf("%s:(%s)", strings.Join(e.In.keywords(), ","), s), precedenceWord
	}
	return s, precedence
}

// unwrap returns the one expression within any and all that have a single operand, or nil if e is not one
// of them.
func (e *Expr) unwrap() *Expr {
	if e.Op != OpAny && e.Op != OpAll || len(e.Sub) != 1 {
		return nil
	}
	sub := e.Sub[0]
	if sub.isPlain() {
		if inner := sub.unwrap(); inner != nil {
			return inner
		}
	}
	return sub
}

// isPlain reports whether e has no options, except those that near needs.
func (e *Expr) isPlain() bool {
	return (e.In == 0 || e.In == Everywhere) && e.Min <= 1 && len(e.Unless) == 0
}

// inlineList returns the list of an expression that is just phrases written in their place, or nil.
func (e *Expr) inlineList() *List {
	if sub := e.unwrap(); sub != nil && e.isPlain() {
		e = sub
	}
	if e.Op == OpTerms && e.List.Inline && e.isPlain() {
		return e.List
	}
	return nil
}

// withoutOptions returns e without unless, min and in.
func (p *queryPrinter) withoutOptions(e *Expr) (s string, precedence int) {
	switch e.Op {
	case OpUse:
		if e.OfRule {
			return ruleField + ":" + e.Name, precedenceWord
		}
		return p.name(e.Name), precedenceWord
	case OpTerms:
		return p.list(e.List)
	case OpCondition:
		return p.condition(e.Condition), precedenceWord
	case OpAmount:
		return "amount:" + e.Amount.query(), precedenceWord
	case OpDays:
		return e.Days.query(), precedenceWord
	case OpNone:
		return "NOT " + p.alternatives(e.Sub), precedenceAnd
	case OpNear:
		return p.near(e), precedenceNear
	}
	if len(e.Sub) == 1 {
		return p.expr(e.Sub[0])
	}
	if e.Op == OpAny {
		return p.any(e.Sub), precedenceOr
	}
	var parts []string
	for _, sub := range e.Sub {
		if sub.Op == OpNone && sub.isPlain() {
			parts = append(parts, p.format(sub))
			continue
		}
		parts = append(parts, p.operand(sub, precedenceNear))
	}
	return strings.Join(parts, " AND "), precedenceAnd
}

func (p *queryPrinter) near(e *Expr) string {
	name := "NEAR"
	if e.Ordered {
		name = "ONEAR"
	}
	parts := make([]string, len(e.Sub))
	for i, sub := range e.Sub {
		parts[i] = p.operand(sub, precedenceWord)
	}
	return strings.Join(parts, " "+formatNear(name, e.Within, e.Same)+" ")
}

// alternatives returns the operands of none.
func (p *queryPrinter) alternatives(subs []*Expr) string {
	if len(subs) == 1 {
		return p.operand(subs[0], precedenceNear)
	}
	return "(" + p.any(subs) + ")"
}

// any returns the operands of any, joined by OR. The bare phrases of one OR are read as one list. If there
// are several lists, whose hits are counted separately, the others get parentheses.
func (p *queryPrinter) any(subs []*Expr) string {
	var parts []string
	hasBare := false
	for _, sub := range subs {
		list := sub.inlineList()
		switch {
		case list == nil:
			parts = append(parts, p.operand(sub, precedenceNear))
		case !hasBare:
			hasBare = true
			s, _ := p.list(list)
			parts = append(parts, s)
		default:
			s, _ := p.list(list)
			parts = append(parts, "("+s+")")
		}
	}
	return strings.Join(parts, " OR ")
}

func (p *queryPrinter) list(l *List) (s string, precedence int) {
	if !l.Inline {
		if _, taken := p.rule.Definitions[l.Name]; taken {
			p.fault = fmt.Sprintf("%q is the name of both a term list and a definition; a query needs a different name for each", l.Name)
		}
		return p.name(l.Name), precedenceWord
	}
	phrases := make([]string, len(l.Entries))
	for i, e := range l.Entries {
		phrases[i] = quote(e.Phrase)
		if _, isRegex := RegexPattern(e.Phrase); isRegex && strings.ContainsAny(e.Phrase, closingQuotes) {
			p.fault = fmt.Sprintf("the regular expression %s contains a quote, which a phrase of a query cannot", e.Phrase)
		}
	}
	if len(phrases) == 1 {
		return phrases[0], precedenceWord
	}
	return strings.Join(phrases, " OR "), precedenceOr
}

var (
	unquotedWord = regexp.MustCompile(`^=?[\pL\pN]+\*?$`)
	queryKeyword = regexp.MustCompile(`^(?i:and|or|not|o?near|unless|atleast)$`)
	unquotedName = regexp.MustCompile(`^[\pL\pN_.-]+$`)
)

// quote returns a phrase as a query writes it. Quotes within a phrase have no effect, so a space can replace
// them.
func quote(phrase string) string {
	if unquotedWord.MatchString(phrase) && !queryKeyword.MatchString(phrase) {
		return phrase
	}
	return `"` + strings.Map(func(r rune) rune {
		if strings.ContainsRune(closingQuotes, r) {
			return ' '
		}
		return r
	}, phrase) + `"`
}

// name returns a reference to a list or definition.
func (p *queryPrinter) name(name string) string {
	if unquotedName.MatchString(name) {
		return "$" + name
	}
	if strings.ContainsAny(name, closingQuotes) {
		p.fault = fmt.Sprintf("the name %q contains quotes, which a query cannot write", name)
	}
	return `$"` + name + `"`
}

func (p *queryPrinter) condition(c *Condition) string {
	values := make([]string, len(c.Values))
	for i, v := range c.Values {
		value := v.Name
		if c.Kind == conditions.Jurisdiction {
			value = quote(value)
		}
		values[i] = c.Kind + ":" + value
	}
	if len(values) == 1 {
		return values[0]
	}
	return "(" + strings.Join(values, " OR ") + ")"
}
