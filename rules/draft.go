package rules

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"regwatch/internal/diag"
	"regwatch/models"
)

// LoadOne makes a set of one rule, which need not be saved, with the shared
// vocabulary of a folder of rules. The name is the file that the rule would
// have: its id with .yaml behind it.
func LoadOne(fsys fs.FS, name string, src []byte) (*Set, diag.Problems) {
	shared, problems := loadVocabulary(fsys)
	return one(name, src, shared, problems)
}

// LoadRevision makes a set of one rule as it once ran, with the vocabulary that
// it had then.
func LoadRevision(rev models.RuleRevision) (*Set, error) {
	lists, err := readResolved(rev.Vocabulary)
	if err != nil {
		return nil, fmt.Errorf("revision %.8s of rule %s: %w", rev.Hash, rev.RuleID, err)
	}
	name := rev.RuleID + ".yaml"
	// The lists were resolved: whichever file a name came from, it is here.
	rule, _ := parse(name, []byte(rev.Text))
	shared := make(map[string]map[string]*list)
	for _, file := range rule.vocabulary {
		shared[file.name] = lists
	}
	set, problems := one(name, []byte(rev.Text), shared, nil)
	if len(problems) > 0 {
		return nil, fmt.Errorf("revision %.8s of rule %s cannot be run by this version of regwatch: %w", rev.Hash, rev.RuleID, problems)
	}
	return set, nil
}

func one(name string, src []byte, shared map[string]map[string]*list, problems diag.Problems) (*Set, diag.Problems) {
	rule, faults := parse(path.Base(name), src)
	problems = append(problems, faults...)
	set, faults := compile([]*Rule{rule}, shared)
	if problems = append(problems, faults...); len(problems) > 0 {
		return nil, problems.Sorted()
	}
	set.index = newIndex(set)
	return set, nil
}

// readResolved reads the lists that resolvedVocabulary wrote.
func readResolved(vocabulary string) (map[string]*list, error) {
	var written map[string]struct {
		Gloss string   `json:"gloss"`
		Any   []string `json:"any"`
		NotIn []string `json:"not_in"`
	}
	if vocabulary != "" {
		if err := json.Unmarshal([]byte(vocabulary), &written); err != nil {
			return nil, fmt.Errorf("its vocabulary cannot be read: %w", err)
		}
	}
	lists := make(map[string]*list, len(written))
	for _, name := range slices.Sorted(maps.Keys(written)) {
		w := written[name]
		lists[name] = &list{named: named{name: name}, gloss: w.Gloss, entries: unspell(w.Any), notIn: unspell(w.NotIn)}
	}
	return lists, nil
}

// unspell reads entries that spell wrote.
func unspell(written []string) []entry {
	var entries []entry
	for _, s := range written {
		var e entry
		// What ends in a slash is a regular expression without a gloss.
		if i := strings.LastIndex(s, " = "); i >= 0 && !strings.HasSuffix(s, "/") {
			s, e.gloss = s[:i], s[i+3:]
		}
		if name, ok := strings.CutPrefix(s, "terms: "); ok {
			e.terms = name
		} else {
			e.phrase = s
		}
		entries = append(entries, e)
	}
	return entries
}
