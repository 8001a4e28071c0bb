package rules

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"regwatch/internal/diag"
	"regwatch/internal/userfile"
	"regwatch/models"
	"regwatch/rules/syntax"
)

// Load reads the rules of a folder and of the folders in it: each YAML file is one rule, each in the folder vocabulary
// holds shared term lists, and each CSV file in the folder lists has entities. There is a Set only if there are no problems.
func Load(fsys fs.FS) (*Set, diag.Problems) { return LoadContext(context.Background(), fsys) }

// LoadContext is Load, which ends early when the context does. That is a problem.
func LoadContext(ctx context.Context, fsys fs.FS) (*Set, diag.Problems) {
	s, problems := readFolder(ctx, fsys)
	if len(problems) > 0 {
		return nil, problems.Sorted()
	}
	s.prepare()
	return s, nil
}

// LoadOne returns a set of one rule, which need not be saved, with the vocabulary of a folder of rules. The
// name is the path that the rule's file has or would have, as [FileOf] returns it.
func LoadOne(fsys fs.FS, name string, src []byte) (*Set, diag.Problems) {
	files := listFiles(fsys)
	shared, problems := readShared(fsys, files)
	rule, more := syntax.Parse(name, src)
	problems = append(problems, more...)
	if usesRules(rule, shared) {
		shared.Rules, more = readOthers(fsys, files, rule.ID)
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
func readOthers(fsys fs.FS, files folderFiles, without string) (map[string]*syntax.Rule, diag.Problems) {
	var problems diag.Problems
	others := make(map[string]*syntax.Rule)
	for _, name := range files.rules {
		id := userfile.Stem(name)
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
	s, _ := readFolder(context.Background(), fsys)
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
func readFolder(ctx context.Context, fsys fs.FS) (*Set, diag.Problems) {
	files := listFiles(fsys)
	shared, problems := readShared(fsys, files)
	var rules []*syntax.Rule
	byID := make(map[string]*syntax.Rule)
	for _, name := range files.rules {
		if ctx.Err() != nil {
			return nil, append(problems, diag.Problem{What: "reading the rules was interrupted: " + context.Cause(ctx).Error()})
		}
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
		return diag.Problems{rule.IDPos.Problem(diag.Textf("id %q is taken", rule.ID), diag.Textf("the rule in %s has it", owner.File))}
	}
	first, ok := byID[rule.ID]
	switch {
	case !ok || rule.ID == "":
		byID[rule.ID] = rule
	case userfile.Stem(name) == rule.ID && userfile.Stem(first.File) != rule.ID:
		byID[rule.ID] = rule
		return taken(first, rule)
	default:
		return taken(rule, first)
	}
	return nil
}

// SharedNames returns the term lists and the definitions of each vocabulary file of a folder, as far as it can be read.
func SharedNames(fsys fs.FS) map[string][]string {
	shared, _ := readShared(fsys, listFiles(fsys))
	all := make(map[string][]string)
	for file, v := range shared.Vocabulary {
		all[file] = slices.Sorted(maps.Keys(v.Lists))
		all[file] = append(all[file], v.DefinitionNames...)
	}
	return all
}

// readShared reads what rules can use from outside their files: vocabulary and lists of entities. Its problems include the
// folders that could not be read.
func readShared(fsys fs.FS, files folderFiles) (syntax.Shared, diag.Problems) {
	shared := syntax.Shared{Vocabulary: make(map[string]*syntax.Vocabulary), Entities: make(map[string]*syntax.EntityFile)}
	problems := slices.Clone(files.problems)
	read := func(names []string, parse func(name string, src []byte) diag.Problems) {
		for _, name := range names {
			src, err := fs.ReadFile(fsys, name)
			if err != nil {
				problems = append(problems, diag.Unreadable(name, err))
				continue
			}
			problems = append(problems, parse(name, src)...)
		}
	}
	read(files.vocabulary, func(name string, src []byte) (more diag.Problems) {
		shared.Vocabulary[path.Base(name)], more = syntax.ParseVocabulary(name, src)
		return more
	})
	read(files.lists, func(name string, src []byte) (more diag.Problems) {
		shared.Entities[path.Base(name)], more = syntax.ParseEntities(name, src)
		return more
	})
	return shared, problems
}

// The folders of a folder of rules whose files are no rules.
const (
	vocabularyFolder = "vocabulary"
	listsFolder      = "lists"
)

// folderFiles are the paths of the files in a folder of rules, in the order of their names.
type folderFiles struct {
	rules, vocabulary, lists []string

	skipped  diag.Problems // files that are not read, except those that nobody expects to be
	problems diag.Problems // folders that could not be read
}

// listFiles lists a folder of rules with the folders in it.
func listFiles(fsys fs.FS) folderFiles {
	var found folderFiles
	_ = fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			if name != "." || !errors.Is(err, fs.ErrNotExist) {
				found.problems = append(found.problems, diag.Unreadable(name, err))
			}
		case d.IsDir() && userfile.IsLeftover(name):
			return fs.SkipDir
		case !d.IsDir() && !userfile.IsLeftover(name):
			found.add(name)
		}
		return nil
	})
	// Of two rules with one ID, that in the outer folder keeps it.
	slices.SortStableFunc(found.rules, func(a, b string) int { return strings.Count(a, "/") - strings.Count(b, "/") })
	return found
}

func (f *folderFiles) add(name string) {
	folder := ""
	if IsShared(name) {
		folder, _, _ = strings.Cut(name, "/")
	}
	within := path.Dir(name) == folder // not in a folder of it
	isCSV := strings.EqualFold(path.Ext(name), ".csv")
	skip := func(want diag.Text) {
		f.skipped = append(f.skipped, diag.New(name, 0, 0, "the file is not read", want))
	}
	switch {
	case folder == vocabularyFolder && within && userfile.IsYAML(name):
		f.vocabulary = append(f.vocabulary, name)
	case folder == listsFolder && within && isCSV:
		f.lists = append(f.lists, name)
	case isNote(name):
	case folder == vocabularyFolder && userfile.IsYAML(name):
		skip("vocabulary files are read from rules/vocabulary itself: move it there")
	case folder == listsFolder && isCSV:
		skip("lists are read from rules/lists itself: move it there")
	case folder == vocabularyFolder:
		skip(diag.Textf("vocabulary files end in .yaml or .yml%s", renamed(name)))
	case folder == listsFolder:
		skip("files of rules/lists end in .csv")
	case userfile.IsYAML(name):
		f.rules = append(f.rules, name)
	case isCSV:
		skip("lists are read from rules/lists: move it there")
	default:
		skip(diag.Textf("files of rules end in .yaml or .yml%s", renamed(name)))
	}
}

// isNote reports whether a file is one that people put beside rules for each other or for their editors.
func isNote(name string) bool {
	base := strings.ToLower(path.Base(name))
	return strings.HasSuffix(base, ".schema.json") || strings.HasSuffix(base, ".md") ||
		strings.HasPrefix(base, "readme") || strings.HasPrefix(base, "license")
}

// renamed suggests a name for a file that has one ending too many, such as two.yaml.txt.
func renamed(name string) diag.Text {
	base := path.Base(name)
	for shorter := base; path.Ext(shorter) != ""; {
		shorter = strings.TrimSuffix(shorter, path.Ext(shorter))
		if userfile.IsYAML(shorter) {
			return diag.Textf(": rename it to %s", shorter)
		}
	}
	return ""
}

// IsShared reports whether a path within a folder of rules is that of a vocabulary file or a list, and not of a rule.
func IsShared(file string) bool {
	folder, _, below := strings.Cut(file, "/")
	return below && (folder == vocabularyFolder || folder == listsFolder)
}

// Skipped returns a problem for each file of a folder of rules that is not read although somebody may expect it to be: with
// another ending, or in the wrong folder. What editors and systems leave behind is not among them.
func Skipped(fsys fs.FS) diag.Problems { return listFiles(fsys).skipped }

// FileOf returns the path of the file with the rule of an ID; for one that does not exist, the path that it would have.
func FileOf(fsys fs.FS, id string) string {
	name := id + ".yaml"
	if _, err := fs.Stat(fsys, name); err == nil {
		return name
	}
	for _, file := range listFiles(fsys).rules {
		if userfile.Stem(file) == id {
			return file
		}
	}
	return name
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
