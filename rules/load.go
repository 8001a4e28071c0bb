package rules

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"regwatch/internal/diag"
	"regwatch/models"
	"regwatch/rules/syntax"
)

// Load reads the rules of a folder: each *.yaml file is one rule, and each *.yaml file in its folder
// vocabulary holds shared term lists. There is a Set only if there are no problems.
func Load(fsys fs.FS) (*Set, diag.Problems) {
	s, problems := readFolder(fsys)
	if len(problems) > 0 {
		return nil, problems.Sorted()
	}
	s.prepare()
	return s, nil
}

// LoadOne returns a set of one rule, which need not be saved, with the vocabulary of a folder of rules. The
// name is the one that the rule's file would have: its id and .yaml.
func LoadOne(fsys fs.FS, name string, src []byte) (*Set, diag.Problems) {
	shared, problems := readShared(fsys)
	rule, more := syntax.Parse(path.Base(name), src)
	problems = append(problems, more...)
	if usesRules(rule, shared) {
		shared.Rules, more = readOthers(fsys, rule.ID)
		problems = append(problems, more...)
	}
	return compileOne(rule, shared, problems)
}

// usesRules reports whether a rule, or a shared definition, uses other rules.
func usesRules(r *syntax.Rule, shared syntax.Shared) bool {
	exprs := r.Exprs()
	for _, name := range r.DefinitionNames {
		exprs = append(exprs, r.Definitions[name].Expr)
	}
	for _, v := range shared.Vocabulary {
		if v == nil {
			continue // it could not be read
		}
		for _, name := range v.DefinitionNames {
			exprs = append(exprs, v.Definitions[name].Expr)
		}
	}
	return slices.ContainsFunc(exprs, (*syntax.Expr).UsesRule)
}

// readOthers returns the rules of a folder but one, by ID.
func readOthers(fsys fs.FS, without string) (map[string]*syntax.Rule, diag.Problems) {
	var problems diag.Problems
	others := make(map[string]*syntax.Rule)
	names, _ := fs.Glob(fsys, "*.yaml")
	for _, name := range names {
		id := strings.TrimSuffix(name, ".yaml")
		src, err := fs.ReadFile(fsys, name)
		if err != nil || id == without {
			continue
		}
		rule, more := syntax.Parse(name, src)
		others[id] = rule
		problems = append(problems, more...)
	}
	return others, problems
}

// LoadRevision returns a set of one rule as it was in the past, with what it used then from outside its file.
func LoadRevision(rev models.RuleRevision) (*Set, error) {
	rule, shared, problems := syntax.ParseRevision(rev.RuleID+".yaml", rev.Text, rev.Vocabulary)
	s, problems := compileOne(rule, shared, problems)
	if len(problems) > 0 {
		return nil, fmt.Errorf("revision %.8s of rule %s does not work with this version of regwatch: %w", rev.Hash, rev.RuleID, problems)
	}
	return s, nil
}

// Search returns a set of one rule that matches what a query matches. The rule has the id "search".
func Search(query string) (*Set, diag.Problems) {
	rule, problems := syntax.ParseQuery(query)
	if len(problems) > 0 {
		return nil, problems
	}
	s, problems := compile([]*syntax.Rule{rule}, syntax.Shared{})
	if len(problems) > 0 {
		return nil, problems.Sorted()
	}
	s.prepare()
	return s, nil
}

// CheckNames returns the problems of [Set.CheckRoutes] and, if there are sources, of [Set.CheckSources] for a
// folder that has other problems too, so that a person sees all of them at once.
func CheckNames(fsys fs.FS, routes []string, sources []models.Source) diag.Problems {
	s, _ := readFolder(fsys)
	if s == nil {
		return nil
	}
	problems := s.CheckRoutes(routes)
	if len(sources) > 0 {
		problems = append(problems, s.CheckSources(sources)...)
	}
	return problems
}

// readFolder reads the rules of a folder as far as possible. The set is not prepared; it is nil if the folder
// cannot be read.
func readFolder(fsys fs.FS) (*Set, diag.Problems) {
	shared, problems := readShared(fsys)
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, append(problems, diag.Problem{What: "cannot read the folder of rules: " + err.Error()})
	}
	others, _ := fs.Glob(fsys, "*.yml")
	for _, name := range others {
		problems = append(problems, diag.Problem{File: name, What: "the file is ignored", Want: "rename it to end in .yaml"})
	}
	var rules []*syntax.Rule
	byID := make(map[string]*syntax.Rule)
	for _, name := range names {
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			problems = append(problems, diag.Unreadable(name, err))
			continue
		}
		rule, more := syntax.Parse(name, src)
		problems = append(append(problems, more...), checkID(byID, name, rule)...)
		rules = append(rules, rule)
	}
	s, more := compile(rules, shared)
	return s, append(problems, more...)
}

// checkID reports an ID that two rules have. The rule whose file has the right name keeps it.
func checkID(byID map[string]*syntax.Rule, name string, rule *syntax.Rule) diag.Problems {
	taken := func(rule, owner *syntax.Rule) diag.Problems {
		return diag.Problems{rule.IDPos.Problem(fmt.Sprintf("id %q is taken", rule.ID), "the rule in "+owner.File+" has it")}
	}
	first, ok := byID[rule.ID]
	switch {
	case !ok || rule.ID == "":
		byID[rule.ID] = rule
	case name == rule.ID+".yaml":
		byID[rule.ID] = rule
		return taken(first, rule)
	default:
		return taken(rule, first)
	}
	return nil
}

// SharedNames returns the term lists and the definitions of each vocabulary file of a folder, as far as it can be read.
func SharedNames(fsys fs.FS) map[string][]string {
	shared, _ := readShared(fsys)
	all := make(map[string][]string)
	for file, v := range shared.Vocabulary {
		all[file] = slices.Sorted(maps.Keys(v.Lists))
		all[file] = append(all[file], v.DefinitionNames...)
	}
	return all
}

// readShared reads what rules can use from outside their files: vocabulary and lists of entities.
func readShared(fsys fs.FS) (syntax.Shared, diag.Problems) {
	shared := syntax.Shared{Vocabulary: make(map[string]*syntax.Vocabulary), Entities: make(map[string]*syntax.EntityFile)}
	problems := eachFile(fsys, "vocabulary/*.yaml", func(name string, src []byte) (more diag.Problems) {
		shared.Vocabulary[path.Base(name)], more = syntax.ParseVocabulary(name, src)
		return more
	})
	return shared, append(problems, eachFile(fsys, "lists/*.csv", func(name string, src []byte) (more diag.Problems) {
		shared.Entities[path.Base(name)], more = syntax.ParseEntities(name, src)
		return more
	})...)
}

// eachFile reads the files of a pattern, and returns the problems of all of them.
func eachFile(fsys fs.FS, pattern string, read func(name string, src []byte) diag.Problems) diag.Problems {
	var problems diag.Problems
	names, err := fs.Glob(fsys, pattern)
	if err != nil {
		return diag.Problems{{What: fmt.Sprintf("cannot read the folder %s: %v", path.Dir(pattern), err)}}
	}
	for _, name := range names {
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			problems = append(problems, diag.Unreadable(name, err))
			continue
		}
		problems = append(problems, read(name, src)...)
	}
	return problems
}

// compile returns the set of some rules. If there are no problems, prepare makes it ready to match.
func compile(rules []*syntax.Rule, shared syntax.Shared) (*Set, diag.Problems) {
	slices.SortFunc(rules, func(a, b *syntax.Rule) int { return strings.Compare(a.ID, b.ID) })
	table, problems := syntax.Resolve(rules, shared)
	return &Set{rules: rules, table: table, phrases: table.Phrases, models: shippedModels(rules), digest: digestOnly(rules)}, problems
}

// prepare builds what matching reads.
func (s *Set) prepare() {
	s.index = newIndex(s)
	s.program = newProgram(s.rules, s.table)
}

// compileOne returns the set of one rule, if neither it nor what was read before has problems.
func compileOne(rule *syntax.Rule, shared syntax.Shared, problems diag.Problems) (*Set, diag.Problems) {
	s, more := compile([]*syntax.Rule{rule}, shared)
	if problems = append(problems, more...); len(problems) > 0 {
		return nil, problems.Sorted()
	}
	s.prepare()
	return s, nil
}
