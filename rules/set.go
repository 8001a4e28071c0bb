package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"regwatch/internal/diag"
	"regwatch/models"
)

// A Set is the rules of a folder, ready to match. It never changes.
type Set struct {
	rules   []*Rule
	lists   int
	phrases []phrase
	glosses []string // English names, by phrase

	index   index
	scratch sync.Pool // of *Scratch, for callers that bring none
}

// Load reads the rules of a folder: every *.yaml in it is one rule, and every
// *.yaml in its folder vocabulary holds shared term lists. There is a Set only
// if there are no problems.
func Load(fsys fs.FS) (*Set, diag.Problems) {
	set, problems := assemble(fsys)
	if len(problems) > 0 {
		return nil, problems.Sorted()
	}
	set.index = newIndex(set)
	return set, nil
}

// CheckNames is [Set.CheckRoutes], and [Set.CheckSources] if sources are known,
// for the rules of a folder that has problems: whoever mends them is told of all
// at once.
func CheckNames(fsys fs.FS, routes []string, sources []models.Source) diag.Problems {
	set, _ := assemble(fsys)
	if set == nil {
		return nil
	}
	problems := set.CheckRoutes(routes)
	if len(sources) > 0 {
		problems = append(problems, set.CheckSources(sources)...)
	}
	return problems
}

// assemble reads the rules of a folder as far as they can be read. The set has no
// index; it is nil if the folder itself cannot be read.
func assemble(fsys fs.FS) (*Set, diag.Problems) {
	shared, problems := loadVocabulary(fsys)
	var rules []*Rule
	ids := make(map[string]*Rule)
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, append(problems, diag.Problem{What: "the folder of rules cannot be read: " + err.Error()})
	}
	others, _ := fs.Glob(fsys, "*.yml")
	for _, name := range others {
		problems = append(problems, diag.Problem{File: name, What: "the file is not read", Want: "want the ending .yaml"})
	}
	for _, name := range names {
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			problems = append(problems, diag.Problem{File: name, What: "the file cannot be read: " + reason(err)})
			continue
		}
		rule, faults := parse(name, src)
		problems = append(problems, faults...)
		first, taken := ids[rule.ID]
		switch {
		case !taken || rule.ID == "":
			ids[rule.ID] = rule
		case name == rule.ID+".yaml": // the other is the copy
			problems = append(problems, first.idPlace.problem(fmt.Sprintf("id %q is taken", rule.ID), "the rule of "+rule.File+" has it"))
			ids[rule.ID] = rule
		default:
			problems = append(problems, rule.idPlace.problem(fmt.Sprintf("id %q is taken", rule.ID), "the rule of "+first.File+" has it"))
		}
		rules = append(rules, rule)
	}
	set, faults := compile(rules, shared)
	return set, append(problems, faults...)
}

func reason(err error) string {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err.Error()
	}
	return err.Error()
}

func loadVocabulary(fsys fs.FS) (map[string]map[string]*list, diag.Problems) {
	shared := make(map[string]map[string]*list)
	var problems diag.Problems
	names, err := fs.Glob(fsys, "vocabulary/*.yaml")
	if err != nil {
		return nil, diag.Problems{{What: "the folder vocabulary cannot be read: " + err.Error()}}
	}
	for _, name := range names {
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			problems = append(problems, diag.Problem{File: name, What: "the file cannot be read: " + reason(err)})
			continue
		}
		lists, faults := parseVocabulary(name, src)
		problems = append(problems, faults...)
		shared[path.Base(name)] = lists // nil if the file cannot be read as YAML
	}
	return shared, problems
}

// compile resolves rules against shared lists. Rules that have problems already
// are looked through for more.
func compile(rules []*Rule, shared map[string]map[string]*list) (*Set, diag.Problems) {
	set := &Set{rules: rules}
	slices.SortFunc(set.rules, func(a, b *Rule) int { return strings.Compare(a.ID, b.ID) })
	c := &compiler{set: set, numbers: make(map[string]int32), done: make(map[*list]bool)}
	// A shared list means the same in every rule: it sees its own file only.
	for _, file := range slices.Sorted(maps.Keys(shared)) {
		for _, name := range slices.Sorted(maps.Keys(shared[file])) {
			c.list(shared[file][name], shared[file], nil)
		}
	}
	for _, r := range set.rules {
		c.rule(r, shared)
	}
	return set, c.problems
}

// Rules returns the rules, ordered by id.
func (s *Set) Rules() []Rule {
	out := make([]Rule, len(s.rules))
	for i, r := range s.rules {
		out[i] = *r
	}
	return out
}

// Source returns the rule's file, byte for byte.
func (r Rule) Source() []byte { return slices.Clone(r.src) }

// Revisions returns the text of every rule as it now runs. FirstUsedAt is left
// zero.
func (s *Set) Revisions() []models.RuleRevision {
	out := make([]models.RuleRevision, len(s.rules))
	for i, r := range s.rules {
		out[i] = models.RuleRevision{RuleID: r.ID, Hash: r.Hash, Text: string(r.src), Vocabulary: r.resolved}
	}
	return out
}

// CheckRoutes returns a problem for each route that is not among the known
// ones, which the configuration has.
func (s *Set) CheckRoutes(known []string) diag.Problems {
	var problems diag.Problems
	for _, r := range s.rules {
		for i, route := range r.Routes {
			if slices.Contains(known, route) {
				continue
			}
			want := "the configuration has no routes"
			if len(known) > 0 {
				want = "the configuration has " + strings.Join(known, ", ")
			}
			problems = append(problems, r.routePlace[i].problem(fmt.Sprintf("unknown route %q", route), want))
		}
	}
	return problems
}
