package rules_test

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"regwatch/events"
	"regwatch/internal/golden"
	"regwatch/models"
	"regwatch/rules"
	"regwatch/rules/syntax/syntaxtest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// An alert must show the rule that caused it. So everything that changes what a rule means changes its hash, and
// nothing else does.
func TestHashCoversRuleAndUsedVocabulary(t *testing.T) {
	hash := func(vocabulary string) string { return pairSet(t, vocabulary).Rules()[0].Hash }
	base := hash(coinList)
	if hash(coinList) != base {
		t.Error("the same text has two hashes")
	}
	if hash(strings.Replace(coinList, "[x]", "[y]", 1)) != base {
		t.Error("a list that the rule does not use changes its hash")
	}
	if hash(strings.Replace(coinList, "[stablecoin", "[stablecoin, token", 1)) == base {
		t.Error("a new word in a shared list does not change the hash")
	}
	nested := "coin: [{terms: other}]\nother: [stablecoin]\n"
	if hash(nested) == hash(strings.Replace(nested, "[stablecoin]", "[token]", 1)) {
		t.Error("a new word in a list within a shared list does not change the hash")
	}
	revision := pairSet(t, coinList).Revisions()[0]
	if revision.Text != pairRule || revision.Hash != base || !strings.Contains(revision.Vocabulary, "穩定幣 = stablecoin") || strings.Contains(revision.Vocabulary, "other") {
		t.Errorf("Revisions = %+v; want the file's bytes and the one list that it uses", revision)
	}
}

func TestCheckRoutesReportsUnknownRoute(t *testing.T) {
	set := pairSet(t, coinList)
	if got := set.CheckRoutes([]string{"hk", "cn"}); len(got) > 0 {
		t.Errorf("CheckRoutes with both routes known: %s", got.Error())
	}
	want := `pair.yaml:5:14: unknown route "cn"; the configuration has hk`
	if got := set.CheckRoutes([]string{"hk"}).Error(); got != want {
		t.Errorf("CheckRoutes = %s, want %s", got, want)
	}
}

// A rule that is loaded alone, or from its stored revision, matches the same articles as in its folder.
func TestLoadOneAndLoadRevisionMatchLikeLoad(t *testing.T) {
	whole := rules.ShippedSet(t)
	random := rand.New(rand.NewPCG(3, 4))
	fragments := syntaxtest.Fragments(whole.Rules())
	var articles []models.Article
	for range 400 {
		articles = append(articles, models.Article{Title: syntaxtest.Compose(random, fragments, 3), Body: syntaxtest.Compose(random, fragments, 20)})
	}
	folder := os.DirFS("../configs/rules")
	for _, rev := range whole.Revisions() {
		alone, problems := rules.LoadOne(folder, rev.RuleID+".yaml", []byte(rev.Text))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		revision, err := rules.LoadRevision(rev)
		if err != nil {
			t.Fatal(err)
		}
		if got := alone.Rules()[0].Hash; got != rev.Hash {
			t.Errorf("%s has the hash %s alone, and %s in its folder", rev.RuleID, got, rev.Hash)
		}
		matches := 0
		for _, a := range articles {
			want := rules.MatchesOf(whole, rev.RuleID, a)
			matches += len(want)
			for name, set := range map[string]*rules.Set{"alone": alone, "revision": revision} {
				if diff := cmp.Diff(want, rules.MatchesOf(set, rev.RuleID, a)); diff != "" {
					t.Fatalf("%s %s on %q / %q mismatch (-folder +got):\n%s", rev.RuleID, name, a.Title, a.Body, diff)
				}
			}
		}
		if matches < 5 {
			t.Errorf("%s has %d matches, want more", rev.RuleID, matches)
		}
	}
}

func TestLoadOneReportsProblems(t *testing.T) {
	folder := fstest.MapFS{"vocabulary/words.yaml": {Data: []byte("coin: [coin]\n")}}
	_, problems := rules.LoadOne(folder, "x.yaml", []byte("id: y\ntitle: Y\nseverity: low\nvocabulary: [words.yaml]\nwhen: {terms: coins}\nexamples: {match: [coin], ignore: [none]}\n"))
	got := problems.Error()
	for _, want := range []string{`x.yaml:1:5: id "y" differs from the file's name`, `unknown term list "coins"`} {
		if !strings.Contains(got, want) {
			t.Errorf("problems lack %s:\n%s", want, got)
		}
	}
}

func TestLoadRevisionNamesBrokenRevision(t *testing.T) {
	for _, rev := range []models.RuleRevision{
		{RuleID: "coin", Hash: "0123456789abcdef", Text: "id: coin\n"},
		{RuleID: "coin", Hash: "0123456789abcdef", Text: "id: coin\n", Vocabulary: "{"},
	} {
		if _, err := rules.LoadRevision(rev); err == nil || !strings.Contains(err.Error(), "revision 01234567 of rule coin") {
			t.Errorf("LoadRevision = %v, want an error that names the revision", err)
		}
	}
}

func TestCheckSourcesReportsUnknownValues(t *testing.T) {
	set := rules.MustLoad(t, rules.Head+`define:
  hk: {jurisdiction: [Hong Kong, Hongkong]}
when:
  all:
    - {any: [ban], source: [hkma-*, hkma-pres, sfc-*]}
    - {any: [ban], role: government, language: ja}
mention: ban AND source:mas-news
`)
	known := []models.Source{
		{ID: "hkma-press", Role: models.Regulator, Jurisdictions: []string{"Hong Kong"}},
		{ID: "daily", Role: models.Press, Jurisdictions: []string{"Singapore", "Hong Kong"}},
	}
	want := `r.yaml:5:34: no source has the jurisdiction "Hongkong"; did you mean "Hong Kong"?
r.yaml:8:37: no source has the id "hkma-pres"; did you mean "hkma-press"?
r.yaml:8:48: no source has the id "sfc-*"; the sources are daily, hkma-press
r.yaml:10:10: no source has the id "mas-news"; the sources are daily, hkma-press`
	if got := set.CheckSources(known).Error(); got != want {
		t.Errorf("CheckSources:\n%s\nwant:\n%s", got, want)
	}
}

// folder returns the folder of rules of a test file: the file with the vocabulary of testdata, or the files of an archive.
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
		t.Fatalf("testdata/%s contains no rules", dir)
	}
	return files
}

func wantFile(file string) string { return strings.TrimSuffix(file, filepath.Ext(file)) + ".want" }

func TestLoadReportsProblems(t *testing.T) {
	for _, file := range testFiles(t, "err") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			set, problems := rules.Load(folder(t, file))
			if set != nil || len(problems) == 0 {
				t.Fatalf("Load(%s) found no problem", file)
			}
			for _, p := range problems {
				if p.File == "" || p.Line == 0 && !strings.Contains(p.What, "ignored") {
					t.Errorf("problem without a position: %s", p)
				}
			}
			golden.Assert(t, wantFile(file), []byte(problems.Error()+"\n"))
			_ = rules.CheckNames(folder(t, file), nil, []models.Source{{ID: "hkma"}}) // it must not panic
		})
	}
}

func TestLoadAcceptsValidRules(t *testing.T) {
	for _, file := range testFiles(t, "ok") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			set, problems := rules.Load(folder(t, file))
			if len(problems) > 0 {
				t.Fatalf("Load(%s):\n%s", file, problems.Error())
			}
			for _, f := range set.WithDates(events.KeyDates).Test() {
				t.Error(f)
			}
			var b strings.Builder
			for _, r := range set.Rules() {
				b.WriteString(r.ID + ": " + r.When.String() + "\n")
				if r.Mention != nil {
					b.WriteString("  mention: " + r.Mention.String() + "\n")
				}
				for _, c := range r.Severities {
					b.WriteString("  " + string(c.Severity) + ": " + c.Expr.String() + "\n")
				}
				for _, tag := range r.Tags {
					b.WriteString("  " + tag.Name + ": " + tag.Expr.String() + "\n")
				}
			}
			golden.Assert(t, wantFile(file), []byte(b.String()))
		})
	}
}

// What Load accepts, it accepts again, and matching does not panic.
func FuzzLoad(f *testing.F) {
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
		fsys := fstest.MapFS{"r.yaml": &fstest.MapFile{Data: src}}
		set, problems := rules.Load(fsys)
		if (set == nil) == (len(problems) == 0) {
			t.Fatalf("Load returned a set: %v, and %d problems", set != nil, len(problems))
		}
		if set == nil {
			_ = rules.CheckNames(fsys, nil, []models.Source{{ID: "hkma"}})
			return
		}
		_ = rules.OutcomeOf(set, models.Article{Title: article, Body: article})
		if again, problems := rules.Load(fstest.MapFS{"r.yaml": &fstest.MapFile{Data: set.Rules()[0].Source()}}); again == nil {
			t.Fatalf("accepted once, then rejected: %s", problems.Error())
		}
	})
}

// One mistake causes one problem.
func TestLoadReportsMistakeOnce(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"file that is a list", "- a\n", "r.yaml:1:1: a rule is a list; use key: value pairs"},
		{"cycle on one line", rules.Head + "define: {a: {use: b}, b: {use: a}}\nwhen: {all: [x1, {use: a}]}\n", `r.yaml:4:10: definition "a" uses itself: a → b → a; remove one of these uses`},
	}
	for _, tt := range tests {
		_, problems := rules.Load(rules.Files(map[string]string{"r.yaml": tt.src}))
		if got := problems.Error(); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

// Unknown names are reported together with all other problems.
func TestCheckNamesInFolderWithProblems(t *testing.T) {
	const header = "title: T\nwhy: W\nseverity: low\n"
	fsys := fstest.MapFS{
		"a.yaml": {Data: []byte("id: a\n" + header + "routes: [hk, nope]\nwhen: {any: [coin], source: hkmb}\n")},
		"b.yaml": {Data: []byte("id: b\n" + header + "when: {any: [coin], wihtin: 3}\n")},
	}
	if _, problems := rules.Load(fsys); len(problems) == 0 {
		t.Fatal("Load found no problem")
	}
	got := rules.CheckNames(fsys, []string{"hk"}, []models.Source{{ID: "hkma"}}).Error()
	for _, want := range []string{`a.yaml:5:14: unknown route "nope"`, `a.yaml:6:29: no source has the`} {
		if !strings.Contains(got, want) {
			t.Errorf("CheckNames =\n%s\nwant %s", got, want)
		}
	}
}
