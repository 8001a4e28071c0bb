// Package layout keeps the house in order: which folder may import which, and
// where the clock may be read.
package layout

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayImport is the table of docs/architecture.md. A folder that is not in it
// may import nothing of ours; internal/* stands for any package there.
var mayImport = map[string][]string{
	"models":       {},
	"internal":     {},
	"rules":        {"models", "internal"},
	"configs":      {"models", "internal"},
	"sources":      {"models", "internal"},
	"events":       {"models", "internal"},
	"notifier":     {"models", "internal"},
	"store":        {"models", "internal"},
	"scanner":      {"models", "rules", "events", "notifier", "internal"},
	"web":          {"models", "rules", "events", "notifier", "scanner", "internal"},
	"cmd/regwatch": {"models", "rules", "configs", "sources", "events", "notifier", "store", "scanner", "web", "internal"},
}

// clockReaders may call time.Now: the command, and what stands in for the
// outside world in the demo and in tests.
var clockReaders = []string{"cmd/regwatch", "internal"}

func TestImports(t *testing.T) {
	eachFile(t, func(path string, file *ast.File) {
		room := room(path)
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			ours, ok := strings.CutPrefix(name, "regwatch/")
			if !ok {
				continue
			}
			target := roomOf(ours)
			if target == room && (room != "internal" || strings.HasSuffix(path, "_test.go")) {
				continue
			}
			if room == "internal" && internalMay(path, ours) {
				continue
			}
			if strings.HasSuffix(path, "_test.go") && (target == "internal" || target == "models") {
				continue
			}
			if !slices.Contains(mayImport[room], target) {
				t.Errorf("%s imports %s; %s may import only %v", path, name, room, mayImport[room])
			}
		}
	})
}

// internalMay allows the few edges within internal: a fault is a diag.Problem
// wherever it is found, and phrases are found among the tokens of text.
func internalMay(path, target string) bool {
	return strings.HasPrefix(path, "internal/yamlnode/") && target == "internal/diag" ||
		strings.HasPrefix(path, "internal/userfile/") && target == "internal/diag" ||
		strings.HasPrefix(path, "internal/phrases/") && target == "internal/text"
}

func TestOnlyTheCommandReadsTheClock(t *testing.T) {
	eachFile(t, func(path string, file *ast.File) {
		if strings.HasSuffix(path, "_test.go") || slices.Contains(clockReaders, room(path)) {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
				t.Errorf("%s calls time.%s; take now as an argument", path, sel.Sel.Name)
			}
			return true
		})
	})
}

func eachFile(t *testing.T, visit func(path string, file *ast.File)) {
	t.Helper()
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." {
			if strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" {
				return fs.SkipDir
			}
			if _, err := fs.Stat(root, path+"/go.mod"); err == nil {
				return fs.SkipDir // a nested module has its own rules
			}
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", path), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		visit(path, file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func room(path string) string { return roomOf(filepath.ToSlash(filepath.Dir(path))) }

func roomOf(folder string) string {
	first, rest, _ := strings.Cut(folder, "/")
	if first == "cmd" {
		second, _, _ := strings.Cut(rest, "/")
		return "cmd/" + second
	}
	return first
}
