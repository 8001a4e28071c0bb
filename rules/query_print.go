package rules

import (
	"fmt"
	"strings"
)

// query writes the node as a one-line query, or says that it cannot: a query has
// no unless and no same, and a list with longer words or a gloss needs its name.
func (n *node) query() (string, bool) {
	s, ok := n.bareQuery()
	if !ok {
		return "", false
	}
	if n.min > 1 {
		s = fmt.Sprintf("ATLEAST/%d(%s)", n.min, s)
	}
	if n.in == 0 || n.in == everywhere && n.min > 1 {
		return s, true
	}
	var parts []string
	for _, f := range []struct {
		name string
		in   region
	}{{"title", regionTitle}, {"body", regionBody}, {"lead", regionLead}} {
		if n.in&f.in == f.in && !(f.in == regionLead && n.in&regionBody == regionBody) {
			parts = append(parts, fmt.Sprintf("%s:(%s)", f.name, s))
		}
	}
	// Hits counted over two fields are not those counted in either.
	if len(parts) > 1 && (n.min > 1 || n.op == opAll || n.op == opNone) {
		return "", false
	}
	if len(parts) > 1 {
		return "(" + strings.Join(parts, " OR ") + ")", true
	}
	return parts[0], true
}

func (n *node) bareQuery() (string, bool) {
	if len(n.unless) > 0 || n.same != sameField {
		return "", false
	}
	switch n.op {
	case opUse:
		return "$" + n.name, true
	case opTerms:
		return n.list.query()
	case opFrom:
		return n.from.query()
	case opNone:
		return "", false // only as a part of all, below
	}
	by := map[operator]string{opAny: " OR ", opAll: " AND ", opNear: fmt.Sprintf(" NEAR/%d ", n.within)}[n.op]
	if n.op == opNear && n.ordered {
		by = fmt.Sprintf(" ONEAR/%d ", n.within)
	}
	if n.op == opNear && n.within == 0 {
		return "", false
	}
	var parts []string
	for _, k := range n.kids {
		if k.op == opNone && n.op == opAll && k.in == 0 {
			inner := &node{op: opAny, kids: k.kids}
			s, ok := inner.query()
			if !ok {
				return "", false
			}
			parts = append(parts, "NOT "+s)
			continue
		}
		s, ok := k.query()
		if !ok {
			return "", false
		}
		parts = append(parts, s)
	}
	if len(parts) == 1 {
		return parts[0], true
	}
	return "(" + strings.Join(parts, by) + ")", true
}

func (l *list) query() (string, bool) {
	if !l.inline {
		return "$" + l.name, true
	}
	var words []string
	for _, e := range l.entries {
		if e.terms != "" || e.gloss != "" || strings.ContainsAny(e.phrase, closingQuotes) {
			return "", false
		}
		words = append(words, `"`+e.phrase+`"`)
	}
	if len(words) == 1 {
		return words[0], true
	}
	return "(" + strings.Join(words, " OR ") + ")", true
}

// Query returns what a rule's when asks for as a one-line query, and false if
// the query language cannot say it.
func (r Rule) Query() (string, bool) { return r.when.query() }
