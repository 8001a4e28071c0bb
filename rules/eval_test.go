package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
)

const (
	shipped  = "../configs/rules"
	evalData = "../../shared/eval"
)

func shippedSet(t testing.TB) *Set {
	t.Helper()
	set, problems := Load(os.DirFS(shipped))
	if len(problems) > 0 {
		t.Fatalf("the shipped rules have problems:\n%s", problems.Error())
	}
	return set
}

func TestShippedExamples(t *testing.T) {
	set := shippedSet(t)
	for _, f := range set.Test() {
		t.Error(f)
	}
	if set.Examples() < 30 {
		t.Errorf("the shipped rules have %d examples; want thirty at least", set.Examples())
	}
}

func labelled(t testing.TB, name string) []Labelled {
	t.Helper()
	f, err := os.Open(evalData + "/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the labelled articles are not here; they stand beside the checkout where it is developed")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	articles, err := ReadLabelled(f)
	if err != nil {
		t.Fatal(err)
	}
	return articles
}

// The shipped rules keep to what was promised of them on labelled articles.
func TestShippedRulesOnLabelledArticles(t *testing.T) {
	set := shippedSet(t)
	var core []Labelled
	for _, l := range labelled(t, "articles-dev.jsonl") {
		if l.Split == "core" {
			core = append(core, l)
		}
	}
	for name, articles := range map[string][]Labelled{"core": core, "retold": labelled(t, "retold-dev.jsonl")} {
		report := Evaluate(set, articles)
		for _, s := range report.Scores {
			line := fmt.Sprintf("%s %s %s: precision %.3f [%.2f-%.2f], recall %.3f [%.2f-%.2f] (%d right, %d wrong, %d missed)", name, s.Topic, s.Lang,
				s.Precision.Value, s.Precision.Low, s.Precision.High, s.Recall.Value, s.Recall.Low, s.Recall.High, s.True, s.False, s.Missed)
			t.Log(line)
			if s.Lang == "all" && (s.Precision.Value < 0.90 || s.Recall.Value < 0.85) {
				t.Error("too low: " + line)
			}
		}
		for _, m := range report.Misses {
			what := "found in error"
			if m.Wanted {
				what = "missed"
			}
			t.Logf("%s %s %s: %s %s (%s)", name, m.Topic, m.Lang, what, strings.TrimSpace(m.Title), m.Words)
		}
	}
}
