package console

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	inTemplates = regexp.MustCompile(`\bt "((?:[^"\\]|\\.)*)"`)
	inCode      = regexp.MustCompile(`\.T\("((?:[^"\\]|\\.)*)"`)
	verb        = regexp.MustCompile(`%(?:\[\d\])?0?\d*(?:\.\d+)?[a-zA-Z%]`)
)

// asked returns every text that templates and code ask for.
func asked(t *testing.T) map[string]bool {
	t.Helper()
	all := make(map[string]bool)
	read := func(pattern string, text *regexp.Regexp) {
		names, err := fs.Glob(os.DirFS("."), pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range text.FindAllSubmatch(content, -1) {
				all[strings.ReplaceAll(string(found[1]), `\"`, `"`)] = true
			}
		}
	}
	read("templates/*.html", inTemplates)
	read("*.go", inCode)
	return all
}

func TestEveryTextHasThreeLanguages(t *testing.T) {
	known, err := translations()
	if err != nil {
		t.Fatal(err)
	}
	for text := range asked(t) {
		if _, ok := known[text]; !ok {
			t.Errorf("words/*.tsv has no line for %q", text)
		}
	}
}

func TestTranslationsTakeTheSameArguments(t *testing.T) {
	known, err := translations()
	if err != nil {
		t.Fatal(err)
	}
	verbs := func(s string) []string {
		one, _, _ := strings.Cut(s, "|")
		found := verb.FindAllString(one, -1)
		for i, v := range found {
			found[i] = "%" + v[len(v)-1:]
		}
		slices.Sort(found)
		return found
	}
	for english, chinese := range known {
		for _, text := range chinese {
			if want := verbs(english); !slices.Equal(want, verbs(text)) {
				t.Errorf("%q takes %v, its translation %q takes %v", english, want, text, verbs(text))
			}
		}
	}
}

func TestTextsCountAndTranslate(t *testing.T) {
	for _, tt := range []struct{ lang, want string }{{"en", "1 event"}, {"zh-Hant", "1 宗事件"}, {"zh-Hans", "1 个事件"}} {
		if got := (words{tt.lang}).T("%d event|%d events", 1); got != tt.want {
			t.Errorf("one event in %s is %q, want %q", tt.lang, got, tt.want)
		}
	}
	if got := (words{"en"}).T("%d event|%d events", 2); got != "2 events" {
		t.Errorf("two events are %q", got)
	}
}

// A brace that is missing would take the rules after it out of every page but a few.
func TestStylesheetSectionsAreWhole(t *testing.T) {
	content, err := os.ReadFile("static/console.css")
	if err != nil {
		t.Fatal(err)
	}
	depth := 0
	for i, line := range strings.Split(string(content), "\n") {
		if strings.HasPrefix(line, "/*") && depth != 0 {
			t.Errorf("static/console.css:%d: a section begins inside %d open braces", i+1, depth)
		}
		depth += strings.Count(line, "{") - strings.Count(line, "}")
	}
	if depth != 0 {
		t.Errorf("static/console.css ends inside %d open braces", depth)
	}
}
