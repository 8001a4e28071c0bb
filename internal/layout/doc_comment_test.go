package layout

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// A doc comment starts with the name that it describes, so that it cannot outlive a
// rename.
func TestDocCommentsStartWithTheName(t *testing.T) {
	eachFile(t, func(path string, file *ast.File) {
		if !strings.HasPrefix(path, "notifier/") {
			return
		}
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				// What a test checks is said by its name.
				if strings.HasSuffix(path, "_test.go") && strings.HasPrefix(d.Name.Name, "Test") {
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
