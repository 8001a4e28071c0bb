package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	goTestCommand = regexp.MustCompile(`\bgo test(?:[ \t]+(?:'[^'\n]*'|[^\s'` + "`" + `]+))+`)
	shellWord     = regexp.MustCompile(`'[^']*'|\S+`)
	testFunction  = regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz|Example)\w*)\(`)
)

// A test that is renamed or moved must not leave a command in the documents that runs nothing.
func TestCommandsInDocumentsRunTests(t *testing.T) {
	commands := 0
	for name, text := range documents(t) {
		for _, block := range append(codeBlock.FindAllString(text, -1), codeSpan.FindAllString(codeBlock.ReplaceAllString(text, ""), -1)...) {
			for _, command := range goTestCommand.FindAllString(block, -1) {
				commands++
				if err := checkTestCommand(os.DirFS(projectRoot), command); err != nil {
					t.Errorf("%s: %s: %v", name, command, err)
				}
			}
		}
	}
	if commands == 0 {
		t.Error("no go test command was found in any document")
	}
}

func TestCommandsThatRunNoTestAreFound(t *testing.T) {
	tests := map[string]string{
		"go test ./notifier -run TestPlan":                               "",
		"go test ./notifier -run 'TestPlan|TestWaitUntil' -v":            "",
		"go test ./notifier/... -run MailIsReadBack":                     "",
		"go test -run MailIsReadBack ./notifier/email":                   "",
		"go test ./store -bench Due/sqlite":                              "",
		"go test ./store -bench . -run xxx":                              "",
		"go test ./notifier ./notifier/email -run 'TestPlan|HasHeaders'": "",
		"go test ./...":                                          "",
		"go test ./notifier -run MailIsReadBack":                 "MailIsReadBack matches no test in ./notifier",
		"go test ./notifier -run 'TestPlan|NoSuchTest'":          "NoSuchTest matches no test",
		"go test ./notifier/email ./notifier -run 'HasHeaders'":  "HasHeaders matches no test in ./notifier",
		"go test ./store -bench NoSuchBenchmark":                 "NoSuchBenchmark matches no benchmark in ./store",
		"go test ./nowhere":                                      "./nowhere has no tests",
		"go test ./notifier -run '['":                            "error parsing regexp: missing closing ]: `[`",
		"go test -run TestPlan":                                  "it names no package",
		"go test ./notifier -run NoSuchTest -bench NoBenchmark":  "./notifier has no benchmarks",
		"go test ./notifier -run=NoSuchTest":                     "NoSuchTest matches no test in ./notifier",
		"go test -count 1 ./notifier -timeout 24h -run TestPlan": "",
	}
	for command, want := range tests {
		got := ""
		if err := checkTestCommand(os.DirFS(projectRoot), command); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("checkTestCommand(%s) = %q, want %q", command, got, want)
		}
	}
}

// checkTestCommand says why a command runs nothing: a package that it names has no tests,
// -run or -bench matches none there, or an alternative of these matches none anywhere.
func checkTestCommand(project fs.FS, command string) error {
	var packages []string
	patterns := make(map[string]string)
	words := shellWord.FindAllString(strings.TrimPrefix(command, "go test"), -1)
	for i := 0; i < len(words); i++ {
		word := strings.Trim(words[i], "'")
		switch flag, value, has := strings.Cut(word, "="); {
		case strings.HasPrefix(word, "./"):
			packages = append(packages, word)
		case flag == "-v" || flag == "-race" || flag == "-benchmem" || !strings.HasPrefix(word, "-"):
		case has:
			patterns[flag] = value
		case i+1 < len(words):
			i++
			patterns[flag] = strings.Trim(words[i], "'")
		}
	}
	if len(packages) == 0 {
		return errors.New("it names no package")
	}
	kind, pattern := "test", patterns["-run"]
	if bench, has := patterns["-bench"]; has { // -run then says that no tests are run
		kind, pattern = "benchmark", bench
	}
	top, _, _ := strings.Cut(pattern, "/") // the rest is for subtests
	unmatched := strings.Split(top, "|")
	for _, pkg := range packages {
		names, err := testsIn(project, pkg)
		if err != nil {
			return err
		}
		names = slices.DeleteFunc(names, func(name string) bool { return strings.HasPrefix(name, "Benchmark") != (kind == "benchmark") })
		if len(names) == 0 {
			return fmt.Errorf("%s has no %ss", pkg, kind)
		}
		matched := false
		for alternative := range strings.SplitSeq(top, "|") {
			re, err := regexp.Compile(alternative)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(names, re.MatchString) {
				matched = true
				unmatched = slices.DeleteFunc(unmatched, func(s string) bool { return s == alternative })
			}
		}
		if !matched {
			return fmt.Errorf("%s matches no %s in %s", top, kind, pkg)
		}
	}
	if len(unmatched) > 0 {
		return fmt.Errorf("%s matches no %s", strings.Join(unmatched, "|"), kind)
	}
	return nil
}

// testsIn returns the names of the tests and benchmarks of a package, or of all packages
// below a folder if the name ends with "/...".
func testsIn(project fs.FS, pkg string) ([]string, error) {
	dir, below := strings.CutSuffix(pkg, "...")
	dir = path.Clean(dir)
	if _, err := fs.Stat(project, dir); err != nil {
		return nil, nil
	}
	var names []string
	err := fs.WalkDir(project, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != dir && (!below || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, "_test.go") {
			return nil
		}
		src, err := fs.ReadFile(project, name)
		if err != nil {
			return err
		}
		for _, m := range testFunction.FindAllStringSubmatch(string(src), -1) {
			if m[1] != "TestMain" {
				names = append(names, m[1])
			}
		}
		return nil
	})
	return names, err
}
