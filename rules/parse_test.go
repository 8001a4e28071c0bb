package rules

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"regwatch/internal/golden"
	"regwatch/models"
)

// folder returns the folder of rules that a test file stands for: itself with
// the vocabulary of testdata, or the files in an archive.
func folder(t *testing.T, file string) fs.FS {
	t.Helper()
	fsys := make(fstest.MapFS)
	if filepath.Ext(file) == ".txtar" {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			fsys[f.Name] = &fstest.MapFile{Data: f.Data}
		}
		return fsys
	}
	for name, path := range map[string]string{filepath.Base(file): file, "vocabulary/shared.yaml": "testdata/vocabulary/shared.yaml"} {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		fsys[name] = &fstest.MapFile{Data: b}
	}
	return fsys
}

func testFiles(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"*.yaml", "*.txtar"} {
		found, err := filepath.Glob(filepath.Join("testdata", dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) == 0 {
		t.Fatalf("testdata/%s has no rules", dir)
	}
	return files
}

func want(file string) string { return strings.TrimSuffix(file, filepath.Ext(file)) + ".want" }

func TestRulesWithProblems(t *testing.T) {
	for _, file := range testFiles(t, "err") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			set, problems := Load(folder(t, file))
			if set != nil || len(problems) == 0 {
				t.Fatalf("Load(%s) found no problem", file)
			}
			for _, p := range problems {
				if p.File == "" || p.Line == 0 && !strings.Contains(p.What, "not read") {
					t.Errorf("problem without a place: %s", p)
				}
			}
			golden.Assert(t, want(file), []byte(problems.Error()+"\n"))
			_ = CheckNames(folder(t, file), nil, []models.Source{{ID: "hkma"}}) // whatever is wrong, it ends
		})
	}
}

func TestRulesWithoutProblems(t *testing.T) {
	for _, file := range testFiles(t, "ok") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			set, problems := Load(folder(t, file))
			if len(problems) > 0 {
				t.Fatalf("Load(%s):\n%s", file, problems.Error())
			}
			for _, f := range set.Test() {
				t.Error(f)
			}
			var b strings.Builder
			for _, r := range set.rules {
				b.WriteString(r.ID + ": " + r.when.String() + "\n")
				if r.mention != nil {
					b.WriteString("  mention: " + r.mention.String() + "\n")
				}
				for _, tag := range r.tags {
					b.WriteString("  " + tag.name + ": " + tag.node.String() + "\n")
				}
			}
			golden.Assert(t, want(file), []byte(b.String()))
		})
	}
}

// What is accepted once is accepted again, and matching it never fails.
func FuzzParse(f *testing.F) {
	for _, dir := range []string{"ok", "err"} {
		files, _ := filepath.Glob(filepath.Join("testdata", dir, "*.yaml"))
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b, "Ban on yuan stablecoin")
		}
	}
	f.Fuzz(func(t *testing.T, src []byte, article string) {
		rule, problems := Parse("r.yaml", src)
		if (rule == nil) == (len(problems) == 0) {
			t.Fatalf("Parse gave a rule: %v, and %d problems", rule != nil, len(problems))
		}
		fsys := fstest.MapFS{"r.yaml": &fstest.MapFile{Data: src}}
		set, problems := Load(fsys)
		if (set == nil) == (len(problems) == 0) {
			t.Fatalf("Load gave a set: %v, and %d problems", set != nil, len(problems))
		}
		if set == nil {
			_ = CheckNames(fsys, nil, []models.Source{{ID: "hkma"}})
			return
		}
		_ = outcome(set, article, article)
		if again, problems := Load(fstest.MapFS{"r.yaml": &fstest.MapFile{Data: set.Rules()[0].Source()}}); again == nil {
			t.Fatalf("accepted once, then refused: %s", problems.Error())
		}
	})
}

// One mistake is told once: what follows from it is no mistake of its own.
func TestOneMistakeIsToldOnce(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"a file that is a list", "- a\n", "r.yaml:1:1: a rule is a list; use key: value pairs"},
		{"a circle in one line", head + "define: {a: {use: b}, b: {use: a}}\nwhen: {all: [x1, {use: a}]}\n", `r.yaml:4:10: definition "a" uses itself: a → b → a; want definitions that do not run in a circle`},
	}
	for _, tt := range tests {
		_, problems := Load(mapFS(map[string]string{"r.yaml": tt.src}))
		if got := problems.Error(); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

// Names that are nowhere are told beside every other fault, in whatever file.
func TestNamesAreCheckedBesideOtherFaults(t *testing.T) {
	const head = "title: T\nwhy: W\nseverity: low\n"
	fsys := fstest.MapFS{
		"a.yaml": {Data: []byte("id: a\n" + head + "routes: [hk, nope]\nwhen: {any: [coin], source: hkmb}\n")},
		"b.yaml": {Data: []byte("id: b\n" + head + "when: {any: [coin], wihtin: 3}\n")},
	}
	if _, problems := Load(fsys); len(problems) == 0 {
		t.Fatal("Load found no problem")
	}
	got := CheckNames(fsys, []string{"hk"}, []models.Source{{ID: "hkma"}}).Error()
	for _, want := range []string{`a.yaml:5:14: unknown route "nope"`, `a.yaml:6:29: no source has the`} {
		if !strings.Contains(got, want) {
			t.Errorf("CheckNames says\n%s\nwant %s", got, want)
		}
	}
}
