// Package syntaxtest makes random expressions and articles for property tests.
package syntaxtest

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"regwatch/internal/conditions"
	"regwatch/models"
	"regwatch/rules/syntax"
)

// Header is the beginning of the file r.yaml. It has the lists and definitions that the expressions of an [ExprMaker] use;
// the expression of the tag t follows.
const Header = `id: r
title: T
severity: low
terms:
  a: [aa, bb aa]
  b list: {any: [bb, ee], not_in: [bb aa]}
define:
  p: {near: [a, b list], within: 3}
  "q two": {any: [{terms: a, in: title}, ccc*]}
when: {terms: a}
tags:
  t: `

// Indent indents an expression in YAML, as Format returns it, so that it can follow a tag.
func Indent(src []byte) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(string(src)), "\n", "\n    ") + "\n"
}

// An ExprMaker makes random expressions.
type ExprMaker struct {
	random      *rand.Rand
	lists       []*syntax.List
	definitions []*syntax.Definition
	rules       []string // of definitions, the IDs of rules
}

// NewExprMaker returns a maker that draws from a source of random numbers.
func NewExprMaker(random *rand.Rand) *ExprMaker {
	m := &ExprMaker{random: random}
	for _, name := range []string{"a", "b list"} {
		m.lists = append(m.lists, &syntax.List{Ident: syntax.Ident{Name: name}})
	}
	for _, name := range []string{"p", "q two"} {
		m.definitions = append(m.definitions, &syntax.Definition{Ident: syntax.Ident{Name: name}})
	}
	return m
}

// AddRule makes the expressions use a rule, whose hits must have positions.
func (m *ExprMaker) AddRule(id string) {
	m.definitions = append(m.definitions, &syntax.Definition{Ident: syntax.Ident{Name: id}})
	m.rules = append(m.rules, id)
}

// AddList makes the expressions use a list.
func (m *ExprMaker) AddList(name string) {
	m.lists = append(m.lists, &syntax.List{Ident: syntax.Ident{Name: name}})
}

// AddDefinition makes the expressions use a definition, whose hits must have positions.
func (m *ExprMaker) AddDefinition(name string) {
	m.definitions = append(m.definitions, &syntax.Definition{Ident: syntax.Ident{Name: name}})
}

// Expr returns an expression of at most a depth.
func (m *ExprMaker) Expr(depth int) *syntax.Expr { return m.expr(depth, false) }

// expr returns an expression. If its hits must have positions, it can be a part of near.
func (m *ExprMaker) expr(depth int, hasPosition bool) *syntax.Expr {
	e := &syntax.Expr{}
	kind := m.random.IntN(8)
	if depth == 0 {
		kind %= 3
	}
	if m.oneIn(8) {
		e := &syntax.Expr{Op: syntax.OpAmount, Amount: m.amount()}
		m.addOptions(e, depth)
		return e
	}
	if hasPosition && kind >= 5 {
		kind = 3
	}
	addOperands := func(least int, hasPosition bool) {
		for range least + m.random.IntN(2) {
			e.Sub = append(e.Sub, m.expr(depth-1, hasPosition))
		}
	}
	switch kind {
	case 0:
		e.List = m.inlineList()
	case 1:
		e.List = m.lists[m.random.IntN(len(m.lists))]
	case 2:
		e.Op, e.Def = syntax.OpUse, m.definitions[m.random.IntN(len(m.definitions))]
		e.Name, e.OfRule = e.Def.Name, slices.Contains(m.rules, e.Def.Name)
	case 3:
		e.Op = syntax.OpAny
		addOperands(1, hasPosition)
	case 4:
		e.Op = syntax.OpNear
		e.Within, e.Same = m.distance()
		e.Ordered = m.oneIn(2)
		addOperands(2, true)
		if m.oneIn(3) {
			m.addLinks(e)
		}
	case 5:
		e.Op = syntax.OpAll
		addOperands(1, false)
	case 6:
		e.Op = syntax.OpNone
		addOperands(1, false)
	case 7:
		return m.condition()
	}
	m.addOptions(e, depth)
	return e
}

func (m *ExprMaker) addOptions(e *syntax.Expr, depth int) {
	if m.oneIn(3) {
		e.In = m.region()
	}
	if e.Op == syntax.OpAll || e.Op == syntax.OpNone {
		return
	}
	if m.oneIn(4) {
		e.Min = 1 + m.random.IntN(3)
		if e.In == 0 {
			e.In = m.region()
		}
	}
	if m.oneIn(3) {
		for range 1 + m.random.IntN(2) {
			w := syntax.Window{Expr: m.expr(min(depth, 1), true)}
			if m.oneIn(3) {
				w.Reach = m.reach()
			} else {
				w.Within, w.Same = m.distance()
			}
			e.Unless = append(e.Unless, w)
		}
	}
}

// addLinks binds each operand of near after the first to the one before it.
func (m *ExprMaker) addLinks(near *syntax.Expr) {
	near.Within, near.Ordered = 0, false
	near.Links = make([]syntax.Link, len(near.Sub))
	for i := range near.Links[1:] {
		link := syntax.Link{Reach: m.reach()}
		if m.oneIn(2) {
			link.Without = m.inlineList()
		}
		near.Links[i+1] = link
	}
}

func (m *ExprMaker) reach() syntax.Reach {
	r := syntax.Reach{Next: 1 + m.random.IntN(5)}
	switch m.random.IntN(3) {
	case 0:
		r.Previous = 1 + m.random.IntN(5)
	case 1:
		r = syntax.Reach{Previous: r.Next}
	}
	return r
}

func (m *ExprMaker) oneIn(n int) bool { return m.random.IntN(n) == 0 }

func (m *ExprMaker) inlineList() *syntax.List {
	phrases := []string{"aa", "bb", "aa bb", "ccc*", "=Dd", "禁", "bb * aa", "# aa", "the \"aa\" bb"}
	l := &syntax.List{Inline: true}
	for range 1 + m.random.IntN(2) {
		l.Entries = append(l.Entries, syntax.Entry{Phrase: phrases[m.random.IntN(len(phrases))]})
	}
	return l
}

func (m *ExprMaker) condition() *syntax.Expr {
	c := &syntax.Condition{Kind: conditions.Role, Values: []syntax.Ident{{Name: "press"}}}
	switch m.random.IntN(4) {
	case 0:
		days := &syntax.Days{Kind: conditions.Deadline, Window: models.DayWindow{Within: 30}}
		if m.oneIn(2) {
			days = &syntax.Days{Kind: conditions.Effective, Window: models.DayWindow{From: "2026-06-01", Until: "2026-12-31"}}
		}
		return &syntax.Expr{Op: syntax.OpDays, Days: days}
	case 1:
		c = &syntax.Condition{Kind: conditions.TextKind, Values: []syntax.Ident{{Name: "news"}, {Name: "opinion"}}}
	case 2:
		c = &syntax.Condition{Kind: conditions.Jurisdiction, Values: []syntax.Ident{{Name: "Hong Kong"}, {Name: "Macau"}}}
	}
	return &syntax.Expr{Op: syntax.OpCondition, Condition: c}
}

func (m *ExprMaker) amount() *syntax.Amount {
	all := []syntax.Amount{{Min: "5m"}, {Max: "10m", Currency: "HKD"}, {Min: "1百萬", Max: "10 million"}, {Currency: "USD"}}
	return &all[m.random.IntN(len(all))]
}

func (m *ExprMaker) region() syntax.Region {
	regions := []syntax.Region{syntax.RegionTitle, syntax.RegionLead, syntax.RegionBody, syntax.RegionTitle | syntax.RegionLead, syntax.Everywhere}
	return regions[m.random.IntN(len(regions))]
}

func (m *ExprMaker) distance() (within int, same syntax.Scope) {
	same = syntax.Scope(m.random.IntN(3))
	if same == syntax.SameField || m.oneIn(2) {
		within = 1 + m.random.IntN(5)
	}
	return within, same
}

// Articles returns articles that are made of the words in the expressions of an [ExprMaker].
func Articles(random *rand.Rand, n int) []models.Article {
	words := []string{"aa", "bb", "ee", "ccc", "cccx", "Dd", "dd", "禁", "7", ".", "\n\n", "x", "HK$7 million", "US$20m", "三千萬元", "Comments close on 20 June 2026", "It takes effect on 1 July 2026"}
	var articles []models.Article
	for range n {
		a := models.Article{Title: "aa " + Compose(random, words, 4), Body: Compose(random, words, 30)}
		if random.IntN(4) == 0 {
			a.Title = "Opinion: " + a.Title
		}
		a.PublishedAt = time.Date(2026, time.June, 1+random.IntN(20), 0, 0, 0, 0, time.UTC)
		a.SeenAt = a.PublishedAt
		a.Source.Role = []models.Role{models.Press, models.Regulator}[random.IntN(2)]
		a.Source.Jurisdictions = [][]string{{"Hong Kong"}, {"macau"}, nil}[random.IntN(3)]
		articles = append(articles, a)
	}
	return articles
}

// Compose returns a text of random fragments, at most a number of them, with various separators between them.
func Compose(random *rand.Rand, fragments []string, most int) string {
	separators := []string{" ", " ", " ", "", ", ", ". ", "\n", "\n\n", "-", " of the ", "’s ", "s ", "的", "（bì）", "\u00ad", "\u200b"}
	var b strings.Builder
	for range random.IntN(most) + 1 {
		b.WriteString(fragments[random.IntN(len(fragments))])
		b.WriteString(separators[random.IntN(len(separators))])
	}
	return b.String()
}

// Fragments returns all phrases that some rules look for, in forms that occur in articles.
func Fragments(rules []syntax.Rule) []string {
	f := fragments{seen: make(map[*syntax.List]bool)}
	for i := range rules {
		for _, e := range rules[i].Exprs() {
			f.addExpr(e)
		}
	}
	return f.texts
}

type fragments struct {
	texts []string
	seen  map[*syntax.List]bool
}

func (f *fragments) addExpr(e *syntax.Expr) {
	if e == nil {
		return
	}
	f.addList(e.List)
	if e.Def != nil {
		f.addExpr(e.Def.Expr)
	}
	for _, sub := range e.Sub {
		f.addExpr(sub)
	}
	for _, link := range e.Links {
		f.addList(link.Without)
	}
	for _, w := range e.Unless {
		f.addExpr(w.Expr)
	}
}

func (f *fragments) addList(l *syntax.List) {
	if l == nil || f.seen[l] {
		return
	}
	f.seen[l] = true
	for _, e := range slices.Concat(l.Entries, l.NotIn) {
		phrase := strings.NewReplacer("=", "", "*", "ing", "#", "12").Replace(e.Phrase)
		f.texts = append(f.texts, phrase, strings.ToUpper(phrase), strings.ReplaceAll(phrase, " ", "-"))
	}
	for _, sub := range slices.Concat(l.Sublists, l.ExcludedLists) {
		f.addList(sub)
	}
}
