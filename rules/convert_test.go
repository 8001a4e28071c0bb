package rules_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"regwatch/models"
	"regwatch/rules"
	"regwatch/rules/syntax"
	"regwatch/rules/syntax/syntaxtest"

	"github.com/google/go-cmp/cmp"
)

// A rule can be converted from YAML to queries and back, and matches the same.
func TestShippedRulesMatchTheSameAfterConversion(t *testing.T) {
	whole := rules.ShippedSet(t)
	articles := composed(whole, 300)
	if labelled, err := os.Open("testdata/labelled.jsonl"); err == nil {
		defer labelled.Close()
		all, err := rules.ReadLabelled(labelled)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range all {
			articles = append(articles, models.Article{Title: l.Title, Body: l.Text, Language: l.Lang})
		}
	}
	for _, r := range whole.Rules() {
		asQueries, err := r.AsQueries()
		if err != nil {
			t.Fatal(err)
		}
		fromQueries := loadConverted(t, r.ID, asQueries)
		asYAML, err := fromQueries.Rules()[0].AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		back := loadConverted(t, r.ID, asYAML)
		matches := 0
		for _, a := range articles {
			want := rules.MatchesOf(whole, r.ID, a)
			matches += len(want)
			for name, set := range map[string]*rules.Set{"queries": fromQueries, "YAML again": back} {
				if diff := cmp.Diff(want, rules.MatchesOf(set, r.ID, a)); diff != "" {
					t.Fatalf("%s as %s on %q (-original +converted):\n%s", r.ID, name, a.Title, diff)
				}
			}
		}
		if matches < 20 {
			t.Errorf("%s has %d matches, want more", r.ID, matches)
		}
		// Conditions with next, previous or without stay as they are.
		near := []byte("near:")
		if !bytes.Contains(asQueries, []byte("terms:\n")) || bytes.Count(asQueries, near) >= bytes.Count(asYAML, near) {
			t.Errorf("%s is converted to\n%s\nand back to\n%s", r.ID, asQueries, asYAML)
		}
	}
}

func loadConverted(t *testing.T, id string, src []byte) *rules.Set {
	t.Helper()
	set, problems := rules.LoadOne(os.DirFS("../configs/rules"), id+".yaml", src)
	if len(problems) > 0 {
		t.Fatalf("%s has problems after conversion:\n%s\n%s", id, problems.Error(), src)
	}
	return set
}

// composed returns articles that are made of the words of a set's rules.
func composed(s *rules.Set, n int) []models.Article {
	random := rand.New(rand.NewPCG(5, 6))
	fragments := syntaxtest.Fragments(s.Rules())
	articles := make([]models.Article, n)
	for i := range articles {
		articles[i] = models.Article{Title: syntaxtest.Compose(random, fragments, 3), Body: syntaxtest.Compose(random, fragments, 20)}
	}
	return articles
}

// TestExpressionsMatchTheSameAfterConversion converts random expressions to queries and back.
func TestExpressionsMatchTheSameAfterConversion(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	m := syntaxtest.NewExprMaker(random)
	articles, dates := syntaxtest.Articles(random, 20), rules.RememberDates()
	made, met, unmet := 0, 0, 0
	for range 300 {
		src, err := (&syntax.Rule{}).FormatYAML(m.Expr(3))
		if err != nil {
			t.Fatal(err)
		}
		original, problems := rules.Load(rules.Files(map[string]string{"r.yaml": syntaxtest.Header + "\n" + syntaxtest.Indent(src)}))
		if len(problems) > 0 {
			if strings.Contains(problems.Error(), "looks in another part of the article") {
				continue
			}
			t.Fatalf("%s\nhas problems:\n%s", src, problems.Error())
		}
		made++
		original = original.WithDates(dates)
		asQueries, err := original.Rules()[0].AsQueries()
		if err != nil {
			t.Fatalf("%s\n%v", src, err)
		}
		fromQueries := rules.MustLoad(t, string(asQueries)).WithDates(dates)
		asYAML, err := fromQueries.Rules()[0].AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		straight, err := original.Rules()[0].AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		sets := map[string]*rules.Set{string(asQueries): fromQueries, string(asYAML): rules.MustLoad(t, string(asYAML)).WithDates(dates), string(straight): rules.MustLoad(t, string(straight)).WithDates(dates)}
		for _, a := range articles {
			want := rules.MatchesOf(original, "r", a)
			if len(want) > 0 && len(want[0].Tags) > 0 {
				met++
			} else {
				unmet++
			}
			for converted, set := range sets {
				if diff := cmp.Diff(want, rules.MatchesOf(set, "r", a)); diff != "" {
					t.Fatalf("%s\nconverted to\n%s\non %q / %q (-original +converted):\n%s", src, converted, a.Title, a.Body, diff)
				}
			}
		}
	}
	if made < 150 || met < 500 || unmet < 500 {
		t.Errorf("%d expressions, met %d times and not met %d times, are too few", made, met, unmet)
	}
}
