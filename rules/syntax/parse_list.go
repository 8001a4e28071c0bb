package syntax

import (
	"fmt"

	"regwatch/internal/diag"
	"regwatch/internal/yamlnode"
)

// ParseVocabulary reads a file of shared term lists and definitions. The result is nil if the file is not YAML.
func ParseVocabulary(name string, src []byte) (*Vocabulary, diag.Problems) {
	root := yamlnode.Parse(name, src)
	p := &parser{file: name}
	if !root.Exists() {
		return nil, root.Problems()
	}
	v := &Vocabulary{Lists: make(map[string]*List)}
	var define yamlnode.Node
	for _, pair := range root.Pairs("a vocabulary") {
		if pair.Name == defineKey && pair.Value.IsMap() {
			define = pair.Value
			continue
		}
		v.Lists[pair.Name] = p.namedList(pair)
	}
	v.Definitions, v.DefinitionNames = p.definitions(define, v.Lists)
	return v, root.Problems()
}

// defineKey is the key of definitions, in a rule and in a vocabulary.
const defineKey = "define"

// definitions reads expressions with names, beside the lists of the same file. It returns their names in the order of the
// file too.
func (p *parser) definitions(n yamlnode.Node, lists map[string]*List) (all map[string]*Definition, names []string) {
	all = make(map[string]*Definition)
	for _, pair := range n.Pairs(defineKey) {
		if _, taken := lists[pair.Name]; taken {
			pair.Key.Report(diag.Textf("%q is already the name of a term list", pair.Name), "use another name for the definition")
		}
		all[pair.Name] = &Definition{Ident{pair.Name, p.pos(pair.Key)}, p.expr(pair.Value, "a definition")}
		names = append(names, pair.Name)
	}
	return all, names
}

// lists reads a mapping from names to term lists.
func (p *parser) lists(n yamlnode.Node, what string) []*List {
	var lists []*List
	for _, pair := range n.Pairs(what) {
		lists = append(lists, p.namedList(pair))
	}
	return lists
}

func (p *parser) namedList(pair yamlnode.Pair) *List {
	what := fmt.Sprintf("term list %q", pair.Name)
	l := p.list(pair.Value, what)
	if pair.Value.IsNull() {
		pair.Key.Report(diag.Textf("%s is empty", diag.Text(what)), "add at least one word or phrase")
	}
	l.Ident = Ident{pair.Name, p.pos(pair.Key)}
	return l
}

// list reads a term list: its phrases, or a mapping with exclusions.
func (p *parser) list(n yamlnode.Node, what string) *List {
	l := &List{Ident: Ident{Pos: p.pos(n)}}
	if !n.IsMap() {
		l.Entries = p.entries(n, what, "")
		return l
	}
	m := n.Map(what, listKeys()...)
	l.Gloss = m.Get("gloss").String("gloss")
	if file := m.Get("file"); file.Exists() {
		l.File = Ident{file.String("file"), p.pos(file)}
		if m.Get("any").Exists() {
			m.Key("any").Report("a list has either any or file", "make two lists, and include both in a third one: [{terms: one}, {terms: other}]")
		}
	} else {
		l.Entries = p.entries(m.Required("any", "add a list of words and phrases, or file: with a file of the folder lists"), what, l.Gloss)
	}
	l.NotIn = p.entries(m.Get("not_in"), "not_in", "")
	return l
}

// entries reads phrases, groups of phrases that share a gloss, and names of other lists.
func (p *parser) entries(n yamlnode.Node, what, gloss string) []Entry {
	items := n.Items()
	if n.Exists() && len(items) == 0 && !n.IsNull() {
		n.Report(diag.Textf("%s is empty", diag.Text(what)), "add at least one word or phrase")
	}
	var entries []Entry
	for _, item := range items {
		switch {
		case item.IsNull():
			item.Report("a phrase is empty", "add a word or phrase")
		case item.IsMap():
			entries = append(entries, p.group(item, gloss)...)
		default:
			if e, ok := p.phrase(item, gloss); ok {
				entries = append(entries, e)
			}
		}
	}
	return entries
}

func (p *parser) group(n yamlnode.Node, gloss string) []Entry {
	m := n.Map("an entry of a term list", entryKeys()...)
	if terms := m.Get("terms"); terms.Exists() {
		var entries []Entry
		for _, t := range terms.Items() {
			entries = append(entries, Entry{ListName: t.String("terms"), Pos: p.pos(t)})
		}
		return entries
	}
	if g := m.Get("gloss").String("gloss"); g != "" {
		gloss = g
	}
	return p.entries(m.Required("any", "add the phrases that share the gloss, or terms: with the name of another list"), "an entry", gloss)
}

// phrase reads one phrase, and reports it if no article can ever match it.
func (p *parser) phrase(n yamlnode.Node, gloss string) (Entry, bool) {
	s := n.String("a phrase")
	if s == "" {
		n.Report("a phrase is empty", "add a word or phrase")
		return Entry{}, false
	}
	if what, want := checkPhrase(s); what != "" {
		n.Report(what, want)
		return Entry{}, false
	}
	return Entry{Phrase: s, Gloss: gloss, Pos: p.pos(n)}, true
}
