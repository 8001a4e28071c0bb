package rules

import (
	"fmt"
	"strings"

	"regwatch/internal/diag"
	"regwatch/internal/text"
	"regwatch/internal/yamlnode"
)

// parseVocabulary reads a file of shared term lists.
func parseVocabulary(name string, src []byte) (map[string]*list, diag.Problems) {
	root := yamlnode.Parse(name, src)
	p := &parser{file: name}
	if !root.There() {
		return nil, root.Problems()
	}
	lists := make(map[string]*list)
	for _, l := range p.lists(root, "a vocabulary") {
		lists[l.name] = l
	}
	return lists, append(root.Problems(), p.problems...)
}

// lists reads a mapping of names to term lists.
func (p *parser) lists(n yamlnode.Node, what string) []*list {
	var lists []*list
	for _, pair := range n.Pairs(what) {
		l := p.list(pair.Value, fmt.Sprintf("term list %q", pair.Name))
		if pair.Value.IsNull() {
			pair.Key.Report(fmt.Sprintf("term list %q is empty", pair.Name), "want at least one word or phrase")
		}
		l.named = named{pair.Name, p.at(pair.Key)}
		lists = append(lists, l)
	}
	return lists
}

// list reads a term list: phrases, or a mapping with its longer words.
func (p *parser) list(n yamlnode.Node, what string) *list {
	l := &list{named: named{at: p.at(n)}}
	if !n.IsMap() {
		l.entries = p.entries(n, what, "")
		return l
	}
	m := n.Map(what, listKeys...)
	l.gloss = m.Get("gloss").String("gloss")
	l.entries = p.entries(m.Need("any", "want a list of words and phrases"), what, l.gloss)
	l.notIn = p.entries(m.Get("not_in"), "not_in", "")
	return l
}

// entries reads phrases, other lists and groups of phrases with an English name.
func (p *parser) entries(n yamlnode.Node, what, gloss string) []entry {
	items := n.Items()
	if n.There() && len(items) == 0 && !n.IsNull() {
		n.Report(what+" is empty", "want at least one word or phrase")
	}
	var entries []entry
	for _, item := range items {
		switch {
		case item.IsNull():
			item.Report("a phrase is empty", "want a word or phrase")
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

func (p *parser) group(n yamlnode.Node, gloss string) []entry {
	m := n.Map("an entry of a term list", entryKeys...)
	if terms := m.Get("terms"); terms.There() {
		var entries []entry
		for _, t := range terms.Items() {
			entries = append(entries, entry{terms: t.String("terms"), at: p.at(t)})
		}
		return entries
	}
	if g := m.Get("gloss").String("gloss"); g != "" {
		gloss = g
	}
	return p.entries(m.Need("any", "want the phrases that share the gloss, or terms: with the name of another list"), "an entry", gloss)
}

// phrase reads one phrase and refuses one that can never be found.
func (p *parser) phrase(n yamlnode.Node, gloss string) (entry, bool) {
	s := n.String("a phrase")
	if s == "" {
		n.Report("a phrase is empty", "want a word or phrase")
		return entry{}, false
	}
	if what, want := phraseFault(s); what != "" {
		n.Report(what, want)
		return entry{}, false
	}
	return entry{phrase: s, gloss: gloss, at: p.at(n)}, true
}

const phraseWant = `want words; * behind three or more letters stands for any ending, alone for any one word, # for any number, = in front keeps case`

// hanText reports whether s holds a character of Chinese.
func hanText(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return text.IsCJK(string(r)) })
}
