package syntax

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
)

// Shared is what rules can use from outside their own files. What could not be read is nil.
type Shared struct {
	Vocabulary map[string]*Vocabulary // by the name of the file
	Entities   map[string]*EntityFile // by the name of the file
	Rules      map[string]*Rule       // other rules whose when can be used, by ID
}

// A Vocabulary is a file of shared term lists and definitions.
type Vocabulary struct {
	Lists           map[string]*List
	Definitions     map[string]*Definition
	DefinitionNames []string // in the order of the file
}

// A storedPart is one thing that a rule uses from outside its file, in the rule's ResolvedVocabulary: a term list or, by a
// prefix of its name, a definition, a file of entities or another rule. The format is stored in the database with every
// revision of a rule.
type storedPart struct {
	Gloss string   `json:"gloss,omitempty"`
	Any   []string `json:"any"`
	NotIn []string `json:"not_in,omitempty"`
	File  string   `json:"file,omitempty"` // of a list: where its entities are

	Expression string `json:"expression,omitempty"` // of a definition: YAML

	Hash     string         `json:"hash,omitempty"` // of a file of entities
	Entities []storedEntity `json:"entities,omitempty"`

	Rule       string                `json:"rule,omitempty"`       // its file
	Vocabulary map[string]storedPart `json:"vocabulary,omitempty"` // what that rule uses
}

type storedEntity struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	NameZH string   `json:"name_zh,omitempty"`
	URL    string   `json:"url,omitempty"`
	Names  []string `json:"names"` // to look for
}

// The prefixes of names in a rule's ResolvedVocabulary. Term lists have none.
const (
	definePrefix = "define: "
	filePrefix   = "file: "
	rulePrefix   = "rule: "
)

const listPrefix = "terms: " // of an entry that is the name of another list

// A vocabularyEncoder collects what a rule uses from outside its file, directly or through something else.
type vocabularyEncoder struct {
	res    *resolver
	rule   *Rule
	parts  map[string]storedPart
	seen   map[any]bool // lists and definitions
	around []*Rule      // rules whose vocabulary is being encoded
}

// encodeVocabulary returns what a rule uses from outside its file as JSON.
func (res *resolver) encodeVocabulary(r *Rule) string {
	if res.stored <= maxStored { // otherwise it was reported, and that is enough
		res.stored = 0
	}
	b, err := json.Marshal(res.vocabularyOf(r, nil))
	if err != nil {
		panic(err) // it cannot fail: the values are strings
	}
	return string(b)
}

func (res *resolver) vocabularyOf(r *Rule, around []*Rule) map[string]storedPart {
	enc := &vocabularyEncoder{res: res, rule: r, parts: make(map[string]storedPart), seen: make(map[any]bool), around: append(slices.Clone(around), r)}
	for _, e := range r.Exprs() {
		enc.expr(e)
	}
	for _, name := range r.DefinitionNames {
		enc.expr(r.Definitions[name].Expr)
	}
	for _, l := range r.Lists {
		enc.list(l)
	}
	return enc.parts
}

func (enc *vocabularyEncoder) expr(e *Expr) {
	if e == nil {
		return
	}
	enc.list(e.List)
	enc.definition(e)
	for _, sub := range e.Sub {
		enc.expr(sub)
	}
	for _, link := range e.Links {
		enc.list(link.Without)
	}
	for _, w := range e.Unless {
		enc.expr(w.Expr)
	}
}

func (enc *vocabularyEncoder) list(l *List) {
	if l == nil || enc.seen[l] {
		return
	}
	enc.seen[l] = true
	if len(enc.around) > 1 {
		const each = 32 // bytes of an entry
		enc.res.stored += each * (len(l.Entries) + len(l.NotIn))
	}
	for _, sub := range slices.Concat(l.Sublists, l.ExcludedLists) {
		enc.list(sub)
	}
	if f := enc.res.shared.Entities[l.File.Name]; f != nil {
		enc.parts[filePrefix+l.File.Name] = storedPart{Hash: f.Hash, Entities: encodeEntities(f.Entities)}
	}
	if l.Inline || enc.rule.Lists[l.Name] == l {
		return // in the rule's file
	}
	part := storedPart{Gloss: l.Gloss, File: l.File.Name, NotIn: encodeEntries(l.NotIn)}
	if l.File.Name == "" {
		part.Any = encodeEntries(l.Entries)
	}
	enc.parts[l.Name] = part
}

// definition adds what a use stands for, unless it is in the rule's file.
func (enc *vocabularyEncoder) definition(e *Expr) {
	d := e.Def
	if d == nil || enc.seen[d] || enc.rule.Definitions[e.Name] == d {
		return
	}
	enc.seen[d] = true
	if e.OfRule {
		other := enc.res.rules[e.Name]
		if other == nil || slices.Contains(enc.around, other) { // a cycle is a problem of its own
			return
		}
		if !enc.res.maySave(e, len(other.src)) {
			return
		}
		enc.parts[rulePrefix+e.Name] = storedPart{Rule: string(other.src), Vocabulary: enc.res.vocabularyOf(other, enc.around)}
		return
	}
	enc.expr(d.Expr)
	if d.Expr == nil {
		return
	}
	// Its names are those of its vocabulary, whatever the rule has.
	text, err := (&Rule{}).FormatYAML(d.Expr)
	if err != nil {
		panic(err) // it cannot fail: the nodes are scalars, lists and mappings
	}
	enc.parts[definePrefix+d.Name] = storedPart{Expression: string(text)}
}

// maxStored limits what is stored with a revision of a rule for the rules that it uses: each with all that it uses in turn,
// as often as it is used.
const maxStored = 4 << 20

// maySave counts what one more rule takes, and reports the use of a rule that is too much.
func (res *resolver) maySave(e *Expr, size int) bool {
	const least = 512 // of the names and signs around it
	if res.stored > maxStored {
		return false
	}
	if res.stored += size + least; res.stored > maxStored {
		res.report(e.Pos, diag.Textf("rule %q uses other rules so many times that they have more than %d MiB once they are written out", e.Name, maxStored>>20),
			"use fewer of them, or each of them fewer times")
	}
	return res.stored <= maxStored
}

func encodeEntities(entities []Entity) []storedEntity {
	out := make([]storedEntity, len(entities))
	for i, e := range entities {
		out[i] = storedEntity{ID: e.ID, Name: e.Name, NameZH: e.NameZH, URL: e.URL}
		for _, n := range e.Names {
			out[i].Names = append(out[i].Names, n.Phrase)
		}
	}
	return out
}

func encodeEntries(entries []Entry) []string {
	var out []string
	for _, e := range entries {
		s := e.Phrase
		if e.ListName != "" {
			s = listPrefix + e.ListName
		}
		if e.Gloss != "" {
			s += " = " + e.Gloss
		}
		out = append(out, s)
	}
	return out
}

// ParseRevision reads a rule as it was in the past, with what it used then from outside its file: its ResolvedVocabulary.
func ParseRevision(name, src, vocabulary string) (*Rule, Shared, diag.Problems) {
	d := revisionDecoder{shared: Shared{Entities: make(map[string]*EntityFile), Rules: make(map[string]*Rule)}}
	var parts map[string]storedPart
	if vocabulary != "" {
		if err := json.Unmarshal([]byte(vocabulary), &parts); err != nil {
			d.problems = diag.Problems{{File: name, What: "cannot read its vocabulary: " + err.Error()}}
		}
	}
	rule := d.rule(name, src, parts)
	return rule, d.shared, d.problems
}

type revisionDecoder struct {
	shared   Shared
	problems diag.Problems
}

// rule returns a stored rule, and adds what it uses to what is shared. The parts do not say which file a list came from,
// so the rule has all of them.
func (d *revisionDecoder) rule(name, src string, parts map[string]storedPart) *Rule {
	rule, problems := Parse(name, []byte(src))
	d.problems = append(d.problems, problems...)
	v := &Vocabulary{Lists: make(map[string]*List), Definitions: make(map[string]*Definition)}
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		part := parts[key]
		if of, ok := strings.CutPrefix(key, definePrefix); ok {
			root := yamlnode.Parse(name, []byte(part.Expression))
			v.Definitions[of] = &Definition{Ident{Name: of}, (&parser{file: name}).expr(root, "a definition")}
			v.DefinitionNames = append(v.DefinitionNames, of)
			d.problems = append(d.problems, root.Problems()...)
		} else if of, ok := strings.CutPrefix(key, filePrefix); ok {
			d.shared.Entities[of] = &EntityFile{Entities: decodeEntities(part.Entities), Hash: part.Hash}
		} else if of, ok := strings.CutPrefix(key, rulePrefix); ok {
			d.shared.Rules[of] = d.rule(of+".yaml", part.Rule, part.Vocabulary)
		} else {
			v.Lists[key] = &List{
				Ident: Ident{Name: key}, Gloss: part.Gloss, File: Ident{Name: part.File}, Entries: decodeEntries(part.Any), NotIn: decodeEntries(part.NotIn),
			}
		}
	}
	rule.shared = v
	return rule
}

func decodeEntities(stored []storedEntity) []Entity {
	entities := make([]Entity, len(stored))
	for i, e := range stored {
		entities[i] = Entity{ID: e.ID, Name: e.Name, NameZH: e.NameZH, URL: e.URL}
		for _, n := range e.Names {
			entities[i].addName(Entry{Phrase: n})
		}
	}
	return entities
}

func decodeEntries(stored []string) []Entry {
	var entries []Entry
	for _, s := range stored {
		var e Entry
		// An entry that ends in a slash is a regular expression without a gloss, and may contain " = ".
		if i := strings.LastIndex(s, " = "); i >= 0 && !strings.HasSuffix(s, "/") {
			s, e.Gloss = s[:i], s[i+3:]
		}
		if name, ok := strings.CutPrefix(s, listPrefix); ok {
			e.ListName = name
		} else {
			e.Phrase = s
		}
		entries = append(entries, e)
	}
	return entries
}
