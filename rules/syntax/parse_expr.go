package syntax

import (
	"slices"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
)

const exprHelp = "add terms, use, rule, any, all, none, near, amount, source, role, language, jurisdiction, kind, deadline or effective"

// expr reads one expression, called what in messages. All conditions in one mapping must be met:
// {any: […], none: […]}.
func (p *parser) expr(n yamlnode.Node, what string) *Expr {
	if n.IsMap() {
		m := n.Map("an expression", partKeys()...)
		for _, key := range linkKeys() {
			if m.Get(key).Exists() {
				m.Key(key).Report(diag.Textf("%s belongs to a part of near, or to unless", diag.Text(key)), "put it into a part of near after the first, such as near: [a, {terms: b, next: 3}]")
			}
		}
	}
	return p.part(n, what)
}

// part reads an expression that is a part of near; its place is read by link.
func (p *parser) part(n yamlnode.Node, what string) *Expr {
	if n.IsNull() || !n.Exists() {
		n.Report(diag.Textf("%s is empty", diag.Text(what)), exprHelp)
		return nil
	}
	if n.IsScalar() {
		return p.query(n)
	}
	if !n.IsMap() {
		n.Report(diag.Textf("%s is a list", diag.Text(what)), "put any: or all: in front of it")
		return nil
	}
	m := n.Map("an expression", partKeys()...)
	text, conditions := p.textExpr(m, n), append(p.conditions(m), p.days(m)...)
	switch {
	case text == nil && len(conditions) == 0:
		n.Report(diag.Textf("%s has no condition", diag.Text(what)), exprHelp)
		return nil
	case text == nil:
		p.optionsWithoutText(m)
	default:
		conditions = append([]*Expr{text}, conditions...)
	}
	if len(conditions) == 1 {
		return conditions[0]
	}
	return &Expr{Op: OpAll, Sub: conditions, Pos: p.pos(n)}
}

// textExpr reads the conditions of an expression on the text of an article, with their options.
func (p *parser) textExpr(m yamlnode.Map, n yamlnode.Node) *Expr {
	found := p.operators(m)
	if len(found) == 0 {
		return nil
	}
	top := found[0]
	if len(found) > 1 {
		top = &Expr{Op: OpAll, Sub: found, Pos: p.pos(n)}
	}
	near := top
	for _, e := range found {
		if e.Op == OpNear {
			near = e
		}
	}
	p.options(m, top, near)
	return top
}

// optionsWithoutText reports the options that need a condition on the text where there is none.
func (p *parser) optionsWithoutText(m yamlnode.Map) {
	for _, key := range []string{"within", "same", "ordered", "in", "min", "unless"} {
		if m.Get(key).Exists() {
			m.Key(key).Report(diag.Textf("%s has no effect here", diag.Text(key)), "put it next to terms, use, any, all, near or amount")
		}
	}
}

// operators reads the keys that are operators, in the order of the grammar.
func (p *parser) operators(m yamlnode.Map) []*Expr {
	near := m.Get("near")
	var found, nearParts []*Expr
	for _, key := range []string{"terms", "use"} {
		v := m.Get(key)
		if !v.Exists() {
			continue
		}
		e := p.references(v, key)
		// {terms: denial, near: pair} is a denial near a pair.
		if near.Exists() {
			nearParts = append(nearParts, e)
			continue
		}
		found = append(found, e)
	}
	if v := m.Get("rule"); v.Exists() {
		found = append(found, p.references(v, "rule"))
	}
	if v := m.Get("amount"); v.Exists() && near.Exists() {
		nearParts = append(nearParts, p.amount(v))
	} else if v.Exists() {
		found = append(found, p.amount(v))
	}
	for _, choice := range []struct {
		key string
		op  Op
	}{{"any", OpAny}, {"all", OpAll}, {"none", OpNone}} {
		if v := m.Get(choice.key); v.Exists() {
			found = append(found, p.operands(v, choice.key, choice.op))
		}
	}
	if near.Exists() {
		found = append(found, p.near(near, nearParts))
	}
	return slices.DeleteFunc(found, func(e *Expr) bool { return e == nil })
}

// references reads the name of a list, a definition or a rule, or several names of which one must be found.
func (p *parser) references(v yamlnode.Node, key string) *Expr {
	op := OpTerms
	if key != "terms" {
		op = OpUse
	}
	var subs []*Expr
	for _, item := range v.Items() {
		if name := item.String(key); name != "" {
			subs = append(subs, &Expr{Op: op, Name: name, OfRule: key == "rule", Pos: p.pos(item)})
		}
	}
	switch len(subs) {
	case 0:
		v.Report(diag.Textf("%s is empty", diag.Text(key)), "add a name")
		return nil
	case 1:
		return subs[0]
	}
	return &Expr{Op: OpAny, Sub: subs, Pos: p.pos(v)}
}

// operands reads the operands of any, all and none: expressions, and phrases as plain texts. The phrases
// of any and none form one list, so that overlapping hits of them count once.
func (p *parser) operands(v yamlnode.Node, key string, op Op) *Expr {
	items := v.Items()
	if len(items) == 0 {
		v.Report(diag.Textf("%s is empty", diag.Text(key)), "add phrases or expressions")
		return nil
	}
	e := &Expr{Op: op, Pos: p.pos(v)}
	var phrases *Expr
	for _, item := range items {
		if !item.IsScalar() {
			if sub := p.expr(item, "an entry of "+key); sub != nil {
				e.Sub = append(e.Sub, sub)
			}
			continue
		}
		entry, ok := p.phrase(item, "")
		if !ok {
			continue
		}
		if phrases == nil || op == OpAll {
			phrases = inlineList(p.pos(item))
			e.Sub = append(e.Sub, phrases)
		}
		phrases.List.Entries = append(phrases.List.Entries, entry)
	}
	return e
}

// inlineList returns the expression of a list that is written in its place.
func inlineList(pos Pos, entries ...Entry) *Expr {
	return &Expr{Op: OpTerms, Pos: pos, List: &List{Inline: true, Ident: Ident{Pos: pos}, Entries: entries}}
}

// near reads the parts that must be close together: names of lists and definitions, or expressions.
func (p *parser) near(v yamlnode.Node, parts []*Expr) *Expr {
	e := &Expr{Op: OpNear, Sub: parts, Pos: p.pos(v)}
	for _, item := range v.Items() {
		if item.IsScalar() {
			e.Sub = append(e.Sub, &Expr{Op: OpUse, Name: item.String("near"), Pos: p.pos(item)})
			continue
		}
		if sub := p.part(item, "a part of near"); sub != nil {
			e.Sub = append(e.Sub, sub)
			p.link(item, e)
		}
	}
	if e.HasLinks() {
		e.Links = append(e.Links, make([]Link, len(e.Sub)-len(e.Links))...)
	}
	if len(e.Sub) < 2 {
		v.Report("near has fewer than two parts", "add the names of two or more term lists or definitions")
	}
	return e
}

// link reads how the last part of near is bound to the one before it.
func (p *parser) link(v yamlnode.Node, near *Expr) {
	if !v.IsMap() {
		return
	}
	m := v.Map("an expression", partKeys()...)
	link := Link{Reach: p.reach(m)}
	if without := m.Get("without"); without.Exists() {
		link.Without = &List{Inline: true, Ident: Ident{Pos: p.pos(without)}, Entries: p.entries(without, "without", "")}
	}
	if link == (Link{}) {
		return
	}
	if len(near.Sub) == 1 {
		for _, key := range linkKeys() {
			if m.Get(key).Exists() {
				m.Key(key).Report(diag.Textf("%s in the first part has no part before it", diag.Text(key)), "put it in a later part")
			}
		}
		return
	}
	near.Links = append(near.Links, make([]Link, len(near.Sub)-1-len(near.Links))...)
	near.Links = append(near.Links, link)
}

// reach reads how many words one thing may be after or before another.
func (p *parser) reach(m yamlnode.Map) Reach {
	return Reach{Next: m.Get("next").Int("next", 1, 1000), Previous: m.Get("previous").Int("previous", 1, 1000)}
}

// options reads the options of an expression. If near has other operators beside it, the options that
// only near has belong to near, and the others to the whole expression.
func (p *parser) options(m yamlnode.Map, whole, near *Expr) {
	whole.In = p.in(m.Get("in"))
	if v := m.Get("min"); v.Exists() {
		whole.Min = v.Int("min", 1, 100)
		if whole.In == 0 {
			v.Report("min has no in", "add where to count the hits, such as in: body")
		}
		if whole.Op == OpAll || whole.Op == OpNone {
			m.Key("min").Report("min cannot count the hits of all or none", "put it next to terms, use, any, near or amount")
		}
	}
	if near.Op == OpNear {
		p.distance(m, near)
	} else {
		for _, key := range []string{"within", "same", "ordered"} {
			if m.Get(key).Exists() {
				m.Key(key).Report(diag.Textf("%s belongs to near", diag.Text(key)), "put it next to near")
			}
		}
	}
	for _, item := range m.Get("unless").Items() {
		if w, ok := p.window(item); ok {
			near.Unless = append(near.Unless, w)
		}
	}
	if len(near.Unless) > 0 && (near.Op == OpAll || near.Op == OpNone) {
		m.Key("unless").Report("unless cannot exclude the hits of all or none", "put it next to terms, use, any, near or amount")
	}
}

const distanceHelp diag.Text = "add within: a number of words, or same: sentence or paragraph"

// distance reads how close the parts of near must be.
func (p *parser) distance(m yamlnode.Map, near *Expr) {
	within, same := m.Get("within"), m.Get("same")
	near.Within = within.Int("within", 1, 1000)
	near.Same = p.scope(same)
	near.Ordered = m.Get("ordered").Bool("ordered")
	bound := 0 // parts whose distance next or previous gives
	for _, link := range near.Links {
		if link.Reach != (Reach{}) {
			bound++
		}
	}
	switch all := bound > 0 && bound >= len(near.Sub)-1; {
	case !within.Exists() && !same.Exists() && !all:
		m.Key("near").Report("near has no within", diag.Textf("%s, or next or previous in each part after the first", distanceHelp))
	case all && within.Exists():
		m.Key("within").Report("within has no effect, because each part has next or previous", "delete it")
	case all && m.Get("ordered").Exists():
		m.Key("ordered").Report("ordered has no effect, because each part has next or previous", "delete it")
	}
}

// window reads an entry of unless.
func (p *parser) window(v yamlnode.Node) (Window, bool) {
	m := v.Map("unless", windowKeys()...)
	if !v.IsMap() {
		return Window{}, false
	}
	found := p.operators(m)
	if len(found) != 1 {
		v.Report(diag.Textf("unless has %d conditions", len(found)), "use exactly one of terms, use, any and amount")
		return Window{}, false
	}
	within, same := m.Get("within"), m.Get("same")
	w := Window{Expr: found[0], Within: within.Int("within", 1, 1000), Same: p.scope(same), Reach: p.reach(m)}
	directed := m.Get("next").Exists() || m.Get("previous").Exists()
	switch {
	case directed && within.Exists():
		m.Key("within").Report("within has no effect beside next or previous", "delete one of them")
	case directed && same.Exists():
		m.Key("same").Report("same has no effect beside next or previous, which stay within the sentence", "delete it")
	case !directed && !within.Exists() && !same.Exists():
		v.Report("unless has no within", diag.Textf("%s, or next or previous: a number of words", distanceHelp))
	}
	return w, true
}

func (p *parser) scope(v yamlnode.Node) Scope {
	switch v.OneOf("same", "sentence", "paragraph") {
	case "sentence":
		return SameSentence
	case "paragraph":
		return SameParagraph
	}
	return SameField
}

func (p *parser) in(v yamlnode.Node) Region {
	var r Region
	for _, item := range v.Items() {
		r |= regionOf(item.OneOf("in", "title", "lead", "body"))
	}
	if v.Exists() && len(v.Items()) == 0 {
		v.Report("in is empty", "add title, lead or body")
	}
	return r
}

// regionOf returns the region of a keyword, or none.
func regionOf(keyword string) Region {
	switch keyword {
	case "title":
		return RegionTitle
	case "lead":
		return RegionLead
	case "body":
		return RegionBody
	}
	return 0
}
