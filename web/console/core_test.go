package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A coreText is an English sentence of package diag, where it stands in the code.
type coreText struct{ format, at string }

// coreTexts returns every constant of the type diag.Text in the packages below the console, and every
// format that makes one; the places that make a text of what is no constant;
// and all string literals, of which some name parts of files.
func coreTexts(t *testing.T) (texts []coreText, dynamic []string, names map[string]bool) {
	t.Helper()
	type listed struct {
		ImportPath, Dir, Export string
		GoFiles, Imports        []string
	}
	list := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles,Imports", "regwatch/app")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	exports := make(map[string]string)
	var ours []listed
	names = make(map[string]bool)
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		if slices.Contains(p.Imports, "regwatch/internal/diag") {
			ours = append(ours, p)
		}
	}
	files := token.NewFileSet()
	from := importer.ForCompiler(files, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	for _, p := range ours {
		var parsed []*ast.File
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			parsed = append(parsed, file)
		}
		info := &types.Info{Types: make(map[ast.Expr]types.TypeAndValue), Uses: make(map[*ast.Ident]types.Object), Defs: make(map[*ast.Ident]types.Object)}
		if _, err := (&types.Config{Importer: from}).Check(p.ImportPath, files, parsed, info); err != nil {
			t.Fatal(err)
		}
		for e, tv := range info.Types {
			if _, isLiteral := e.(*ast.BasicLit); isLiteral && tv.Value != nil && tv.Value.Kind() == constant.String {
				names[constant.StringVal(tv.Value)] = true
			}
		}
		found, unknown := textsOf(parsed, info)
		for _, f := range found {
			texts = append(texts, coreText{f.format, files.Position(f.pos).String()})
		}
		for _, pos := range unknown {
			dynamic = append(dynamic, files.Position(pos).String())
		}
	}
	return texts, dynamic, names
}

type textAt struct {
	format string
	pos    token.Pos
}

func textsOf(files []*ast.File, info *types.Info) (found []textAt, unknown []token.Pos) {
	// A function that passes its own format on, such as inputError: its calls have the formats.
	wrappers := map[types.Object]bool{}
	formatOf := make(map[*ast.CallExpr]bool)
	for _, file := range files {
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || !isTextf(callee(call, info)) {
					return true
				}
				if id, ok := call.Args[0].(*ast.Ident); ok && id.Name == "format" {
					wrappers[info.Defs[f.Name]] = true
					formatOf[call] = true
				}
				return true
			})
		}
	}
	for _, file := range files {
		ast.Inspect(file, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			tv, typed := info.Types[e]
			if typed && tv.Value != nil && tv.Value.Kind() == constant.String && isText(tv.Type) {
				found = append(found, textAt{constant.StringVal(tv.Value), e.Pos()})
				return false
			}
			call, ok := e.(*ast.CallExpr)
			if !ok || formatOf[call] {
				return true
			}
			f := callee(call, info)
			if isConversion := info.Types[call.Fun].IsType() && isText(info.Types[call.Fun].Type); !isConversion && !isTextf(f) && !wrappers[f] {
				return true
			}
			switch arg := call.Args[0]; {
			case info.Types[arg].Value != nil:
				found = append(found, textAt{constant.StringVal(info.Types[arg].Value), arg.Pos()})
			case !isName(arg) && !isOfText(arg, info):
				unknown = append(unknown, arg.Pos())
			}
			return true
		})
	}
	return found, unknown
}

// isName reports whether an argument is, by its name, what a part of a file is called, such as routes.default.
func isName(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && (id.Name == "what" || id.Name == "key" || id.Name == "kind")
}

// isOfText reports whether an argument is a text that was one before.
func isOfText(e ast.Expr, info *types.Info) bool {
	if call, ok := e.(*ast.CallExpr); ok && info.Types[call.Fun].IsType() && len(call.Args) == 1 {
		e = call.Args[0]
	}
	return isText(info.Types[e].Type)
}

func callee(call *ast.CallExpr, info *types.Info) types.Object {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return info.Uses[f]
	case *ast.SelectorExpr:
		return info.Uses[f.Sel]
	}
	return nil
}

func isTextf(f types.Object) bool {
	return f != nil && f.Name() == "Textf" && f.Pkg() != nil && f.Pkg().Path() == "regwatch/internal/diag"
}

func isText(t types.Type) bool {
	return strings.HasSuffix(types.TypeString(t, nil), "regwatch/internal/diag.Text")
}

// sayable is a letter outside of verbs: a format without one is the same in every language.
var sayable = regexp.MustCompile(`(?:%(?:\[\d+\])?[-+# 0]*\d*(?:\.\d+)?[A-Za-z])|[A-Za-z]{2}`)

// keyPath is the place of a value in regwatch.yaml.
var keyPath = regexp.MustCompile(`^[a-z]+(?:\.[a-z]+)+$`)

func hasWords(format string) bool {
	return !keyPath.MatchString(format) && slices.ContainsFunc(sayable.FindAllString(format, -1), func(s string) bool { return s[0] != '%' })
}

func TestEveryTextOfTheCoreHasChinese(t *testing.T) {
	known, err := translations()
	if err != nil {
		t.Fatal(err)
	}
	texts, dynamic, names := coreTexts(t)
	if len(texts) < 1000 {
		t.Fatalf("found only %d texts", len(texts))
	}
	used := make(map[string]bool)
	for _, text := range texts {
		used[text.format] = true
		if _, ok := known[text.format]; !ok && hasWords(text.format) {
			t.Errorf("%s: words/*.tsv has no line for %q", text.at, text.format)
		}
	}
	for _, at := range dynamic {
		t.Errorf("%s: this text is put together when the program runs, so that nothing translates it; use diag.Textf with a constant", at)
	}
	asked := asked(t)
	for text := range known {
		if !asked[text] && !used[text] && !names[text] {
			t.Errorf("words/*.tsv has %q, which nothing shows", text)
		}
	}
}
