package rules

import (
	"fmt"
	"slices"

	"regwatch/internal/yamlnode"
)

// node reads one expression. Several questions in one mapping must all be met:
// {any: […], none: […]} reads as it is said.
func (p *parser) node(n yamlnode.Node, what string) *node {
	if n.IsNull() || !n.There() {
		n.Report(what+" is empty", "want "+nodeWant)
		return nil
	}
	if n.IsScalar() {
		return p.query(n)
	}
	if !n.IsMap() {
		n.Report(what+" is a list", "want any: or all: in front of it")
		return nil
	}
	m := n.Map("an expression", nodeKeys...)
	words, from := p.words(m, n), p.conditions(m)
	switch {
	case words == nil && len(from) == 0:
		n.Report(what+" asks for nothing", "want "+nodeWant)
		return nil
	case words == nil:
		p.noWords(m)
	default:
		from = append([]*node{words}, from...)
	}
	if len(from) == 1 {
		return from[0]
	}
	return &node{op: opAll, kids: from, at: p.at(n)}
}

// words reads what an expression asks of the text.
func (p *parser) words(m yamlnode.Map, n yamlnode.Node) *node {
	found := p.questions(m)
	if len(found) == 0 {
		return nil
	}
	top := found[0]
	if len(found) > 1 {
		top = &node{op: opAll, kids: found, at: p.at(n)}
	}
	narrowed := top
	for _, q := range found {
		if q.op == opNear {
			narrowed = q
		}
	}
	p.options(m, top, narrowed)
	return top
}

// noWords reports what narrows words where there are none.
func (p *parser) noWords(m yamlnode.Map) {
	for _, key := range []string{"within", "same", "ordered", "in", "min", "unless"} {
		if m.Get(key).There() {
			m.Key(key).Report(key+" has no words to narrow", "want it beside terms, use, any, all or near")
		}
	}
}

const nodeWant = "terms, use, any, all, none, near, source, role, language or jurisdiction"

// questions reads the keys that ask for something, in the grammar's order.
func (p *parser) questions(m yamlnode.Map) []*node {
	near := m.Get("near")
	var found, closeTo []*node
	for _, key := range []string{"terms", "use"} {
		v := m.Get(key)
		if !v.There() {
			continue
		}
		q := p.references(v, key)
		// {terms: denial, near: pair} is a denial near a pair.
		if near.There() {
			closeTo = append(closeTo, q)
			continue
		}
		found = append(found, q)
	}
	for _, g := range []struct {
		key string
		op  operator
	}{{"any", opAny}, {"all", opAll}, {"none", opNone}} {
		if v := m.Get(g.key); v.There() {
			found = append(found, p.choice(v, g.key, g.op))
		}
	}
	if near.There() {
		found = append(found, p.near(near, closeTo))
	}
	return slices.DeleteFunc(found, func(n *node) bool { return n == nil })
}

// references reads the name of a list or definition, or several of them.
func (p *parser) references(v yamlnode.Node, key string) *node {
	op := opTerms
	if key == "use" {
		op = opUse
	}
	var kids []*node
	for _, item := range v.Items() {
		if name := item.String(key); name != "" {
			kids = append(kids, &node{op: op, name: name, at: p.at(item)})
		}
	}
	switch len(kids) {
	case 0:
		v.Report(key+" is empty", "want a name")
		return nil
	case 1:
		return kids[0]
	}
	return &node{op: opAny, kids: kids, at: p.at(v)}
}

// choice reads the children of any, all and none: expressions, and phrases as
// plain texts. The phrases of any and none are one list, as their hits are one.
func (p *parser) choice(v yamlnode.Node, key string, op operator) *node {
	items := v.Items()
	if len(items) == 0 {
		v.Report(key+" is empty", "want phrases or expressions")
		return nil
	}
	out := &node{op: op, at: p.at(v)}
	var phrases *node
	for _, item := range items {
		if !item.IsScalar() {
			if kid := p.node(item, "an entry of "+key); kid != nil {
				out.kids = append(out.kids, kid)
			}
			continue
		}
		e, ok := p.phrase(item, "")
		if !ok {
			continue
		}
		if phrases == nil || op == opAll {
			phrases = p.inline(item)
			out.kids = append(out.kids, phrases)
		}
		phrases.list.entries = append(phrases.list.entries, e)
	}
	return out
}

func (p *parser) inline(at yamlnode.Node) *node {
	p.inlines++
	return &node{op: opTerms, at: p.at(at), list: &list{inline: true, named: named{at: p.at(at)}}}
}

// near reads the parts that have to stand close together: names of lists and
// definitions, or expressions.
func (p *parser) near(v yamlnode.Node, closeTo []*node) *node {
	out := &node{op: opNear, kids: closeTo, at: p.at(v)}
	for _, item := range v.Items() {
		if item.IsScalar() {
			out.kids = append(out.kids, &node{op: opUse, name: item.String("near"), at: p.at(item)})
			continue
		}
		if kid := p.node(item, "a part of near"); kid != nil {
			out.kids = append(out.kids, kid)
		}
	}
	if len(out.kids) < 2 {
		v.Report("near has fewer than two parts", "want the names of two or more term lists or definitions")
	}
	return out
}

// options reads the keys that narrow what was asked for. Where near stands
// beside other questions, what belongs to near is its own.
func (p *parser) options(m yamlnode.Map, n, near *node) {
	n.in = p.in(m.Get("in"))
	if v := m.Get("min"); v.There() {
		n.min = v.Int("min", 1, 100)
		if n.in == 0 {
			v.Report("min has no in", "want where the hits are counted, such as in: body")
		}
		if n.op == opAll || n.op == opNone {
			m.Key("min").Report("min counts the hits of terms, use, any or near", "want it beside one of those")
		}
	}
	within, same := m.Get("within"), m.Get("same")
	if near.op == opNear {
		near.within = within.Int("within", 1, 1000)
		near.same = p.bound(same)
		near.ordered = m.Get("ordered").Bool("ordered")
		if !within.There() && !same.There() {
			m.Key("near").Report("near has no within", "want within: a number of words, or same: sentence or paragraph")
		}
	} else {
		for _, key := range []string{"within", "same", "ordered"} {
			if m.Get(key).There() {
				m.Key(key).Report(key+" belongs to near", "want it beside near")
			}
		}
	}
	for _, item := range m.Get("unless").Items() {
		if w, ok := p.window(item); ok {
			near.unless = append(near.unless, w)
		}
	}
	if len(near.unless) > 0 && (near.op == opAll || near.op == opNone) {
		m.Key("unless").Report("unless spoils the hits of terms, use, any or near", "want it beside one of those")
	}
}

// window reads what spoils a hit.
func (p *parser) window(v yamlnode.Node) (window, bool) {
	m := v.Map("unless", windowKeys...)
	if !v.IsMap() {
		return window{}, false
	}
	found := p.questions(m)
	if len(found) != 1 {
		v.Report(fmt.Sprintf("unless has %d questions", len(found)), "want one of terms, use or any")
		return window{}, false
	}
	w := window{node: found[0], within: m.Get("within").Int("within", 1, 1000), same: p.bound(m.Get("same"))}
	if !m.Get("within").There() && !m.Get("same").There() {
		v.Report("unless has no within", "want within: a number of words, or same: sentence or paragraph")
	}
	return w, true
}

func (p *parser) bound(v yamlnode.Node) bound {
	switch v.OneOf("same", "sentence", "paragraph") {
	case "sentence":
		return sameSentence
	case "paragraph":
		return sameParagraph
	}
	return sameField
}

func (p *parser) in(v yamlnode.Node) region {
	var r region
	for _, item := range v.Items() {
		switch item.OneOf("in", "title", "lead", "body") {
		case "title":
			r |= regionTitle
		case "lead":
			r |= regionLead
		case "body":
			r |= regionBody
		}
	}
	if v.There() && len(v.Items()) == 0 {
		v.Report("in is empty", "want title, lead or body")
	}
	return r
}
