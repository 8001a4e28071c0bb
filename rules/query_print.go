package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"regwatch/internal/conditions"
)

// How tightly the operators of a query bind. Where one stands within another
// that binds as tightly or more, it needs parentheses.
const (
	bindOr = iota
	bindAnd
	bindNear
	bindWord // needs none
)

// A queryPrinter writes the nodes of a rule as one-line queries.
type queryPrinter struct {
	rule  *Rule
	fault string // what a query cannot say, in a sentence
}

// Query returns what a rule's when asks for as a one-line query. It is false
// where a query cannot say it, for the names that the rule has given: one with
// every kind of quote in it, or one that a list and a definition share.
func (r Rule) Query() (string, bool) {
	p := &queryPrinter{rule: &r}
	s := p.query(r.when)
	return s, p.fault == ""
}

// query writes n, alone on its line.
func (p *queryPrinter) query(n *node) string {
	s, _ := p.node(n)
	return s
}

// at writes n where something that binds as given may stand.
func (p *queryPrinter) at(n *node, least int) string {
	s, bind := p.node(n)
	if bind < least {
		return "(" + s + ")"
	}
	return s
}

// node writes n with all that narrows it, in the order in which that is applied,
// and says how it binds.
func (p *queryPrinter) node(n *node) (string, int) {
	s, bind := p.question(n)
	if len(n.unless) > 0 || n.min > 1 {
		// What has no hits of its own is counted as one of a group.
		if k := n.lone(); k != nil && n.op == opAny && (k.op == opAll || k.op == opNone || k.op == opFrom) {
			twice := p.at(k, bindNear)
			s, bind = twice+" OR "+twice, bindOr
		}
	}
	if len(n.unless) > 0 {
		if bind < bindWord {
			s = "(" + s + ")"
		}
		for _, w := range n.unless {
			s += " " + connectorOf("NOT NEAR", w.within, w.same) + " " + p.at(w.node, bindWord)
		}
		bind = bindNear
	}
	if n.min > 1 {
		s, bind = fmt.Sprintf("ATLEAST/%d(%s)", n.min, s), bindWord
	}
	// Where an article comes from has no place in it.
	k := n.lone()
	if n.in != 0 && n.in != everywhere && (k == nil || k.op != opFrom) {
		s, bind = fmt.Sprintf("%s:(%s)", strings.Join(n.in.fields(), ","), s), bindWord
	}
	return s, bind
}

// lone returns the one node that n is about, where any and all around it add
// nothing.
func (n *node) lone() *node {
	if n.op != opAny && n.op != opAll || len(n.kids) != 1 {
		return nil
	}
	k := n.kids[0]
	if k.plain() {
		if inner := k.lone(); inner != nil {
			return inner
		}
	}
	return k
}

// plain reports whether nothing narrows n.
func (n *node) plain() bool {
	return (n.in == 0 || n.in == everywhere) && n.min <= 1 && len(n.unless) == 0
}

// inlineList returns the phrases that n is, if it is no more than some written
// in their place.
func (n *node) inlineList() *list {
	if k := n.lone(); k != nil && n.plain() {
		n = k
	}
	if n.op == opTerms && n.list.inline && n.plain() {
		return n.list
	}
	return nil
}

// question writes what n asks, without what narrows it.
func (p *queryPrinter) question(n *node) (string, int) {
	switch n.op {
	case opUse:
		return p.name(n.name), bindWord
	case opTerms:
		return p.list(n.list)
	case opFrom:
		return p.from(n.from), bindWord
	case opNone:
		return "NOT " + p.group(n.kids), bindAnd
	case opNear:
		name := "NEAR"
		if n.ordered {
			name = "ONEAR"
		}
		return p.join(n.kids, " "+connectorOf(name, n.within, n.same)+" ", bindWord), bindNear
	}
	if len(n.kids) == 1 {
		return p.node(n.kids[0])
	}
	if n.op == opAny {
		return p.any(n.kids), bindOr
	}
	var parts []string
	for _, k := range n.kids {
		if k.op == opNone && k.plain() {
			parts = append(parts, p.query(k))
			continue
		}
		parts = append(parts, p.at(k, bindNear))
	}
	return strings.Join(parts, " AND "), bindAnd
}

func (p *queryPrinter) group(kids []*node) string {
	if len(kids) == 1 {
		return p.at(kids[0], bindNear)
	}
	return "(" + p.any(kids) + ")"
}

// any joins the branches of any. The phrases that stand bare in one OR are one
// list; of others, which are counted apart, each has its parentheses.
func (p *queryPrinter) any(kids []*node) string {
	var parts []string
	bare := false
	for _, k := range kids {
		of := k.inlineList()
		switch {
		case of == nil:
			parts = append(parts, p.at(k, bindNear))
		case !bare:
			bare = true
			s, _ := p.list(of)
			parts = append(parts, s)
		default:
			s, _ := p.list(of)
			parts = append(parts, "("+s+")")
		}
	}
	return strings.Join(parts, " OR ")
}

func (p *queryPrinter) join(kids []*node, by string, least int) string {
	parts := make([]string, len(kids))
	for i, k := range kids {
		parts[i] = p.at(k, least)
	}
	return strings.Join(parts, by)
}

func (p *queryPrinter) list(l *list) (string, int) {
	if !l.inline {
		if _, taken := p.rule.defines[l.name]; taken {
			p.fault = fmt.Sprintf("%q is the name of a term list and of a definition; a query needs two names for them", l.name)
		}
		return p.name(l.name), bindWord
	}
	words := make([]string, len(l.entries))
	for i, e := range l.entries {
		words[i] = quote(e.phrase)
		if _, isRegex := regexOf(e.phrase); isRegex && strings.ContainsAny(e.phrase, closingQuotes) {
			p.fault = fmt.Sprintf("the regular expression %s has a quote in it, which a query cannot have in a phrase", e.phrase)
		}
	}
	if len(words) == 1 {
		return words[0], bindWord
	}
	return strings.Join(words, " OR "), bindOr
}

// A plain word needs no quotes, unless it is one of the query's own.
var (
	plainWord = regexp.MustCompile(`^=?[\pL\pN]+\*?$`)
	ownWord   = regexp.MustCompile(`^(?i:and|or|not|o?near|unless|atleast)$`)
)

// quote writes a phrase. The quotes within it find nothing, so that a space may
// stand in their place.
func quote(phrase string) string {
	if plainWord.MatchString(phrase) && !ownWord.MatchString(phrase) {
		return phrase
	}
	return `"` + strings.Map(func(r rune) rune {
		if strings.ContainsRune(closingQuotes, r) {
			return ' '
		}
		return r
	}, phrase) + `"`
}

// plainName is a name that needs no quotes behind $.
var plainName = regexp.MustCompile(`^[\pL\pN_.-]+$`)

func (p *queryPrinter) name(name string) string {
	if plainName.MatchString(name) {
		return "$" + name
	}
	if strings.ContainsAny(name, closingQuotes) {
		p.fault = fmt.Sprintf("the name %q has quotes in it, which a query cannot quote", name)
	}
	return `$"` + name + `"`
}

func (p *queryPrinter) from(c *condition) string {
	words := make([]string, len(c.values))
	for i, v := range c.values {
		words[i] = c.kind + ":" + v.name
		if c.kind == conditions.Jurisdiction {
			words[i] = c.kind + ":" + quote(v.name)
		}
	}
	if len(words) == 1 {
		return words[0]
	}
	return "(" + strings.Join(words, " OR ") + ")"
}

// fields are the parts of an article that r is, as a person names them.
func (r region) fields() []string {
	var names []string
	for _, f := range []struct {
		name string
		in   region
	}{{"title", regionTitle}, {"lead", regionLead}, {"body", regionBody}} {
		// The body holds the lead.
		if r&f.in == f.in && !(f.in == regionLead && r&regionBody == regionBody) {
			names = append(names, f.name)
		}
	}
	return slices.Clip(names)
}
