package reading

import (
	"slices"
	"strings"
	"unicode"

	"regwatch/rules/syntax"
)

const (
	maxWords  = 8 // of a list that is written in its place; a longer one is counted
	someWords = 5 // of a longer one
	listWords = 8 // of a list with a name, where it is explained
	notWords  = 3 // of what a list excludes
)

// list names a list, which is explained at the end.
func (r *reader) list(l *syntax.List) string {
	if !slices.Contains(r.lists, l) {
		r.lists = append(r.lists, l)
	}
	return r.say("read_quoted", display(l.Name))
}

// wordLists explains the lists that were named, in this order.
func (r *reader) wordLists() []Point {
	if len(r.lists) == 0 {
		return nil
	}
	var points []Point
	for i := 0; i < len(r.lists); i++ { // the explanation of one list can name another
		points = append(points, Point{Text: r.wordList(r.lists[i])})
	}
	return []Point{{r.say("read_lists"), points}}
}

func (r *reader) wordList(l *syntax.List) string {
	name, words := r.say("read_quoted", display(l.Name)), allWords(l)
	text := ""
	if len(words) <= listWords {
		text = r.say("read_list_all", name, r.or(r.phrases(words)))
	} else {
		text = r.say("read_list_some", len(words), name, strings.Join(r.some(words, listWords), r.say("read_comma")))
	}
	if l.File.Name != "" {
		text = r.say("read_list_file", text, l.File.Name)
	}
	excluded := entryWords(l.NotIn, l.ExcludedLists)
	switch {
	case len(excluded) == 0:
	case len(excluded) <= notWords:
		text = r.say("read_list_not_in", text, r.or(r.phrases(excluded)))
	default:
		text = r.say("read_list_not_in_1", text, len(excluded), r.or(r.some(excluded, notWords)))
	}
	return text
}

// words reads the words of a list that is written in its place, and names the lists in it.
func (r *reader) words(l *syntax.List) (words, lists []string) {
	var own []string
	sublists := l.Sublists
	for _, e := range l.Entries {
		if e.ListName == "" {
			own = append(own, e.Phrase)
			continue
		}
		lists = append(lists, r.list(sublists[0]))
		sublists = sublists[1:]
	}
	if len(own) > maxWords {
		return []string{r.say("read_words", len(own), r.or(r.some(own, someWords)))}, lists
	}
	return r.phrases(own), lists
}

// allWords returns the words of a list and of the lists in it, each once, in the order of the file.
func allWords(l *syntax.List) []string { return entryWords(l.Entries, l.Sublists) }

func entryWords(entries []syntax.Entry, sublists []*syntax.List) []string {
	c := wordCollector{lists: make(map[*syntax.List]bool), met: make(map[string]bool)}
	c.add(entries, sublists)
	return c.words
}

// A wordCollector visits each list once.
type wordCollector struct {
	words []string
	met   map[string]bool
	lists map[*syntax.List]bool
}

func (c *wordCollector) add(entries []syntax.Entry, sublists []*syntax.List) {
	for _, e := range entries {
		if e.ListName != "" {
			sub := sublists[0]
			sublists = sublists[1:]
			if !c.lists[sub] {
				c.lists[sub] = true
				c.add(sub.Entries, sub.Sublists)
			}
			continue
		}
		if !c.met[e.Phrase] {
			c.met[e.Phrase] = true
			c.words = append(c.words, e.Phrase)
		}
	}
}

// some returns the first words in the reader's script and, if there are too few, the first of the others.
func (r *reader) some(words []string, n int) []string {
	chinese := strings.HasPrefix(r.language, "zh")
	var chosen []string
	for _, own := range []bool{true, false} {
		for _, w := range words {
			if len(chosen) < n && (strings.ContainsFunc(w, isHan) == chinese) == own {
				chosen = append(chosen, w)
			}
		}
	}
	return r.phrases(chosen)
}

func isHan(c rune) bool { return unicode.Is(unicode.Han, c) }

// phrases reads phrases as they are looked for.
func (r *reader) phrases(words []string) []string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = r.phrase(w)
	}
	return texts
}

// phrase reads a phrase, with words for what its signs stand for.
func (r *reader) phrase(s string) string {
	if pattern, isRegex := syntax.RegexPattern(s); isRegex {
		return r.say("read_regex", "/"+pattern+"/")
	}
	name := "read_quoted"
	if body, exact := strings.CutPrefix(s, "="); exact {
		name, s = "read_exact", body
	}
	var b strings.Builder
	before := ' '
	for _, c := range s {
		switch {
		case c == '#':
			b.WriteString(r.say("read_number"))
		case c == '*' && unicode.IsLetter(before):
			b.WriteRune('…')
		case c == '*':
			b.WriteString(r.say("read_any_word"))
		default:
			b.WriteRune(c)
		}
		before = c
	}
	return r.say(name, b.String())
}
