package cli

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"regwatch/models"
	"regwatch/notifier/render"
)

var (
	qualifiedName = regexp.MustCompile(`\b([a-z]+|[A-Z]\w*)\.([A-Z]\w*(?:\.[A-Z]\w*)?)\b`)
	testCommand   = regexp.MustCompile("go test \\./(\\S+).* -run '?([^'\\s`]+)")
)

// A sourceTree is what the project's code declares.
type sourceTree struct {
	names map[string]bool     // as package.Name, package.Type.Member and Type.Member
	pkgs  map[string]bool     // names of packages
	tests map[string][]string // by folder, the names of tests
}

func parseTree(t *testing.T) sourceTree {
	t.Helper()
	tree := sourceTree{map[string]bool{}, map[string]bool{}, map[string][]string{}}
	err := filepath.WalkDir(projectRoot, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "testdata" || d.Name() == "vendor") {
			return filepath.SkipDir
		}
		if path.Ext(file) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(projectRoot, filepath.Dir(file))
		if err != nil {
			return err
		}
		tree.add(filepath.ToSlash(folder), parsed, strings.HasSuffix(file, "_test.go"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func (s sourceTree) add(folder string, file *ast.File, test bool) {
	pkg := file.Name.Name
	s.pkgs[pkg] = true
	member := func(of, name string) {
		s.names[of+"."+name], s.names[pkg+"."+of+"."+name] = true, true
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if test {
				s.tests[folder] = append(s.tests[folder], d.Name.Name)
			}
			if d.Recv == nil {
				s.names[pkg+"."+d.Name.Name] = true
				continue
			}
			of := d.Recv.List[0].Type
			if star, ok := of.(*ast.StarExpr); ok {
				of = star.X
			}
			if id, ok := of.(*ast.Ident); ok {
				member(id.Name, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.ValueSpec:
					for _, id := range spec.Names {
						s.names[pkg+"."+id.Name] = true
					}
				case *ast.TypeSpec:
					s.names[pkg+"."+spec.Name.Name] = true
					var fields *ast.FieldList
					switch typ := spec.Type.(type) {
					case *ast.StructType:
						fields = typ.Fields
					case *ast.InterfaceType:
						fields = typ.Methods
					default:
						continue
					}
					for _, f := range fields.List {
						for _, id := range f.Names {
							member(spec.Name.Name, id.Name)
						}
					}
				}
			}
		}
	}
}

// faults returns what a page says of the code and is not so: names that are not
// declared, and patterns of go test that match no test.
func (s sourceTree) faults(text string) []string {
	var faults []string
	for _, span := range codeSpan.FindAllString(codeBlock.ReplaceAllString(text, ""), -1) {
		if strings.Contains(span, "-bench") {
			continue // its -run matches nothing on purpose
		}
		if m := testCommand.FindStringSubmatch(span); m != nil {
			for _, pattern := range strings.Split(m[2], "|") {
				pattern, _, _ = strings.Cut(pattern, "/") // what follows names subtests
				match, err := regexp.Compile(pattern)
				if err != nil || !slices.ContainsFunc(s.tests[strings.TrimSuffix(m[1], "/")], match.MatchString) {
					faults = append(faults, "no test of "+m[1]+" matches "+pattern)
				}
			}
			continue
		}
		for _, m := range qualifiedName.FindAllStringSubmatch(span, -1) {
			if (s.pkgs[m[1]] || m[1] != strings.ToLower(m[1])) && !s.names[m[0]] {
				faults = append(faults, m[0]+" is not declared")
			}
		}
	}
	return faults
}

func TestDocumentsNameWhatIsInTheCode(t *testing.T) {
	tree := parseTree(t)
	for name, text := range documents(t) {
		if name == "CHANGELOG.md" || path.Base(name) == "templates.md" { // what was, and the names of templates
			continue
		}
		for _, fault := range tree.faults(text) {
			t.Errorf("%s: %s", name, fault)
		}
	}
}

func TestFaultsOfDocuments(t *testing.T) {
	tree := parseTree(t)
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"`notifier.Plan` and `Store.Commit`, `models.Notice.Kind`", nil},
		{"`notifier.Gone`, `Store.Gone`, and notifier.Gone outside of code", []string{"notifier.Gone is not declared", "Store.Gone is not declared"}},
		{"`go test ./internal/cli -run 'TestKill$|NoSuchTest' -v`", []string{"no test of internal/cli matches NoSuchTest"}},
		{"`time.Now`, `regwatch.yaml`", nil},
	} {
		if got := tree.faults(tt.text); !slices.Equal(got, tt.want) {
			t.Errorf("faults(%s) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

// Every decision is listed in the table of contents.
func TestEveryDecisionIsListed(t *testing.T) {
	contents := documents(t)["docs/README.md"]
	pages, err := os.ReadDir(filepath.Join(projectRoot, "docs", "decisions"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		if !strings.Contains(contents, "](decisions/"+page.Name()+")") {
			t.Errorf("docs/README.md does not list decisions/%s", page.Name())
		}
	}
}

var (
	reasonBlock = regexp.MustCompile("(?s)```json reason\n(.*?)```")
	languageRow = regexp.MustCompile("(?m)^\\| `(en|zh-Hant|zh-Hans)` \\| (.*) \\|$")
)

// TestReasonInTheDocuments renders the stored reason that the page on the packages of
// notices shows.
func TestReasonInTheDocuments(t *testing.T) {
	page := documents(t)["docs/decisions/notifier-packages.md"]
	m := reasonBlock.FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the page shows no reason")
	}
	var reasons models.Reasons
	if err := json.Unmarshal([]byte(m[1]), &reasons); err != nil {
		t.Fatal(err)
	}
	rows := languageRow.FindAllStringSubmatch(page, -1)
	if len(rows) != 3 {
		t.Errorf("the page shows %d languages, want 3", len(rows))
	}
	for _, row := range rows {
		if got := render.Reasons(reasons, row[1]); got != row[2] {
			t.Errorf("in %s the reason reads %q; the page says %q", row[1], got, row[2])
		}
	}
}
