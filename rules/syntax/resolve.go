package syntax

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"regwatch/internal/diag"
	"regwatch/internal/text"
	"regwatch/internal/yamlnode"
	"regwatch/models"
)

// A Table numbers the phrases, lists and expressions of some rules. Equal phrases with the same gloss share a number, so
// that an article is searched for each of them once. An expression comes before its operands, and its last operand is
// followed by what is not within it.
type Table struct {
	Phrases []Phrase
	Glosses []string // by phrase: its English name; "" if it has none
	Lists   []*List
	Exprs   []*Expr
}

// Resolve connects the names in rules with what they stand for: the rule's own lists and definitions, and
// the lists of the vocabulary files that it names. It sets the fields that say so, and Hash. Rules that
// already have problems are checked for more.
func Resolve(rules []*Rule, vocabulary Vocabulary) (*Table, diag.Problems) {
	res := &resolver{table: &Table{}, numbers: make(map[string][]int32), resolved: make(map[*List]bool)}
	// A shared list means the same in every rule, so it can use only the lists of its own file.
	for _, file := range slices.Sorted(maps.Keys(vocabulary)) {
		for _, name := range slices.Sorted(maps.Keys(vocabulary[file])) {
			res.list(vocabulary[file][name], vocabulary[file], nil)
		}
	}
	for _, r := range rules {
		res.rule(r, vocabulary)
	}
	return res.table, res.problems
}

type resolver struct {
	table      *Table
	numbers    map[string][]int32 // of the spellings of a phrase, by phrase and gloss
	resolved   map[*List]bool
	problems   diag.Problems
	incomplete bool // a vocabulary file of the current rule could not be read, so that its names are unknown
}

// report adds a problem. It drops unknown names if the vocabulary is incomplete: one missing bracket would
// otherwise cause a hundred of them.
func (res *resolver) report(at Pos, what, want string) {
	if res.incomplete && strings.HasPrefix(what, "unknown ") {
		return
	}
	res.problems = append(res.problems, at.Problem(what, want))
}

// A scope holds the names that a rule can use.
type scope struct {
	rule  *Rule
	lists map[string]*List
	used  map[string]*List // of lists
}

func (res *resolver) rule(r *Rule, vocabulary Vocabulary) {
	s := &scope{rule: r, lists: res.listsOf(r, vocabulary), used: make(map[string]*List)}
	for _, name := range slices.Sorted(maps.Keys(r.Lists)) {
		res.list(r.Lists[name], s.lists, nil)
	}
	for _, name := range r.DefinitionNames {
		res.expr(r.Definitions[name].Expr, s, Everywhere)
	}
	for _, name := range r.DefinitionNames {
		res.checkCycle(r.Definitions[name], nil)
	}
	for _, e := range r.Exprs() {
		res.expr(e, s, Everywhere)
	}
	res.checkRequiresText(r.When, r.WhenPos, "the rule")
	res.checkRequiresText(r.Mention, r.MentionPos, "mention")
	res.table.addRule(r)
	r.ResolvedVocabulary = encodeVocabulary(r, s.used)
	r.Hash = models.HashOf(string(r.src), r.ResolvedVocabulary, text.Version)
}

// addRule numbers the expressions of a rule.
func (t *Table) addRule(r *Rule) {
	for _, e := range r.Exprs() {
		t.addExpr(e)
	}
	for _, name := range r.DefinitionNames {
		t.addExpr(r.Definitions[name].Expr)
	}
}

// addExpr numbers an expression with its operands, and after them the expressions of their windows.
func (t *Table) addExpr(e *Expr) {
	for _, w := range t.addOperands(e, nil) {
		t.addExpr(w.Expr)
	}
}

// addOperands numbers an expression with its operands, and appends the windows of all of them.
func (t *Table) addOperands(e *Expr, windows []Window) []Window {
	if e == nil {
		return windows
	}
	e.Number = int32(len(t.Exprs))
	t.Exprs = append(t.Exprs, e)
	windows = append(windows, e.Unless...)
	for _, sub := range e.Sub {
		windows = t.addOperands(sub, windows)
	}
	e.End = int32(len(t.Exprs))
	return windows
}

// listsOf returns the lists that a rule can use. Its own lists come before those of vocabulary files, and
// those of an earlier file before those of a later one.
func (res *resolver) listsOf(r *Rule, vocabulary Vocabulary) map[string]*List {
	all := make(map[string]*List)
	res.incomplete = false
	for _, v := range slices.Backward(r.Vocabulary) {
		lists, ok := vocabulary[v.Name]
		if !ok {
			want := "use a file of the folder vocabulary"
			if len(vocabulary) > 0 {
				want += ", which has " + strings.Join(slices.Sorted(maps.Keys(vocabulary)), ", ")
			}
			res.report(v.Pos, fmt.Sprintf("unknown vocabulary file %q", v.Name), want)
			continue
		}
		res.incomplete = res.incomplete || lists == nil
		maps.Copy(all, lists)
	}
	maps.Copy(all, r.Lists)
	return all
}

// checkRequiresText reports an expression that an article can match without any phrase, so that there would
// be nothing to look for.
func (res *resolver) checkRequiresText(e *Expr, at Pos, what string) {
	if e != nil && !e.RequiresText() {
		res.report(at, what+" does not require any word", "add words to look for, with terms, use, any, all or near")
	}
}

// nameHint suggests what an unknown name may have meant.
func nameHint(name string, known []string, what string) string {
	if near := yamlnode.Nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(known) == 0 {
		return "there are no " + what
	}
	return fmt.Sprintf("the %s are %s", what, strings.Join(known, ", "))
}

// expr resolves the names in an expression, and checks that it looks within the region of the expression
// around it.
func (res *resolver) expr(e *Expr, s *scope, outer Region) {
	if e == nil {
		return
	}
	region := outer
	if e.In != 0 {
		if region = outer & e.In; region == 0 {
			res.report(e.Pos, "cannot match, because the expression around it looks in another part of the article", "use an in that lies within the outer in")
			return
		}
	}
	switch e.Op {
	case OpTerms:
		if e.List == nil {
			e.List = res.lookup(e.Name, e.Pos, s)
		}
		if e.List != nil {
			res.list(e.List, s.lists, nil)
		}
	case OpUse:
		res.use(e, s)
	}
	for _, sub := range e.Sub {
		res.expr(sub, s, region)
	}
	if e.Op == OpNear {
		for _, sub := range e.Sub {
			if sub != nil && !sub.HasPosition() {
				res.report(sub.Pos, "cannot be near anything, because it has no position in the text", "use term lists, near, or any of them")
			}
		}
	}
	for _, link := range e.Links {
		if link.Without != nil {
			res.markUsed(link.Without, s)
			res.list(link.Without, s.lists, nil)
		}
	}
	for _, w := range e.Unless {
		res.expr(w.Expr, s, Everywhere)
	}
}

// markUsed records the lists that an inline list names, so that they belong to the revision of the rule.
func (res *resolver) markUsed(l *List, s *scope) {
	for _, e := range l.Entries {
		if named, ok := s.lists[e.ListName]; ok {
			s.used[e.ListName] = named
		}
	}
}

// lookup returns the list of a name, or reports that there is none.
func (res *resolver) lookup(name string, at Pos, s *scope) *List {
	l, ok := s.lists[name]
	if !ok {
		res.report(at, fmt.Sprintf("unknown term list %q", name), nameHint(name, slices.Sorted(maps.Keys(s.lists)), "term lists"))
		return nil
	}
	s.used[name] = l
	return l
}

// use resolves the name of a definition or, if there is none, of a list.
func (res *resolver) use(e *Expr, s *scope) {
	if d, ok := s.rule.Definitions[e.Name]; ok {
		e.Def = d
		return
	}
	if l, ok := s.lists[e.Name]; ok {
		e.Op, e.List = OpTerms, l
		s.used[e.Name] = l
		res.list(l, s.lists, nil)
		return
	}
	known := append(slices.Sorted(maps.Keys(s.rule.Definitions)), slices.Sorted(maps.Keys(s.lists))...)
	hint := nameHint(e.Name, known, "definitions and term lists")
	if yamlnode.Nearest(e.Name, known) == "" {
		hint += fmt.Sprintf("; to find the word itself, use {any: [%s]}, or in a query the word without $", e.Name)
	}
	res.report(e.Pos, fmt.Sprintf("unknown name %q", e.Name), hint)
}

// checkCycle reports a definition that uses itself, once per cycle: at the definition that comes first in
// the file.
func (res *resolver) checkCycle(d *Definition, path []*Definition) {
	if i := slices.Index(path, d); i >= 0 {
		first := slices.MinFunc(path[i:], func(a, b *Definition) int {
			return cmp.Or(a.Pos.Line-b.Pos.Line, a.Pos.Col-b.Pos.Col)
		})
		if i == 0 && first == d {
			names := make([]string, 0, len(path)+1)
			for _, p := range append(slices.Clone(path), d) {
				names = append(names, p.Name)
			}
			res.report(d.Pos, fmt.Sprintf("definition %q uses itself: %s", d.Name, strings.Join(names, " → ")), "remove one of these uses")
		}
		return
	}
	for _, next := range d.Expr.definitions(nil) {
		res.checkCycle(next, append(path, d))
	}
}

// definitions appends the definitions that e uses directly.
func (e *Expr) definitions(found []*Definition) []*Definition {
	if e == nil {
		return found
	}
	if e.Op == OpUse && e.Def != nil && !slices.Contains(found, e.Def) {
		found = append(found, e.Def)
	}
	for _, sub := range e.Sub {
		found = sub.definitions(found)
	}
	for _, w := range e.Unless {
		found = w.Expr.definitions(found)
	}
	return found
}

// list numbers the phrases of a list and resolves the lists within it. The path leads to it from outer
// lists.
func (res *resolver) list(l *List, lists map[string]*List, path []*List) {
	if slices.Contains(path, l) {
		if path[0] == l {
			names := make([]string, 0, len(path)+1)
			for _, p := range append(slices.Clone(path), l) {
				names = append(names, p.Name)
			}
			res.report(l.Pos, fmt.Sprintf("term list %q contains itself: %s", l.Name, strings.Join(names, " → ")), "remove one of these entries")
		}
		return
	}
	if res.resolved[l] {
		return
	}
	path = append(slices.Clone(path), l)
	l.Phrases, l.Sublists = res.entries(l.Entries, lists, path)
	l.Exclusions, l.ExcludedLists = res.entries(l.NotIn, lists, path)
	res.resolved[l] = true
	l.Number = int32(len(res.table.Lists))
	res.table.Lists = append(res.table.Lists, l)
}

func (res *resolver) entries(entries []Entry, lists map[string]*List, path []*List) (phrases []int32, sublists []*List) {
	for _, e := range entries {
		if e.ListName == "" {
			phrases = append(phrases, res.phrase(e)...)
			continue
		}
		sub, ok := lists[e.ListName]
		if !ok {
			res.report(e.Pos, fmt.Sprintf("unknown term list %q", e.ListName), nameHint(e.ListName, slices.Sorted(maps.Keys(lists)), "term lists"))
			continue
		}
		res.list(sub, lists, path)
		sublists = append(sublists, sub)
	}
	return phrases, sublists
}

// phrase returns the numbers of the spellings of a phrase. The gloss is part of its identity, because two rules may
// have different names for the same words.
func (res *resolver) phrase(e Entry) []int32 {
	key := e.Phrase + "\x00" + e.Gloss
	if n, ok := res.numbers[key]; ok {
		return n
	}
	ph, _ := ParsePhrase(e.Phrase)
	var numbers []int32
	for _, spelling := range ph.Spellings() {
		numbers = append(numbers, int32(len(res.table.Phrases)))
		res.table.Phrases = append(res.table.Phrases, spelling)
		res.table.Glosses = append(res.table.Glosses, e.Gloss)
	}
	res.numbers[key] = numbers
	return numbers
}
