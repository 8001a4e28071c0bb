package rules

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"regwatch/internal/diag"
	"regwatch/internal/text"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// A compiler resolves the names in rules and gathers their phrases, each once,
// so that an article is searched for all of them in one pass.
type compiler struct {
	set      *Set
	numbers  map[string]int32 // of phrases, by their text
	done     map[*list]bool
	problems diag.Problems
	muted    bool // a vocabulary file could not be read, so names may be unknown
}

func (c *compiler) report(at place, what, want string) {
	if c.muted && strings.HasPrefix(what, "unknown ") {
		return
	}
	c.problems = append(c.problems, at.problem(what, want))
}

// rule resolves one rule. What it finds are the rule's own lists first, then
// those of the vocabulary files that it names, in that order.
func (c *compiler) rule(r *Rule, shared map[string]map[string]*list) {
	scope := make(map[string]*list)
	c.muted = false
	for _, v := range slices.Backward(r.vocabulary) {
		lists, ok := shared[v.name]
		if !ok {
			files := slices.Sorted(maps.Keys(shared))
			want := "want a file of the folder vocabulary"
			if len(files) > 0 {
				want += ", which has " + strings.Join(files, ", ")
			}
			c.report(v.at, fmt.Sprintf("unknown vocabulary file %q", v.name), want)
			continue
		}
		// Nobody needs a hundred unknown names because of one bad bracket.
		c.muted = c.muted || lists == nil
		maps.Copy(scope, lists)
	}
	maps.Copy(scope, r.lists)
	used := make(map[string]*list)
	lookup := func(name string, at place) *list {
		l, ok := scope[name]
		if !ok {
			c.report(at, fmt.Sprintf("unknown term list %q", name), wantName(name, slices.Sorted(maps.Keys(scope)), "term lists"))
			return nil
		}
		used[name] = l
		return l
	}
	for _, name := range slices.Sorted(maps.Keys(r.lists)) {
		c.list(r.lists[name], scope, nil)
	}
	for _, name := range r.order {
		c.node(r, r.defines[name].node, scope, lookup, everywhere)
	}
	for _, name := range r.order {
		c.cycle(r.defines[name], nil)
	}
	for _, n := range append([]*node{r.when, r.mention}, tagNodes(r.tags)...) {
		c.node(r, n, scope, lookup, everywhere)
	}
	c.demand(r.when, r.whenAt, "the rule")
	c.demand(r.mention, r.mentionAt, "the mention")
	r.resolved = resolvedVocabulary(r, used)
	r.Hash = models.HashOf(string(r.src), r.resolved, text.Version)
}

// demand reports a question that an article without any of its words could
// meet: there would be nothing to look for.
func (c *compiler) demand(n *node, at place, what string) {
	if n != nil && !n.demands(nil) {
		c.report(at, what+" asks for nothing that must be there", "want words to look for, by terms, use, any, all or near")
	}
}

func tagNodes(tags []tag) []*node {
	nodes := make([]*node, len(tags))
	for i, t := range tags {
		nodes[i] = t.node
	}
	return nodes
}

func wantName(name string, known []string, what string) string {
	if near := yamlnode.Nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(known) == 0 {
		return "there are no " + what
	}
	return fmt.Sprintf("the %s are %s", what, strings.Join(known, ", "))
}

// node resolves the names in n and checks where it looks.
func (c *compiler) node(r *Rule, n *node, scope map[string]*list, lookup func(string, place) *list, from region) {
	if n == nil {
		return
	}
	here := from
	if n.in != 0 {
		if here = from & n.in; here == 0 {
			c.report(n.at, "looks where the expression around it does not", "want in to lie within the in further out")
			return
		}
	}
	switch n.op {
	case opTerms:
		if n.list == nil {
			n.list = lookup(n.name, n.at)
		}
		if n.list != nil {
			c.list(n.list, scope, nil)
		}
	case opUse:
		if d, ok := r.defines[n.name]; ok {
			n.def = d
			break
		}
		if l, ok := scope[n.name]; ok {
			n.op, n.list = opTerms, l
			lookup(n.name, n.at)
			c.list(l, scope, nil)
			break
		}
		known := append(slices.Sorted(maps.Keys(r.defines)), slices.Sorted(maps.Keys(scope))...)
		c.report(n.at, fmt.Sprintf("unknown name %q", n.name), wantName(n.name, known, "definitions and term lists"))
	}
	for _, k := range n.kids {
		c.node(r, k, scope, lookup, here)
	}
	if n.op == opNear {
		for _, k := range n.kids {
			if k != nil && !k.hasPlace(nil) {
				c.report(k.at, "has no place in the text to be near to", "want term lists, near or any of them")
			}
		}
	}
	for _, w := range n.unless {
		c.node(r, w.node, scope, lookup, everywhere)
	}
}

// hasPlace reports whether what n finds stands somewhere: all, none and where
// the article comes from do not.
func (n *node) hasPlace(seen []*define) bool {
	switch n.op {
	case opAll, opNone, opFrom:
		return false
	case opAny:
		return !slices.ContainsFunc(n.kids, func(k *node) bool { return k != nil && !k.hasPlace(seen) })
	case opUse:
		if n.def == nil || n.def.node == nil || slices.Contains(seen, n.def) {
			return true
		}
		return n.def.node.hasPlace(append(seen, n.def))
	}
	return true
}

// cycle reports a definition that uses itself, once, where it begins.
func (c *compiler) cycle(d *define, path []*define) {
	if i := slices.Index(path, d); i >= 0 {
		first := slices.MinFunc(path[i:], func(a, b *define) int { return cmp.Or(a.at.line-b.at.line, a.at.col-b.at.col) })
		if i == 0 && first == d {
			names := make([]string, 0, len(path)+1)
			for _, p := range append(slices.Clone(path), d) {
				names = append(names, p.name)
			}
			c.report(d.at, fmt.Sprintf("definition %q uses itself: %s", d.name, strings.Join(names, " → ")), "want definitions that do not run in a circle")
		}
		return
	}
	for _, next := range d.node.uses(nil) {
		c.cycle(next, append(path, d))
	}
}

// uses lists the definitions that n names.
func (n *node) uses(found []*define) []*define {
	if n == nil {
		return found
	}
	if n.op == opUse && n.def != nil && !slices.Contains(found, n.def) {
		found = append(found, n.def)
	}
	for _, k := range n.kids {
		found = k.uses(found)
	}
	for _, w := range n.unless {
		found = w.node.uses(found)
	}
	return found
}

// list numbers a list's phrases and resolves the lists within it.
func (c *compiler) list(l *list, scope map[string]*list, path []*list) {
	if slices.Contains(path, l) {
		if path[0] == l {
			names := make([]string, 0, len(path)+1)
			for _, p := range append(slices.Clone(path), l) {
				names = append(names, p.name)
			}
			c.report(l.at, fmt.Sprintf("term list %q holds itself: %s", l.name, strings.Join(names, " → ")), "want lists that do not run in a circle")
		}
		return
	}
	if c.done[l] {
		return
	}
	path = append(slices.Clone(path), l)
	add := func(entries []entry) (phrases []int32, lists []*list) {
		for _, e := range entries {
			if e.terms == "" {
				phrases = append(phrases, c.phrase(e))
				continue
			}
			sub, ok := scope[e.terms]
			if !ok {
				c.report(e.at, fmt.Sprintf("unknown term list %q", e.terms), wantName(e.terms, slices.Sorted(maps.Keys(scope)), "term lists"))
				continue
			}
			c.list(sub, scope, path)
			lists = append(lists, sub)
		}
		return phrases, lists
	}
	l.phrases, l.sublists = add(l.entries)
	l.blots, l.blotting = add(l.notIn)
	l.id = c.set.lists
	c.set.lists++
	c.done[l] = true
}

// phrase returns the number of a phrase within the set. A phrase is one with its
// English name: two rules may call the same words differently.
func (c *compiler) phrase(e entry) int32 {
	key := e.phrase + "\x00" + e.gloss
	if n, ok := c.numbers[key]; ok {
		return n
	}
	ph, _ := newPhrase(e.phrase)
	n := int32(len(c.set.phrases))
	c.numbers[key] = n
	c.set.phrases = append(c.set.phrases, ph)
	c.set.glosses = append(c.set.glosses, e.gloss)
	return n
}

// resolvedVocabulary is the text of every shared list that the rule draws on,
// straight or through another list.
func resolvedVocabulary(r *Rule, used map[string]*list) string {
	type written struct {
		Gloss string   `json:"gloss,omitempty"`
		Any   []string `json:"any"`
		NotIn []string `json:"not_in,omitempty"`
	}
	out := make(map[string]written)
	seen := make(map[*list]bool)
	var visit func(l *list)
	visit = func(l *list) {
		if seen[l] {
			return
		}
		seen[l] = true
		for _, sub := range slices.Concat(l.sublists, l.blotting) {
			visit(sub)
		}
		if r.lists[l.name] != l { // the rule's own text has its own
			out[l.name] = written{l.gloss, spell(l.entries), spell(l.notIn)}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		visit(used[name])
	}
	for _, name := range slices.Sorted(maps.Keys(r.lists)) {
		visit(r.lists[name])
	}
	b, err := json.Marshal(out)
	if err != nil {
		panic(err) // strings always marshal
	}
	return string(b)
}

func spell(entries []entry) []string {
	var out []string
	for _, e := range entries {
		s := e.phrase
		if e.terms != "" {
			s = "terms: " + e.terms
		}
		if e.gloss != "" {
			s += " = " + e.gloss
		}
		out = append(out, s)
	}
	return out
}
