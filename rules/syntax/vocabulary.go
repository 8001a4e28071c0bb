package syntax

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Vocabulary holds shared term lists, by the name of their file and by their own name. The lists of a
// file that could not be read are nil.
type Vocabulary map[string]map[string]*List

// A storedList is a list in a rule's ResolvedVocabulary. The format is stored in the database with every
// revision of a rule.
type storedList struct {
	Gloss string   `json:"gloss,omitempty"`
	Any   []string `json:"any"`
	NotIn []string `json:"not_in,omitempty"`
}

const listPrefix = "terms: " // of an entry that is the name of another list

// encodeVocabulary returns every shared list that a rule uses, directly or through another list. The rule's
// own lists are in its file.
func encodeVocabulary(r *Rule, used map[string]*List) string {
	stored := make(map[string]storedList)
	seen := make(map[*List]bool)
	var visit func(l *List)
	visit = func(l *List) {
		if seen[l] {
			return
		}
		seen[l] = true
		for _, sub := range slices.Concat(l.Sublists, l.ExcludedLists) {
			visit(sub)
		}
		if r.Lists[l.Name] != l {
			stored[l.Name] = storedList{l.Gloss, encodeEntries(l.Entries), encodeEntries(l.NotIn)}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		visit(used[name])
	}
	for _, name := range slices.Sorted(maps.Keys(r.Lists)) {
		visit(r.Lists[name])
	}
	b, err := json.Marshal(stored)
	if err != nil {
		panic(err) // it cannot fail: the values are strings
	}
	return string(b)
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

// DecodeVocabulary returns the lists of a rule's ResolvedVocabulary, by name.
func DecodeVocabulary(vocabulary string) (map[string]*List, error) {
	var stored map[string]storedList
	if vocabulary != "" {
		if err := json.Unmarshal([]byte(vocabulary), &stored); err != nil {
			return nil, fmt.Errorf("read its vocabulary: %w", err)
		}
	}
	lists := make(map[string]*List, len(stored))
	for name, s := range stored {
		lists[name] = &List{Ident: Ident{Name: name}, Gloss: s.Gloss, Entries: decodeEntries(s.Any), NotIn: decodeEntries(s.NotIn)}
	}
	return lists, nil
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
