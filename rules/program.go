package rules

import (
	"strings"

	"regwatch/models"
	"regwatch/rules/syntax"
)

// A program is rules as the evaluator reads them: in flat tables, the expressions and term lists of one rule side by
// side. With ten thousand rules, following the pointers of the trees takes longer than evaluating them.
type program struct {
	rules   []programRule
	nodes   []node    // by syntax.Expr.Number
	lists   []termSet // by syntax.List.Number
	phrases []int32   // of lists, list after list
}

type programRule struct {
	when    int32 // the number of the expression
	mention int32 // -1 if the rule has none
	tags    []syntax.Tag
	cases   []syntax.SeverityCase
	match   models.Match // what all matches of the rule have in common
}

// A node is an expression. Its operands follow it, each with all that is within it.
type node struct {
	op    syntax.Op
	in    syntax.Region
	plain bool         // no hits are excluded, and one is enough
	list  int32        // of OpTerms
	end   int32        // the number of the next node that is not within this one
	expr  *syntax.Expr // has the rest, which few expressions need
}

// A termSet is a term list.
type termSet struct {
	start, end int32        // its phrases
	name       string       // of its hits; empty if it is inline
	list       *syntax.List // has the rest; nil if the list has neither lists within it nor exclusions
}

func newProgram(rules []*syntax.Rule, t *syntax.Table) program {
	p := program{rules: make([]programRule, len(rules)), nodes: make([]node, 0, len(t.Exprs)), lists: make([]termSet, 0, len(t.Lists))}
	routes := make(map[string][]string) // equal lists share their memory
	for i, r := range rules {
		key := strings.Join(r.Routes, "\n")
		if routes[key] == nil {
			routes[key] = r.Routes
		}
		p.rules[i] = programRule{when: r.When.Number, mention: -1, tags: r.Tags, cases: r.Severities, match: models.Match{
			RuleID:        r.ID,
			RuleHash:      r.Hash,
			RuleTitle:     r.Title,
			Why:           r.Why,
			Topic:         r.Topic,
			Severity:      r.Severity,
			Draft:         r.Draft,
			MentionAlerts: r.MentionAlerts,
			Routes:        routes[key],
		}}
		if r.Mention != nil {
			p.rules[i].mention = r.Mention.Number
		}
	}
	for _, e := range t.Exprs {
		n := node{op: e.Op, in: e.In, plain: len(e.Unless) == 0 && e.Min <= 1, end: e.End, expr: e}
		if e.List != nil {
			n.list = e.List.Number
		}
		p.nodes = append(p.nodes, n)
	}
	for _, l := range t.Lists {
		set := termSet{start: int32(len(p.phrases))}
		p.phrases = append(p.phrases, l.Phrases...)
		set.end = int32(len(p.phrases))
		if !l.Inline {
			set.name = l.Name
		}
		if len(l.Sublists)+len(l.Exclusions)+len(l.ExcludedLists) > 0 {
			set.list = l
		}
		p.lists = append(p.lists, set)
	}
	return p
}
