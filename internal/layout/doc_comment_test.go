package layout

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// namedComments are the folders that the test below covers.
var namedComments = []string{
	"notifier/", "rules/", "scanner/", "internal/conditions/", "internal/dates/", "internal/diag/", "internal/phrases/", "internal/text/", "internal/yamlnode/",
}

// A doc comment starts with the name that it describes, so that it cannot outlive a
// rename.
func TestDocCommentsStartWithTheName(t *testing.T) {
	eachFile(t, func(path string, file *ast.File) {
		if !slices.ContainsFunc(namedComments, func(folder string) bool { return strings.HasPrefix(path, folder) }) {
			return
		}
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if strings.HasSuffix(path, "_test.go") && isTest(d.Name.Name) {
					continue
				}
				checkDoc(t, path, d.Doc, d.Name.Name)
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					s, ok := spec.(*ast.TypeSpec)
					if !ok {
						continue
					}
					doc := s.Doc
					if doc == nil && !d.Lparen.IsValid() {
						doc = d.Doc
					}
					checkDoc(t, path, doc, s.Name.Name, "A", "An", "The")
				}
			}
		}
	})
}

// isTest reports whether package testing runs a function. Its name says what it checks, so that its comment can
// explain why.
func isTest(name string) bool {
	return slices.ContainsFunc([]string{"Test", "Benchmark", "Fuzz", "Example"}, func(kind string) bool { return strings.HasPrefix(name, kind) })
}

// checkDoc reports a comment that does not start with a name, after an article if it may
// have one.
func checkDoc(t *testing.T, path string, doc *ast.CommentGroup, name string, articles ...string) {
	t.Helper()
	words := strings.Fields(doc.Text())
	if len(words) == 0 {
		return
	}
	first := words[0]
	if slices.Contains(articles, first) && len(words) > 1 {
		first = words[1]
	}
	if strings.TrimRight(first, ",.:;") != name {
		t.Errorf("%s: the comment of %s starts with %q; want %q", path, name, strings.Join(words[:min(3, len(words))], " "), name)
	}
}
