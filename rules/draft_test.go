package rules

import (
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"regwatch/models"
)

// A rule that is loaded alone, or from what was recorded of it, makes the same
// matches as in its folder.
func TestOneRuleAloneMatchesAsItDidInItsFolder(t *testing.T) {
	whole := shippedSet(t)
	random := rand.New(rand.NewPCG(3, 4))
	fragments := fragmentsOf(whole)
	var articles []models.Article
	for range 400 {
		articles = append(articles, models.Article{Title: compose(random, fragments, 3), Body: compose(random, fragments, 20)})
	}
	folder := os.DirFS("../configs/rules")
	for _, rev := range whole.Revisions() {
		alone, problems := LoadOne(folder, rev.RuleID+".yaml", []byte(rev.Text))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		recorded, err := LoadRevision(rev)
		if err != nil {
			t.Fatal(err)
		}
		if got := alone.Rules()[0].Hash; got != rev.Hash {
			t.Errorf("%s alone has the hash %s, in its folder %s", rev.RuleID, got, rev.Hash)
		}
		matches := 0
		for _, a := range articles {
			want := matchesOf(whole, rev.RuleID, a)
			matches += len(want)
			for name, set := range map[string]*Set{"alone": alone, "recorded": recorded} {
				if diff := cmp.Diff(want, matchesOf(set, rev.RuleID, a)); diff != "" {
					t.Fatalf("%s %s on %q / %q mismatch (-folder +it):\n%s", rev.RuleID, name, a.Title, a.Body, diff)
				}
			}
		}
		if matches < 5 {
			t.Errorf("%s has %d matches, too few to show anything", rev.RuleID, matches)
		}
	}
}

// matchesOf is what one rule makes of an article; the hash of its text aside.
func matchesOf(set *Set, id string, a models.Article) []models.Match {
	var out []models.Match
	for _, m := range set.Match(a) {
		if m.RuleID == id {
			m.RuleHash = ""
			out = append(out, m)
		}
	}
	return out
}

func TestLoadOneTellsItsProblems(t *testing.T) {
	folder := fstest.MapFS{"vocabulary/words.yaml": {Data: []byte("coin: [coin]\n")}}
	_, problems := LoadOne(folder, "x.yaml", []byte("id: y\ntitle: Y\nseverity: low\nvocabulary: [words.yaml]\nwhen: {terms: coins}\nexamples: {match: [coin], ignore: [none]}\n"))
	got := problems.Error()
	for _, want := range []string{`x.yaml:1:5: id "y" differs from the file's name`, `unknown term list "coins"`} {
		if !strings.Contains(got, want) {
			t.Errorf("problems do not say %s:\n%s", want, got)
		}
	}
}

func TestARevisionThatCannotRunIsNamed(t *testing.T) {
	for _, rev := range []models.RuleRevision{
		{RuleID: "coin", Hash: "0123456789abcdef", Text: "id: coin\n"},
		{RuleID: "coin", Hash: "0123456789abcdef", Text: "id: coin\n", Vocabulary: "{"},
	} {
		if _, err := LoadRevision(rev); err == nil || !strings.Contains(err.Error(), "revision 01234567 of rule coin") {
			t.Errorf("LoadRevision = %v, want the revision named", err)
		}
	}
}
