package syntax

import (
	"cmp"
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
	Phrases     []Phrase
	Glosses     []string         // by phrase: its English name; "" if it has none
	Entities    []*models.Entity // by phrase: the entity whose name it is; nil if it is none
	Lists       []*List
	Exprs       []*Expr
	Definitions []*Definition // of vocabulary files
}

// Resolve connects the names in rules with what they stand for: the rule's own lists and definitions, those of the
// vocabulary files that it names, entities, and other rules. It sets the fields that say so, and Hash. Rules that
// already have problems are checked for more.
func Resolve(rules []*Rule, shared Shared) (*Table, diag.Problems) {
	res := &resolver{
		table: &Table{}, shared: shared, rules: maps.Clone(shared.Rules), whens: make(map[*Rule]*Definition),
		numbers: make(map[phraseKey][]int32), resolved: make(map[*List]bool),
	}
	if res.rules == nil {
		res.rules = make(map[string]*Rule)
	}
	for _, r := range slices.Backward(rules) { // of two with one ID, which is a problem of its own, the first counts
		res.rules[r.ID] = r
	}
	for _, file := range slices.Sorted(maps.Keys(shared.Vocabulary)) {
		if v := shared.Vocabulary[file]; v != nil {
			res.vocabulary(v)
		}
	}
	for _, r := range rules {
		res.rule(r)
	}
	own := len(rules)
	for len(res.used) > 0 { // rules of shared, which may use others
		r := res.used[0]
		res.used = res.used[1:]
		if !slices.Contains(rules, r) {
			res.rule(r)
			rules = append(slices.Clip(rules), r)
		}
	}
	res.checkCycles(rules)
	if res.checkSizes(rules); res.tooLarge {
		return res.table, res.problems // what follows would take too long
	}
	for i, r := range rules {
		res.checkPositions(r.Exprs())
		for _, name := range r.DefinitionNames {
			res.checkPositions([]*Expr{r.Definitions[name].Expr})
		}
		res.checkRequires(r.When, r.WhenPos, "the rule")
		res.checkRequires(r.Mention, r.MentionPos, "mention")
		res.table.addRule(r)
		if i < own {
			r.ResolvedVocabulary = res.encodeVocabulary(r)
			r.Hash = models.HashOf(string(r.src), r.ResolvedVocabulary, text.Version)
		}
	}
	for _, d := range res.table.Definitions {
		res.checkPositions([]*Expr{d.Expr})
		res.table.addExpr(d.Expr)
	}
	return res.table, res.problems
}

type resolver struct {
	table      *Table
	shared     Shared
	rules      map[string]*Rule // by ID
	used       []*Rule          // that an expression uses; each once
	whens      map[*Rule]*Definition
	numbers    map[phraseKey][]int32 // of the spellings of a phrase
	resolved   map[*List]bool
	problems   diag.Problems
	tooLarge   bool // something is larger than maxUsed
	stored     int  // bytes of the rules that are stored with the current one
	incomplete bool // a vocabulary file of the current rule could not be read, so that its names are unknown
}

// A phraseKey identifies a phrase. The gloss and the entity are part of it, because two rules may have different names for
// the same words.
type phraseKey struct {
	phrase, gloss string
	entity        models.Entity
}

// report adds a problem. It drops unknown names if the vocabulary is incomplete: one missing bracket would
// otherwise cause a hundred of them.
func (res *resolver) report(at Pos, what, want diag.Text) {
	if res.incomplete && strings.HasPrefix(what.Format(), "unknown ") {
		return
	}
	res.problems = append(res.problems, at.Problem(what, want))
}

// A scope holds the names that the expressions of a rule, or of a vocabulary file, can use.
type scope struct {
	lists       map[string]*List
	definitions map[string]*Definition
}

// vocabulary resolves the names in a vocabulary file. What is shared means the same in every rule, so it can use only the
// names of its own file.
func (res *resolver) vocabulary(v *Vocabulary) {
	for _, name := range slices.Sorted(maps.Keys(v.Lists)) {
		res.list(v.Lists[name], v.Lists, nil)
	}
	for _, name := range v.DefinitionNames {
		res.expr(v.Definitions[name].Expr, &scope{v.Lists, v.Definitions}, Everywhere)
		res.table.Definitions = append(res.table.Definitions, v.Definitions[name])
	}
}

func (res *resolver) rule(r *Rule) {
	res.incomplete = false
	if r.shared != nil {
		res.vocabulary(r.shared)
	}
	s := res.scopeOf(r)
	for _, name := range slices.Sorted(maps.Keys(r.Lists)) {
		res.list(r.Lists[name], s.lists, nil)
	}
	for _, name := range r.DefinitionNames {
		res.expr(r.Definitions[name].Expr, s, Everywhere)
	}
	for _, e := range r.Exprs() {
		res.expr(e, s, Everywhere)
	}
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

// scopeOf returns the names that a rule can use. Its own come before those of vocabulary files, and those of an earlier
// file before those of a later one.
func (res *resolver) scopeOf(r *Rule) *scope {
	s := &scope{make(map[string]*List), make(map[string]*Definition)}
	add := func(lists map[string]*List, definitions map[string]*Definition) {
		for name := range definitions {
			delete(s.lists, name)
		}
		for name := range lists {
			delete(s.definitions, name)
		}
		maps.Copy(s.lists, lists)
		maps.Copy(s.definitions, definitions)
	}
	for _, named := range slices.Backward(r.Vocabulary) {
		v, ok := res.shared.Vocabulary[named.Name]
		switch {
		case r.shared != nil: // of a stored revision
		case !ok:
			want := diag.Text("use a file of the folder vocabulary")
			if len(res.shared.Vocabulary) > 0 {
				want = diag.Textf("use a file of the folder vocabulary, which has %s", strings.Join(slices.Sorted(maps.Keys(res.shared.Vocabulary)), ", "))
			}
			res.report(named.Pos, diag.Textf("unknown vocabulary file %q", named.Name), want)
		case v == nil:
			res.incomplete = true
		default:
			add(v.Lists, v.Definitions)
		}
	}
	if r.shared != nil {
		add(r.shared.Lists, r.shared.Definitions)
	}
	add(r.Lists, r.Definitions)
	return s
}

// checkRequires reports an expression that an article can match only because of what is absent: there would be nothing
// to look for.
func (res *resolver) checkRequires(e *Expr, at Pos, what string) {
	if e != nil && !e.RequiresAnything() {
		res.report(at, diag.Textf("%s does not require any word", diag.Text(what)), "add words to look for, with terms, use, any, all or near, or where it comes from, such as source: hkma-*")
	}
}

// nameHint suggests what an unknown name may have meant.
func nameHint(name string, known []string, what diag.Text) diag.Text {
	if near := yamlnode.Nearest(name, known); near != "" {
		return diag.Textf("did you mean %q?", near)
	}
	if len(known) == 0 {
		return diag.Textf("there are no %s", what)
	}
	return diag.Textf("the %s are %s", what, strings.Join(known, ", "))
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
	for _, link := range e.Links {
		if link.Without != nil {
			res.list(link.Without, s.lists, nil)
		}
	}
	for _, w := range e.Unless {
		res.expr(w.Expr, s, Everywhere)
	}
}

// checkPositions reports parts of near whose hits have no positions. It needs all names resolved.
func (res *resolver) checkPositions(exprs []*Expr) {
	for _, e := range exprs {
		if e == nil {
			continue
		}
		for _, sub := range e.Sub {
			if e.Op == OpNear && sub != nil && !sub.HasPosition() {
				res.report(sub.Pos, "cannot be near anything, because it has no position in the text", "use term lists, near, or any of them")
			}
		}
		res.checkPositions(e.Sub)
		for _, w := range e.Unless {
			res.checkPositions([]*Expr{w.Expr})
		}
	}
}

// lookup returns the list of a name, or reports that there is none.
func (res *resolver) lookup(name string, at Pos, s *scope) *List {
	l, ok := s.lists[name]
	if !ok {
		res.report(at, diag.Textf("unknown term list %q", name), res.unknownName(name, slices.Sorted(maps.Keys(s.lists)), termLists))
		return nil
	}
	return l
}

// use resolves the ID of a rule, or the name of a definition or, if there is none, of a list.
func (res *resolver) use(e *Expr, s *scope) {
	if e.OfRule {
		res.useRule(e)
		return
	}
	if d, ok := s.definitions[e.Name]; ok {
		e.Def = d
		return
	}
	if l, ok := s.lists[e.Name]; ok {
		e.Op, e.List = OpTerms, l
		res.list(l, s.lists, nil)
		return
	}
	known := append(slices.Sorted(maps.Keys(s.definitions)), slices.Sorted(maps.Keys(s.lists))...)
	res.report(e.Pos, diag.Textf("unknown name %q", e.Name), res.unknownName(e.Name, known, "definitions and term lists"))
}

const termLists = "term lists"

// unknownName suggests what an unknown name may have meant: another name, a rule, or the word itself.
func (res *resolver) unknownName(name string, known []string, what diag.Text) diag.Text {
	hint := nameHint(name, known, what)
	switch {
	case yamlnode.Nearest(name, known) != "":
	case res.rules[name] != nil:
		hint = diag.Textf("%s; to use the rule of this id, write {rule: %s}", hint, name)
	default:
		if what != termLists {
			return diag.Textf("%s; to find the word itself, use {any: [%s]}, or in a query the word without $", hint, name)
		}
		hint = diag.Textf("%s; to find the word itself, use {any: [%s]}", hint, name)
	}
	return hint
}

func (res *resolver) useRule(e *Expr) {
	r := res.rules[e.Name]
	if r == nil {
		res.report(e.Pos, diag.Textf("unknown rule %q", e.Name), res.ruleHint(e))
		return
	}
	d := res.whens[r]
	if d == nil {
		d = &Definition{Ident{r.ID, r.WhenPos}, r.When}
		res.whens[r] = d
		res.used = append(res.used, r)
	}
	e.Def = d
}

func (res *resolver) ruleHint(e *Expr) diag.Text {
	known := slices.Sorted(maps.Keys(res.rules))
	if e.Pos.File == queryFile {
		return "a search is tried without the rules of the folder: write out the condition"
	}
	return nameHint(e.Name, known, "rules")
}

// checkCycles reports definitions and rules that use themselves.
func (res *resolver) checkCycles(rules []*Rule) {
	c := cycleChecker{res: res, checked: make(map[*Definition]bool)}
	for _, d := range res.table.Definitions {
		c.check(d)
	}
	for _, r := range rules {
		for _, name := range r.DefinitionNames {
			c.check(r.Definitions[name])
		}
		if d := res.whens[r]; d != nil {
			c.check(d)
		}
	}
}

// A cycleChecker checks each definition once, however many use it.
type cycleChecker struct {
	res     *resolver
	path    []*Definition // that leads to the one which is being checked
	checked map[*Definition]bool
}

// check reports a definition, or the when of a rule, that uses itself directly or through others: at the one that comes
// first.
func (c *cycleChecker) check(d *Definition) {
	if i := slices.Index(c.path, d); i >= 0 {
		c.report(slices.Clone(c.path[i:]))
		return
	}
	if c.checked[d] {
		return
	}
	c.checked[d] = true
	c.path = append(c.path, d)
	for _, next := range d.Expr.definitions(nil) {
		c.check(next)
	}
	c.path = c.path[:len(c.path)-1]
}

func (c *cycleChecker) report(cycle []*Definition) {
	first := slices.MinFunc(cycle, func(a, b *Definition) int {
		return cmp.Or(strings.Compare(a.Pos.File, b.Pos.File), a.Pos.Line-b.Pos.Line, a.Pos.Col-b.Pos.Col)
	})
	i := slices.Index(cycle, first)
	cycle = append(slices.Concat(cycle[i:], cycle[:i]), first)
	names := make([]string, len(cycle))
	for i, d := range cycle {
		names[i] = d.Name
	}
	what := "definition"
	if c.res.isWhen(first) {
		what = "rule"
	}
	c.res.report(first.Pos, diag.Textf("%s %q uses itself: %s", what, first.Name, strings.Join(names, " → ")), "remove one of these uses")
}

// isWhen reports whether a definition is the when of a rule.
func (res *resolver) isWhen(d *Definition) bool {
	r := res.rules[d.Name]
	return r != nil && res.whens[r] == d
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
	if i := slices.Index(path, l); i >= 0 {
		names := make([]string, 0, len(path)+1)
		for _, p := range append(slices.Clone(path[i:]), l) {
			names = append(names, p.Name)
		}
		res.report(l.Pos, diag.Textf("term list %q contains itself: %s", l.Name, strings.Join(names, " → ")), "remove one of these entries")
		return
	}
	if res.resolved[l] {
		return
	}
	path = append(slices.Clone(path), l)
	if l.File.Name != "" {
		l.Entries = res.entities(l)
	}
	l.Phrases, l.Sublists = res.entries(l.Entries, lists, path)
	l.Exclusions, l.ExcludedLists = res.entries(l.NotIn, lists, path)
	res.resolved[l] = true
	l.Number = int32(len(res.table.Lists))
	res.table.Lists = append(res.table.Lists, l)
}

// entities returns the names of a list's entities as its entries.
func (res *resolver) entities(l *List) []Entry {
	f, ok := res.shared.Entities[l.File.Name]
	if !ok {
		want := diag.Text("put it into the folder lists")
		if known := slices.Sorted(maps.Keys(res.shared.Entities)); len(known) > 0 {
			want = nameHint(l.File.Name, known, "files of the folder lists")
		}
		res.report(l.File.Pos, diag.Textf("unknown file of entities %q", l.File.Name), want)
		return nil
	}
	if f == nil {
		return nil // it could not be read
	}
	var entries []Entry
	for _, e := range f.Entities {
		named := e.named(l.Gloss)
		for _, n := range e.Names {
			n.Entity = &named
			entries = append(entries, n)
		}
	}
	return entries
}

func (res *resolver) entries(entries []Entry, lists map[string]*List, path []*List) (phrases []int32, sublists []*List) {
	for _, e := range entries {
		if e.ListName == "" {
			phrases = append(phrases, res.phrase(e)...)
			continue
		}
		sub, ok := lists[e.ListName]
		if !ok {
			res.report(e.Pos, diag.Textf("unknown term list %q", e.ListName), nameHint(e.ListName, slices.Sorted(maps.Keys(lists)), termLists))
			continue
		}
		res.list(sub, lists, path)
		sublists = append(sublists, sub)
	}
	return phrases, sublists
}

// phrase returns the numbers of the spellings of a phrase.
func (res *resolver) phrase(e Entry) []int32 {
	key := phraseKey{phrase: e.Phrase, gloss: e.Gloss}
	if e.Entity != nil {
		key.entity = *e.Entity
	}
	if n, ok := res.numbers[key]; ok {
		return n
	}
	ph, _ := ParsePhrase(e.Phrase)
	var numbers []int32
	for _, spelling := range ph.Spellings() {
		numbers = append(numbers, int32(len(res.table.Phrases)))
		res.table.Phrases = append(res.table.Phrases, spelling)
		res.table.Glosses = append(res.table.Glosses, e.Gloss)
		res.table.Entities = append(res.table.Entities, e.Entity)
	}
	res.numbers[key] = numbers
	return numbers
}
