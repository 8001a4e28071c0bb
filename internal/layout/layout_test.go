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

// mayImport is the table of docs/architecture.md: what a package may import of ours, or
// every package below a folder that ends in /. A name of its own counts before a folder,
// and a longer folder before a shorter one. A package without either may import nothing.
var mayImport = map[string][]string{
	"models":              {},
	"internal/":           {},
	"rules":               {"rules/syntax/", "rules/relevance", "models", "internal/"},
	"rules/":              {"rules/syntax/", "models", "internal/"}, // syntax and below import no rules
	"rules/relevance":     {"models", "internal/"},
	"rules/relevance/gen": {"rules", "rules/relevance", "models", "internal/"},
	"rules/form":          {"rules/syntax/", "internal/"},
	"rules/lint":          {"rules", "rules/syntax/", "models", "internal/"},
	"configs/":            {"models", "internal/"},
	"sources":             {"sources/", "models", "internal/"},
	"sources/":            {"models", "internal/"},
	"sources/propose":     {"sources/feed", "sources/page", "models", "internal/"},
	"events":              {"events/similarity", "events/instruments", "models", "internal/"},
	"events/instruments":  {"internal/"},
	"events/":             {"events", "events/", "models", "internal/"}, // similarity imports no events
	"notifier":            {"models", "internal/"},
	"notifier/render":     {"notifier", "models", "internal/"},
	"notifier/delivery/":  {"notifier/delivery/", "notifier/render", "models", "internal/"},
	"notifier/":           {"notifier/delivery/", "notifier/render", "models", "internal/"}, // the channels
	"store/":              {"models", "internal/"},
	"scanner":             {"models", "rules", "events", "notifier", "internal/"},
	"web/":                {"app", "app/newsource", "web/", "models", "internal/"},
	"app/channels":        {"configs", "notifier/", "models", "internal/"},
	"app/evaluation":      {"configs", "events/", "rules", "models", "internal/"},
	"app/webclient":       {"configs", "sources/", "models", "internal/"},
	"app/instances":       {"scanner", "sources/fetch", "models", "internal/"},
	"app/newsource":       {"app/webclient", "sources/", "models", "internal/"},
	"app":                 {"app/", "models", "rules/", "configs", "sources/", "events/", "notifier/", "store", "scanner", "internal/"},
	"internal/cli":        {"app", "app/evaluation", "app/newsource", "web/", "models", "internal/"},
	"cmd/regwatch":        {"internal/cli"},

	// The edges within internal.
	"internal/userfile":     {"internal/diag"},
	"internal/duration":     {"internal/diag"},                      // what is wrong, for readers of other languages
	"internal/schedule":     {"internal/diag", "internal/duration"}, // of @every
	"internal/icaldays":     {"internal/diag"},
	"internal/yamlnode":     {"internal/diag", "internal/duration"}, // a fault is a diag.Problem wherever it is found
	"internal/jqbox":        {"internal/childprocess"},
	"internal/pdftext":      {"internal/childprocess"},
	"internal/redact":       {"internal/lazyregexp"},
	"internal/phrases":      {"internal/text"},                        // phrases are found among tokens
	"internal/dates":        {"internal/lazyregexp", "internal/text"}, // running text comes in tokens
	"internal/amounts":      {"internal/text"},                        // amounts are read in tokens
	"internal/textkind":     {"internal/lazyregexp", "internal/text"},
	"internal/sanitize":     {"internal/text"},
	"internal/cooccur":      {"internal/text"}, // terms are tokens
	"internal/signedlink":   {"models"},        // the keys are stored
	"internal/weblink":      {"internal/lazyregexp", "internal/redact"},
	"internal/markup":       {"internal/sanitize"},
	"internal/htmltext":     {"internal/weblink"},
	"internal/charset":      {"internal/plural"},
	"internal/lang":         {"internal/text"},
	"internal/conditions":   {"internal/diag", "internal/duration", "internal/text", "internal/textkind", "internal/wildcard", "internal/yamlnode", "models"},
	"internal/samplenotice": {"models"},
	"internal/noticetest":   {"models", "internal/samplenotice"},
	"internal/outboxfake":   {"models"},
	"internal/report":       {"internal/csvfile", "internal/diag", "internal/i18n", "internal/sanitize", "internal/yamlnode", "models"},
}

// testsMayImport is what tests may import besides. Those of the command line run the whole
// program, and look at what it stored and sent.
var testsMayImport = map[string][]string{
	"rules":        {"events", "rules/lint", "rules/reading"}, // which read the key dates of examples, and walk what Load accepts
	"rules/lint":   {"events"},
	"internal/cli": {"configs", "events", "notifier/", "rules/", "scanner", "sources/", "store"},
}

// clockReaders may call time.Now: package app, and what stands in for the
// outside world in the demo and in tests.
var clockReaders = []string{"app", "app/", "internal/", "notifier/delivery/channeltest"}

func TestImports(t *testing.T) {
	eachFile(t, func(path string, file *ast.File) {
		pkg := folder(path)
		allowed := allowedFor(pkg)
		if strings.HasSuffix(path, "_test.go") {
			allowed = slices.Concat(allowed, testsMayImport[pkg], []string{pkg, "models", "internal/"})
		}
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			target, ours := strings.CutPrefix(name, "regwatch/")
			if !ours || fits(allowed, target) {
				continue
			}
			t.Errorf("%s imports %s; %s may import only %v", path, name, pkg, allowed)
		}
	})
}

// allowedFor returns what a package may import.
func allowedFor(pkg string) []string {
	if exact, ok := mayImport[pkg]; ok {
		return exact
	}
	best := ""
	for name := range mayImport {
		if strings.HasSuffix(name, "/") && strings.HasPrefix(pkg+"/", name) && len(name) > len(best) {
			best = name
		}
	}
	return mayImport[best]
}

// fits reports whether a package is among names, or below one that ends in /.
func fits(names []string, pkg string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		return name == pkg || strings.HasSuffix(name, "/") && strings.HasPrefix(pkg+"/", name)
	})
}

func TestOnlyAppReadsTheClock(t *testing.T) {
	eachFile(t, func(path string, file *ast.File) {
		if strings.HasSuffix(path, "_test.go") || fits(clockReaders, folder(path)) {
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

// maxFiles is the most files of a package, without tests: what a reader can keep in mind. Packages with one file for each
// noun or command may have a few more.
const maxFiles = 25

// largerPackages may have more files: they have one for each noun or command.
var largerPackages = map[string]int{"app": 45, "internal/cli": 35, "store": 31, "models": 27, "web/console": 32}

func TestPackagesAreSmall(t *testing.T) {
	files := make(map[string]int)
	eachFile(t, func(path string, _ *ast.File) {
		if !strings.HasSuffix(path, "_test.go") {
			files[folder(path)]++
		}
	})
	for pkg, n := range files {
		most := max(maxFiles, largerPackages[pkg])
		if n > most {
			t.Errorf("%s has %d files without tests; join what belongs together, or split the package: at most %d", pkg, n, most)
		}
	}
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
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", path), nil, parser.SkipObjectResolution|parser.ParseComments)
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

func folder(path string) string { return filepath.ToSlash(filepath.Dir(path)) }
