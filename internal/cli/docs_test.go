package cli

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"regwatch/rules"
	"regwatch/rules/lint"
)

const projectRoot = "../.."

var (
	codeBlock = regexp.MustCompile("(?s)```.*?```")
	codeSpan  = regexp.MustCompile("`[^`\n]*`")
	mdLink    = regexp.MustCompile(`(?:\]\(|<img src=")([^)\s"]+)[)"]`)
	mdHeading = regexp.MustCompile(`(?m)^#+ +(.*)$`)
	notInSlug = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	ruleBlock = regexp.MustCompile("(?s)```yaml\n(id: ([a-z-]+)\n.*?)```")
)

// documents are the pages that a person reads first.
func documents(t *testing.T) map[string]string {
	t.Helper()
	pages := make(map[string]string)
	add := func(name string) {
		text, err := os.ReadFile(filepath.Join(projectRoot, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		pages[name] = string(text)
	}
	add("README.md")
	add("CHANGELOG.md")
	add("CONTRIBUTING.md")
	err := fs.WalkDir(os.DirFS(projectRoot), "docs", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && path.Ext(name) == ".md" {
			add(name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

func TestLinksInTheDocumentsLeadSomewhere(t *testing.T) {
	pages := documents(t)
	links := 0
	for name, text := range pages {
		text = codeSpan.ReplaceAllString(codeBlock.ReplaceAllString(text, ""), "")
		for _, m := range mdLink.FindAllStringSubmatch(text, -1) {
			if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
				continue
			}
			links++
			target, heading, _ := strings.Cut(m[1], "#")
			file := name
			if target != "" {
				file = path.Join(path.Dir(name), target)
			}
			if _, err := os.Stat(filepath.Join(projectRoot, filepath.FromSlash(file))); err != nil {
				t.Errorf("%s: the link %s leads to no file", name, m[1])
				continue
			}
			if page, ok := pages[file]; ok && heading != "" && !hasHeading(page, heading) {
				t.Errorf("%s: the link %s leads to no heading of %s", name, m[1], file)
			}
		}
	}
	if links == 0 {
		t.Error("no link was found in any document")
	}
}

// hasHeading reports whether a page has the heading that an address names after
// the #, in the way in which heads of sections are addressed on the web.
func hasHeading(page, want string) bool {
	for _, m := range mdHeading.FindAllStringSubmatch(codeBlock.ReplaceAllString(page, ""), -1) {
		slug := strings.ToLower(notInSlug.ReplaceAllString(m[1], ""))
		if strings.ReplaceAll(slug, " ", "-") == want {
			return true
		}
	}
	return false
}

// TestRulesThatNewcomersReadFirstWork runs their examples, and expects no warning.
func TestRulesThatNewcomersReadFirstWork(t *testing.T) {
	pages := documents(t)
	for _, name := range []string{"README.md", "docs/guides/first-rule.md"} {
		m := ruleBlock.FindStringSubmatch(pages[name])
		if m == nil {
			t.Errorf("%s shows no rule", name)
			continue
		}
		set, problems := rules.Load(fstest.MapFS{m[2] + ".yaml": {Data: []byte(m[1])}})
		if len(problems) > 0 {
			t.Errorf("%s: %v", name, problems)
			continue
		}
		if set.Examples() == 0 {
			t.Errorf("%s: the rule has no examples", name)
		}
		for _, f := range set.Test() {
			t.Errorf("%s: %v", name, f)
		}
		for _, p := range lint.Check(set) {
			t.Errorf("%s: %v", name, p)
		}
	}
}

// A page that nobody can read in one go is split.
func TestPagesAreShort(t *testing.T) {
	const most = 3000
	for name, text := range documents(t) {
		if words := len(strings.Fields(strings.ReplaceAll(text, "|", " "))); words > most && name != "CHANGELOG.md" {
			t.Errorf("%s has %d words; want at most %d", name, words, most)
		}
	}
}
