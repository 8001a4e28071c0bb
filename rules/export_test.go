package rules

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"regwatch/events"
	"regwatch/models"
)

// The helpers of the tests in this package and in rules_test.

// Head begins a rule in the file r.yaml.
const Head = "id: r\ntitle: T\nseverity: low\n"

// MustLoad returns the set of one rule in the file r.yaml.
func MustLoad(t testing.TB, src string) *Set {
	t.Helper()
	return MustLoadFiles(t, map[string]string{"r.yaml": src})
}

func MustLoadFiles(t testing.TB, files map[string]string) *Set {
	t.Helper()
	set, problems := Load(Files(files))
	if len(problems) > 0 {
		t.Fatalf("the rules have problems:\n%s", problems.Error())
	}
	return set.WithDates(events.KeyDates)
}

// RememberDates returns a reader of key dates for tests that match the same few articles again and again.
func RememberDates() DateReader {
	type read struct {
		day   string
		dates []models.KeyDate
	}
	known := make(map[string]read)
	return func(a models.Article) (string, []models.KeyDate) {
		key := a.Text() + a.PublishedAt.String()
		r, ok := known[key]
		if !ok {
			r.day, r.dates = events.KeyDates(a)
			known[key] = r
		}
		return r.day, r.dates
	}
}

func Files(files map[string]string) fstest.MapFS {
	fsys := make(fstest.MapFS)
	for name, src := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(src)}
	}
	return fsys
}

// ShippedSet returns the rules that we ship.
func ShippedSet(t testing.TB) *Set {
	t.Helper()
	set, problems := Load(os.DirFS("../configs/rules"))
	if len(problems) > 0 {
		t.Fatalf("the shipped rules have problems:\n%s", problems.Error())
	}
	return set
}

// ShippedRulesAlone returns the rules that we ship, without their relevance models: every match alerts.
func ShippedRulesAlone(t testing.TB) *Set {
	t.Helper()
	set := ShippedSet(t)
	clear(set.models)
	return set
}

// Page reads an article whose first line is the title.
func Page(t testing.TB, file string) models.Article {
	t.Helper()
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not on this machine", file)
	}
	if err != nil {
		t.Fatal(err)
	}
	title, body, _ := strings.Cut(string(b), "\n")
	return models.Article{Title: title, Body: body}
}

// Strengths returns the strength of each match, by the ID of the rule.
func Strengths(set *Set, a models.Article) map[string]models.Strength {
	got := make(map[string]models.Strength)
	for _, m := range set.Match(a) {
		got[m.RuleID] = m.Strength
	}
	return got
}

// MatchesOf returns the matches of one rule, without the hash of its text.
func MatchesOf(set *Set, id string, a models.Article) []models.Match {
	var out []models.Match
	for _, m := range set.Match(a) {
		if m.RuleID == id {
			m.RuleHash = ""
			out = append(out, m)
		}
	}
	return out
}

// OutcomeOf returns the strength of the first match, or "nothing".
func OutcomeOf(s *Set, a models.Article) string {
	for _, m := range s.Match(a) {
		return string(m.Strength)
	}
	return "nothing"
}
