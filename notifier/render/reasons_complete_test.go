package render

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"regwatch/models"
)

// everyReason has each declared kind of reason.
func TestEveryReasonKindHasPhrase(t *testing.T) {
	var tested []models.ReasonKind
	for _, r := range everyReason() {
		tested = append(tested, r.Kind)
	}
	file, err := parser.ParseFile(token.NewFileSet(), "../../models/reason.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	declared := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if typ, ok := spec.Type.(*ast.Ident); !ok || typ.Name != "ReasonKind" {
			return true
		}
		kind, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		declared++
		if !slices.Contains(tested, models.ReasonKind(kind)) {
			t.Errorf("add %s, of kind %q, to everyReason", spec.Names[0].Name, kind)
		}
		return true
	})
	if declared == 0 {
		t.Error("models/reason.go declares no kind of reason")
	}
}
